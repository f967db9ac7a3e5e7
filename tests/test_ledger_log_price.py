"""What reading logs would ask for, by hand: sizes, ways, calls and prices of groups that are easily reckoned."""

from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.preview import PreviewedLog
from tlscheck.ledger.log_price import LogEstimate, LogTerms, estimated, previewed_logs
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.ledger.reading_plan import LogGroup, Rhythm

from tests.examples import NOW, database

DAY, MB, GB = timedelta(days=1), 1024**2, 1024**3
GROUP = "/aws/rds/instance/orders-prod/postgresql"
TERMS = LogTerms(35 * DAY, Rhythm(timedelta(minutes=15), is_full=True), 20.0 * GB)
STORED = 0.15
"""Of each byte that is written."""


def group(written_a_day: float, days: int = 100, kept: int | None = None, *, is_readable: bool = True) -> LogGroup:
    """A group of so many days, in each of which so many bytes are written to it."""
    has = min(days, kept or days)
    return LogGroup(GROUP, is_readable, kept, NOW - days * DAY, round(written_a_day * has * STORED))


def of(group: LogGroup | Gap | None, logged: Logged | None = None, **changes: Any) -> LogEstimate:
    found = estimated(database(**changes), logged or Logged(), group, TERMS, NOW)
    assert isinstance(found, LogEstimate)
    return found


@pytest.mark.parametrize(
    ("days", "kept", "read"), [(100, None, 35), (100, 30, 30), (10, None, 10), (10, 30, 10), (100, 365, 35)]
)
def test_as_much_is_read_as_evidence_days_and_the_group_reach(days: int, kept: int | None, read: int) -> None:
    found = of(group(MB / 10, days, kept))
    assert found.size == pytest.approx(read * MB / 10, rel=0.02)
    assert (found.is_first, found.counted, found.held_back) == (True, 0.0, 0.0)
    # A call a day of UTC, and the pages of it.
    assert found.calls == pytest.approx(read + 1 + read / 10, abs=2)


def test_what_is_too_much_for_pages_is_counted_and_a_first_reading_is_bounded() -> None:
    within = of(group(GB / 2))
    assert within.counted == pytest.approx(17.5 * GB, rel=0.02)
    assert (within.held_back, within.calls) == (0.0, 20 + 3 * 36)
    beyond = of(group(2.0 * GB))
    assert beyond.counted == pytest.approx(20 * GB, abs=2.0 * GB)
    assert beyond.counted + beyond.held_back == pytest.approx(70 * GB, rel=0.02)
    assert beyond.counted <= 20 * GB
    small = of(group(MB / 10, is_readable=False))
    assert small.counted == small.size == pytest.approx(3.5 * MB, rel=0.02)


def test_of_a_log_that_was_read_only_what_is_read_again_is_told() -> None:
    known = Logged(covered=(Stretch(NOW - 40 * DAY, NOW),), read_at=NOW)
    found = of(group(GB), known)
    assert not found.is_first
    assert found.size == pytest.approx(2 * GB, rel=0.02)
    assert found.held_back == 0.0


def test_what_is_no_server_has_no_log_and_what_is_not_known_has_its_reason() -> None:
    assert estimated(database(kind=Kind.CLUSTER), Logged(), group(GB), TERMS, NOW) is None
    denied = Gap("logs:DescribeLogGroups", "AccessDeniedException: no")
    off = database(log_exports=("upgrade",))
    for server, its_group, reason in (
        (database(), denied, "AccessDeniedException: no"),
        (database(), None, f"there is no log group {GROUP}"),
        (off, group(GB), "its log is not exported to CloudWatch Logs"),
    ):
        found = estimated(server, Logged(), its_group, TERMS, NOW)
        assert isinstance(found, Gap)
        assert found.reason == reason


def servers(*sizes: float) -> list[Database]:
    return [database(arn=f"arn:{number}", identifier=f"orders-{number}") for number, _ in enumerate(sizes)]


def test_all_of_it_together_is_told_in_numbers_and_in_words() -> None:
    sizes = (3.0 * MB, 3.0 * GB, 70.0 * GB)
    known = [
        LogEstimate(server, GROUP if number else "/other", number < 2, size, calls, counted, held)
        for number, (server, size, calls, counted, held) in enumerate(
            zip(
                servers(*sizes),
                sizes,
                (40, 128, 50),
                (0.0, 3.0 * GB, 20.0 * GB),
                (0.0, 0.0, 50.0 * GB),
                strict=True,
            )
        )
    ]
    denied = Gap("logs:DescribeLogGroups", "AccessDeniedException: no")
    found = previewed_logs([*known, denied, denied])
    assert found.largest == (
        PreviewedLog("arn:2", GROUP, 70.0, "Logs Insights", 0.1),
        PreviewedLog("arn:1", GROUP, 3.0, "Logs Insights", 0.015),
        PreviewedLog("arn:0", "/other", 0.003, "FilterLogEvents", 0.0),
    )
    assert found.said == (
        "The logs of 3 servers would be read, of 2 for the first time: 2 log groups, at most about 74 GB of that"
        " time, by about 218 calls. 1 page by page (FilterLogEvents has no price, and takes its time: a Region"
        " answers five calls a second), and 2 counted by Logs Insights, where that is too much: at most about 23"
        " GB, 0.12 USD at 0.005 for a GB (us-east-1). LogFirstReadGB keeps it from counting another 50 GB, 0.25"
        " USD. Of 2 servers that is not known: logs:DescribeLogGroups: AccessDeniedException: no."
    )
    assert (found.servers, found.first, found.groups, found.counted, found.not_known) == (3, 2, 2, 2, 2)


def test_where_there_is_nothing_to_read_no_price_is_told() -> None:
    found = previewed_logs([], [Gap("dynamodb:BatchGetItem", "AccessDenied: no")])
    assert found.said == "The log of no server would be read."
    assert found.unknown == ("dynamodb:BatchGetItem: AccessDenied: no",)
