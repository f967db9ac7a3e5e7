"""What `make test-fast` and `make mutate` leave out is what needs more than Python, and nothing else."""

from pathlib import Path

import pytest

from tests.world import holds_nothing_else

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    "file",
    [
        "test_package.py",  # starts uv, by way of a helper of its own
        "test_versions.py",  # starts PostgreSQL, by way of a fixture
        "test_rds.py",  # is given the emulated account by conftest.py
    ],
)
def test_a_file_that_only_starts_processes_is_left_out(file: str) -> None:
    assert holds_nothing_else(TESTS / file)


@pytest.mark.parametrize(
    "file",
    [
        "test_wire_guard.py",  # needs nothing at all
        "test_trust_store_files.py",  # runs keytool in one of its tests
        "test_readme.py",  # asks make, and reads words
    ],
)
def test_a_file_with_tests_that_need_nothing_is_not(file: str) -> None:
    assert not holds_nothing_else(TESTS / file)


def test_a_test_that_needs_nothing_does_not_need_the_world(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    assert request.node.get_closest_marker("world") is None
