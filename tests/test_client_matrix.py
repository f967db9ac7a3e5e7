"""What is predicted is what happens, and what is printed mends it: a slice of two benches, on what is everywhere.

`make bench TOPIC=clients` and `make bench TOPIC=client_words` run all that is here.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.client_matrix.attempt import ACCOUNTS, ADDED, HOMES, PLAIN, Attempt
from tests.client_matrix.attempts import attempts
from tests.client_matrix.clients import client
from tests.client_matrix.comparison import rows
from tests.client_matrix.world import File, Kind, World, world
from tests.client_words.closure import tried

EVERYWHERE = ("psycopg2", "psycopg", "asyncpg", "pg8000", "SQLAlchemy, asyncpg", "node-postgres", "pgjdbc")
"""What PyPI and npm bring."""

FILES = {
    PLAIN: {File.NONE, File.RIGHT, File.WRONG, File.MISSING, File.SYSTEM},
    HOMES[1]: {File.NONE},
    HOMES[2]: {File.NONE},
    ACCOUNTS[0]: {File.NONE},
    ADDED: {File.NONE, File.SYSTEM},
}
SERVERS = {
    PLAIN: {Kind.GOOD, Kind.OTHER_CA, Kind.WRONG_NAME, Kind.ENFORCED, Kind.ECC},
    HOMES[1]: {Kind.GOOD, Kind.OTHER_CA},
    HOMES[2]: {Kind.GOOD, Kind.ENFORCED},
    ACCOUNTS[0]: {Kind.GOOD, Kind.OTHER_CA},
    ADDED: {Kind.GOOD, Kind.OFF, Kind.EXPIRED},
}


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.mark.parametrize("name", EVERYWHERE)
def test_what_is_predicted_of_a_driver_is_what_it_does(name: str, here: World) -> None:
    found = client(name, here)
    assert found, f"{name} is not here: run `make node-client`"
    tried = [attempt for attempt in attempts(name, here) if _is_of_the_slice(attempt)]
    ran = rows(found, tried, here)
    assert len(ran) > 20
    assert [str(row) for row in ran if not row.predicted.is_known] == []
    assert [str(row) for row in ran if not row.agrees] == []
    # It is no matrix when all ends alike.
    assert {row.happened.tls for row in ran} == {True, False, None}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_client_that_does_what_is_printed_connects_and_goes_on_refusing_strangers(
    name: str, here: World
) -> None:
    found = client(name, here)
    assert found, f"{name} is not here: run `make node-client`"
    counted: Counter[str] = Counter()
    ran = list(tried(found, here, 6, counted))
    assert [f"{trial}: {fault}" for trial, fault in ran if fault] == []
    assert counted["applied"] >= 3
    assert {trial.is_strange for trial, _ in ran} == {True, False}


def _is_of_the_slice(attempt: Attempt) -> bool:
    around = attempt.surroundings
    return attempt.file in FILES.get(around, ()) and attempt.server in SERVERS[around]
