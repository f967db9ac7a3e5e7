"""Tests once more without any change, in the way of a trial: what fails there noticed nothing when it fails."""

import ast
import os
import resource
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

import pytest

from tests.mutation.coverage import Coverage
from tests.mutation.judge import TIMED_OUT, Judge, Profile
from tests.mutation.trial import MEMORY, OPTIONS, Project, fork, put_in

IMPORT = "the import of "
"""What a judge says before the name of a file that cannot be imported."""


def failing(
    project: Project, paths: Iterable[str], tests: Iterable[str], learnt: Coverage, processes: int
) -> list[str]:
    """Which of these tests fail in forks that import these modules, unchanged, as they would changed ones."""
    paths, wanted = sorted(paths), set(tests)
    files = sorted({test.split("::")[0] for test in wanted})
    failed: set[str] = set()
    parts = [
        {test for test in wanted if test.split("::")[0] in files[start::processes]} for start in range(processes)
    ]
    while parts := [part for part in parts if part]:
        forks = [_begun(project, paths, sorted(part), learnt) for part in parts]
        cut: list[set[str]] = []
        for part, (process, said) in zip(parts, forks, strict=True):
            _, status = os.waitpid(process, 0)
            code = os.waitstatus_to_exitcode(status)
            with said:
                said.seek(0)
                names = said.read().splitlines()
            now = {test for test in part for name in names if _is_of(test, name)}
            if code not in {0, 1, TIMED_OUT} or (code and not now):
                raise RuntimeError(f"the unchanged code could not be tried: pytest ended with {code} {names}")
            failed |= now
            if code == TIMED_OUT:
                cut.append(part - now)
        parts = cut
    return sorted(failed)


def _is_of(test: str, name: str) -> bool:
    return test == name or name == f"{IMPORT}{test.split('::', maxsplit=1)[0]}"


def _begun(project: Project, paths: Sequence[str], tests: Sequence[str], learnt: Coverage) -> tuple[int, IO[str]]:
    """A fork, and the file where it writes the names of what fails."""
    said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - who waits for the fork closes it

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for path in paths:
            put_in(project, path, compile(ast.parse(project.source(path)), str(project.package / path), "exec"))
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        options = (*OPTIONS[1:], "--continue-on-collection-errors")
        return int(pytest.main([*options, *files], plugins=[Profile(), _Control(tests, learnt, said.fileno())]))

    return fork(project, run), said


class _Control(Judge):
    """Says each test that fails, a line each."""

    def say(self, test: str) -> None:
        os.write(self.writing, f"{test}\n".encode())
