"""What servers' logs told, to whoever reaches no server: clients, whose log is whole, and which logs are mute."""

from dataclasses import replace
from datetime import timedelta

from tlscheck.reporting.by_log import by_log
from tlscheck.reporting.client_row import ClientRow
from tlscheck.reporting.picture import Picture
from tlscheck.reporting.result import DatabaseResult
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding

from tests.examples import NOW
from tests.swept import client, row

DAYS = timedelta(days=35)
EXPORT = "It writes about 400 bytes into the log for each new connection. Then:"


def told(*databases: DatabaseResult) -> list[str]:
    return [f"{'  ' * each.depth}{each.text}" for each in by_log(databases, DAYS)]


def by_its_log(application: str) -> ClientRow:
    came = client(application, is_plaintext=True)
    return replace(came, plaintext=None, logged_plaintext=came.plaintext)


def whole(database: DatabaseResult) -> DatabaseResult:
    return replace(database, picture=Picture(NOW, NOW, 0, is_log_complete=True, week=(), said=""))


def mute(name: str, step: str = EXPORT) -> DatabaseResult:
    database = row(name)
    reason = "The log is not copied to CloudWatch Logs."
    status = Status.INFORMATIONAL
    found = Finding(database.arn, database.arn, "us-east-1", CheckId.CONNECTION_LOG, status, reason, step)
    return replace(database, findings=(found,))


def test_who_came_without_tls_is_named_by_database() -> None:
    clients = (by_its_log("nightly"), client("api"), client("looked", is_plaintext=True))
    came = '"nightly" as "orders" in "orders": by the log without TLS, last 2026-11-24 03 h UTC from 10.0.1.5.'
    lines = ["Without TLS in 35 days, by the servers' logs:", f"  orders: {came}"]
    assert told(row("orders", clients=clients)) == lines


def test_of_very_many_the_first_twenty_are_named() -> None:
    lines = told(row("orders", clients=tuple(by_its_log(f"job-{number}") for number in range(25))))
    assert len(lines) == 22
    assert lines[-1] == "  and 5 more clients: --json FILE has them, and --database ID"


def test_that_nobody_came_is_said_of_whole_logs_alone() -> None:
    assert told(row("orders")) == []
    nobody = "Nobody came without TLS in 35 days, by the logs that were read."
    known = "All who opened a connection are known by the log of: orders."
    assert told(whole(row("orders")), row("billing")) == [f"{nobody} {known}"]


def test_mute_logs_are_told_by_what_has_them_speak() -> None:
    lines = told(mute("orders"), mute("billing"), mute("odd\x1b[31m", "Let tlscheck read it."))
    assert lines == [
        "Logs that do not tell who connects:",
        "  2 databases (orders; billing)",
        "    orders: The log is not copied to CloudWatch Logs.",
        f"    {EXPORT}",
        "  1 database (odd [31m)",
        "    odd [31m: The log is not copied to CloudWatch Logs.",
        "    Let tlscheck read it.",
        "  --database ID has the commands for each.",
    ]
