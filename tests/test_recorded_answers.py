"""Each recorded answer is that of today. `python -m tests.recorded_answers` records; a person reads the diff."""

from pathlib import Path

import pytest

from tests.recorded_answers.answers import whole
from tests.recorded_answers.questions import of_line
from tests.recorded_answers.readings import reading
from tests.recorded_answers.records import FOLDER, differences

WORDS = sorted((FOLDER / "words").glob("*.txt"))
ANSWERS = sorted((FOLDER / "answers").glob("*.txt"))


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_words_are_read_as_they_were(path: Path) -> None:
    assert differences(path.read_text(), lambda line: reading(of_line(line))) == {}


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_the_whole_answer_is_as_it_was(path: Path) -> None:
    assert differences(path.read_text(), lambda line: whole(of_line(line))) == {}


def test_every_family_has_both_records() -> None:
    assert len(WORDS) == 34
    assert len(ANSWERS) == 17
