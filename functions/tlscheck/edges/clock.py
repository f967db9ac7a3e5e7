"""The clock: the only place that reads it."""

from datetime import UTC, datetime, timedelta

SKEW = timedelta(minutes=5)
"""How far apart two clocks may be before what one of them says is wrong."""


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def is_future(moment: datetime) -> bool:
    """Whether nothing can have happened then yet, however clocks differ."""
    return moment > now() + SKEW
