"""What real clients did, as it was recorded, is what the model says of the same words: without any driver."""

from functools import cache
from pathlib import Path

import pytest
from tlscheck.drivers.behaviour import Grounds, Rule
from tlscheck.drivers.driver import Family
from tlscheck.drivers.table import RULES
from tlscheck.survival.keys import RUN_AGAINST_P384

from tests.client_matrix.comparison import deciding
from tests.client_matrix.recorded import FOLDER, read
from tests.client_matrix.world import Kind

FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_client_did_what_the_model_says(path: Path) -> None:
    record = read(path)
    assert len(record.seen) >= 100
    assert record.path == path
    ran = list(record.rows())
    assert [str(row) for row in ran if not row.predicted.is_known] == []
    assert [str(row) for row in ran if not row.agrees] == []
    # It is no matrix when all ends alike.
    assert {row.happened.tls for row in ran} == {True, False, None}


_NOT_OF_THE_MATRIX = (
    "NODE_EXTRA_CA_CERTS",
    "--use-openssl-ca",
    "ca without a certificate",
    "ssl= of another kind",
)
"""What else decides in node: variables, and what `ca` holds, which tests of its own run."""


def test_each_row_of_the_table_that_was_run_has_a_record() -> None:
    unmet = [rule for rule in RULES if rule.basis is Grounds.RUN and rule not in _met()]
    assert [f"{rule.family} {rule.modes} {rule.versions}" for rule in unmet if not _is_of_node(rule)] == []


def test_each_family_that_was_run_has_a_record() -> None:
    ran = {rule.family for rule in RULES if rule.basis is Grounds.RUN}
    assert len(ran) > 8
    assert ran <= {rule.family for rule in _met()}


def test_the_families_that_are_said_to_have_met_p384_are_those_of_which_it_is_recorded() -> None:
    """Met: by both versions of TLS, with a root that it trusts and with one that it does not."""
    met: set[Family] = set()
    for record in map(read, FILES):
        came = {
            kind: {each.happened for each in record.seen if each.attempt.server is kind}
            for kind in (Kind.ECC, Kind.ECC_TLS12)
        }
        if all("TLS" in each and any("UNTRUSTED" in happened for happened in each) for each in came.values()):
            met |= {rule.family for each in record.seen for rule in deciding(each.attempt, record.version)}
    assert met == RUN_AGAINST_P384


def _is_of_node(rule: Rule) -> bool:
    is_node = rule.family in {Family.NODE, Family.POSTGRES_JS}
    return is_node and all(mode.endswith(_NOT_OF_THE_MATRIX) for mode in rule.modes)


@cache
def _met() -> frozenset[Rule]:
    """The rows that decided about anything that was recorded."""
    words = (
        (each.attempt, record.version)
        for record in map(read, FILES)
        for each in record.seen
        if each.attempt.server is Kind.GOOD
    )
    return frozenset(rule for attempt, version in words for rule in deciding(attempt, version))
