"""Logs read by a sweep from a laptop, from the emulated CloudWatch Logs: what it says, asks and waits for."""

import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from tlscheck.edges import observing
from tlscheck.edges.command.main import main
from tlscheck.edges.discovering import discovered
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.laptop import environments, sweeping
from tlscheck.edges.laptop.log_cost import NotWantedError
from tlscheck.edges.laptop.sweeping import Swept, SweptAccount, sweep
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.request import Request
from tlscheck.ledger.reading_price import ReadingPrice
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.verdict.sending import Publish
from tlscheck.wire.targeting import not_tried

from tests import emulated_logs, storage
from tests.answers import instance
from tests.local_aws.emulator.account import ACCOUNT, REGION, EmulatedAccount
from tests.test_log_reading import TLS, line
from tests.test_rds import documented, group
from tests.words_of_here import from_here_said

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
OURS = Account("aws", ACCOUNT, REGION)
TERMS = SweepTerms(Request(regions=(REGION,)), evidence=3 * DAY, connects=False, reads_logs=True)
EXPORTED = ("postgresql",)


@dataclass
class Person:
    """Who watches: what was told, and whether the price is agreed to."""

    consent: bool = True
    prices: list[ReadingPrice] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    ends_after: int | None = None
    """Presses Ctrl-C once so many logs were read."""

    def lists(self, account: Account) -> None: ...

    def looks(self, sweep: Sweep, databases: Sequence[str]) -> None: ...

    def done(self, result: BatchResult) -> None: ...

    def waits(self, until: datetime) -> None: ...

    def stops(self) -> None: ...

    def agrees(self, price: ReadingPrice) -> bool:
        self.prices.append(price)
        return self.consent

    def reads(self, database: Database) -> None:
        self.read.append(database.identifier)
        if len(self.read) == self.ends_after:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def logs(account: EmulatedAccount) -> Iterator[EmulatedAccount]:
    emulated_logs.without_groups(account)
    yield account
    account.steer_logs()


def server(name: str, group: str = "logs-pg17", exports: Sequence[str] = EXPORTED) -> dict[str, Any]:
    arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}"
    changes = {"DBInstanceArn": arn, "EnabledCloudwatchLogsExports": list(exports)}
    return instance(name, group, CertificateDetails={"ValidTill": NOW + 300 * DAY}, **changes)


def listed(account: EmulatedAccount, *servers: dict[str, Any]) -> None:
    groups = {
        "logs-pg17": group("postgres17", rds__force_ssl="0", log_connections="1"),
        "quiet-pg17": group("postgres17", rds__force_ssl="0", log_connections="0"),
    }
    account.set_rds({REGION: documented(DBInstances=list(servers), DBParameterGroups=groups)})


def wrote(
    account: EmulatedAccount,
    name: str,
    *applications: str,
    hours: int = 75,
    late: timedelta = 3 * SECOND,
) -> None:
    """Each came every hour without TLS, and somebody with it; the service had each line so late."""
    each = [(NOW - hour * HOUR - HOUR / 10, who) for hour in range(hours) for who in (*applications, "")]
    lines = [(at, line(at, who) if who else line(at, "api", "10.0.0.7", TLS)) for at, who in sorted(each)]
    events = [
        {
            "timestamp": int(at.timestamp() * 1000),
            "message": text,
            "ingestionTime": int((at + late).timestamp() * 1000),
        }
        for at, text in lines
    ]
    account.put_log_events(f"/aws/rds/instance/{name}/postgresql", f"{name}.0", events)


def swept(person: Person | None = None, terms: SweepTerms = TERMS, ledger: Path | None = None) -> Swept:
    with ExitStack() as stack:
        kept = stack.enter_context(LedgerFile(OURS, ledger, datetime.now(UTC))) if ledger else LedgerMemory()
        where = SweptAccount(OURS, boto3.Session(region_name=REGION), kept)
        return sweep(where, replace(terms, remembers=ledger is not None), person or Person())


def rows(databases: Sequence[DatabaseResult]) -> dict[str, DatabaseResult]:
    return {each.identifier: each for each in databases}


