"""Whether a sample looks beside other sweeps: every order in which they may start, and what is told of it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.overlap import (
    Execution,
    Other,
    Skip,
    SkippedSample,
    SkippedSamples,
    blocked_by,
    counted_by_reason,
    may_block,
    to_tell,
    within_reach,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FULL, SAMPLE = Depth.FULL, Depth.SAMPLE


def sweep(depth: Depth = SAMPLE, started_at: datetime = NOON, name: str = "m", *, narrow: bool = False) -> Sweep:
    return Sweep(name, started_at, depth, narrow)


def other(depth: Depth = SAMPLE, started_at: datetime = NOON, name: str = "m", *, narrow: bool = False) -> Other:
    return Other(Execution(name, started_at), depth, narrow)


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        # The later start yields, then the name.
        (other(SAMPLE, NOON - MINUTE, "z"), Skip.SAMPLE),
        (other(SAMPLE, NOON + MINUTE, "a"), None),
        (other(SAMPLE, NOON, "a"), Skip.SAMPLE),
        (other(SAMPLE, NOON, "z"), None),
        # A full sweep looks at everything itself, whenever it started.
        (other(FULL, NOON - MINUTE, "z"), Skip.FULL_SWEEP),
        (other(FULL, NOON, "z"), Skip.FULL_SWEEP),
        (other(FULL, NOON + MINUTE, "a"), Skip.FULL_SWEEP),
        # What a person asks of a part of the account is in nobody's way.
        (other(SAMPLE, NOON - MINUTE, "a", narrow=True), None),
        (other(FULL, NOON - MINUTE, "a", narrow=True), None),
    ],
)
def test_a_sample_yields_to_an_earlier_one_and_to_a_full_sweep(beside: Other, why: Skip | None) -> None:
    assert blocked_by(sweep(), [beside]) == ((why, beside) if why else None)
    # Whoever else runs beside it changes nothing.
    harmless = [other(SAMPLE, NOON + HOUR, "z"), other(FULL, NOON - HOUR, "a", narrow=True)]
    assert blocked_by(sweep(), [*harmless, beside]) == ((why, beside) if why else None)


@pytest.mark.parametrize(
    "mine",
    [sweep(FULL), sweep(FULL, narrow=True), sweep(SAMPLE, narrow=True)],
    ids=str,
)
def test_a_full_sweep_and_what_a_person_names_never_yield(mine: Sweep) -> None:
    for depth, narrow in product((FULL, SAMPLE), (False, True)):
        assert blocked_by(mine, [other(depth, NOON - HOUR, "a", narrow=narrow)]) is None


def test_nobody_beside_it_is_in_its_way() -> None:
    assert blocked_by(sweep(), []) is None


@pytest.mark.parametrize("starts", [*product((NOON, NOON + MINUTE), repeat=3)], ids=str)
def test_of_samples_that_all_see_each_other_exactly_one_looks(starts: tuple[datetime, ...]) -> None:
    for names in permutations("abc"):
        all_of_them = [sweep(SAMPLE, at, name) for at, name in zip(starts, names, strict=True)]
        looks = [
            mine.id
            for mine in all_of_them
            if not blocked_by(mine, [other(SAMPLE, at.started_at, at.id) for at in all_of_them if at is not mine])
        ]
        assert looks == [min(all_of_them, key=lambda each: (each.started_at, each.id)).id]


@pytest.mark.parametrize(("first_sees", "second_sees"), [*product((False, True), repeat=2)])
def test_what_is_listed_too_late_makes_two_look_and_never_none(first_sees: bool, second_sees: bool) -> None:
    """ListExecutions is eventually consistent: of two that start at once, either may not be listed yet."""
    first, second = sweep(SAMPLE, NOON, "a"), sweep(SAMPLE, NOON, "b")
    first_looks = not blocked_by(first, [other(SAMPLE, NOON, "b")] if first_sees else [])
    second_looks = not blocked_by(second, [other(SAMPLE, NOON, "a")] if second_sees else [])
    assert first_looks
    assert second_looks is not second_sees


def test_who_runs_for_longer_than_a_sweep_may_does_not_count_nor_does_oneself() -> None:
    mine, now = sweep(), NOON + MINUTE
    for seconds, counts in ((10_799, True), (10_800, False), (10_801, False)):
        running = Execution("old", now - timedelta(seconds=seconds))
        assert may_block(mine, [running], now) == ((running,) if counts else ()), seconds
    assert may_block(mine, [Execution("m", NOON)], now) == ()
    # One that was redriven has its time again.
    redriven = Execution("old", NOON - 24 * HOUR, NOON - HOUR)
    assert may_block(mine, [redriven], now) == (redriven,)
    assert may_block(mine, [Execution("old", NOON - 24 * HOUR, NOON - 4 * HOUR)], now) == ()


def test_the_earliest_is_asked_first() -> None:
    late, early = Execution("a", NOON), Execution("b", NOON - HOUR)
    assert may_block(sweep(), [late, early], NOON) == (early, late)


def test_what_no_probe_reaches_is_left_out_and_what_is_not_known_is_not() -> None:
    def batch(region: str, network: str | None) -> Batch:
        return Batch(region, network, ())

    batches = [
        batch("eu-central-1", "vpc-1"),
        batch("eu-central-1", "vpc-2"),
        batch("eu-central-1", None),
        # Registered where another Region's databases lie.
        batch("us-east-1", "vpc-1"),
        batch("us-west-2", "vpc-3"),
        batch("us-west-2", None),
        batch("eu-west-1", "vpc-1"),
    ]
    registered: dict[str, frozenset[str] | Gap] = {
        "eu-central-1": frozenset({"vpc-1"}),
        "us-east-1": frozenset[str](),
        "us-west-2": Gap("ssm:GetParametersByPath", "AccessDenied"),
    }
    assert [(each.region, each.network) for each in within_reach(batches, registered)] == [
        ("eu-central-1", "vpc-1"),
        ("us-west-2", "vpc-3"),
        ("us-west-2", None),
    ]


EARLY = SkippedSample("a", NOON - HOUR, "a full sweep was under way")
LATE = SkippedSample("b", NOON, "an earlier sample was still under way")
LATER = SkippedSample("c", NOON + HOUR, "an earlier sample was still under way")


def test_skipped_samples_are_counted_by_their_reason() -> None:
    assert counted_by_reason([LATER, EARLY, LATE]) == (
        SkippedSamples("an earlier sample was still under way", 2, NOON, NOON + HOUR),
        SkippedSamples("a full sweep was under way", 1, NOON - HOUR, NOON - HOUR),
    )
    assert counted_by_reason([]) == ()


def test_a_full_sweep_of_the_whole_account_tells_once_of_those_before_it() -> None:
    told = SkippedSample("d", NOON, "a full sweep was under way", told_by="nightly-1")
    mine = sweep(FULL, name="nightly-2")
    assert to_tell([EARLY, told, LATE], mine) == (EARLY, LATE)
    # A report that is written again says the same again.
    assert to_tell([EARLY, told], sweep(FULL, name="nightly-1")) == (EARLY, told)
    for silent in (sweep(FULL, narrow=True), sweep(SAMPLE), sweep(SAMPLE, narrow=True)):
        assert to_tell([EARLY, LATE], silent) == ()
