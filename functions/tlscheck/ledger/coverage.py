"""How complete the picture of a database's clients is: what looks and the log can have seen, and what not.

How many clients were never seen nobody can tell, and no number of them is claimed. What can be told is how likely
the looks that there were had met a job of a known shape, had there been one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tlscheck.ledger.joining import hour
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.ledger.moments import day_begins
from tlscheck.ledger.reading_plan import SILENT
from tlscheck.ledger.stretches import united, without

MOST_LATE = timedelta(days=1)
"""For which a day that is over is waited for."""

MINUTE = 60
_HOUR = 3600
_AN_HOUR, _A_DAY = timedelta(hours=1), timedelta(days=1)
_LOGGED, _LOOKED, _SOMETIMES, _NEVER, _NO_DAY = "Lo-. "


@dataclass(frozen=True, slots=True)
class Job:
    """The shape of a client that connects now and then: how often, for how long, and whether on the minute."""

    name: str
    """`a nightly 5-second job`."""

    every: timedelta
    """Whole minutes."""

    lasts: timedelta
    """Whole seconds."""

    is_aligned: bool = False
    """Whether it starts on a whole minute, as cron's do."""


SECONDS = timedelta(seconds=5)
NIGHTLY = Job("a nightly 5-second job", timedelta(days=1), SECONDS)
JOBS = (
    NIGHTLY,
    Job("a nightly 5-second job that starts on the minute", timedelta(days=1), SECONDS, is_aligned=True),
    Job("an hourly 5-second job", timedelta(hours=1), SECONDS),
    Job("a weekly 5-second job", timedelta(days=7), SECONDS),
    Job("a monthly job of an hour", timedelta(days=31), timedelta(hours=1)),
    Job("a pool that is open for 4 hours a day", timedelta(days=1), timedelta(hours=4)),
)
"""Shapes that are told of. A month has 31 days: of a shorter one it would be likelier met."""


def caught(job: Job, looks: Sequence[datetime], since: datetime, until: datetime) -> float:
    """The probability that at least one of the looks met a job of that shape, from `since` on and before `until`.

    It starts at one moment of its period, the same each time, and each moment (aligned: each minute) is as likely
    as another; it is connected from then on for as long as it lasts. So the probability is the share of starts
    that some look meets, exactly: a look at `t` meets those after `t - lasts` and up to `t`, of any period.
    Looks count by their second.
    """
    unit = MINUTE if job.is_aligned else 1
    period, lasts = int(job.every.total_seconds()), int(job.lasts.total_seconds())
    first, end = since.timestamp(), until.timestamp()
    moments = sorted({int(at) % period for look in looks if first <= (at := look.timestamp()) < end})
    if not moments:
        return 0.0
    starts, met = period // unit, 0
    before = moments[-1] // unit - starts
    for moment in moments:
        newest = moment // unit
        # All last alike, so what this one meets beyond the one before it begins where that one ended.
        met += newest - min(newest, max((moment - lasts) // unit, before))
        before = newest
    return met / starts


def told_hours(logged: Logged) -> tuple[Stretch, ...]:
    """What its log covers: also what was read in parts between two lines of connections of neighbouring hours, as
    it would be had one sweep read it."""
    silences = {each.stretch.since: each.stretch.until for each in logged.holes if each.why == SILENT}
    between = [
        Stretch(one.until, other.since)
        for one, other in pairwise(logged.covered)
        if silences.get(one.until) == other.since
        and hour(other.since) - hour(one.until - timedelta.resolution) <= _AN_HOUR
    ]
    return united([*logged.covered, *between])


@dataclass(frozen=True, slots=True)
class Completeness:
    """What was looked at in the days asked for."""

    looks: tuple[datetime, ...]
    """Moments of those that showed everybody, to the second, in order."""

    logged: Logged
    since: datetime
    until: datetime

    @property
    def left(self) -> tuple[Stretch, ...]:
        """What of these days the log does not cover."""
        return without([Stretch(self.since, self.until)], told_hours(self.logged))

    @property
    def is_log_complete(self) -> bool:
        """Whether every client that opened a connection of its own in these days is in the list: the log covers
        all of them, and each line of it was understood and in time. What of it is left out is of no connection."""
        is_understood = all(when <= self.since for when in self.logged.unread.values())
        return not self.left and is_understood and not self.logged.comes_too_late(self.until)

    def week(self) -> tuple[str, ...]:
        """A line a weekday, Monday first, with a letter for each hour of it, UTC.

        `L`: on each such day of these the log covers it from its beginning to its end. `o`: on each the log does,
        or a look was in it. `-`: on some, `.`: on none. A blank: no such day is among them.
        """
        looked = {int(each.timestamp()) // _HOUR for each in self.looks}
        open_hours = {
            number
            for each in self.left
            for number in range(int(each.since.timestamp()) // _HOUR, -int(-each.until.timestamp() // _HOUR))
        }
        week: list[list[list[str]]] = [[[] for _ in range(24)] for _ in range(7)]
        for number in range(-int(-self.since.timestamp() // _HOUR), int(self.until.timestamp()) // _HOUR):
            # 1970 began on a Thursday.
            of_hour = week[(number // 24 + 3) % 7][number % 24]
            of_hour.append(_LOGGED if number not in open_hours else _LOOKED if number in looked else _NEVER)
        return tuple("".join(map(_letter, of_day)) for of_day in week)


def _letter(covered: Sequence[str]) -> str:
    kinds = set(covered)
    if len(kinds) > 1:
        return _SOMETIMES if _NEVER in kinds else _LOOKED
    return kinds.pop() if kinds else _NO_DAY


def completeness(looks: Sequence[datetime], logged: Logged, span: timedelta, now: datetime) -> Completeness | None:
    """What was looked at in the whole days before `now`, of so many as somebody looked or read at all.

    By whole days, since what is said of it must not change from one look to the next; a day is over when its lines
    have arrived, too. None: there was no such day.
    """
    until = day_begins(now - min(logged.lag(now) or timedelta(), MOST_LATE))
    since = until - span
    known = tuple(at for at in looks if since <= at < until)
    read = [max(each.since, since) for each in logged.covered if each.until > since]
    begun = [*map(day_begins, known[:1]), *([_first_day(min(read), until)] if read else [])]
    if not begun or min(begun) >= until:
        return None
    return Completeness(known, logged, max(since, min(begun)), until)


def _first_day(read: datetime, until: datetime) -> datetime:
    """The first day that was read from its beginning on, as far as there is one: a log is read so many days
    back, and what of the day before was not asked for is not missing."""
    whole = day_begins(read + _A_DAY - timedelta.resolution)
    return whole if whole < until else day_begins(read)