def told(row: DatabaseResult, check: str) -> tuple[str, str]:
    (found,) = [each for each in row.findings if each.check == check]
    return found.status, found.reason


def calls(account: EmulatedAccount) -> dict[str, int]:
    return {
        call: times for call, times in account.take_calls().get(REGION, {}).items() if call.startswith("logs:")
    }


def test_who_came_without_tls_is_known_with_no_path_to_any_database(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly")
    reached: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        reached.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    person = Person()
    found = rows(swept(person).summary.databases)["orders"]
    status, reason = told(found, "plaintext-clients")
    assert status == "FAILED"
    assert '"nightly" as "app" in "orders" from 10.0.0.9, by log only' in reason
    assert [each.application for each in found.clients if each.is_plaintext] == ["nightly"]
    assert found.picture is not None
    assert found.picture.is_log_complete
    assert person.read == ["orders"]
    ours = int(logs.endpoint.rsplit(":", 1)[1])
    assert {port for _, port, *_ in reached} == {ours}


def test_it_says_of_each_database_what_the_deployed_sweep_says(logs: EmulatedAccount) -> None:
    listed(
        logs,
        *(server(name) for name in ("orders", "billing", "gone")),
        server("hidden", exports=()),
        server("quiet", "quiet-pg17"),
    )
    logs.client("logs").create_log_group(
        logGroupName="/aws/rds/instance/billing/postgresql", logGroupClass="INFREQUENT_ACCESS"
    )
    wrote(logs, "orders", "nightly")
    wrote(logs, "billing", "report", "dump")
    wrote(logs, "quiet", hours=0)
    time.sleep(2)  # of a group that is made this very second there is nothing to read yet
    here = rows(swept().summary.databases)
    there = rows(deployed(logs))
    assert here.keys() == there.keys() == {"orders", "billing", "gone", "hidden", "quiet"}
    for name, row in here.items():
        assert (row.verdict, row.tls_clients, row.plaintext_clients) == (
            there[name].verdict,
            there[name].tls_clients,
            there[name].plaintext_clients,
        )
        assert words(row) == from_here_said(words(there[name]))
    assert [each.application for each in here["billing"].clients if each.is_plaintext] == ["dump", "report"]


def words(row: DatabaseResult) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(each.check, each.status, each.reason, each.commands) for each in row.findings]


def deployed(account: EmulatedAccount) -> list[DatabaseResult]:
    """What Observe, at its own pace and with its table, says of the same."""
    with storage.table(account) as table:
        began = datetime.now(UTC)
        whole = Sweep("deployed", began, Depth.FULL)
        listing = environments.discovers(LedgerMemory(), TERMS)
        _, reached = discovered(listing, TERMS.request, whole, OURS, ())
        observes = ObserveEnvironment(
            table,
            "",
            "tlscheck",
            "",
            90 * DAY,
            3 * DAY,
            publish=Publish.NOTHING,
            log_overlap=timedelta(minutes=15),
            looks=lambda targets: tuple(
                not_tried(each.arn, "not connected to: this was asked for (--no-connect)") for each in targets
            ),
        )
        results = [
            observing.observe(batch, f"deployed-{number}", whole, observes)
            for number, batch in enumerate(reached.batches)
        ]
    return [row for result in results for row in result.databases]


def test_without_consent_not_a_line_is_read(logs: EmulatedAccount) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly")
    calls(logs)
    person = Person(consent=False)
    with pytest.raises(NotWantedError, match="agree to it with --yes"):
        swept(person)
    assert calls(logs).keys() == {"logs:DescribeLogGroups"}
    (price,) = person.prices
    assert price.logs.servers == 1
    assert price.usd == 0.0


def test_where_groups_may_not_be_described_the_price_is_not_known_and_the_log_is_read(
    logs: EmulatedAccount,
) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly")
    denied = {"code": "AccessDeniedException", "message": "not authorized"}
    logs.steer_logs(faults={REGION: {"DescribeLogGroups": denied}})
    person = Person()
    found = rows(swept(person).summary.databases)["orders"]
    (price,) = person.prices
    assert price.is_above(1000.0)
    assert told(found, "plaintext-clients")[0] == "FAILED"


