"""When a sample looks that a schedule starts: at a random moment, so that no job keeps out of sight by the clock.

Drawn from the execution's name, which no other has: who sees it running knows when it looks without asking it, and
Discover, which may be invoked twice, draws the same.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256

LONGEST = timedelta(hours=1)
"""Of the three hours after which the state machine ends, the wait included."""

OF_CRON = timedelta(minutes=5)
"""Between the moments of a cron expression lie gaps of any length."""

_RATE = re.compile(r"rate\(\s*(\d{1,9})\s+(minute|hour|day)s?\s*\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def spread(schedule: str | None) -> timedelta:
    """Within how long after its start a sample of such a schedule looks (EventBridge Scheduler's expression).

    Of rate(...) the whole interval, an hour at most; of cron(...) five minutes; of anything else it looks at once.
    """
    if schedule is None:
        return timedelta()
    if found := _RATE.fullmatch(schedule):
        number, unit = found.groups()
        return min(int(number) * _UNITS[unit], LONGEST)
    return OF_CRON if schedule.startswith("cron(") else timedelta()


def offset(execution: str, schedule: str | None) -> timedelta:
    """How long after its start an execution of this name looks, in whole seconds, each as likely as another."""
    seconds = int(spread(schedule).total_seconds()) if schedule else 0
    drawn = int.from_bytes(sha256(execution.encode()).digest())
    return timedelta(seconds=drawn % seconds if seconds else 0)


def seconds_left(looks_at: datetime, now: datetime) -> int:
    """Whole seconds until then: 0 within the last one, so that who waited for them does not wait again."""
    return max(0, int((looks_at - now).total_seconds()))
