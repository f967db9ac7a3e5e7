"""Each recorded answer is that of today. `python -m tests.recorded_answers` records; a person reads the diff."""

from pathlib import Path

import pytest

from tests.recorded_answers.kinds import KINDS
from tests.recorded_answers.records import FOLDER, differences

RECORDS = [(path, pattern) for pattern in KINDS for path in sorted(FOLDER.glob(pattern))]


@pytest.mark.parametrize(("path", "pattern"), RECORDS, ids=lambda each: getattr(each, "stem", ""))
def test_what_is_said_is_what_was_recorded(path: Path, pattern: str) -> None:
    assert differences(path.read_text(), KINDS[pattern]) == {}


def test_every_record_is_one_of_a_kind_that_is_asked() -> None:
    assert {path for path, _ in RECORDS} == set(FOLDER.rglob("*.txt"))
    assert len(RECORDS) > 70
