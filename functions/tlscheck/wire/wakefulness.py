"""Whether an instance that pauses at 0 ACUs may be connected to, by what CloudWatch says of its last minutes.

A connection resumes a paused instance, which is billed from then on, and keeps one awake that was about to pause.
So one is connected to only while it is awake, and not where CloudWatch says that nobody else is connected: then
this look would be what keeps it from pausing.

An instance pauses SecondsUntilAutoPause after its last connection, 300 at least (RDS API,
ServerlessV2ScalingConfigurationInfo). So who was connected four minutes ago keeps it awake for another one, which
is time enough for a look. The capacity alone does not tell that: it is above 0 until it pauses.
Of each minute the least capacity counts, since an average is above 0 also of the minute in which it paused.
DatabaseConnections leaves out Aurora's own connections (Aurora User Guide, Amazon CloudWatch metrics for Aurora).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

LONGEST_AGE = timedelta(minutes=5)
"""Of a minute, from its start: what was before says nothing of now."""

LONGEST_UNUSED = timedelta(minutes=4)
"""The same of a minute in which somebody was connected: less than it takes to pause, by a minute for the look."""

CAPACITY_CALL = "cloudwatch:GetMetricData"

PAUSES = "it may pause at 0 ACUs"
"""What the reason begins with, of each that is not connected to for that."""

type Minutes = Sequence[tuple[datetime, float]]
"""Start of a minute, UTC, and what was measured in it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What CloudWatch says of an instance; empty where it says nothing."""

    capacity: Minutes = ()
    """ServerlessDatabaseCapacity, the least of each minute, ACUs."""

    connections: Minutes = ()
    """DatabaseConnections, the most of each minute."""


def left_asleep(measured: Measured | Gap, now: datetime) -> str | None:
    """Why an instance that may pause is not connected to; None: it is awake.

    What is not known of its capacity counts as asleep. Whether anybody is connected need not be known.
    """
    if isinstance(measured, Gap):
        return _would_wake(measured.told)
    capacity = _newest(measured.capacity, now, LONGEST_AGE)
    if capacity is None:
        return _would_wake("CloudWatch has no ServerlessDatabaseCapacity of the last 5 minutes")
    if not capacity > 0:  # nor is what is no number
        return _would_wake("its capacity is 0")
    connections = _newest(measured.connections, now, LONGEST_UNUSED)
    if connections is not None and not connections > 0:
        return f"{PAUSES}, and a connection would keep it awake: nobody is connected"
    return None


def may_resume(seen: Observation) -> bool:
    """Whether an instance that pauses was not there for a look, as one is not that the look has just woken."""
    return seen.handshake.outcome in _NOT_THERE or seen.look.outcome is LookOutcome.FAILED


_NOT_THERE = frozenset({HandshakeOutcome.UNREACHABLE, HandshakeOutcome.TIMED_OUT, HandshakeOutcome.CLOSED})


def _would_wake(why: str) -> str:
    return f"{PAUSES}, and a connection would wake it: {why}"


def _newest(minutes: Minutes, now: datetime, longest: timedelta) -> float | None:
    recent = [(began, value) for began, value in minutes if timedelta() <= now - began <= longest]
    return max(recent)[1] if recent else None
