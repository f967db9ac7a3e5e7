"""A mutant on trial: a process that has all libraries but nothing of the package imports the changed module.

Such a process is forked from one that imported pytest and the libraries once, so that a trial costs what its tests
cost, and nothing on disk is changed. Tests that start processes are left out: those would see the unchanged code.
"""

import gc
import importlib
import importlib.machinery
import importlib.util
import os
import pickle
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import CodeType, ModuleType
from typing import NoReturn

import pytest
from hypothesis.configuration import notice_initialization_restarted

from tests import world
from tests.mutation.candidates import Mutant, mutated
from tests.mutation.coverage import Coverage, Watcher
from tests.mutation.judge import Judge, Profile

LONGEST = 300.0
"""Seconds after which a trial that waits for something is ended."""

MEMORY = 4 * 2**30
"""Bytes that a trial may take: some changes never stop collecting."""

OPTIONS = (
    *("-x", "-q", "-o", "addopts=", "-p", "no:xdist", "-p", "no:cacheprovider", "--no-header", "--tb=no"),
    # nobody reads why an assertion failed: test files need not be rewritten each time
    "--assert=plain",
    # libraries that bring plugins are imported before pytest starts: that is the point
    *("-W", "ignore:Module already imported so cannot be rewritten"),
)


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    UNTESTED = "no test runs it"
    NOT_TOLD = "not told"
    """Something ended the trial from outside, twice, or what noticed it fails without any change too."""

    @property
    def is_killed(self) -> bool:
        """A change that makes the code run for ever is noticed too."""
        return self in {Outcome.KILLED, Outcome.TIMED_OUT}


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutant, what became of it, and the test that noticed."""

    mutant: Mutant
    outcome: Outcome
    test: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What is on trial: a package in a folder on the path, and the tests beside it."""

    root: Path
    package: Path
    chosen: str = "not world"
    """The expression of pytest's -m that chooses the tests."""

    files: tuple[str, ...] = ("tests",)
    """Where the tests are that are learnt."""

    def source(self, path: str) -> str:
        """The source of a module of the package."""
        return (self.package / path).read_text()

    def module(self, path: str) -> str:
        """The dotted name of a module of the package."""
        name = ".".join([self.package.name, *Path(path).with_suffix("").parts])
        return name.removesuffix(".__init__")


def learn(project: Project) -> Coverage:
    """Runs all chosen tests once, in a process that is thrown away, and imports here the libraries they needed."""
    with tempfile.TemporaryFile() as answer:

        def run() -> int:
            watcher = Watcher(project.package)
            arguments = [*OPTIONS[1:], "-m", project.chosen, *project.files]
            code = pytest.main(arguments, plugins=[Profile(), watcher])
            pickle.dump(watcher.coverage(project.root), answer)
            answer.flush()
            return int(code)

        process = fork(project, run)
        _, status = os.waitpid(process, 0)
        code = os.waitstatus_to_exitcode(status)
        if code not in {0, 1}:
            raise RuntimeError(f"the tests do not even start: pytest ended with {code}")
        answer.seek(0)
        learnt: Coverage = pickle.load(answer)  # noqa: S301 - our own process wrote it
    # Each fork's pytest begins by importing hypothesis's plugin, before which hypothesis wants nothing done.
    for name in (name for name in learnt.libraries if name != "_hypothesis_pytestplugin"):
        # what is imported for its side effects in a certain order, or by pytest itself, can wait
        with suppress(Exception):
            importlib.import_module(name)
    notice_initialization_restarted(warn=False)
    if project.root == world.ROOT:
        # conftest.py asks again in each trial: here the answers are remembered for all of them
        for path in (project.root / "tests").glob("test_*.py"):
            world.holds_nothing_else(path)
    # pytest collects garbage at its end: what the libraries made is none, in any fork
    gc.freeze()
    return learnt


def trials(project: Project, mutants: Sequence[Mutant], learnt: Coverage, processes: int) -> Iterator[Trial]:
    """Tries mutants, several at a time; they come in the order in which they end."""
    left = list(reversed(mutants))
    again: set[str] = set()
    running: dict[int, _Running] = {}
    while left or running:
        while left and len(running) < processes:
            mutant = left.pop()
            tests = learnt.tests_for(mutant)
            if not tests:
                yield Trial(mutant, Outcome.UNTESTED)
                continue
            reading, writing = os.pipe()
            process = fork(project, _trial(project, mutant, tests, learnt, writing))
            os.close(writing)
            running[reading] = _Running(mutant, process, time.monotonic() + LONGEST)
        ended, _, _ = select.select(list(running), [], [], 1.0)
        for reading, trial in list(running.items()):
            if reading in ended or time.monotonic() > trial.until:
                done = _ended(reading, running.pop(reading), waited=reading not in ended)
                if done.outcome is Outcome.NOT_TOLD and done.mutant.id not in again:
                    again.add(done.mutant.id)
                    left.insert(0, done.mutant)
                else:
                    yield done


@dataclass(frozen=True, slots=True)
class _Running:
    mutant: Mutant
    process: int
    until: float


def _ended(reading: int, trial: _Running, *, waited: bool) -> Trial:
    if waited:
        os.kill(trial.process, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(trial.process, 0)
    code = os.waitstatus_to_exitcode(status)
    match code:
        case 0:
            return Trial(trial.mutant, Outcome.SURVIVED)
        # failed tests; files that cannot be imported; a crash of the interpreter
        case 1 | 2 | -6 | -11:
            return Trial(trial.mutant, Outcome.KILLED, said)
        # of memory that the machine lacked, or by the clock: a busy machine does that too
        case -9:
            return Trial(trial.mutant, Outcome.NOT_TOLD, said)
        case 99:
            return Trial(trial.mutant, Outcome.TIMED_OUT, said)
    raise RuntimeError(f"{trial.mutant.id} could not be tried: pytest ended with {code} {said}")


def _trial(
    project: Project, mutant: Mutant, tests: Sequence[str], learnt: Coverage, writing: int
) -> Callable[[], int]:
    def run() -> int:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        code = compile(
            mutated(project.source(mutant.path), mutant.number), str(project.package / mutant.path), "exec"
        )
        put_in(project, mutant.path, code)
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        judge = Judge(tests, learnt, writing)
        return int(pytest.main([*OPTIONS, *files], plugins=[Profile(), judge]))

    return run


def put_in(project: Project, path: str, code: CodeType) -> None:
    """Makes a fork import that code for a module of the package."""
    sys.meta_path.insert(0, _Mutated(project.module(path), project.package / path, code))


def fork(project: Project, run: Callable[[], int]) -> int:
    """A process of its own that is as quiet as can be; its exit code is what `run` says."""
    assert project.package.name not in sys.modules, "a fork would have the unchanged modules"
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if not process:
        _quietly(project, run)
    return process


def _quietly(project: Project, run: Callable[[], int]) -> NoReturn:
    code = 70
    try:
        os.chdir(project.root)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2) if not os.environ.get("MUTATE_LOUD") else ():
            os.dup2(null, stream)
        code = run()
    except BaseException:  # noqa: BLE001 - whatever happens, a fork must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


class _Mutated(importlib.machinery.SourceFileLoader):
    """Finds and loads one module, with the code that it is given."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        super().__init__(name, str(path))
        self.mutated = code

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        assert fullname == self.name
        return self.mutated
