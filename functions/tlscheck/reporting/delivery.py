"""Whether findings arrived at a Region's Security Hub."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Findings that a Region's Security Hub refused: when last, and why."""

    region_arn: str
    region: str
    reason: str
    at: datetime
