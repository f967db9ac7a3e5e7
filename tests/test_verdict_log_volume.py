"""What logging connections would write and cost, and what keeps the log from being read, word for word."""

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.logged import Hole, Logged, Stretch
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.log_volume import bytes_of_one

from tests.examples import NOW, cluster, database, evidence
from tests.logged import DAY, logged
from tests.verdicts import having, says

PRICES = Path(__file__).parent.parent / "docs" / "prices.toml"
OFF = having(log_connections="0")
UNKNOWN = (
    "It writes about 600 bytes into the log for each new connection. How many connect anew is not known here: a"
    " million of them are about 0.6 GB, for which CloudWatch Logs takes 0.30 USD (0.50 USD a GB, list price of"
    " us-east-1)."
)
DOWNLOAD = (
    "Or deploy tlscheck with LogFileDownload=ENABLED: nothing is paid for the log then, but Observe may download "
    "all instances' log files, statements in them too, and takes of RDS's API and of the instance for it; files "
    "are kept for some days only."
)
LOGGED = "Connections are logged (log_connections in orders-pg17)."
NOT_COPIED = "copied to CloudWatch Logs, where tlscheck would read it (its exports lack postgresql)."


def judged(of: Any = None, **more: Any) -> Finding:
    return says("connection-log", evidence(of or database(), **more))


@pytest.mark.parametrize(
    ("a_day", "said"),
    [
        (
            0.4,
            (
                "about 0 new connections a day, as its log has them, that is less than 1 MB a day, for which"
                " CloudWatch Logs takes less than 0.01 USD a month"
            ),
        ),
        (
            5_000.4,
            (
                "about 5,000 new connections a day, as its log has them, that is 3 MB a day, for which CloudWatch"
                " Logs takes 0.05 USD a month"
            ),
        ),
        (
            1_234_567,
            (
                "about 1,000,000 new connections a day, as its log has them, that is 600 MB a day, for which"
                " CloudWatch Logs takes 9.12 USD a month"
            ),
        ),
        (
            5e8,
            (
                "about 500,000,000 new connections a day, as its log has them, that is 300 GB a day, for which"
                " CloudWatch Logs takes 5,000 USD a month"
            ),
        ),
    ],
)
def test_what_it_would_write_here_is_told_by_the_rate_that_was_measured(a_day: float, said: str) -> None:
    assert said in judged(database(settings=OFF), logged=logged(a_day=a_day)).next_step
    # The next figure differs from day to day; what is said does not.
    other = judged(database(settings=OFF), logged=logged(a_day=a_day * 1.02))
    assert other.next_step == judged(database(settings=OFF), logged=logged(a_day=a_day)).next_step


def test_where_it_was_not_measured_it_is_said_to_be_unknown() -> None:
    assert judged(database(settings=OFF)).next_step.startswith(
        f"{RESTARTS} {UNKNOWN} See that there is room for them"
    )


RESTARTS = "This restarts the server, which interrupts every connection."


def test_the_price_is_that_of_the_list_of_prices() -> None:
    listed = tomllib.loads(PRICES.read_text())
    assert [
        table["logs_gb"] for table in (listed, *listed.values()) if isinstance(table, dict) and "logs_gb" in table
    ] == [0.5]
    assert "(0.50 USD a GB" in UNKNOWN


def test_a_longer_prefix_writes_more() -> None:
    newer = "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a"
    of = database(settings=having(log_connections="0", log_line_prefix=newer))
    assert "about 800 bytes" in judged(of).next_step


@pytest.mark.parametrize("exports", [(), ("upgrade",)])
def test_a_log_that_is_not_copied_is_said_with_the_command_that_copies_it(exports: tuple[str, ...]) -> None:
    finding = judged(database(log_exports=exports))
    assert (finding.status, finding.reason) == (Status.INFORMATIONAL, f"{LOGGED} The log is not {NOT_COPIED}")
    assert finding.next_step == f"{UNKNOWN} All else that the server logs is copied too. {DOWNLOAD} To copy it:"
    assert finding.commands == (
        (
            "aws rds modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
            "--cloudwatch-logs-export-configuration EnableLogTypes=postgresql --no-apply-immediately"
        ),
    )


