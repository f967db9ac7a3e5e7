"""One server's log read from the emulated CloudWatch Logs, which pages, delays and refuses as the service does."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.edges import log_reading
from tlscheck.edges.aws import logs_insights
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.former import Former, Predecessor
from tlscheck.inventory.settings import Settings
from tlscheck.ledger import log_price
from tlscheck.ledger.log_joining import join
from tlscheck.ledger.logged import LeftOut, Logged, Reading, Stretch
from tlscheck.ledger.reading_plan import Rhythm

from tests.examples import database
from tests.local_aws.emulator.account import EmulatedAccount

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVIDENCE = 3 * DAY
GROUP, CLUSTER = "/aws/rds/instance/orders/postgresql", "/aws/rds/cluster/ledger/postgresql"
NOTHING = Logged()
SAMPLE, FULL = (Rhythm(HOUR / 4, is_full=is_full) for is_full in (False, True))
NOW = datetime.now(UTC).replace(minute=30, second=0, microsecond=0) - HOUR
ORDERS = database(identifier="orders", region="us-east-1", settings=Settings("orders", {}))


@pytest.fixture
def logs(account: EmulatedAccount) -> Iterator[EmulatedAccount]:
    account.steer_logs(queries_run=0)
    client = account.client("logs")
    for group in client.describe_log_groups()["logGroups"]:
        client.delete_log_group(logGroupName=group["logGroupName"])
    account.take_calls()
    yield account
    account.steer_logs()


def line(at: datetime, application: str = "", address: str = "10.0.0.9", tls: str = "") -> str:
    named = f" application_name={application}" if application else ""
    return (
        f"{at:%Y-%m-%d %H:%M:%S} UTC:{address}(50123):app@orders:[77]:LOG:  connection authorized: user=app"
        f" database=orders{named}{tls}"
    )


TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"


def put(
    account: EmulatedAccount, *lines: tuple[datetime, str], group: str = GROUP, stream: str = "orders.0"
) -> None:
    events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(lines)]
    account.put_log_events(group, stream, events)


def every_hour(account: EmulatedAccount, hours: int = 80, application: str = "nightly") -> None:
    moments = [NOW - hour * HOUR - HOUR / 10 for hour in range(hours)]
    put(account, *((at, line(at, application)) for at in moments))


def read(
    logged: Logged = NOTHING,
    of: Database = ORDERS,
    rhythm: Rhythm = FULL,
    *,
    seconds: float = 60.0,
    evidence: timedelta = EVIDENCE,
    now: datetime = NOW,
    first_read: float = 20.0 * 1024**3,
) -> Reading:
    terms = ReadingTerms(evidence, rhythm, "tlscheck", first_read)
    return log_reading.read(of, logged, terms, now, time.monotonic() + seconds)


SECOND = timedelta(seconds=1)
SILENT = "no line of any connection in that time"
"""Before the first line that was read, and after the last."""


def whys(reading: Reading) -> set[str]:
    return {each.why for each in reading.logged.holes}


def calls(account: EmulatedAccount) -> dict[str, int]:
    return account.take_calls().get("us-east-1", {})


def test_a_log_with_a_line_in_each_hour_is_covered_from_end_to_end(logs: EmulatedAccount) -> None:
    every_hour(logs)
    reading = read(evidence=2 * DAY)
    first, last = NOW - 48 * HOUR - HOUR / 10, NOW - HOUR / 10
    assert reading.logged.covered == (Stretch(first, last + SECOND),)
    assert whys(reading) == {SILENT}
    assert [(each.who.application, each.logged_tls) for each in reading.clients] == [("nightly", None)]
    assert reading.logged.a_day == pytest.approx(24, rel=0.05)


def test_hours_without_a_line_are_holes_and_not_covered(logs: EmulatedAccount) -> None:
    put(logs, (NOW - 5 * DAY, line(NOW - 5 * DAY)), (NOW - HOUR, line(NOW - HOUR)))
    reading = read(evidence=DAY)
    assert reading.logged.covered == (Stretch(NOW - HOUR, NOW - HOUR + SECOND),)
    assert whys(reading) == {SILENT}


def test_of_what_was_silent_it_is_said_that_log_connections_is_off(logs: EmulatedAccount) -> None:
    put(logs, (NOW - 5 * DAY, f"{NOW - 5 * DAY:%Y-%m-%d %H:%M:%S} UTC::@:[7]:LOG:  checkpoint starting: time"))
    told = [
        whys(read(of=replace(ORDERS, settings=Settings("orders", {"log_connections": value}))))
        for value in ("0", "1", "")
    ]
    silent = "no line of any connection in that time"
    assert told == [{f"{silent}: log_connections was off when it was read"}, {silent}, {silent}]


def test_a_session_is_found_with_the_alert_before_it_which_another_sweep_read(logs: EmulatedAccount) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    put(logs, *((midnight + number * HOUR, line(midnight + number * HOUR)) for number in range(-24, 24)))
    alert = (
        f"{midnight - HOUR / 1200:%Y-%m-%d %H:%M:%S} UTC:10.0.0.7(50120):[unknown]@[unknown]:[76]:LOG:  could not "
        "accept SSL connection: tlsv1 alert unknown ca"
    )
    put(logs, (midnight - HOUR / 1200, alert), (midnight, line(midnight, "fell", "10.0.0.7")), stream="orders.1")
    before = Logged(covered=(Stretch(midnight - 3 * DAY, midnight),))
    newest = read(before, rhythm=Rhythm(timedelta(), is_full=False)).logged
    assert [each.application for each in newest.fallbacks] == ["fell"]
    assert newest.covered == (Stretch(midnight, NOW.replace(minute=0) + SECOND),)


def test_empty_pages_are_followed(logs: EmulatedAccount) -> None:
    logs.steer_logs(examined=5, empty_first=True)
    statements = [(NOW - HOUR, f"{number} SELECT 'connection refused'") for number in range(20)]
    put(logs, *statements, (NOW - HOUR / 2, line(NOW - HOUR / 2, "seldom")))
    reading = read(rhythm=SAMPLE, evidence=DAY / 8)
    assert [each.who.application for each in reading.clients] == ["seldom"]


def test_a_member_reads_its_own_streams_of_its_clusters_group(logs: EmulatedAccount) -> None:
    at = NOW - HOUR / 4
    put(logs, (at, line(at, "mine")), group=CLUSTER, stream="ledger-1.0")
    put(logs, (at, line(at, "other")), group=CLUSTER, stream="ledger-10.0")
    member = database(identifier="ledger-1", kind=Kind.MEMBER, cluster="ledger", region="us-east-1")
    assert [each.who.application for each in read(of=member).clients] == ["mine"]


def arrive(account: EmulatedAccount, *lines: tuple[datetime, timedelta], application: str = "") -> None:
    """Lines of these moments, each so long after its own."""
    events = [
        {
            "timestamp": int(at.timestamp() * 1000),
            "message": line(at, application),
            "ingestionTime": int((at + lag).timestamp() * 1000),
        }
        for at, lag in lines
    ]
    account.put_log_events(GROUP, "orders.0", events)


LATE, LATER = timedelta(seconds=42), 3 * HOUR


@pytest.mark.parametrize("group_class", ["STANDARD", "INFREQUENT_ACCESS"])
def test_how_late_lines_came_is_measured_day_by_day_however_they_are_read(
    logs: EmulatedAccount, group_class: str
) -> None:
    """Of each day the latest line; in the middle of the night before the day is over the other's."""
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass=group_class)
    midnight = NOW.replace(hour=0, minute=0)
    arrived = [
        (midnight - 2 * HOUR, HOUR / 60),
        (midnight - HOUR, LATER),
        (midnight + HOUR / 60, timedelta()),
        (NOW - HOUR / 60, LATE),
    ]
    arrive(logs, *arrived)
    found = read(evidence=2 * DAY).logged
    assert found.late == {midnight - DAY: LATER, midnight: LATE}
    assert (found.lag(NOW), found.lag(NOW + 7 * DAY)) == (LATER, None)


