"""How long what a rehearsal makes is good for."""

from datetime import datetime, timedelta

_A_LEAF, _A_ROOT = timedelta(days=90), timedelta(days=7)
_BEFORE = timedelta(days=1)
"""Clients whose clock is slow take it too."""

_LONG_AGO, _OVER = timedelta(days=60), timedelta(days=1)


def of_root(now: datetime) -> tuple[datetime, datetime]:
    """A test root: a week, since it lies in a client's store."""
    return now - _BEFORE, now + _A_ROOT


def of_leaf(now: datetime, until: datetime | None, is_in_date: bool) -> tuple[datetime, datetime]:
    """A server's certificate, whose issuer ends at `until`: good for longer than anybody rehearses, or expired."""
    if not is_in_date:
        return now - _LONG_AGO, now - _OVER
    end = now + _A_LEAF
    return now - _BEFORE, min(end, until) if until else end
