"""What reading logs from a laptop would cost and take, told to whoever pays: by hand, of round sizes."""

from datetime import timedelta

import pytest
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.log_price import LogEstimate
from tlscheck.ledger.reading_price import ReadingPrice, reading_price

from tests.examples import database

DAY, MB, GB = timedelta(days=1), 1024**2, 1024**3
NOT_EXPORTED = Gap("RDS", "its log is not exported to CloudWatch Logs")
NO_GROUP = Gap("logs:DescribeLogGroups", "there is no log group /aws/rds/instance/orders/postgresql")
DENIED = Gap("logs:DescribeLogGroups", "AccessDeniedException: no", GapCause.PERMISSION)


def estimate(size: float, calls: int, counted: float = 0.0, held: float = 0.0, region: str = "") -> LogEstimate:
    server = database(region=region or "us-east-1")
    return LogEstimate(server, f"group {size} {calls}", True, size, calls, counted, held)


def price(*estimates: LogEstimate | Gap, is_kept: bool = False) -> ReadingPrice:
    return reading_price(estimates, (), 35, is_kept=is_kept)


def test_what_is_read_page_by_page_costs_nothing() -> None:
    found = price(estimate(3.0 * MB, 39))
    assert (found.usd, found.is_above(0.0)) == (0.0, False)
    assert found.said == (
        "35 days of logs would be read, of 1 server in 1 log group: at most about 0.003 GB, by about 39 calls. "
        "They are read page by page (FilterLogEvents), which costs nothing."
    )


def test_what_is_counted_has_its_price_and_what_is_held_back_its_own() -> None:
    found = price(estimate(70 * GB, 128, 20 * GB, 50 * GB), estimate(3.0 * MB, 39))
    assert found.usd == pytest.approx(0.10)
    assert found.is_above(0.09)
    assert not found.is_above(0.11)
    assert found.said == (
        "35 days of logs would be read, of 2 servers in 2 log groups: at most about 71 GB, by about 167 calls. "
        "1 server page by page (FilterLogEvents), which costs nothing, and 1 by Logs Insights: at most about 20 "
        "GB, 0.1 USD at 0.005 for a GB (us-east-1; other Regions ask up to twice as much). Another 50 GB, "
        "0.25 USD, are left uncounted and not known: --first-read-gb says how much of each server's log may be "
        "counted. Nothing of it is remembered: with --save FILE the next run reads only what is new."
    )
    kept = price(estimate(70 * GB, 128, 20 * GB), is_kept=True)
    assert "--save" not in kept.said
    assert kept.said.startswith("Of 35 days of logs what is not remembered yet would be read, of 1 server in ")


def test_it_takes_as_long_as_the_slowest_region_answers() -> None:
    found = price(estimate(MB, 700), estimate(MB, 500), estimate(MB, 800, region="eu-west-1"), estimate(MB, 0, GB))
    assert found.seconds == 300.0
    assert "by about 2,000 calls, which take 5 minutes or more." in found.said
    assert "which take" not in price(estimate(MB, 100)).said


def test_a_price_that_nobody_can_tell_is_above_every_bound() -> None:
    found = price(DENIED, DENIED, estimate(MB, 36))
    assert found.is_above(1_000_000.0)
    assert (
        "Of 2 servers it is not known what that costs (logs:DescribeLogGroups: AccessDeniedException: no): "
        "at most 0.1 USD each." in found.said
    )
    alone = price(DENIED).said
    assert alone.startswith("Of 1 server it is not known what that costs")


def test_where_there_is_no_log_there_is_nothing_to_pay() -> None:
    found = price(NOT_EXPORTED, NO_GROUP)
    assert (found.usd, found.is_above(0.0)) == (0.0, False)
    assert found.said == "No server's log is in CloudWatch Logs: none is read."
