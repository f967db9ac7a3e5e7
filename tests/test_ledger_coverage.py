"""The probability that looks meet a job of a shape: worked out by hand, and by trying every start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tlscheck.ledger.coverage import Completeness, Job, caught, completeness
from tlscheck.ledger.logged import LeftOut, Logged, Stretch

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NIGHTLY = Job("a nightly 5-second job", DAY, timedelta(seconds=5))
ON_THE_MINUTE = Job("a nightly 5-second job on the minute", DAY, timedelta(seconds=5), is_aligned=True)
HOURLY = Job("an hourly minute", timedelta(hours=1), timedelta(seconds=60))
MONTHLY = Job("a monthly hour", timedelta(days=31), timedelta(hours=1))
ALWAYS = Job("a pool that is always open", DAY, DAY)


def grid(every: timedelta, days: int, offset: timedelta = timedelta()) -> list[datetime]:
    """Looks on a fixed grid."""
    return [MIDNIGHT + offset + every * step for step in range(int(timedelta(days=days) / every))]


@pytest.mark.parametrize(
    ("job", "looks", "probability"),
    [
        pytest.param(NIGHTLY, [], 0, id="no look"),
        pytest.param(NIGHTLY, [MIDNIGHT], 5 / 86400, id="one look meets five seconds of starts"),
        pytest.param(NIGHTLY, [MIDNIGHT, MIDNIGHT], 5 / 86400, id="the same look twice is one"),
        pytest.param(NIGHTLY, [MIDNIGHT, MIDNIGHT + DAY], 5 / 86400, id="at the same time of day nothing is new"),
        pytest.param(NIGHTLY, [MIDNIGHT, MIDNIGHT + timedelta(seconds=2)], 7 / 86400, id="two looks overlap"),
        pytest.param(
            NIGHTLY, [MIDNIGHT + timedelta(seconds=2), MIDNIGHT + timedelta(days=3)], 7 / 86400, id="over midnight"
        ),
        pytest.param(
            NIGHTLY, grid(timedelta(minutes=15), 7), 96 * 5 / 86400, id="a fixed grid never gets further"
        ),
        pytest.param(
            NIGHTLY, [MIDNIGHT - timedelta(seconds=1), MIDNIGHT + WEEK], 0, id="looks outside the window"
        ),
        pytest.param(ON_THE_MINUTE, [MIDNIGHT], 1 / 1440, id="on the minute, at its first second"),
        pytest.param(ON_THE_MINUTE, [MIDNIGHT + timedelta(seconds=4)], 1 / 1440, id="at its last second"),
        pytest.param(ON_THE_MINUTE, [MIDNIGHT + timedelta(seconds=5)], 0, id="when it has ended"),
        pytest.param(
            ON_THE_MINUTE,
            [MIDNIGHT, MIDNIGHT + timedelta(seconds=3)],
            1 / 1440,
            id="two looks at the same minute's jobs",
        ),
        pytest.param(ON_THE_MINUTE, grid(timedelta(minutes=15), 7), 96 / 1440, id="a grid on the minute"),
        pytest.param(
            ON_THE_MINUTE, grid(timedelta(minutes=15), 7, timedelta(seconds=30)), 0, id="a grid off the minute"
        ),
        pytest.param(HOURLY, grid(timedelta(minutes=15), 1), 4 / 60, id="an hourly minute, four times an hour"),
        pytest.param(MONTHLY, grid(timedelta(hours=1), 7), 7 / 31, id="a week of a month"),
        pytest.param(
            MONTHLY,
            grid(timedelta(minutes=15), 7),
            (7 * 24 + 0.75) / 24 / 31,
            id="also one that began before the window",
        ),
        pytest.param(ALWAYS, [MIDNIGHT], 1, id="whoever is always there is met by one look"),
    ],
)
def test_probability_by_hand(job: Job, looks: list[datetime], probability: float) -> None:
    assert caught(job, looks, MIDNIGHT, MIDNIGHT + WEEK) == pytest.approx(probability, abs=1e-12)


def is_met(job: Job, looks: list[datetime], start: int) -> bool:
    """Whether a job that starts so many seconds after the epoch, and each period before and after, is met."""
    period, lasts = job.every.total_seconds(), job.lasts.total_seconds()
    return any((look.timestamp() - start) % period < lasts for look in looks)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("is_aligned", [False, True])
def test_probability_by_trying_each_start(seed: int, is_aligned: bool) -> None:
    random = Random(seed)  # noqa: S311  # the same each time
    period = random.choice([10, 60, 180]) * 60
    lasts = random.choice([1, 5, 59, 60, 61, 200, period])
    job = Job("tried", timedelta(seconds=period), timedelta(seconds=lasts), is_aligned)
    looks = [MIDNIGHT + timedelta(seconds=random.randrange(86400)) for _ in range(random.randrange(1, 12))]
    starts = range(0, period, 60 if is_aligned else 1)
    met = sum(is_met(job, looks, start) for start in starts)
    assert caught(job, looks, MIDNIGHT, MIDNIGHT + DAY) == pytest.approx(met / len(starts), abs=1e-12)


def test_looks_at_random_get_further_than_a_grid() -> None:
    random = Random(7)  # noqa: S311  # the same each time
    looks = [at + timedelta(seconds=random.randrange(300)) for at in grid(timedelta(minutes=5), 7)]
    probability = caught(NIGHTLY, looks, MIDNIGHT, MIDNIGHT + WEEK)
    assert len(looks) == 2016
    assert probability == pytest.approx(0.11, abs=0.01)
    assert probability > 3 * caught(NIGHTLY, grid(timedelta(minutes=5), 7), MIDNIGHT, MIDNIGHT + WEEK)


def logged(*covered: tuple[float, float]) -> Logged:
    """A log that covers these hours."""
    hour = timedelta(hours=1)
    return Logged(
        covered=tuple(Stretch(MIDNIGHT + since * hour, MIDNIGHT + until * hour) for since, until in covered)
    )


@pytest.mark.parametrize(
    ("log", "is_complete"),
    [
        (logged((-5, 200)), True),
        (logged((0, 90), (90, 168)), True),
        (logged((0, 90), (91, 168)), False),
        (logged((1, 168)), False),
        (replace(logged((0, 168)), unread={"cut": MIDNIGHT + timedelta(seconds=1)}), False),
        (replace(logged((0, 168)), unread={"cut": MIDNIGHT}), True),
        # What is left out is of refusals, and of no connection.
        (replace(logged((0, 168)), left_out={LeftOut.REFUSALS: MIDNIGHT + WEEK}), True),
        (Logged(), False),
    ],
)
def test_a_log_is_complete_where_nothing_of_the_window_is_missing(log: Logged, is_complete: bool) -> None:
    assert Completeness((), log, MIDNIGHT, MIDNIGHT + WEEK).is_log_complete is is_complete


def test_the_week_shows_hours_that_looks_or_the_log_cover() -> None:
    looks = (MIDNIGHT + timedelta(hours=26, minutes=15), MIDNIGHT + DAY * 8 + timedelta(hours=2))
    log = logged((0, 5), (5, 6), (168, 170.5), (48, 72), (216, 217))
    # The second of November 2026 is a Monday.
    assert Completeness(looks, log, MIDNIGHT, MIDNIGHT + 2 * WEEK).week() == (
        "LL----..................",
        "..o.....................",
        "L-----------------------",
        "........................",
        "........................",
        "........................",
        "........................",
    )


def test_an_hour_of_looks_one_day_and_of_the_log_another_is_one_of_looks() -> None:
    looks = [MIDNIGHT + timedelta(minutes=59)]
    assert Completeness(tuple(looks), logged((168, 169)), MIDNIGHT, MIDNIGHT + 2 * WEEK).week()[0][0] == "o"
    # A third Monday on which nobody looked.
    log = logged((168, 169))
    assert Completeness(tuple(looks), log, MIDNIGHT, MIDNIGHT + 3 * WEEK).week()[0][0] == "-"


def test_days_that_were_not_yet_are_blank() -> None:
    week = Completeness((MIDNIGHT,), Logged(), MIDNIGHT, MIDNIGHT + 2 * DAY).week()
    assert week == ("o" + 23 * ".", 24 * ".", *[24 * " "] * 5)


def test_it_is_told_of_whole_days_since_somebody_looked() -> None:
    looks = [MIDNIGHT + timedelta(hours=9), MIDNIGHT + DAY, MIDNIGHT + 3 * DAY + timedelta(hours=2)]
    found = completeness(looks, Logged(), WEEK, MIDNIGHT + 3 * DAY + timedelta(hours=5))
    assert found is not None
    assert (found.looks, found.since, found.until) == (tuple(looks[:2]), MIDNIGHT, MIDNIGHT + 3 * DAY)
    assert completeness(looks[:1], Logged(), WEEK, MIDNIGHT + timedelta(hours=23)) is None
