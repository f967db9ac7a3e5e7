"""Which parts of a server's log a sweep reads, and of what is not known afterwards, and why."""

from dataclasses import dataclass
from datetime import datetime


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
