"""What is found in files of clients is what was recorded, and read: tests/recorded_files/ holds it."""

import pytest

from tests.recorded_files.cases import CASES, FIXTURES, Case, cases, formats, of_fixtures

ALL = [(path.stem, case) for path in sorted(CASES.glob("*.txt")) for case in cases(path.read_text())]


@pytest.mark.parametrize("name", formats())
def test_what_is_found_in_the_files_of_a_format_is_what_was_recorded(name: str) -> None:
    assert of_fixtures(name) == (FIXTURES / f"{name}.txt").read_text()


def test_each_format_is_recorded_and_nothing_else() -> None:
    assert {path.stem for path in FIXTURES.iterdir()} == {*formats()}


@pytest.mark.parametrize("case", [case for _, case in ALL], ids=[f"{name}: {case.title}" for name, case in ALL])
def test_what_is_found_in_a_document_is_what_was_recorded(case: Case) -> None:
    assert case.now() == case.found