def test_where_its_files_may_be_downloaded_and_cannot_it_is_said_why_and_not_advised() -> None:
    denied = (Stretch(NOW - 40 * DAY, NOW), "rds:DescribeDBLogFiles: AccessDenied: not authorized")
    finding = judged(database(log_exports=()), logged=logged(covered=(), holes=[denied]))
    assert finding.reason == (
        f"{LOGGED} The log is not {NOT_COPIED} Its log was not read: rds:DescribeDBLogFiles: AccessDenied: not"
        " authorized."
    )
    assert "LogFileDownload" not in finding.next_step
    assert finding.next_step.endswith("is copied too. Then:")
    off = (Stretch(NOW - 40 * DAY, NOW), "its log is not exported to CloudWatch Logs")
    without = judged(database(log_exports=()), logged=logged(covered=(), holes=[off]))
    assert without.reason == f"{LOGGED} The log is not {NOT_COPIED}"
    assert DOWNLOAD in without.next_step


def test_of_a_cluster_whose_members_files_cannot_be_downloaded_it_is_said_once() -> None:
    denied = (Stretch(NOW - 40 * DAY, NOW), "rds:DescribeDBLogFiles: AccessDenied: not authorized")
    of_member = logged(covered=(), holes=[denied])
    finding = judged(cluster(log_exports=()), member_logs={"ledger-1": of_member, "ledger-2": of_member})
    assert finding.reason.count("Its log was not read: rds:DescribeDBLogFiles: AccessDenied: not authorized.") == 1
    assert "LogFileDownload" not in finding.next_step


def test_a_log_that_was_downloaded_passes() -> None:
    finding = judged(database(log_exports=()), logged=logged())
    assert (finding.status, finding.reason) == (Status.PASSED, LOGGED)


def test_of_a_cluster_the_command_is_the_cluster_s() -> None:
    finding = judged(cluster(log_exports=()))
    assert finding.commands == (
        (
            "aws rds modify-db-cluster --region us-east-1 --db-cluster-identifier ledger "
            "--cloudwatch-logs-export-configuration EnableLogTypes=postgresql --no-apply-immediately"
        ),
    )


def test_it_is_said_beside_that_connections_are_not_logged() -> None:
    finding = judged(database(settings=OFF, log_exports=()))
    assert finding.reason.endswith(f": clients between two looks leave no trace. Nor is the log {NOT_COPIED}")
    assert "log_connections" in finding.commands[0]


@pytest.mark.parametrize(
    "of",
    [database(log_exports=None), database(log_exports=("postgresql", "upgrade"))],
    ids=["by an earlier version", "copied"],
)
def test_a_log_that_is_copied_or_of_which_that_is_not_known_passes(of: Any) -> None:
    assert (judged(of).status, judged(of).reason) == (Status.PASSED, LOGGED)


def test_a_log_that_is_read_otherwise_needs_no_copy() -> None:
    assert judged(database(log_exports=()), logged=logged()).status is Status.PASSED


@pytest.mark.parametrize("language", ["", "C", "C.UTF-8", "POSIX", "en_US.UTF-8", "en_GB", "en", "EN_us"])
def test_english_is_understood(language: str) -> None:
    assert judged(database(settings=having(lc_messages=language))).status is Status.PASSED


@pytest.mark.parametrize("language", ["de_DE.UTF-8", "ja_JP", "eng_US", "English_United States.1252"])
def test_another_language_is_said_not_to_be_understood(language: str) -> None:
    finding = judged(database(settings=having(lc_messages=language)))
    assert (finding.status, finding.reason) == (
        Status.INFORMATIONAL,
        (
            f"Connections are logged, but lc_messages in orders-pg17 is {language}: tlscheck understands the"
            " server's words in English alone."
        ),
    )
    assert "ParameterName=lc_messages,ParameterValue=C," in finding.commands[0]


