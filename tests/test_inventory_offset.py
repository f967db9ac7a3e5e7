"""When a sample looks that a schedule starts: within its interval, any second as likely as another."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.offset import offset, seconds_left, spread

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def names(seed: int, count: int) -> list[str]:
    """As Step Functions names executions that nobody names."""
    chance = Random(seed)  # noqa: S311 - the same each time, and no secret
    return [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(count)]


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(15 minutes)", 900),
        ("rate(1 hour)", 3600),
        # The wait counts to the three hours after which the state machine ends.
        ("rate(90 minutes)", 3600),
        ("rate(2 hours)", 3600),
        ("rate(1 day)", 3600),
        ("rate(999999999 days)", 3600),
        # How far apart its moments are it does not say.
        ("cron(0/15 * * * ? *)", 300),
        ("cron(0 4 * * ? *)", 300),
        ("at(2026-11-27T12:00:00)", 0),
        ("rate(0 minutes)", 0),
        ("rate(fortnight)", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_it_is_spread_over_the_interval_that_the_schedule_tells(schedule: str | None, seconds: int) -> None:
    assert spread(schedule) == timedelta(seconds=seconds)
    drawn = {offset(each, schedule) for each in names(1, 200)}
    assert all(timedelta() <= each < max(timedelta(seconds=seconds), timedelta(seconds=1)) for each in drawn)


@pytest.mark.parametrize(("schedule", "minutes"), [("rate(15 minutes)", 15), ("rate(1 hour)", 60)])
def test_every_second_of_the_interval_is_as_likely_as_another(schedule: str, minutes: int) -> None:
    drawn = [int(offset(each, schedule).total_seconds()) for each in names(7, 40_000)]
    assert len(set(drawn)) == 60 * minutes
    by_minute, by_second = Counter(each // 60 for each in drawn), Counter(each % 60 for each in drawn)
    # Six times the deviation of a fair draw: what a job on the minute needs is neither left out nor preferred.
    for found, of in ((by_minute, minutes), (by_second, 60)):
        expected = len(drawn) / of
        assert all(abs(each - expected) < 6 * expected**0.5 for each in found.values())
        assert len(found) == of


def test_what_one_sample_draws_says_nothing_of_the_next() -> None:
    drawn = [offset(each, "rate(15 minutes)").total_seconds() for each in names(11, 20_000)]
    mean = sum(drawn) / len(drawn)
    together = sum((a - mean) * (b - mean) for a, b in pairwise(drawn))
    alone = sum((each - mean) ** 2 for each in drawn)
    assert abs(together / alone) < 0.05


@given(st.text(max_size=80), st.sampled_from(["rate(15 minutes)", "cron(0 4 * * ? *)", "rate(1 day)"]))
def test_whoever_asks_again_is_told_the_same(execution: str, schedule: str) -> None:
    assert offset(execution, schedule) == offset(execution, schedule)
    assert offset(execution, schedule) < spread(schedule)


@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False))
def test_who_has_waited_does_not_wait_again(away: float) -> None:
    left = seconds_left(NOON + timedelta(seconds=away), NOON)
    assert left >= 0
    assert seconds_left(NOON + timedelta(seconds=away), NOON + timedelta(seconds=left)) == 0
    # Nor is it early by as much as a second.
    assert left > away - 1