def test_a_line_that_comes_after_the_next_reading_is_found_by_the_full_sweep_which_then_knows_how_late(
    logs: EmulatedAccount,
) -> None:
    came = NOW - 2 * HOUR
    arrive(logs, (came - HOUR / 2, LATE), (came + HOUR * 9 / 10, LATE), (NOW - HOUR / 6, LATE))
    before = join(NOTHING, read(rhythm=SAMPLE, now=NOW - HOUR, evidence=DAY).logged)
    arrive(logs, (came, HOUR * 3 / 2), application="late")
    sample = read(before, rhythm=SAMPLE, evidence=DAY)
    assert "late" not in {each.who.application for each in sample.clients}
    full = read(join(before, sample.logged), rhythm=FULL, evidence=DAY)
    assert "late" in {each.who.application for each in full.clients}
    assert full.logged.lag(NOW) == HOUR * 3 / 2


@pytest.mark.parametrize("kind", [Kind.CLUSTER, Kind.PROXY])
def test_of_what_is_no_server_nothing_is_asked(logs: EmulatedAccount, kind: Kind) -> None:
    assert read(of=database(kind=kind)) == Reading()
    assert calls(logs) == {}


def test_a_log_that_is_not_exported_is_not_asked_for(logs: EmulatedAccount) -> None:
    found = read(of=database(identifier="orders", region="us-east-1", log_exports=("upgrade",)))
    assert whys(found) == {"its log is not exported to CloudWatch Logs"}
    assert calls(logs) == {}