def test_lines_that_may_not_be_read_are_told_and_no_claim_is_made(logs: EmulatedAccount) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly")
    denied = {"code": "AccessDeniedException", "message": "not authorized to perform: logs:FilterLogEvents"}
    logs.steer_logs(faults={REGION: {"FilterLogEvents": denied}})
    found = rows(swept().summary.databases)["orders"]
    assert told(found, "plaintext-clients")[0] == "NOT_OBSERVED"
    assert "logs:FilterLogEvents" in told(found, "connection-log")[1]


def test_a_region_that_throttles_is_waited_for(logs: EmulatedAccount) -> None:
    listed(logs, *(server(f"orders-{number}") for number in range(3)))
    for number in range(3):
        wrote(logs, f"orders-{number}", "nightly")
    throttled = {"code": "ThrottlingException", "message": "Rate exceeded", "share": 0.8}
    logs.steer_logs(faults={REGION: {"FilterLogEvents": throttled}})
    found = rows(swept().summary.databases)
    for number in range(3):
        row = found[f"orders-{number}"]
        assert told(row, "plaintext-clients")[0] == "FAILED"
        assert row.picture is not None
        assert row.picture.is_log_complete


def test_what_was_kept_is_not_read_again(logs: EmulatedAccount, tmp_path: Path) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly", hours=30 * 24)
    month = replace(TERMS, evidence=29 * DAY)
    calls(logs)
    first = swept(terms=month, ledger=tmp_path / "ledger")
    once = calls(logs)["logs:FilterLogEvents"]
    person = Person()
    again = swept(person, month, tmp_path / "ledger")
    assert once >= 29
    assert calls(logs)["logs:FilterLogEvents"] <= 4
    (price,) = person.prices
    assert price.logs.first == 0
    assert words(rows(again.summary.databases)["orders"]) == words(rows(first.summary.databases)["orders"])


@pytest.mark.usefixtures("interruptible")
def test_who_has_had_enough_leaves_holes_and_no_claim(logs: EmulatedAccount) -> None:
    listed(logs, *(server(f"orders-{number}") for number in range(2)))
    wrote(logs, "orders-0", hours=4)
    wrote(logs, "orders-1", hours=60 * 24)
    found = swept(Person(ends_after=1), replace(TERMS, evidence=50 * DAY))
    assert found.is_stopped
    stopped = rows(found.summary.databases)["orders-1"]
    assert told(stopped, "plaintext-clients")[0] == "NOT_OBSERVED"
    assert "it was stopped" in told(stopped, "connection-log")[1] or stopped.error


def test_passes_between_read_no_log(logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(logs, server("orders"))
    wrote(logs, "orders", "nightly")
    monkeypatch.setattr(sweeping, "BETWEEN", 0.5)
    person = Person()
    found = swept(person, replace(TERMS, watching=timedelta(seconds=4)))
    assert found.passes >= 4
    assert person.read in (["orders"] * 2, ["orders"] * 3)
    assert told(rows(found.summary.databases)["orders"], "plaintext-clients")[0] == "FAILED"


def test_the_command_reads_nothing_that_costs_more_than_it_may_ask_for(
    logs: EmulatedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    listed(logs, server("orders"))
    logs.client("logs").create_log_group(
        logGroupName="/aws/rds/instance/orders/postgresql", logGroupClass="INFREQUENT_ACCESS"
    )
    wrote(logs, "orders", "nightly")
    words = ["sweep", "--logs", "--no-connect", "--days", "3", "--region", REGION, "--ask-above", "0"]
    calls(logs)
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "1 by Logs Insights: at most about" in said.err
    assert "Nobody can be asked here: --yes agrees to it." in said.err
    assert "logs were not read, for their price; agree to it with --yes" in said.err
    assert calls(logs).keys() == {"logs:DescribeLogGroups"}
    assert main([*words, "--yes"]) == 1
    assert 'orders: "nightly" as "app" in "orders": by the log without TLS' in capsys.readouterr().out
