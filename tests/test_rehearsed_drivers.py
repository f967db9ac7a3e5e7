"""Real drivers, rehearsed black box, are what they are at real servers: a slice of `make bench TOPIC=rehearse`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client_matrix.attempts import SPOKEN
from tests.client_matrix.clients import client
from tests.client_matrix.world import stand_in
from tests.rehearsing.judging import Judged
from tests.rehearsing.playing import MOST_STARTS, Stage, stocked
from tests.rehearsing.rows import read, rows
from tests.rehearsing.truth import Real, real, truths

SLICE = """
psycopg | disable | nothing | file | rds-ca-rsa4096-g1
psycopg | allow | nothing | file | rds-ca-rsa4096-g1
psycopg | prefer | target | file | rds-ca-rsa4096-g1
psycopg | require | nothing | file | rds-ca-rsa4096-g1
psycopg | verify-full sslnegotiation=direct | both | file | rds-ca-rsa4096-g1
psycopg2 | verify-full | present | file | rds-ca-rsa4096-g1
psycopg2 | verify-full | both | file | rds-ca-ecc384-g1
psycopg2 | verify-full | other Region | file | rds-ca-rsa4096-g1
pg8000 | (default) | nothing | file | rds-ca-rsa4096-g1
pg8000 | SSLContext | both | file | rds-ca-rsa4096-g1
asyncpg | prefer | nothing | file | rds-ca-rsa4096-g1
asyncpg | verify-full | both | file | rds-ca-rsa4096-g1
"""
"""Drivers that PyPI brings."""

NAMES = ("psycopg", "psycopg2", "pg8000", "asyncpg")


@pytest.fixture(scope="module")
def servers() -> Iterator[Real]:
    with real() as here:
        yield here


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="tlscheck-rehearsing-") as name, Stage(stocked(Path(name))) as here:
        yield here


def _judged(name: str, servers: Real, stage: Stage) -> list[Judged]:
    found, wanted = client(name, stand_in()), [row for row in read(SLICE) if row.client == name]
    assert found
    so = truths(found, wanted, servers)
    return [Judged(came, so[came.row]) for came in stage.rehearse(found, wanted)]


@pytest.mark.parametrize("name", NAMES)
def test_a_driver_is_told_to_be_what_it_is_at_real_servers(name: str, servers: Real, stage: Stage) -> None:
    judged = _judged(name, servers, stage)
    assert judged
    assert [str(each) for each in judged if each.wrong] == []
    assert [each for each in judged if not each.came.conclusion or each.came.conclusion.needed] == []
    assert all(each.came.starts < MOST_STARTS for each in judged)
    # What can be told is told, and of who refuses without an alert it is said why it is not.
    assert [str(each) for each in judged if each.tells_stores_apart and each.is_undecided] == []
    assert [str(each) for each in judged if each.is_silent and not each.is_open_about_its_store] == []
    assert [(entry.name, said) for each in judged for entry, said, held in each.roots if said is not held] == []


def test_the_mix_of_rows_is_of_at_least_400_and_each_is_there_once() -> None:
    mix = rows()
    assert len(set(mix)) == len(mix) >= 400
    assert len({row.client for row in mix}) > 30
    assert [row for row in read(SLICE) if row not in mix] == []
    assert [row for row in mix if row.mode not in SPOKEN[row.client].modes] == []
    assert all(any((said.text, said.options)) for said in (row.attempt(stand_in()) for row in mix))
