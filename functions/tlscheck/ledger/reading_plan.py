"""Which parts of a server's log a sweep reads, and of what time it is not known afterwards, and why.

The newest first: a log that grows faster than it is read would else never be read where it matters. It is read in
whole hours, so that one line of a connection speaks for all of its hour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tlscheck.ledger.logged import Hole, Logged, Stretch
from tlscheck.ledger.stretches import DAY, HOUR, by_day, by_hour, common, hour_of, in_one, less
from tlscheck.wording import day

SILENT = "no line of any connection"
"""Read to the end: nobody connected, or the server did not log it, or the lines were lost; nobody knows which."""

OFF = "no line of any connection: log_connections is off"
NOT_YET = "not read yet: what a sweep may read ended before"

SETTLED = frozenset({SILENT, OFF})
"""Why a hole is not read again, but for the newest day by a full sweep."""


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group of CloudWatch Logs, as the service describes it."""

    name: str
    is_readable: bool
    """Whether its lines can be read page by page: the class Standard alone; others are counted by Insights."""

    days: int | None
    """How long it keeps what is written; None: for ever."""

    created_at: datetime | None
    stored_bytes: int
    """As the service has compressed it; up to a day old."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Of what time a log can say anything, of the days asked for; what it cannot are holes."""

    asked: Stretch
    begins: datetime
    """A whole hour, of which nothing is missing yet."""

    beyond: tuple[Hole, ...] = ()

    @property
    def readable(self) -> Stretch:
        """From there to now."""
        return Stretch(self.begins, self.asked.until)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often what was read is read again."""

    overlap: timedelta
    """LogOverlapMinutes: how late a line may come for the next reading to find it."""

    is_full: bool
    """Whether it is a full sweep, which reads the last day again for what came later."""


def reach(now: datetime, evidence: timedelta, group: LogGroup | None = None) -> Reach:
    """What can be read of the log of EvidenceDays; None: nothing is known of its group."""
    asked = Stretch(now - evidence, now)
    begins, why = asked.since, ""
    if group is not None and group.days is not None and (kept := now - group.days * DAY) > begins:
        begins, why = kept, f"its log group keeps {group.days} days"
    if group is not None and group.created_at is not None and group.created_at > begins:
        begins, why = min(group.created_at, now), f"its log group was made on {day(group.created_at)}"
    if not why:
        return Reach(asked, hour_of(begins))
    whole = begins if hour_of(begins) == begins else min(hour_of(begins) + HOUR, now)
    return Reach(asked, whole, (Hole(Stretch(asked.since, whole), why),))


def windows(logged: Logged, reach: Reach, rhythm: Rhythm) -> tuple[Stretch, ...]:
    """What to read, newest first, each a day of UTC at most."""
    now = reach.asked.until
    known = in_one(logged.covered, (each.stretch for each in logged.holes if each.why in SETTLED))
    newest = known[-1].until if known else now - DAY
    again = min(newest - rhythm.overlap, now - DAY) if rhythm.is_full else newest - rhythm.overlap
    first = Stretch(max(reach.begins, hour_of(again)), now)
    missing = less([reach.readable], [*known, first])
    parts = [part for each in in_one([first], missing) for part in by_day(each)]
    return tuple(sorted(parts, key=lambda part: part.until, reverse=True))


def spoken(read: Iterable[Stretch], hours: Iterable[datetime]) -> tuple[Stretch, ...]:
    """What is covered of that which was read to its end: the hours in which a connection was logged."""
    said = frozenset(hours)
    return in_one(part for each in read for part in by_hour(each) if hour_of(part.since) in said)


def holes(logged: Logged, covered: Sequence[Stretch], found: Sequence[Hole], reach: Reach) -> tuple[Hole, ...]:
    """What is not known of the days asked for, in order: each part with the first of these reasons that is about
    it, else with the one that was known before.

    `covered` is all that this sweep knows to be covered, and `found` what it found out of the rest.
    """
    left = less([reach.asked], in_one(logged.covered, covered))
    settled = [each for each in logged.holes if each.why in SETTLED]
    parts: list[Hole] = []
    for each in (*found, *reach.beyond, *settled, Hole(reach.asked, NOT_YET)):
        parts += [Hole(part, each.why) for part in common(left, [each.stretch])]
        left = less(left, [each.stretch])
    return _put_together(parts)


def _put_together(parts: Iterable[Hole]) -> tuple[Hole, ...]:
    """Neighbours of one reason as one hole."""
    found: list[Hole] = []
    for each in sorted(parts, key=lambda hole: hole.stretch.since):
        if found and found[-1].why == each.why and found[-1].stretch.until == each.stretch.since:
            found[-1] = Hole(Stretch(found[-1].stretch.since, each.stretch.until), each.why)
        else:
            found.append(each)
    return tuple(found)
