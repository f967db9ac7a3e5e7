"""How complete the picture is, in an owner's words: by looks, by the log, and without news from day to day."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tlscheck.ledger.client import Client
from tlscheck.ledger.logged import Hole, LeftOut, Logged, Stretch
from tlscheck.reporting.picture import picture_of
from tlscheck.verdict.checks import plaintext_clients, tls_clients
from tlscheck.verdict.completeness import how_complete
from tlscheck.verdict.evidence import Evidence
from tlscheck.wording import lasting

from tests.examples import NOT_ENFORCED, NOW, client, database, evidence, trace
from tests.verdicts import having

TODAY = NOW.replace(hour=0)
DAY = timedelta(days=1)


def seen(*looks: datetime, logged: Logged | None = None) -> Evidence:
    """A database with one client, looked at then."""
    found = evidence(database(force_ssl=NOT_ENFORCED), None, (client(),))
    return replace(found, at=NOW, looks=looks, logged=logged or Logged())


def every(minutes: int, days: int) -> list[datetime]:
    """Looks of so many whole days, each at another second, so that no two meet the same nightly job."""
    step = timedelta(minutes=minutes)
    count = days * 1440 // minutes
    shift = timedelta(seconds=7)
    return [TODAY - days * DAY + each * step + shift * (each * step // DAY) for each in range(count)]


def test_looks_alone_tell_what_they_would_have_missed() -> None:
    told = how_complete(seen(*every(5, 7)))
    assert told.startswith(
        "1 client seen by 2,016 looks in 7 days; a nightly 5-second job would be missed with 88 %"
    )
    assert "log_connections" not in told


# A connection of PostgreSQL 17 is three lines, of 18 the one that is asked for.
@pytest.mark.parametrize(
    ("version", "a_day", "volume"),
    [
        ("17.9", None, "about 0.6 GB for a million new connections, 0.30 USD"),
        ("18.1", None, "about 0.3 GB for a million new connections, 0.13 USD"),
        ("17.9", 0.3, "less than 1 MB a month here, less than 0.01 USD"),
        ("17.9", 2_000, "about 40 MB a month here, 0.02 USD"),
        ("17.9", 2_049.9, "about 40 MB a month here, 0.02 USD"),
        ("17.9", 1e6, "about 20 GB a month here, 9.12 USD"),
    ],
)
def test_where_connections_are_not_logged_it_says_what_that_would_write_and_cost(
    version: str, a_day: float | None, volume: str
) -> None:
    found = seen(*every(5, 7), logged=Logged(a_day=a_day))
    of = database(force_ssl=NOT_ENFORCED, settings=having(log_connections="0"), engine_version=version)
    found = replace(found, database=of)
    told = how_complete(found)
    assert told.startswith(
        "1 client seen by 2,016 looks in 7 days; a nightly 5-second job would be missed with 88 %: "
        f"turn on log_connections to see it ({volume})."
    )
    # Nobody is told anew for another rate.
    assert "USD" not in lasting(f"None was seen. {told}")


def test_a_log_that_covers_the_days_is_complete_for_them() -> None:
    logged = Logged(covered=(Stretch(TODAY - 40 * DAY, NOW),))
    assert how_complete(seen(logged=logged)) == (
        "1 client in 35 days of log: complete for that window. Sessions that began before it are known from "
        "looks alone, and whoever comes through a pooler or a proxy is counted as that one."
    )


def test_a_log_with_a_hole_is_never_called_complete() -> None:
    logged = Logged(covered=(Stretch(TODAY - 40 * DAY, TODAY - DAY),))
    told = how_complete(seen(*every(15, 7), logged=logged))
    assert "complete for that window" not in told
    assert "672 looks in 35 days" in told


def test_whom_only_the_log_shows_no_look_is_said_to_have_seen() -> None:
    logged = Logged(covered=(Stretch(TODAY - 3 * DAY, TODAY),))
    known = seen(*every(5, 7), logged=logged)
    by_log = Client(replace(client().who, application="nightly"), None, None, logged_plaintext=trace(NOW - DAY))
    told = how_complete(replace(known, clients=(*known.clients, by_log)))
    assert told.startswith(
        "1 client seen by 2,016 looks in 7 days, and 1 more by its log alone; by looks alone a nightly "
        "5-second job would be missed with 88 %"
    )


def test_before_a_day_is_over_nothing_is_said_of_it() -> None:
    assert how_complete(seen(NOW)) == ""
    assert "a look shows only its moment" in plaintext_clients.judge(seen(NOW)).reason


@pytest.mark.parametrize("check", [plaintext_clients, tls_clients])
def test_what_only_another_day_changes_is_no_news(check: object) -> None:
    reasons = {
        lasting(check.judge(each).reason)  # type: ignore[attr-defined]
        for each in (seen(NOW), seen(*every(15, 7)), seen(*every(5, 14)), seen(*every(1440, 3)))
    }
    assert len(reasons) == 1
    (reason,) = reasons
    assert "looks" not in reason


def test_a_day_whose_lines_are_still_on_their_way_is_not_over_and_late_ones_make_the_log_incomplete() -> None:
    measured, again = {TODAY - DAY: timedelta(minutes=10)}, timedelta(minutes=15)
    whole = Logged(covered=(Stretch(TODAY - 40 * DAY, NOW),), late=measured, again=again)
    for minute, until in ((9, TODAY - DAY), (11, TODAY)):
        now = replace(seen(logged=whole), at=TODAY + timedelta(minutes=minute))
        picture = picture_of(now)
        assert picture is not None
        assert (picture.until, picture.is_log_complete) == (until, True)
    late = replace(whole, late={TODAY - DAY: timedelta(minutes=16)})
    told = how_complete(seen(TODAY - DAY, logged=late))
    assert "complete for that window" not in told
    assert told.endswith(
        "Its lines come up to 30 minutes late, and no more than 15 minutes are read again: some may be missing"
        " until the next full sweep."
    )


def named(number: int) -> Client:
    return replace(client(), who=replace(client().who, application="ingest-" + "abcdefghijklmn"[number]))


COVERED = Stretch(TODAY - 40 * DAY, NOW)
SILENT = "no line of any connection in that time"
LOOKED = "14 clients seen by 2,016 looks in 7 days; a nightly 5-second job would be missed with 88 %"
ALONE = LOOKED.replace("; a", "; by looks alone a")
LONGER = ALONE.replace("7 days", "35 days")
COMPLETE = (
    "14 clients in 35 days of log: complete for that window. Sessions that began before it are known from looks "
    "alone, and whoever comes through a pooler or a proxy is counted as that one."
)


@pytest.mark.parametrize(
    ("logged", "of", "said"),
    [
        (Logged(), {}, f"{LOOKED}."),
        (
            Logged(a_day=2_000),
            {"settings": having(log_connections="0")},
            f"{LOOKED}: turn on log_connections to see it (about 40 MB a month here, 0.02 USD).",
        ),
        (Logged(), {"log_exports": ()}, f"{LOOKED}: export its log to see it (see connection-log)."),
        (Logged(), {"log_exports": ("postgresql",)}, f"{LOOKED}."),
        (Logged((COVERED,)), {}, COMPLETE),
        (Logged((COVERED,), left_out={LeftOut.REFUSALS: NOW}), {}, COMPLETE),
        (
            Logged((COVERED,), unread={"it was cut": NOW - 2 * DAY}),
            {},
            (
                f"{LONGER}. "
                "Its log has lines that may tell of clients and were not understood; of such a line: it was cut."
            ),
        ),
        # In Chinese connections are told of in English words, and refusals and replication are not.
        (
            Logged((COVERED,)),
            {"settings": having(lc_messages="zh_CN.UTF-8")},
            (
                f"{LONGER}. The server writes its "
                "log in the language of lc_messages, zh_CN.UTF-8, and tlscheck understands English alone."
            ),
        ),
        (
            Logged((Stretch(TODAY - 2 * DAY, NOW),), (Hole(Stretch(TODAY - 35 * DAY, TODAY - 2 * DAY), SILENT),)),
            {},
            (f"{ALONE}. Its log covers nothing before 2026-11-22: {SILENT}."),
        ),
    ],
)
def test_what_an_owner_reads_in_each_world(logged: Logged, of: dict[str, Any], said: str) -> None:
    found = seen(*every(5, 7), logged=logged)
    known = replace(
        found,
        database=database(**{"force_ssl": NOT_ENFORCED} | of),
        clients=tuple(named(number) for number in range(14)),
    )
    assert how_complete(known) == said
    # Nobody is told anew where only the looks, the days and the rate changed.
    later = replace(known, looks=tuple(every(5, 7))[1:])
    assert lasting(f"None was seen. {how_complete(later)}") == lasting(f"None was seen. {said}")


def test_more_by_its_log_alone_is_no_news_from_look_to_look() -> None:
    logged = Logged(covered=(Stretch(TODAY - 3 * DAY, TODAY),))
    by_log = Client(replace(client().who, application="nightly"), None, None, logged_plaintext=trace(NOW - DAY))
    reasons = set()
    for number in range(2):
        known = seen(*every(5, 7)[number:], logged=logged)
        told = how_complete(replace(known, clients=(*known.clients, by_log)))
        assert "and 1 more by its log alone" in told
        reasons.add(lasting(f"None was seen. {told}"))
    assert len(reasons) == 1