@pytest.mark.parametrize("rhythm", [FULL, SAMPLE])
@pytest.mark.usefixtures("logs")
def test_a_group_that_is_not_there_is_a_reason(rhythm: Rhythm) -> None:
    known = Logged(read_at=NOW - HOUR)
    found = read(known, rhythm=rhythm)
    assert whys(found) == {"there is no log group /aws/rds/instance/orders/postgresql"}
    assert found.logged.covered == ()


@pytest.mark.parametrize("operation", ["FilterLogEvents", "DescribeLogGroups"])
def test_a_denial_is_a_reason_and_a_group_that_may_not_be_described_is_read(
    logs: EmulatedAccount, operation: str
) -> None:
    every_hour(logs)
    denied = {"code": "AccessDeniedException", "message": "not authorized", "status": 400}
    logs.steer_logs(faults={"us-east-1": {operation: denied}})
    found = read()
    if operation == "DescribeLogGroups":
        assert (whys(found), len(found.logged.covered)) == ({SILENT}, 1)
    else:
        assert whys(found) == {"logs:FilterLogEvents: AccessDeniedException: not authorized"}
        assert found.logged.covered == ()


def test_what_was_covered_stays_so_when_the_log_cannot_be_read_any_more(logs: EmulatedAccount) -> None:
    every_hour(logs)
    before = read(now=NOW - 2 * HOUR).logged
    denied = {"code": "AccessDeniedException", "message": "no", "status": 400}
    logs.steer_logs(faults={"us-east-1": {"FilterLogEvents": denied}})
    after = join(before, read(before).logged)
    assert after.covered == before.covered
    *_, hole = after.holes
    assert hole.stretch == Stretch(NOW - 2 * HOUR, NOW)
    assert whys(Reading((), after)) == {SILENT, "logs:FilterLogEvents: AccessDeniedException: no"}


def test_what_time_ran_out_for_is_a_hole_that_the_next_sweep_fills(logs: EmulatedAccount) -> None:
    every_hour(logs)
    none = read(seconds=-1)
    assert whys(none) == {"not read yet: this sweep had no time left"}
    assert (none.logged.covered, calls(logs)) == ((), {})
    assert whys(Reading((), join(none.logged, read(none.logged).logged))) == {SILENT}


