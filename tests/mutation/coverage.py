"""Which test runs which line of the package, learnt in one run of all tests that need nothing but this process."""

import ast
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutation.candidates import Mutant

type Line = tuple[str, int]
"""A path in the package, and a line of a function there."""

TOOL = sys.monitoring.COVERAGE_ID


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one run taught. Tests are named by their node ids."""

    seconds: Mapping[str, float]
    """Of processor time."""

    failed: tuple[str, ...]
    """What fails without any change, and so cannot notice one."""

    tests_of: Mapping[Line, frozenset[str]]
    at_import: frozenset[Line]
    """Lines of functions that run while tests are collected."""

    imported: Mapping[str, frozenset[str]]
    """By the path of a module: the modules of the package that it names."""

    named_by: Mapping[str, frozenset[str]]
    """By the path of a module of the package: the files of tests that name it."""

    libraries: tuple[str, ...]
    """Modules of others that the tests imported."""

    def without(self, failed: Iterable[str]) -> "Coverage":
        """The same, where these tests were found to fail without any change too."""
        failed = set(failed)
        useful = {test: seconds for test, seconds in self.seconds.items() if test not in failed}
        return replace(self, seconds=useful, failed=(*self.failed, *sorted(failed)))

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that run a change, the fastest first; those that only may see it through others come last."""
        lines = [(mutant.path, line) for line in range(mutant.first, mutant.last + 1)]
        tests = frozenset[str]().union(*(self.tests_of.get(line, frozenset()) for line in lines))
        if not mutant.at_import and not self.at_import.intersection(lines):
            return self._fastest_first(tests)
        files = self.named_by.get(mutant.path, frozenset())
        near = tests | self._of(mutant.path) | {test for test in self.seconds if test.split("::")[0] in files}
        readers = [path for path, names in self.imported.items() if mutant.path in names]
        far = frozenset[str]().union(*map(self._of, readers)) - near
        return [*self._fastest_first(near), *self._fastest_first(far)]

    def _of(self, path: str) -> frozenset[str]:
        """The tests that run any function of a module."""
        return frozenset[str]().union(*(tests for line, tests in self.tests_of.items() if line[0] == path))

    def _fastest_first(self, tests: Iterable[str]) -> list[str]:
        return sorted(
            (test for test in tests if test in self.seconds), key=lambda test: (self.seconds[test], test)
        )


@dataclass(slots=True, eq=False)
class Watcher:
    """A plugin of pytest that notes each test's lines and time."""

    package: Path
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    lines: dict[str, set[Line]] = field(default_factory=dict)
    collected: set[Line] = field(default_factory=set)
    _now: set[Line] = field(default_factory=set)
    _of_fixture: dict[int, set[Line]] = field(default_factory=dict)

    def pytest_configure(self) -> None:
        """Lines are noted once between two restarts, so that loops cost nothing more."""
        monitoring, prefix = sys.monitoring, f"{self.package}/"
        monitoring.use_tool_id(TOOL, "tests.mutation")

        def note(code: CodeType, line: int) -> Any:
            if code.co_filename.startswith(prefix) and code.co_name != "<module>":
                self._now.add((code.co_filename.removeprefix(prefix), line))
            return monitoring.DISABLE

        monitoring.register_callback(TOOL, monitoring.events.LINE, note)
        monitoring.set_events(TOOL, monitoring.events.LINE)

    def pytest_collection_finish(self) -> None:
        """Helpers and tables that tests make when they are imported run lines that belong to no one test."""
        self.collected = self._now

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, object, object]:
        """What an earlier test left in a cache would keep this test's lines from running."""
        for cached in self._caches():
            cached.cache_clear()
        self._now = set()
        sys.monitoring.restart_events()
        start = time.process_time()
        done = yield
        self.seconds[item.nodeid] = time.process_time() - start
        shared = item._fixtureinfo.name2fixturedefs.values()
        used = [self._of_fixture.get(id(fixture), set()) for fixtures in shared for fixture in fixtures]
        self.lines[item.nodeid] = self._now.union(*used)
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """What a fixture of a whole module runs is run for each test that uses it."""
        before, self._now = self._now, set()
        sys.monitoring.restart_events()
        made = yield
        self._of_fixture.setdefault(id(fixturedef), set()).update(self._now)
        self._now |= before
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails by itself is of no use."""
        if report.failed:
            self.failed.append(report.nodeid)

    def _caches(self) -> "list[_lru_cache_wrapper[object]]":
        """Of the package and of the tests; a library's may hold what cannot be made twice."""
        ours = {self.package.name, "tests"}
        modules = [module for name, module in [*sys.modules.items()] if name.split(".")[0] in ours]
        values = [value for module in modules for value in vars(module).values()]
        return [value for value in values if isinstance(value, _lru_cache_wrapper)]

    def coverage(self, root: Path) -> Coverage:
        """All that was noted."""
        sys.monitoring.free_tool_id(TOOL)
        tests_of: defaultdict[Line, set[str]] = defaultdict(set)
        for test, lines in self.lines.items():
            for line in lines:
                tests_of[line].add(test)
        useful = {test: seconds for test, seconds in self.seconds.items() if test not in self.failed}
        files = {test.split("::")[0] for test in useful}
        return Coverage(
            useful,
            tuple(dict.fromkeys(self.failed)),
            {line: frozenset(tests) for line, tests in tests_of.items()},
            frozenset(self.collected),
            {
                path.relative_to(self.package).as_posix(): _imports(path, self.package)
                for path in self.package.rglob("*.py")
            },
            _turned({file: _imports(root / file, self.package) for file in files}),
            tuple(name for name, module in sys.modules.items() if "site-packages" in str(_file(module))),
        )


def _file(module: object) -> str | None:
    return getattr(module, "__file__", None)


def _imports(path: Path, package: Path) -> frozenset[str]:
    """The modules of the package that a file names in its imports, by their paths."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module=str(module)):
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            case ast.Import():
                names = [alias.name for alias in node.names]
            case _:
                continue
        for name in names:
            module_path = package.parent.joinpath(*name.split(".")).with_suffix(".py")
            if module_path.is_relative_to(package) and module_path.exists():
                found.add(module_path.relative_to(package).as_posix())
    return frozenset(found)


def _turned(names: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    turned: defaultdict[str, set[str]] = defaultdict(set)
    for one, others in names.items():
        for other in others:
            turned[other].add(one)
    return {other: frozenset(found) for other, found in turned.items()}
