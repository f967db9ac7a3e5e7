"""Which parts of a server's log a sweep reads, and of what time it is not known afterwards, and why.

The newest first: a log that grows faster than it is read would else never be read where it matters. It is read in
whole hours but for those whose beginning is covered: lines of an hour and of the one before speak for all between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from tlscheck.ledger.joining import hour
from tlscheck.ledger.logged import Hole, Logged, Stretch
from tlscheck.ledger.stretches import common, united, without
from tlscheck.wording import day

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

AGAIN = 2 * DAY
"""What a full sweep reads again. With a day alone, a line of an evening that came after the night's sweep would
lie before what the next one reads; with two, lines that are up to a day late are found."""

OVERLAP = timedelta(minutes=15)
"""What a later reading repeats, where no owner says it (LogOverlapMinutes)."""

SILENT = "no line of any connection in that time"
"""Read to the end: nobody connected, or the server did not log it, or the lines were lost; nobody knows which."""

OFF = f"{SILENT}: log_connections was off when it was read"
"""The same where the parameter group says so."""

NOT_YET = "not read yet: what a sweep may read ended before"

DENSE = "more different clients in an hour than one query of Logs Insights tells"
TOO_MUCH = "too much for Logs Insights to scan"
_GROUP = "its log group "
_SETTLED = (SILENT, DENSE, TOO_MUCH, _GROUP)
"""What begins so is not read again, but for the newest two days by a full sweep."""


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
    """As the service says; up to a day old."""

    def bytes_of(self, stretch: Stretch, now: datetime) -> float:
        """About how much of it is of that time, if it grew evenly."""
        ages = [now - self.created_at] if self.created_at else []
        ages += [self.days * DAY] if self.days else []
        age = max(min(ages, default=stretch.until - stretch.since), HOUR)
        return self.stored_bytes * min(1.0, (stretch.until - stretch.since) / age)


@dataclass(frozen=True, slots=True)
class Reach:
    """Of what time a log can say anything, of the days asked for; what it cannot are holes."""

    asked: Stretch
    begins: datetime
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
    """Whether it is a full sweep, which reads the last two days again for what came later."""


def reach(
    now: datetime,
    evidence: timedelta,
    group: LogGroup | None = None,
    anothers_until: datetime | None = None,
    created_at: datetime | None = None,
) -> Reach:
    """What can be read of the log of EvidenceDays; None: nothing is known of its group.

    `anothers_until`: until when its lines may be those of another database that had the name before; `created_at`:
    since when there is this one.
    """
    asked = Stretch(now - evidence, now)
    begins, why = asked.since, ""
    if group is not None and group.days is not None and (kept := now - group.days * DAY) > begins:
        begins, why = kept, f"{_GROUP}keeps {group.days} days"
    if group is not None and group.created_at is not None and group.created_at > begins:
        begins, why = min(group.created_at, now), f"{_GROUP}was made on {day(group.created_at)}"
    if anothers_until is not None and anothers_until > begins:
        begins, why = min(anothers_until, now), f"{_GROUP}is of another database until {day(anothers_until)}"
    if created_at is not None and created_at > begins:
        begins, why = min(created_at, now), f"{_GROUP}has nothing of it before {day(created_at)}, when it was made"
    if not why:
        return Reach(asked, hour(begins))
    return Reach(asked, begins, (Hole(Stretch(asked.since, begins), why),))


def windows(logged: Logged, reach: Reach, rhythm: Rhythm) -> tuple[Stretch, ...]:
    """What to read, newest first, each a day of UTC at most."""
    now = reach.asked.until
    known = united([*logged.covered, *(each.stretch for each in logged.holes if each.why.startswith(_SETTLED))])
    newest = _newest(logged, known) if known else now - DAY
    again = min(newest - rhythm.overlap, now - AGAIN) if rhythm.is_full else newest - rhythm.overlap
    if without([Stretch(hour(again), again)], [*logged.covered, *_vain(logged)]):
        again = hour(again)
    first = Stretch(max(reach.begins, again), now)
    missing = without([reach.readable], [*known, first])
    parts = [part for each in united([first, *missing]) for part in by_day(each)]
    return tuple(sorted(parts, key=lambda part: part.until, reverse=True))


def _newest(logged: Logged, known: Sequence[Stretch]) -> datetime:
    """From where it goes on: from the newest line, where the next may be of the hour after it. All between them is
    covered then, and is to be read at once."""
    end = known[-1].until
    last = logged.covered[-1].until if logged.covered else end
    is_near = hour(end) - hour(last - timedelta.resolution) <= HOUR
    return last if is_near and not common([Stretch(last, end)], _vain(logged)) else end


def _vain(logged: Logged) -> tuple[Stretch, ...]:
    """What Logs Insights cannot tell of: it is more than is read page by page, and to try again is paid for."""
    return tuple(each.stretch for each in logged.holes if each.why.startswith((DENSE, TOO_MUCH)))


def by_day(stretch: Stretch) -> tuple[Stretch, ...]:
    """The same time in parts of a day of UTC at most, newest first."""
    parts, until = [], stretch.until
    while stretch.since < until:
        midnight = hour(until - timedelta.resolution).replace(hour=0)
        parts.append(Stretch(max(stretch.since, midnight), until))
        until = parts[-1].since
    return tuple(parts)


def halves(stretch: Stretch) -> tuple[Stretch, ...]:
    """Two parts of whole hours, the newer first; none of what is an hour at most."""
    hours = (stretch.until - hour(stretch.since)) // HOUR
    middle = hour(stretch.since) + max(1, hours // 2) * HOUR
    if middle >= stretch.until:
        return ()
    return Stretch(middle, stretch.until), Stretch(stretch.since, middle)


def holes(logged: Logged, read: Sequence[Stretch], found: Sequence[Hole], reach: Reach) -> tuple[Hole, ...]:
    """What is not known of the days asked for, in order, but for what this sweep read to its end.

    What was settled before stays as it was; of the rest each part has the first reason found that is about it.
    """
    left = without([reach.asked], [*logged.covered, *read])
    settled = sorted((each for each in logged.holes if each.why.startswith(_SETTLED)), key=lambda hole: hole.why)
    told = (*reach.beyond, *settled, *found, Hole(reach.asked, NOT_YET))
    parts: list[Hole] = []
    for why, some in groupby(told, key=lambda hole: hole.why):
        about = [each.stretch for each in some]
        parts += [Hole(part, why) for part in common(left, about)]
        left = without(left, about)
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
