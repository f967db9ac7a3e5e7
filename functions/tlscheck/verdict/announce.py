"""Whether a change is told to others now: what gets worse at once, what gets better once it has stood."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STOOD = timedelta(hours=1)
"""What gets better, and what only reads otherwise, is told after this time."""

DAY = timedelta(days=1)

FLAPS = 3
"""From this many changes of a day on it flaps: that is told once a day, and nothing better until it is calm."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What others know, and how often it changed of late."""

    rank: int
    """How bad that is; the larger the worse."""

    at: datetime
    changes: tuple[datetime, ...] = ()
    """When it changed in the last day, oldest first, at most FLAPS."""

    flaps_told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether to tell now, and whether that it flaps is what is told."""

    is_due: bool
    flaps: bool = False


def changes_of(before: tuple[datetime, ...], at: datetime, *, changed: bool) -> tuple[datetime, ...]:
    """The changes of the day that ends at `at`."""
    recent = tuple(each for each in before if at - each < DAY)
    return (*recent, at)[-FLAPS:] if changed else recent


def telling(told: Announced, rank: int, at: datetime, *, differs: bool) -> Telling:
    """Whether what has `rank` at `at` is told; `differs`: whether it reads otherwise than what was told.

    `told.changes` are those up to `at`.
    """
    flaps = len(told.changes) >= FLAPS
    # Not with what is better just now: that is over with the next change.
    if flaps and rank >= told.rank and (told.flaps_told_at is None or at - told.flaps_told_at >= DAY):
        return Telling(is_due=True, flaps=True)
    if rank > told.rank:
        return Telling(is_due=True)
    if rank < told.rank:
        return Telling(is_due=not flaps and all(at - each >= STOOD for each in told.changes))
    return Telling(is_due=differs and at - told.at >= STOOD)
