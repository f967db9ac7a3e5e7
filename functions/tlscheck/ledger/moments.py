"""When looks showed everybody, each to the second: by them is told what they had seen, had it been there.

A look that was lost, or that did not show everybody, is none of them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

KEPT = timedelta(days=35)
"""How long a moment is kept: with a look every 15 minutes some 7 KB of them."""

MOST = 20_000
"""The newest: what a look a minute has in two weeks, and a tenth of what an item holds."""


def merged(now: datetime, *moments: Iterable[datetime]) -> tuple[datetime, ...]:
    """All of them that are kept, in order: the same in whatever order, and however often, they come."""
    found = {at.astimezone(UTC).replace(microsecond=0) for each in moments for at in each}
    return tuple(sorted(at for at in found if now - KEPT < at))[-MOST:]


def day_begins(at: datetime) -> datetime:
    """The midnight, UTC, with which its day begins."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
