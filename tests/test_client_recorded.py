"""What real clients did, as it was recorded, is what the model says of the same words: without any driver."""

from collections import Counter
from pathlib import Path

import pytest
from tlscheck.drivers.behaviour import Grounds
from tlscheck.drivers.table import RULES

from tests.client_matrix.comparison import deciding
from tests.client_matrix.recorded import FOLDER, Record, read
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


def test_each_row_of_the_table_that_was_run_has_a_record() -> None:
    met = Counter(rule for record in map(read, FILES) for rule in _rules(record))
    unmet = [rule for rule in RULES if rule.basis is Grounds.RUN and not met[rule]]
    assert [f"{rule.family} {rule.modes} {rule.versions}" for rule in unmet] == []


def _rules(record: Record) -> set[object]:
    words = (each.attempt for each in record.seen if each.attempt.server is Kind.GOOD)
    return {rule for attempt in words for rule in deciding(attempt, record.version)}