def test_a_server_with_too_many_lines_is_counted_at_the_service(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reading, "MOST_PAGES", 2)
    logs.steer_logs(examined=3, queries_run=0)
    every_hour(logs)
    put(logs, *((NOW - HOUR * 5, line(NOW - HOUR * 5, "encrypted", tls=TLS)) for _ in range(40)))
    found = read()
    assert whys(found) == {SILENT}
    ways = {each.who.application: (each.logged_tls, each.logged_plaintext) for each in found.clients}
    assert ways.keys() == {"nightly", "encrypted"}
    assert ways["nightly"][0] is None
    assert ways["encrypted"][1] is None
    assert found.logged.a_day == pytest.approx((73 + 40) / 3, rel=0.05)
    asked = calls(logs)
    assert asked["logs:StartQuery"] >= 3


def test_a_month_of_few_lines_is_read_page_by_page(logs: EmulatedAccount) -> None:
    """Each day is a page at least: were those all that a sweep reads, the rest would be paid for."""
    every_hour(logs, 35 * 24)
    found = read(evidence=34 * DAY)
    assert len(found.logged.covered) == 1
    asked = calls(logs)
    assert asked["logs:FilterLogEvents"] >= 34
    assert "logs:StartQuery" not in asked


def test_a_group_that_cannot_be_read_page_by_page_is_counted(logs: EmulatedAccount) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    assert len(read().logged.covered) == 1
    sample = read(Logged(read_at=NOW - HOUR), rhythm=SAMPLE)
    assert [each.who.application for each in sample.clients] == ["nightly"]


def test_what_counting_costs_is_told_before_and_what_would_cost_much_is_not_counted(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    told: list[dict[str, object]] = []
    monkeypatch.setattr(log_reading.logger, "info", lambda _, **fields: told.append(fields))
    read(evidence=DAY)
    about = [
        (int(str(each["about_bytes"])), datetime.fromisoformat(str(each["until"])), str(each["since"]))
        for each in told
    ]
    hours = [(until - datetime.fromisoformat(since)) / HOUR for _, until, since in about]
    assert sum(hours) == pytest.approx(24.5)
    # What is stored is compressed, as AWS assumes; here it is not, which is known of what is asked for next.
    assert about[0][0] == pytest.approx(hours[0] * 170 / 0.15, rel=0.3)
    assert sum(each for each, _, _ in about[1:]) == pytest.approx(sum(hours[1:]) * 170, rel=0.3)
    logs.take_calls()
    monkeypatch.setattr(log_price, "MOST_SCANNED", 10)
    found = read(evidence=DAY)
    assert whys(found) == {"too much for Logs Insights to scan: an hour of it is more than 0 GB"}
    assert "logs:StartQuery" not in calls(logs)


def test_an_owner_bounds_what_is_counted_of_an_older_log_for_good(logs: EmulatedAccount) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs, 240)
    most = 84 * 175.0
    first = read(evidence=9 * DAY, first_read=most)
    (hole,) = (each for each in first.logged.holes if each.why != SILENT)
    assert hole.why == "LogFirstReadGB lets Logs Insights count no more than the newest 1.36904e-05 GB of it"
    assert hole.stretch.since == NOW - 9 * DAY
    (covered,) = first.logged.covered
    assert (covered.since - hole.stretch.until, NOW - covered.until) < (HOUR, HOUR)
    assert 3 * DAY < NOW - hole.stretch.until < 4 * DAY
    # The next sweeps count what they read again, and of what is older no more than what was estimated high.
    logged = first.logged
    for hours in range(1, 11):
        logs.take_calls()
        logged = join(logged, read(logged, evidence=9 * DAY, first_read=most, now=NOW + hours * HOUR).logged)
    assert logs.take_calls()["us-east-1"]["logs:StartQuery"] <= 3
    (left,) = (each.stretch for each in logged.holes if each.why == hole.why)
    assert hole.stretch.until - left.until < DAY
    assert whys(read(first.logged, evidence=9 * DAY)) <= {SILENT}


