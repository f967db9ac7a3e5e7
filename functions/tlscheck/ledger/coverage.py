"""How complete the picture of a database's clients is: what looks and the log can have seen, and what not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tlscheck.ledger.logged import Logged


@dataclass(frozen=True, slots=True)
class Job:
    """The shape of a client that connects now and then: how often, for how long, and whether on the minute."""

    name: str
    """`a nightly 5-second job`."""

    every: timedelta
    lasts: timedelta
    is_aligned: bool = False
    """Whether it starts on a whole minute, as cron's do."""


def caught(job: Job, looks: Sequence[datetime], since: datetime, until: datetime) -> float:
    """The probability that at least one of the looks, at these moments, met a job of that shape, which may start
    at any moment of its period."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Completeness:
    """What was looked at in the days asked for."""

    looks: tuple[datetime, ...]
    """Moments of those that showed everybody, to the second, in order."""

    logged: Logged
    since: datetime
    until: datetime
