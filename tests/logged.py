"""What a server's log said, as tests of what is made of it need it: given, not read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tlscheck.ledger.logged import Fallback, Hole, LockedOut, Logged, Met, Stretch
from tlscheck.log.event import Rejection

from tests.examples import NOW

DAY = timedelta(days=1)
EVERYTHING = Stretch(NOW - 40 * DAY, NOW)


def met(last: datetime = NOW - 2 * DAY, first: datetime | None = None) -> Met:
    """Met at this moment, and first then or at another."""
    return Met(first or last, last)


def fallback(**changes: str) -> Fallback:
    """Who fell back: billing-cron from 10.0.1.7."""
    names = {"address": "10.0.1.7", "user": "billing", "database": "orders", "application": "billing-cron"}
    return Fallback(**names | changes)


def logged(
    *fallbacks: tuple[Fallback, Met],
    rejections: Iterable[tuple[Rejection, str, Met]] = (),
    locked_out: Iterable[tuple[LockedOut, Met]] = (),
    covered: Iterable[Stretch] = (EVERYTHING,),
    holes: Iterable[tuple[Stretch, str]] = (),
    **more: Any,
) -> Logged:
    """By default a log that covers all of the days that are asked for."""
    return Logged(
        covered=tuple(covered),
        holes=tuple(Hole(*each) for each in holes),
        rejections={(how, address): when for how, address, when in rejections},
        locked_out=dict(locked_out),
        fallbacks=dict(fallbacks),
        **more,
    )
