"""How complete the picture of a database's clients is: what looks and the log can have seen, and what not.

How many clients were never seen nobody can tell, and no number of them is claimed. What can be told is how likely
the looks that there were had met a job of a known shape, had there been one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tlscheck.ledger.logged import Logged

MINUTE = 60


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


@dataclass(frozen=True, slots=True)
class Completeness:
    """What was looked at in the days asked for."""

    looks: tuple[datetime, ...]
    """Moments of those that showed everybody, to the second, in order."""

    logged: Logged
    since: datetime
    until: datetime
