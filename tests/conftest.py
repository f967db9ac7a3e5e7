"""The emulated account as a Lambda finds it: one emulator a test process, and the environment that leads to it."""

import re
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tlscheck.edges.aws import session

from tests import properties, pythons
from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.world import MARKER, holds_nothing_else, needs_the_world


def pytest_configure(config: pytest.Config) -> None:
    """Test modules are imported later: what they say of their examples is in proportion to this."""
    properties.use(config.getoption("--hypothesis-profile") or "tlscheck")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What this run cannot try."""
    if config.option.markexpr == f"not {MARKER}":
        return []
    from tests.rehearsing import programs  # noqa: PLC0415 - it imports drivers, which a worker may never need

    return [each for each in (pythons.absent(), programs.absent()) if each]


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatedAccount]:
    """Shared by the tests of this process: use `account`, which hands it out clean."""
    with EmulatedAccount() as account:
        yield account


@pytest.fixture
def account(emulator: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAccount]:
    """The emulated account with an RDS that holds nothing; boto3 finds it through the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    emulator.set_rds({})
    emulator.take_calls()
    # Clients are kept for the life of a function: here the account changes under them.
    session.forget()
    yield emulator
    session.forget()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT ends what the test starts, also where a shell began all this in the background, SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Some files cannot even be imported before a build, or before PostgreSQL's older versions are there."""
    left_out = config.option.markexpr == f"not {MARKER}" and collection_path.name.startswith("test_")
    return True if left_out and holds_nothing_else(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make test-fast` and `make mutate` leave out, before -m looks for the marker."""
    for item in items:
        if isinstance(item, pytest.Function) and needs_the_world(item):
            item.add_marker(MARKER)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes how often a property was tried, where other processes' reports are gathered too."""
    report = yield
    if report.when == "call" and (statistics := getattr(item, "hypothesis_statistics", "")):
        tried = sum(int(number) for number in re.findall(r"(\d+) (?:passing|failing|invalid)", statistics))
        report.user_properties.append((properties.EXAMPLES, tried))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how often properties were tried."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    tried = [value for report in reports for name, value in report.user_properties if name == properties.EXAMPLES]
    if tried:
        terminalreporter.write_line(f"hypothesis tried {len(tried)} properties with {sum(tried)} examples")
