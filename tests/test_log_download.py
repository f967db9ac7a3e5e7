"""One server's log read from its files in the emulated RDS, which cuts and refuses as the service does."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges import log_download, log_reading
from tlscheck.edges.log_download import Downloads
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.log_joining import join
from tlscheck.ledger.logged import Logged, Reading, Stretch
from tlscheck.ledger.reading_plan import Rhythm

from tests.examples import database
from tests.local_aws.emulator.account import EmulatedAccount

DAY, HOUR, MINUTE, SECOND = (timedelta(seconds=each) for each in (86_400, 3_600, 60, 1))
EVIDENCE = 3 * DAY
NOW = datetime.now(UTC).replace(minute=30, second=0, microsecond=0) - HOUR
NOTHING = Logged()
THIS_HOUR = NOW.replace(minute=0)
ORDERS = database(
    identifier="orders", region="us-east-1", log_exports=("upgrade",), settings=Settings("orders", {})
)
TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
LIST, DOWNLOAD = "rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion"
MEGABYTE = 1024 * 1024


@pytest.fixture
def rds(account: EmulatedAccount) -> Iterator[EmulatedAccount]:
    set_rds(account)
    account.append_db_logs("us-east-1", [])
    account.take_calls()
    yield account
    account.set_rds({})


def set_rds(account: EmulatedAccount, faults: dict[str, Any] | None = None, status: str = "available") -> None:
    """An account of one instance, whose files are gone."""
    instances = [{"DBInstanceIdentifier": "orders", "DBInstanceStatus": status}]
    account.set_rds({"us-east-1": {"DBInstances": instances, "Faults": faults or {}}})


def name_of(at: datetime, end: str = "") -> str:
    return f"error/postgresql.log.{at:%Y-%m-%d-%H}{end}"


def prefix(at: datetime, address: str = "10.0.0.9", names: str = "app@orders", port: int = 50123) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC:{address}({port}):{names}:[77]:"


def line(at: datetime, application: str = "", address: str = "10.0.0.9", tls: str = "", port: int = 50123) -> str:
    named = f" application_name={application}" if application else ""
    said = f"LOG:  connection authorized: user=app database=orders{named}{tls}\n"
    return prefix(at, address, port=port) + said


def csv_line(at: datetime, application: str, message: str = "", query: str = "") -> str:
    said = message or f"connection authorized: user=app database=orders application_name={application}"
    tag = "authentication" if not message else "SELECT"
    moment = f"{at:%Y-%m-%d %H:%M:%S}"
    return (
        f'{moment}.123 UTC,"app","orders",77,"10.0.0.9:50123",6565.4d,2,"{tag}",{moment} UTC,3/4,0,LOG,00000,'
        f'"{said}",,,,,,"{query}",,,"{application}"\n'
    )


def put(account: EmulatedAccount, *texts: tuple[str, str]) -> None:
    files = [{"instance": "orders", "name": name, "text": text} for name, text in texts]
    account.append_db_logs("us-east-1", files)


def every_hour(account: EmulatedAccount, hours: int, application: str = "nightly") -> None:
    begins = [THIS_HOUR - hour * HOUR for hour in range(hours)]
    put(account, *((name_of(at), line(at + MINUTE, application)) for at in begins))


def read(
    logged: Logged = NOTHING,
    of: Database = ORDERS,
    *,
    is_full: bool = True,
    left: float = 60.0,
    now: datetime = NOW,
    downloads: Downloads | None = None,
) -> Reading:
    downloads = downloads or Downloads(EVIDENCE, "tlscheck", is_full=is_full)
    terms = ReadingTerms(EVIDENCE, Rhythm(HOUR / 4, is_full=is_full), "tlscheck", downloads=downloads)
    return log_reading.read(of, logged, terms, now, time.monotonic() + left)


def seconds(first: datetime, last: datetime) -> Stretch:
    """From the first line of a connection to the last."""
    return Stretch(first, last + SECOND)


def whys(reading: Reading) -> set[str]:
    return {each.why for each in reading.logged.holes}


def applications(reading: Reading) -> set[str]:
    return {each.who.application for each in reading.clients}


def calls(account: EmulatedAccount) -> tuple[int, int]:
    """Of listing and of downloading."""
    found = account.take_calls().get("us-east-1", {})
    return found.get(LIST, 0), found.get(DOWNLOAD, 0)


KEPT = "its log files are kept for some days only (rds.log_retention_period)"
NOT_YET = "not read yet: what a sweep may read ended before"
SILENT = "no line of any connection in that time"


def test_files_cover_what_lies_between_their_lines_and_what_is_before_them_is_said(rds: EmulatedAccount) -> None:
    every_hour(rds, 5)
    found = read()
    assert found.logged.covered == (seconds(THIS_HOUR - 4 * HOUR + MINUTE, THIS_HOUR + MINUTE),)
    assert [(each.stretch, each.why) for each in found.logged.holes] == [
        (Stretch(NOW - EVIDENCE, THIS_HOUR - 4 * HOUR), KEPT),
        (Stretch(THIS_HOUR - 4 * HOUR, THIS_HOUR - 4 * HOUR + MINUTE), SILENT),
        (Stretch(THIS_HOUR + MINUTE + SECOND, NOW), SILENT),
    ]
    assert applications(found) == {"nightly"}
    assert calls(rds) == (1, 5)


def test_without_the_owners_leave_nothing_is_asked(rds: EmulatedAccount) -> None:
    every_hour(rds, 2)
    terms = ReadingTerms(EVIDENCE, Rhythm(HOUR / 4, is_full=True), "tlscheck")
    found = log_reading.read(ORDERS, Logged(), terms, NOW, time.monotonic() + 60)
    assert whys(found) == {"its log is not exported to CloudWatch Logs"}
    assert calls(rds) == (0, 0)


@pytest.mark.parametrize("exports", [("postgresql",), None])
def test_what_is_exported_or_may_be_is_not_downloaded(rds: EmulatedAccount, exports: Any) -> None:
    every_hour(rds, 2)
    read(of=replace(ORDERS, log_exports=exports))
    assert calls(rds) == (0, 0)


@pytest.mark.parametrize("kind", [Kind.CLUSTER, Kind.PROXY])
def test_of_what_is_no_server_nothing_is_asked(rds: EmulatedAccount, kind: Kind) -> None:
    assert read(of=database(kind=kind, log_exports=())) == Reading()
    assert calls(rds) == (0, 0)


def test_a_member_has_its_own_files(rds: EmulatedAccount) -> None:
    every_hour(rds, 1)
    member = replace(ORDERS, kind=Kind.MEMBER, cluster="ledger")
    assert applications(read(of=member)) == {"nightly"}


def test_the_next_reading_goes_on_where_the_last_one_ended(rds: EmulatedAccount) -> None:
    every_hour(rds, 5)
    before = read()
    calls(rds)
    put(rds, (name_of(THIS_HOUR), line(NOW + MINUTE, "later")))
    after = read(before.logged, now=NOW + 20 * MINUTE)
    assert calls(rds) == (1, 1)
    assert applications(after) == {"nightly", "later"}
    joined = join(before.logged, after.logged)
    assert joined.covered == (seconds(THIS_HOUR - 4 * HOUR + MINUTE, NOW + MINUTE),)
    assert join(after.logged, before.logged) == joined


def test_a_sample_leaves_the_api_alone_for_most_of_an_hour(rds: EmulatedAccount) -> None:
    every_hour(rds, 2)
    known = read().logged
    calls(rds)
    assert read(known, is_full=False, now=NOW + 39 * MINUTE) == Reading()
    assert calls(rds) == (0, 0)
    assert read(known, is_full=False, now=NOW + 40 * MINUTE).logged.read_at == NOW + 40 * MINUTE
    # a full sweep reads whenever it comes
    assert read(known, now=NOW + MINUTE).logged.read_at == NOW + MINUTE


def filled(at: datetime, megabytes: float, application: str = "first") -> str:
    """Statements of so many megabytes, behind the line of one connection in each of them."""
    statement = prefix(at) + f"LOG:  statement: SELECT '{'x' * 900}'\n"
    part = line(at, application) + statement * (MEGABYTE // len(statement))
    return part * int(megabytes) + statement * int(megabytes % 1 * MEGABYTE / len(statement))


def test_of_a_long_file_only_the_last_portions_are_read_again(rds: EmulatedAccount) -> None:
    put(rds, (name_of(THIS_HOUR), filled(THIS_HOUR + MINUTE, 4.5)))
    before = read()
    _, first = calls(rds)
    put(rds, (name_of(THIS_HOUR), line(NOW + MINUTE, "later")))
    after = read(before.logged, now=NOW + 20 * MINUTE)
    assert calls(rds)[1] < first
    assert "later" in applications(after)
    assert join(before.logged, after.logged).covered == (seconds(THIS_HOUR + MINUTE, NOW + MINUTE),)
    assert after.logged.unread == {}


def test_a_line_that_is_still_being_written_is_read_once_it_is_whole(rds: EmulatedAccount) -> None:
    text = line(THIS_HOUR + MINUTE, "whole") + line(THIS_HOUR + MINUTE, "half", tls=TLS)
    put(rds, (name_of(THIS_HOUR), text[: -len(TLS) + 8]))
    before = read()
    assert (applications(before), before.logged.unread) == ({"whole"}, {})
    put(rds, (name_of(THIS_HOUR), text[-len(TLS) + 8 :]))
    found = read(before.logged, now=NOW + 10 * MINUTE)
    (half,) = (each for each in found.clients if each.who.application == "half")
    assert half.logged_tls is not None
    assert half.logged_plaintext is None


def test_what_one_sweep_may_not_read_the_next_ones_do(
    rds: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_download, "MOST_CALLS", 3)
    every_hour(rds, 8)
    known = Logged()
    # the newest is read again each time, and so is the one that the oldest of before must be joined to
    for number in range(7):
        reading = read(known, now=NOW + number * MINUTE)
        assert calls(rds) == (1, 3) if NOT_YET in whys(reading) else (1, 1)
        known = join(known, reading.logged)
    assert known.covered == (seconds(THIS_HOUR - 7 * HOUR + MINUTE, THIS_HOUR + MINUTE),)


def test_a_file_too_long_for_one_sweep_is_gone_on_with(
    rds: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_download, "MOST_CALLS", 3)
    parts = [filled(THIS_HOUR + number * MINUTE, 1, f"app-{number}") for number in range(6)]
    put(rds, (name_of(THIS_HOUR), "".join(parts)))
    known, seen = Logged(), set[str]()
    for number in range(8):
        reading = read(known, now=NOW + number * MINUTE)
        known, seen = join(known, reading.logged), seen | applications(reading)
        if NOT_YET not in whys(reading):
            break
    assert seen == {f"app-{number}" for number in range(6)}
    assert known.covered[-1].until == THIS_HOUR + 5 * MINUTE + SECOND
    assert 1 <= number <= 6


def test_what_was_read_of_a_file_that_was_not_read_whole_covers_no_more_than_that(
    rds: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_download, "MOST_CALLS", 3)
    put(rds, (name_of(THIS_HOUR), "".join(filled(THIS_HOUR + n * MINUTE, 1) for n in range(20))))
    (covered,) = read().logged.covered
    assert THIS_HOUR < covered.until <= THIS_HOUR + 3 * MINUTE + SECOND


def test_a_file_that_is_begun_in_vain_is_not_begun(rds: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_download, "MOST_BYTES", 1000)
    put(
        rds,
        (name_of(THIS_HOUR), line(THIS_HOUR, "busy") * 10),
        (name_of(THIS_HOUR - HOUR), line(THIS_HOUR - HOUR)),
    )
    found = read()
    assert calls(rds) == (1, 1)
    assert whys(found) == {KEPT, SILENT, "its log files are too long to be read through RDS's API"}
    assert found.logged.covered == (seconds(THIS_HOUR - HOUR, THIS_HOUR - HOUR),)


def test_what_time_ran_out_for_is_a_hole(rds: EmulatedAccount) -> None:
    every_hour(rds, 2)
    assert whys(read(left=-1)) == {"not read yet: this sweep had no time left"}
    assert calls(rds) == (0, 0)


@pytest.mark.parametrize("operation", ["DescribeDBLogFiles", "DownloadDBLogFilePortion"])
def test_a_denial_is_a_reason_and_what_was_known_stays(rds: EmulatedAccount, operation: str) -> None:
    every_hour(rds, 3)
    before = read().logged
    set_rds(rds, {operation: {"code": "AccessDenied", "message": "not authorized", "status": 403}})
    every_hour(rds, 3)
    after = read(before, now=NOW + 20 * MINUTE)
    assert f"rds:{operation}: AccessDenied: not authorized" in whys(after)
    joined = join(before, after.logged)
    assert (joined.covered, joined.marks) == (before.covered, before.marks)


@pytest.mark.parametrize("operation", ["DescribeDBLogFiles", "DownloadDBLogFilePortion"])
def test_in_a_region_that_throttles_no_other_server_of_the_batch_is_asked(
    rds: EmulatedAccount, operation: str
) -> None:
    set_rds(rds, {operation: {"code": "Throttling", "message": "Rate exceeded", "status": 400}})
    every_hour(rds, 2)
    downloads = Downloads(EVIDENCE, "tlscheck", is_full=True)
    why = f"rds:{operation}: Throttling: Rate exceeded"
    assert why in whys(read(downloads=downloads))
    listing, downloading = calls(rds)
    assert 1 <= listing + downloading <= 4
    assert whys(read(downloads=downloads)) == {why}
    assert calls(rds) == (0, 0)
    other = replace(ORDERS, region="eu-west-1")
    assert why not in whys(read(of=other, downloads=downloads))


def test_an_instance_that_is_being_made_is_a_reason(rds: EmulatedAccount) -> None:
    set_rds(rds, status="creating")
    assert whys(read()) == {"rds:DescribeDBLogFiles: DBInstanceNotReady: DBInstance orders is not ready"}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("DBLogFileNotFoundFault", "a log file was removed before it was read"),
        ("InvalidParameterValue", "rds:DownloadDBLogFilePortion refuses a log file: InvalidParameterValue"),
    ],
)
def test_a_file_that_is_refused_keeps_no_other_from_being_read(rds: EmulatedAccount, code: str, why: str) -> None:
    fault = {"code": code, "message": "secret binary", "status": 400, "share": 0.5}
    set_rds(rds, {"DownloadDBLogFilePortion": fault})
    every_hour(rds, 4)
    found = read()
    assert calls(rds) == (1, 4)
    assert whys(found) == {KEPT, SILENT, why}
    assert len(found.logged.covered) == 2
    assert "secret" not in str(found)


def test_without_files_that_is_the_reason(rds: EmulatedAccount) -> None:
    assert whys(read()) == {"it has no log files"}
    put(rds, ("error/postgresql.log.of-yesterday", "x\n"))
    assert whys(read()) == {"rds:DescribeDBLogFiles: no name of a log file tells what time it is of"}


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("error/postgresql.log.{:%Y-%m-%d}", THIS_HOUR.replace(hour=0)),
        ("error/postgresql.log.{:%Y-%m-%d-%H}", THIS_HOUR),
        ("error/postgresql.log.{:%Y-%m-%d-%H%M}", THIS_HOUR),
    ],
)
def test_each_of_rds_names_tells_its_time(rds: EmulatedAccount, name: str, begins: datetime) -> None:
    put(rds, (name.format(THIS_HOUR), line(THIS_HOUR + MINUTE, "named")))
    found = read()
    assert applications(found) == {"named"}
    (kept,) = (each for each in found.logged.holes if each.why == KEPT)
    assert kept.stretch.until == begins


def test_an_alert_and_the_session_that_it_led_to_are_found_in_two_files(rds: EmulatedAccount) -> None:
    before, after = THIS_HOUR - timedelta(seconds=1), THIS_HOUR + timedelta(seconds=1)
    said = "LOG:  could not accept SSL connection: tlsv1 alert unknown ca\n"
    alert = prefix(before, "10.0.0.7", "[unknown]@[unknown]") + said
    put(rds, (name_of(before), line(before - MINUTE) + alert))
    known = read(now=THIS_HOUR).logged
    put(rds, (name_of(THIS_HOUR), line(after, "fell", "10.0.0.7")))
    found = join(known, read(known).logged)
    assert [each.application for each in found.fallbacks] == ["fell"]


def test_a_csvlog_is_read_beside_the_other_and_nothing_counts_twice(rds: EmulatedAccount) -> None:
    at = THIS_HOUR + MINUTE
    put(
        rds,
        (name_of(THIS_HOUR), line(at, "both")),
        (name_of(THIS_HOUR, ".csv"), csv_line(at, "both") + csv_line(at, "csv-alone")),
    )
    found = read()
    assert applications(found) == {"both", "csv-alone"}
    assert found.logged.covered == (seconds(at, at),)


FORGED = line(THIS_HOUR + 2 * MINUTE, "forged").removesuffix("\n")
SPELLED = [
    prefix(THIS_HOUR + MINUTE) + f"LOG:  statement: SELECT '\n\t{FORGED}\n\t'\n",
    prefix(THIS_HOUR + MINUTE) + f"STATEMENT:  SELECT 1 --\r{FORGED}\n",
    prefix(THIS_HOUR + MINUTE) + f"LOG:  statement: SELECT '\r{FORGED}\r'\n",
    prefix(THIS_HOUR + MINUTE) + f"DETAIL:  {FORGED}\n",
]


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize("lines", [1, 2, 10_000])
def test_a_statement_that_spells_a_line_is_none_however_it_comes(
    rds: EmulatedAccount,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spelled: str,
    lines: int,
) -> None:
    monkeypatch.setattr(log_download, "MOST_LINES", lines)
    put(rds, (name_of(THIS_HOUR), line(THIS_HOUR, "honest") + spelled + line(THIS_HOUR, "after")))
    found = read()
    assert applications(found) == {"honest", "after"}
    assert "SELECT" not in f"{found}{caplog.text}"
    assert found.logged.unread == {}


@pytest.mark.parametrize("forged", [FORGED, csv_line(THIS_HOUR, "forged").removesuffix("\n").replace('"', '""')])
@pytest.mark.parametrize("lines", [1, 2, 3, 10_000])
def test_a_statement_in_a_csvlog_that_spells_a_record_is_none_however_it_comes(
    rds: EmulatedAccount, monkeypatch: pytest.MonkeyPatch, forged: str, lines: int
) -> None:
    monkeypatch.setattr(log_download, "MOST_LINES", lines)
    at = THIS_HOUR + MINUTE
    query = csv_line(at, "writer", f"statement: SELECT '\n{forged}\n'", f"\n{forged}\n{forged}\n")
    put(rds, (name_of(THIS_HOUR, ".csv"), csv_line(at, "honest") + query + csv_line(at, "after")))
    first = read()
    assert applications(first) == {"honest", "after"}
    # nor where the next reading goes on
    put(rds, (name_of(THIS_HOUR, ".csv"), query + csv_line(at, "later")))
    again = read(first.logged, now=NOW + HOUR / 60)
    assert applications(again) <= {"honest", "after", "later"}
    assert "later" in applications(again)


def test_a_line_longer_than_an_answer_is_passed_by_and_hides_no_other(rds: EmulatedAccount) -> None:
    long = prefix(THIS_HOUR + MINUTE) + f"LOG:  statement: SELECT '{'x' * 3 * MEGABYTE}{FORGED}'\n"
    at = THIS_HOUR + 3 * MINUTE
    put(rds, (name_of(THIS_HOUR), line(THIS_HOUR, "before") + long + line(at, "lost?") + line(at, "after")))
    found = read()
    assert {"before", "after"} <= applications(found)
    assert "forged" not in applications(found)
    # what follows may be the rest of it, as far as anybody knows
    assert found.logged.unread.keys() == {"it was cut"}


def test_a_connection_is_never_taken_for_plaintext_because_its_line_was_cut(rds: EmulatedAccount) -> None:
    encrypted = line(THIS_HOUR + MINUTE, "encrypted", tls=TLS)
    text = encrypted * (3 * MEGABYTE // len(encrypted))
    put(rds, (name_of(THIS_HOUR), text))
    found = read()
    (client,) = found.clients
    assert client.logged_plaintext is None
    assert found.logged.unread == {}
    assert found.logged.covered == (seconds(THIS_HOUR + MINUTE, THIS_HOUR + MINUTE),)


def test_a_marker_that_is_refused_later_costs_no_more_than_reading_it_all_again(rds: EmulatedAccount) -> None:
    every_hour(rds, 1)
    known = read().logged
    (mark,) = known.marks
    stale = replace(known, marks=(replace(mark, marker="of another host", size=10),))
    put(rds, (name_of(THIS_HOUR), line(NOW + MINUTE, "later")))
    found = read(stale, now=NOW + 10 * MINUTE)
    assert applications(found) == {"nightly", "later"}
    assert not any("refuses" in why for why in whys(found))


def test_a_file_that_was_made_anew_is_read_from_its_beginning(rds: EmulatedAccount) -> None:
    every_hour(rds, 1)
    known = read().logged
    (mark,) = known.marks
    longer = replace(known, marks=(replace(mark, marker="15:9999", size=9999),))
    assert applications(read(longer, now=NOW + 10 * MINUTE)) == {"nightly"}


def test_a_quiet_server_takes_of_the_api_what_the_documentation_says(rds: EmulatedAccount) -> None:
    """Samples of a day, of which each leaves a line of its own."""
    known, asked, begin = NOTHING, 0, NOW - DAY
    for number in range(96):
        at = begin + number * HOUR / 4
        put(rds, (name_of(at), line(at)))
        reading = read(known, is_full=False, now=at + MINUTE)
        known = join(known, reading.logged) if reading != Reading() else known
        asked += sum(calls(rds))
    assert 65 <= asked <= 100
    (covered,) = known.covered
    assert covered.since == begin
    assert NOW - covered.until < HOUR
    documented = (Path(__file__).parent.parent / "docs" / "log.md").read_text()
    assert "some 65 to 100 calls a day for a quiet server" in " ".join(documented.split())