def test_a_log_that_could_not_be_read_is_said_in_the_words_of_the_reason() -> None:
    hole = (Stretch(NOW - 40 * DAY, NOW), "logs:FilterLogEvents: AccessDenied\x1b[0m")
    finding = judged(logged=logged(covered=[], holes=[hole]))
    assert (finding.status, finding.reason, finding.next_step) == (
        Status.INFORMATIONAL,
        f"{LOGGED} Its log was not read: logs:FilterLogEvents: AccessDenied [0m.",
        "Open what the reason names, so that tlscheck can read the log.",
    )
    part = judged(logged=logged(covered=[Stretch(NOW - 2 * DAY, NOW)], holes=[hole]))
    assert part.status is Status.PASSED


REAL = {
    # What servers wrote of one connection by psql with TLS and a password; PGDATA stands for RDS's own folder.
    "13.22": (
        (
            "2026-11-24 02:32:26 UTC:127.0.0.1(53826):[unknown]@[unknown]:[12630]:LOG:  connection received: "
            "host=127.0.0.1 port=53826"
        ),
        (
            "2026-11-24 02:32:26 UTC:127.0.0.1(53826):app@postgres:[12630]:LOG:  connection authorized: user=app "
            "database=postgres application_name=billing app;v1.2 SSL enabled (protocol=TLSv1.3, "
            "cipher=TLS_AES_256_GCM_SHA384, bits=256, compression=off)"
        ),
    ),
    "17.6": (
        (
            "2026-11-24 02:32:31 UTC:127.0.0.1(51708):[unknown]@[unknown]:[12874]:LOG:  connection received: "
            "host=127.0.0.1 port=51708"
        ),
        (
            "2026-11-24 02:32:31 UTC:127.0.0.1(51708):app@postgres:[12874]:LOG:  connection authenticated: "
            'identity="app" '
            "method=scram-sha-256 (PGDATA/pg_hba.conf:2)"
        ),
        (
            "2026-11-24 02:32:31 UTC:127.0.0.1(51708):app@postgres:[12874]:LOG:  connection authorized: user=app "
            "database=postgres application_name=billing app;v1.2 SSL enabled (protocol=TLSv1.3, "
            "cipher=TLS_AES_256_GCM_SHA384, bits=256)"
        ),
    ),
    "18.1": (
        (
            "2026-11-24 02:32:32 UTC:127.0.0.1(50444):app@postgres:[12907]:LOG:  connection authorized: user=app "
            "database=postgres application_name=billing app;v1.2 SSL enabled (protocol=TLSv1.3, "
            "cipher=TLS_AES_256_GCM_SHA384, bits=256)"
        ),
    ),
}


@pytest.mark.parametrize("version", REAL)
def test_what_is_said_of_a_connection_is_about_what_real_servers_wrote(version: str) -> None:
    folder = "/rdsdbdata/config"
    lines = [line.replace("PGDATA", folder) for line in REAL[version]]
    # CloudWatch Logs counts 26 bytes of each event beside its text.
    wrote = sum(len(line) + 26 for line in lines)
    finding = judged(database(settings=OFF, engine_version=version))
    said = re.search(r"It writes about (\d+) bytes", finding.next_step)
    assert said is not None
    assert 0.8 * wrote <= int(said[1]) <= 1.3 * wrote


MINUTE = timedelta(minutes=1)


def late(lag: timedelta, again: timedelta = 15 * MINUTE, days: int = 1) -> Finding:
    measured = {NOW.replace(hour=0) - days * DAY: lag}
    return judged(having_log(), logged=logged(late=measured, again=again))


def having_log() -> Database:
    return database(settings=having(log_connections="1"))


@pytest.mark.parametrize(
    ("lag", "told"),
    [(0, "1 minute"), (42, "1 minute"), (61, "2 minutes"), (900, "15 minutes")],
)
def test_how_late_lines_come_is_told_so_that_it_does_not_change_with_each_of_them(lag: int, told: str) -> None:
    found = late(timedelta(seconds=lag))
    assert found.status is Status.PASSED
    assert found.reason == f"{LOGGED} Its lines come up to {told} late, and the last 15 minutes are read again."


