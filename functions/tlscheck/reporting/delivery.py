"""What did not arrive at a Region's Security Hub."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.gap import GapCause


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A finding that the Security Hub of its Region refused when it was sent last."""

    key: str
    """What it is remembered under; Security Hub's Id is made of it."""

    resource: str
    """ARN."""

    region: str
    check: str
    reason: str
    """The hub's own words."""

    at: datetime
    """When it was refused, UTC."""

    cause: GapCause = GapCause.OTHER
    """Which kind of "no" that is."""
