"""What runs the tests of a trial, and how: plugins of the pytest that a fork starts."""

import os
import signal
from collections.abc import Sequence

import hypothesis
import pytest

from tests.mutation.coverage import Coverage

PATIENCE = 5.0
"""Seconds of processor time that any test has, on top of ten times what it needs without a change."""

TIMED_OUT = 99
"""Exit code of a trial whose test went on for longer."""


class Profile:
    """Properties try the same examples each time, and a failure is enough: nobody reads a smaller one."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutation", hypothesis.settings.default, derandomize=True, database=None, phases=phases
        )
        hypothesis.settings.load_profile("mutation")


class Judge:
    """A plugin of pytest that runs the chosen tests in their order, bounds each, and says which one noticed."""

    def __init__(self, tests: Sequence[str], learnt: Coverage, writing: int) -> None:
        self.places = {test: place for place, test in enumerate(tests)}
        self.functions = {test.split("[")[0] for test in tests}
        self.learnt = learnt
        self.writing = writing
        self.last = "collection"
        signal.signal(signal.SIGPROF, self._time_is_up)
        signal.setitimer(signal.ITIMER_PROF, 6 * PATIENCE)

    def _time_is_up(self, *_: object) -> None:
        self.say(self.last)
        os._exit(TIMED_OUT)

    def say(self, test: str) -> None:
        """To the process that forked this one."""
        os.write(self.writing, test.encode()[:1000])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A case that there is only with the change belongs to its test."""
        known = self.learnt.seconds.keys() | set(self.learnt.failed)
        chosen = [
            item
            for item in items
            if item.nodeid in self.places
            or (item.nodeid not in known and item.nodeid.split("[")[0] in self.functions)
        ]
        items[:] = sorted(chosen, key=lambda item: self.places.get(item.nodeid, len(self.places)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Processor time, not the clock's: a busy machine is no reason to call a change noticed."""
        self.last = item.nodeid
        signal.setitimer(signal.ITIMER_PROF, PATIENCE + 10 * self.learnt.seconds.get(item.nodeid, 1.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.say(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.say(f"the import of {report.nodeid}")