@pytest.mark.parametrize(
    ("lag", "told", "step"),
    [
        (
            15 * MINUTE + MINUTE / 60,
            "up to 30 minutes",
            "Set LogOverlapMinutes of tlscheck's stack to 30 or more.",
        ),
        (61 * MINUTE, "up to 2 hours", "Set LogOverlapMinutes of tlscheck's stack to 120 or more."),
        (1440 * MINUTE, "up to 24 hours", "Set LogOverlapMinutes of tlscheck's stack to 1440 or more."),
        (
            1441 * MINUTE,
            "more than a day",
            "Find out why its lines come so late: LogOverlapMinutes reads a day again at most.",
        ),
    ],
)
def test_lines_that_come_after_the_next_reading_are_warned_of(lag: timedelta, told: str, step: str) -> None:
    found = late(lag)
    assert (found.status, found.next_step) == (Status.WARNING, step)
    assert found.reason == (
        f"{LOGGED} Its lines come {told} late, and no more than 15 minutes are read again: some may be missing"
        " until the next full sweep."
    )


def test_of_lines_that_were_late_long_ago_or_by_an_earlier_version_nothing_is_said() -> None:
    for found in (late(60 * MINUTE, days=8), judged(having_log(), logged=logged())):
        assert (found.status, found.reason) == (Status.PASSED, LOGGED)


def by_member(logs: dict[str, Logged], **of: Any) -> Finding:
    known = cluster(log_exports=("postgresql",), **of)
    return says("connection-log", evidence(known, member_logs=logs))


WHOLE = Stretch(NOW - 35 * DAY, NOW)
NOT_EXPORTED = Hole(WHOLE, "its log is not exported to CloudWatch Logs")


def test_of_a_cluster_each_member_s_log_is_told_by_its_name() -> None:
    logs = {
        "orders-2": Logged(holes=(NOT_EXPORTED,), read_at=NOW),
        "orders-1": Logged((WHOLE,), read_at=NOW),
        "orders-3": Logged(
            (Stretch(NOW - 3 * DAY, NOW),), (Hole(WHOLE, "denied"),), {}, {}, {}, {"it was cut": NOW}
        ),
    }
    found = by_member(logs)
    assert (found.status.value, found.reason) == (
        "INFORMATIONAL",
        (
            "Connections are logged (log_connections in orders-pg17). orders-1: its log covers all of the last 35 "
            "days. orders-2: its log was not read: its log is not exported to CloudWatch Logs. orders-3: its log "
            "covers nothing before 2026-11-21: denied. Its log has lines that may tell of clients and were not "
            "understood; of such a line: it was cut."
        ),
    )
    assert found.next_step == "Open what the reason names, so that tlscheck can read the log."
    assert by_member({"orders-1": logs["orders-1"]}).status.value == "PASSED"
    # Nobody is told anew because a day went by.
    later = logs | {"orders-3": replace(logs["orders-3"], covered=(Stretch(NOW - 2 * DAY, NOW),))}
    assert by_member(later).digest() == found.digest()
    assert by_member({"orders-1": Logged()}).reason == "Connections are logged (log_connections in orders-pg17)."


def test_of_a_cluster_the_members_rates_add_up() -> None:
    off = having(log_connections="0")
    told = by_member({"a": Logged(a_day=1_000), "b": Logged(a_day=2_000)}, settings=off).next_step
    assert "With about 3,000 new connections a day, as its members' logs have them, that is" in told
    told = by_member({"a": Logged(a_day=1), "b": Logged()}, settings=off).next_step
    assert "How many connect anew is not known here" in told


def test_the_page_of_logs_says_what_a_connection_writes_as_the_finding_does() -> None:
    """Rounded outward to fifties: by version, and by both of RDS's prefixes."""
    page = (PRICES.parent / "log.md").read_text().replace("\n", " ")
    said = re.search(
        r"two lines up to PostgreSQL 13, three up to 17 and one from 18 on, some (\d+) to (\d+) b", page
    )
    assert said is not None
    newer = "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a"
    bytes_each = [
        bytes_of_one(database(engine_version=version, settings=Settings("g", {"log_line_prefix": prefix})))
        for version in ("13.20", "14.18", "17.5", "18.1")
        for prefix in ("%t:%r:%u@%d:[%p]:", newer)
    ]
    least, most = (int(each) for each in said.groups())
    assert (min(bytes_each) // 50 * 50, max(bytes_each) // 50 * 50) == (least, most)
