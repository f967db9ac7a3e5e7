"""Which parts of a log are read, and what is said of the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.logged import Hole, Logged, Stretch
from tlscheck.ledger.reading_plan import LogGroup, Reach, Rhythm, by_day, holes, reach, windows
from tlscheck.ledger.stretches import common, united, without

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OVERLAP, EVIDENCE = timedelta(minutes=15), timedelta(days=7)
NOTHING = Logged()
SAMPLE, FULL = Rhythm(OVERLAP, is_full=False), Rhythm(OVERLAP, is_full=True)
GROUP = LogGroup("/aws/rds/instance/orders/postgresql", True, None, None, 0)


def at(hours: float) -> datetime:
    return MIDNIGHT + hours * HOUR


def part(since: float, until: float) -> Stretch:
    return Stretch(at(since), at(until))


moments = st.integers(-60, 60)


@given(moments, moments)
def test_a_stretch_is_cut_at_midnight(since: int, until: int) -> None:
    whole = part(since / 3, until / 3)
    parts = by_day(whole)[::-1]
    assert united(parts) == united([whole])
    for each in parts:
        assert timedelta() < each.until - each.since <= DAY
        assert each.since == whole.since or (each.since - MIDNIGHT) % DAY == timedelta()


def test_the_first_reading_goes_back_as_far_as_is_asked_for_and_the_newest_day_is_first() -> None:
    now = at(9.5)
    read = windows(NOTHING, reach(now, timedelta(days=3), GROUP), SAMPLE)
    assert read == (part(0, 9.5), part(-24, 0), part(-48, -24), part(-63, -48))
    assert united(read) == (part(-63, 9.5),)
    assert [each.until for each in read] == sorted((each.until for each in read), reverse=True)


@pytest.mark.parametrize(("until", "since"), [(9.5, 9.25), (9.1, 8.85), (9.0, 8.75), (9.25, 9)])
def test_a_later_reading_repeats_the_overlap(until: float, since: float) -> None:
    logged = Logged(covered=(part(-200, until),))
    assert windows(logged, reach(at(10), EVIDENCE), SAMPLE) == (part(since, 10),)


DENSE = "more different clients in an hour than one query of Logs Insights tells"


@pytest.mark.parametrize("covered", [(), (part(8, 9.001),)])
def test_what_nothing_could_count_is_not_begun_again_by_the_next_reading(covered: tuple[Stretch, ...]) -> None:
    """Else each would begin with more than it reads, as with 40 connections a second, and none would get on."""
    dense = without([part(-200, 9.5)], covered)
    logged = Logged(covered=covered, holes=tuple(Hole(each, DENSE) for each in dense))
    assert windows(logged, reach(at(9.75), EVIDENCE), SAMPLE)[0] == part(9.25, 9.75)


@pytest.mark.parametrize(
    ("newest", "until", "since"),
    # The next line may be of the hour after the newest; two hours later it proves nothing of what lies between.
    [(9, 9.5, 8.75), (8.1, 9.5, 7.85), (7.9, 9.5, 9), (7.1, 9.1, 8)],
)
def test_what_was_silent_since_the_newest_line_is_read_again_while_the_next_may_cover_it(
    newest: float, until: float, since: float
) -> None:
    silent = Hole(part(newest, until), "no line of any connection in that time")
    logged = Logged((part(-200, newest),), (silent,))
    assert windows(logged, reach(at(10), EVIDENCE), SAMPLE) == (part(since, 10),)


def test_a_full_sweep_reads_the_last_two_days_again() -> None:
    logged = Logged(covered=(part(-200, 9.5),))
    assert windows(logged, reach(at(10), EVIDENCE), FULL) == (part(0, 10), part(-24, 0), part(-38, -24))


def test_what_was_silent_is_not_read_again_and_what_was_not_reached_is() -> None:
    logged = Logged(
        covered=(part(-100, 9.5),),
        holes=(
            Hole(part(-120, -100), "no line of any connection in that time"),
            Hole(part(-130, -120), "not read yet: what a sweep may read ended before"),
            Hole(part(-140, -130), "logs:FilterLogEvents: ThrottlingException: Rate exceeded"),
            Hole(
                part(-150, -140),
                "no line of any connection in that time: log_connections was off when it was read",
            ),
        ),
    )
    read = windows(logged, reach(at(10), timedelta(hours=160)), SAMPLE)
    assert read == (part(9.25, 10), *by_day(part(-140, -120)))


@pytest.mark.parametrize(
    ("group", "begins", "why"),
    [
        (GROUP, -158, None),
        (replace(GROUP, days=3), -62, "its log group keeps 3 days"),
        (replace(GROUP, days=30, created_at=at(-20.5)), -20.5, "its log group was made on 2026-11-23"),
        (replace(GROUP, created_at=at(50)), 10, "its log group was made on 2026-11-26"),
        (replace(GROUP, days=3, created_at=at(-400)), -62, "its log group keeps 3 days"),
    ],
)
def test_what_a_group_does_not_hold_is_a_hole_and_not_read(
    group: LogGroup, begins: float, why: str | None
) -> None:
    found = reach(at(10), EVIDENCE, group)
    assert found.begins == at(begins)
    assert found.beyond == ((Hole(part(-158, begins), why),) if why else ())
    assert all(each.since >= at(begins) for each in windows(NOTHING, found, FULL))
    left = holes(NOTHING, [part(begins, 10)], (), found)
    assert left == found.beyond


@pytest.mark.parametrize(
    ("anothers_until", "created_at", "begins", "why"),
    [
        (None, at(-400), -158, None),
        (None, at(-20.5), -20.5, "its log group has nothing of it before 2026-11-23, when it was made"),
        (at(-10), at(-20.5), -10, "its log group is of another database until 2026-11-23"),
        (at(-30), at(-20.5), -20.5, "its log group has nothing of it before 2026-11-23, when it was made"),
        (None, at(50), 10, "its log group has nothing of it before 2026-11-26, when it was made"),
    ],
)
def test_what_lies_there_of_before_a_database_was_made_is_anothers(
    anothers_until: datetime | None, created_at: datetime, begins: float, why: str | None
) -> None:
    found = reach(at(10), EVIDENCE, GROUP, anothers_until, created_at)
    assert found.begins == at(begins)
    assert found.beyond == ((Hole(part(-158, begins), why),) if why else ())
    assert all(each.since >= at(begins) for each in windows(NOTHING, found, FULL))


def test_each_hole_has_the_first_reason_that_is_about_it() -> None:
    logged = Logged(
        (part(-10, 0),),
        (Hole(part(-20, -12), "no line of any connection in that time"), Hole(part(-12, -10), "x")),
    )
    span = Reach(part(-30, 10), at(-25), (Hole(part(-30, -25), "gone"),))
    found = [Hole(part(5, 10), "denied"), Hole(part(-15, -14), "denied"), Hole(part(3, 10), "throttled")]
    not_yet = "not read yet: what a sweep may read ended before"
    assert holes(logged, [part(0, 2)], found, span) == (
        Hole(part(-30, -25), "gone"),
        Hole(part(-25, -20), not_yet),
        Hole(part(-20, -12), "no line of any connection in that time"),
        Hole(part(-12, -10), not_yet),
        Hole(part(2, 3), not_yet),
        Hole(part(3, 5), "throttled"),
        Hole(part(5, 10), "denied"),
    )


def spoken(read: Sequence[Stretch], hours: Sequence[datetime]) -> tuple[Stretch, ...]:
    return common(read, [Stretch(each, each + HOUR) for each in hours])


@given(
    spoken_hours=st.sets(st.integers(-170, 100), max_size=200),
    sweeps=st.lists(st.tuples(st.integers(1, 7), st.integers(0, 6), st.booleans()), min_size=1, max_size=12),
)
def test_reading_on_comes_to_know_all_and_calls_nothing_covered_that_it_did_not_read(
    spoken_hours: set[int], sweeps: list[tuple[int, int, bool]]
) -> None:
    """Each sweep is so many quarters of an hour after the last, reads so many windows to their end, and is full or
    not; at last one reads all."""
    logged, now, ever = NOTHING, at(0), tuple[Stretch, ...]()
    said = [at(hour) for hour in spoken_hours]
    for later, able, is_full in [*sweeps, (1, 1000, False)]:
        now += later * HOUR / 4
        span = reach(now, EVIDENCE, GROUP)
        wanted = windows(logged, span, FULL if is_full else SAMPLE)
        read = wanted[:able]
        ever = united([*ever, *read])
        covered = spoken(read, said)
        known = united([*logged.covered, *covered])
        silent = [Hole(each, "no line of any connection in that time") for each in without(read, known)]
        logged = Logged(known, (*holes(logged, read, (), span), *silent))
        assert not without(logged.covered, ever)
        assert not common(logged.covered, [each.stretch for each in logged.holes])
        known = united([*logged.covered, *(each.stretch for each in logged.holes)])
        assert not without([span.asked], known)
    assert {each.why for each in logged.holes} <= {"no line of any connection in that time"}
    assert logged.covered == spoken([Stretch(logged.covered[0].since, now)], said) if logged.covered else True
