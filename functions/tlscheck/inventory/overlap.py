"""Whether a sample looks at all: two sweeps of the whole account at once are two connections to each server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.gap import Gap

LONGEST_SWEEP = timedelta(hours=3)
"""TimeoutSeconds of the state machine: who seems to run for longer does not."""


class Skip(StrEnum):
    """Why a sample looked at nothing, as it is counted."""

    FULL_SWEEP = "a full sweep was under way"
    SAMPLE = "an earlier sample was still under way"
    NO_PROBE = "no database that is known lies in a network with a probe"


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of the state machine that is running."""

    id: str
    """Its name."""

    started_at: datetime
    resumed_at: datetime | None = None
    """When it was redriven last: its time counts anew from then on."""

    arn: str | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A sweep that is running beside a sample's."""

    execution: Execution
    """Started when it looks, or looked: a sample that waits for that moment is in nobody's way before."""

    depth: Depth
    narrow: bool
    """Whether somebody asked for a part of the account only."""


def is_to_yield(sweep: Sweep) -> bool:
    """Whether it ever yields: a sample of the whole account does; full sweeps, and what a person names, never."""
    return sweep.depth is Depth.SAMPLE and not sweep.narrow


def may_block(mine: Sweep, running: Iterable[Execution], now: datetime) -> tuple[Execution, ...]:
    """Those beside which a sample might have to yield, whatever they look at; the earliest first."""
    others = (
        each
        for each in running
        if each.id != mine.id and now - (each.resumed_at or each.started_at) < LONGEST_SWEEP
    )
    return tuple(sorted(others, key=_order))


def blocked_by(mine: Sweep, others: Iterable[Other]) -> tuple[Skip, Other] | None:
    """Beside which other a sample yields, and why; None: it looks.

    Of two samples the one that started later yields, of two that started in the same moment the one whose name
    comes later: so never both do, whoever of them sees the other. A full sweep never yields, whoever came first.
    What is listed is eventually consistent: where the later one does not see the other yet, both look, once. One
    that itself yielded, and has not ended yet, is yielded to as well: the next sample looks.
    """
    if not is_to_yield(mine):
        return None
    me = _order(Execution(mine.id, mine.started_at))
    for other in others:
        # Who archives what was sent looks at no server.
        if other.narrow or other.depth is Depth.RETIRE:
            continue
        if other.depth is Depth.FULL:
            return Skip.FULL_SWEEP, other
        if _order(other.execution) < me:
            return Skip.SAMPLE, other
    return None


def within_reach(batches: Iterable[Batch], registered: Mapping[str, frozenset[str] | Gap]) -> tuple[Batch, ...]:
    """The batches whose network has a probe, by Region; where that could not be asked, all of the Region's."""
    return tuple(each for each in batches if _is_within(each, registered.get(each.region, frozenset())))


def _is_within(batch: Batch, networks: frozenset[str] | Gap) -> bool:
    return isinstance(networks, Gap) or batch.network in networks


def _order(execution: Execution) -> tuple[datetime, str]:
    return execution.started_at, execution.id


@dataclass(frozen=True, slots=True)
class SkippedSample:
    """A sample that looked at nothing beside another sweep: a hole in what is covered."""

    id: str
    """Its execution's name."""

    started_at: datetime
    reason: str
    told_by: str | None = None
    """The full sweep whose report told of it; None: none has yet."""


@dataclass(frozen=True, slots=True)
class SkippedSamples:
    """How many samples looked at nothing since the last full sweep, for one reason."""

    reason: str
    count: int
    first: datetime
    """When the first of them started."""

    last: datetime


def counted_by_reason(skipped: Iterable[SkippedSample]) -> tuple[SkippedSamples, ...]:
    """The most frequent reason first."""
    by_reason: dict[str, list[datetime]] = {}
    for each in skipped:
        by_reason.setdefault(each.reason, []).append(each.started_at)
    found = (SkippedSamples(reason, len(at), min(at), max(at)) for reason, at in by_reason.items())
    return tuple(sorted(found, key=lambda each: (-each.count, each.reason)))


def to_tell(skipped: Iterable[SkippedSample], sweep: Sweep) -> tuple[SkippedSample, ...]:
    """Those that the report of a sweep tells of: a full one of the whole account does, and each is told once."""
    if sweep.depth is not Depth.FULL or sweep.narrow:
        return ()
    return tuple(each for each in skipped if each.told_by in (None, sweep.id))