def test_what_one_sweep_may_not_scan_the_next_ones_do_from_the_newest_part_back(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of a log that says much beside connections is more than a sweep may scan."""
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    monkeypatch.setattr(log_price, "MOST_SCANNED", 9 * 170)
    found = read(evidence=2 * DAY, rhythm=SAMPLE)
    assert found.logged.covered[-1].until > NOW - HOUR
    assert NOW - found.logged.covered[0].since < DAY / 2
    assert whys(found) == {SILENT, "not read yet: Logs Insights scans no more of it in one sweep"}
    logged = found.logged
    for sweep in range(1, 12):
        at = NOW + sweep * timedelta(minutes=1)
        logged = join(logged, read(logged, evidence=2 * DAY, rhythm=SAMPLE, now=at).logged)
    assert logged.covered[0].since <= NOW - 2 * DAY + HOUR


def test_hours_of_which_too_much_is_different_are_holes_and_are_not_paid_for_again(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that has a name of its own for each connection: `worker-<uuid>`."""
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    dense = (NOW - 6 * HOUR).replace(minute=0)
    put(logs, *((dense + number * HOUR / 60, line(dense, f"worker-{number}")) for number in range(60)))
    every_hour(logs)
    monkeypatch.setattr(logs_insights, "MOST_ROWS", 50)
    first = read(evidence=2 * DAY, rhythm=SAMPLE).logged
    assert [(each.stretch, each.why) for each in first.holes if each.why != SILENT] == [
        (
            Stretch(dense, dense + HOUR),
            "more different clients in an hour than one query of Logs Insights tells",
        )
    ]
    calls(logs)
    later = NOW + HOUR / 4
    second = join(first, read(first, evidence=2 * DAY, rhythm=SAMPLE, now=later).logged)
    assert calls(logs)["logs:StartQuery"] == 1
    assert [each.stretch for each in second.holes if each.why != SILENT] == [Stretch(dense, dense + HOUR)]


@pytest.mark.parametrize(("most", "is_whole"), [(4, True), (1, False)])
def test_an_answer_that_is_a_part_is_refused_and_asked_for_in_shorter_ones(
    logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch, most: int, *, is_whole: bool
) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    monkeypatch.setattr(logs_insights, "MOST_ROWS", most)
    found = read(evidence=DAY)
    assert bool(found.logged.covered) is is_whole
    why = "more different clients in an hour than one query of Logs Insights tells"
    assert (whys(found) == {SILENT}) if is_whole else (why in whys(found))


@pytest.mark.parametrize("ends", ["Failed", "Timeout"])
def test_a_query_that_does_not_end_well_is_a_reason(logs: EmulatedAccount, ends: str) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    logs.steer_logs(queries_run=0, query_ends=ends)
    found = read(evidence=DAY)
    assert (found.logged.covered, found.clients) == ((), ())
    assert f"logs:GetQueryResults: the query ended as {ends}" in whys(found)


def test_a_query_that_takes_too_long_is_stopped(logs: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    every_hour(logs)
    logs.steer_logs(queries_run=1000)
    monkeypatch.setattr(logs_insights, "POLL_SECONDS", 0.05)
    found = whys(read(seconds=1.0))
    assert "logs:GetQueryResults: the query took longer than this sweep had time for" in found
    assert calls(logs)["logs:StopQuery"] == 1


def test_lines_are_read_by_the_prefix_that_they_have(logs: EmulatedAccount) -> None:
    at = NOW - HOUR / 4
    newer = (
        f"{at:%Y-%m-%d %H:%M:%S}.123 UTC:10.0.0.9(50123):app@orders:[77]:3:00000:{at:%Y-%m-%d %H:%M:%S} UTC:5/2:0:"
        "6566a1b2.4d:[unknown]LOG:  connection authorized: user=app database=orders application_name=newer"
    )
    put(logs, (at, newer))
    found = read()
    assert [each.who.application for each in found.clients] == ["newer"]
    assert found.logged.unread == {}


def test_no_statement_is_in_what_comes_of_a_log(logs: EmulatedAccount, caplog: pytest.LogCaptureFixture) -> None:
    at = NOW - HOUR / 4
    statement = f"{at:%Y-%m-%d %H:%M:%S} UTC:10.0.0.9(50123):app@orders:[77]:LOG:  statement: SELECT 'secret'"
    put(logs, (at, f"{statement} -- connection authorized: user=evil database=orders"), (at, line(at, "honest")))
    found = read()
    assert "secret" not in f"{found}{caplog.text}"
    assert [each.who.application for each in found.clients] == ["honest"]


BEFORE = NOW - DAY
OTHERS = Predecessor("arn:aws:rds:us-east-1:123456789012:db:orders db-OLD", "orders", "db-OLD", BEFORE)
RENAMED = Former("arn:aws:rds:us-east-1:123456789012:db:orders-green", None, BEFORE)


@pytest.mark.parametrize("past", [{"predecessors": (OTHERS,)}, {"formerly": (RENAMED,)}])
def test_lines_of_the_database_that_had_the_name_before_are_not_this_ones(
    logs: EmulatedAccount, past: dict[str, tuple[object, ...]]
) -> None:
    put(logs, *((NOW - 2 * DAY + hour * HOUR, line(NOW - 2 * DAY + hour * HOUR, "old")) for hour in range(20)))
    put(logs, *((NOW - hour * HOUR - HOUR / 10, line(NOW - hour * HOUR - HOUR / 10, "new")) for hour in range(23)))
    found = read(of=replace(ORDERS, **past))  # type: ignore[arg-type]
    assert [each.who.application for each in found.clients] == ["new"]
    assert min(each.since for each in found.logged.covered) >= BEFORE
    assert f"its log group is of another database until {BEFORE:%Y-%m-%d}" in whys(found)


def newer(at: datetime) -> str:
    return (
        f"{at:%Y-%m-%d %H:%M:%S}.123 UTC:10.0.0.9(50123):app@orders:[77]:1:00000:2026-11-27 10:00:00 UTC:3/4:0:"
        "6565.4d:after:LOG:  connection authorized: user=app database=orders application_name=after"
    )


@pytest.mark.parametrize("set_prefix", [{}, {"log_line_prefix": "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:"}])
@pytest.mark.parametrize("examined", [20, 10_000])
def test_lines_of_before_an_upgrade_are_read_as_they_were_written(
    logs: EmulatedAccount, set_prefix: dict[str, str], examined: int
) -> None:
    moments = [NOW - hour * HOUR - HOUR / 10 for hour in range(80)]
    put(logs, *((at, newer(at) if at > NOW - DAY else line(at, "before")) for at in moments))
    logs.steer_logs(examined=examined)
    found = read(of=replace(ORDERS, settings=Settings("orders", set_prefix)), evidence=2 * DAY)
    assert {each.who.application for each in found.clients} == {"before", "after"}
    assert (found.logged.unread, whys(found)) == ({}, {SILENT})


@pytest.mark.parametrize(("apart", "is_told"), [(19, True), (120, False)])
def test_of_what_was_counted_nobody_can_tell_who_fell_back(
    logs: EmulatedAccount, apart: int, *, is_told: bool
) -> None:
    """Of an hour's equal lines the last alone is known: those before it may have been seconds from the alert."""
    logs.client("logs").create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS")
    began = (NOW - 5 * HOUR).replace(minute=1)
    refused, later = began - timedelta(seconds=1), began + timedelta(minutes=apart)
    alert = (
        f"{refused:%Y-%m-%d %H:%M:%S} UTC:10.0.0.9(50123):[unknown]@[unknown]:[77]:LOG:  could not accept SSL "
        "connection: tlsv1 alert unknown ca"
    )
    first = [] if not is_told else [(began, line(began, "fell"))]
    put(logs, (refused, alert), *first, (later, line(later, "fell")))
    found = read()
    assert (found.logged.fallbacks, set(found.logged.left_out)) == ({}, {LeftOut.COUNTED} if is_told else set())
