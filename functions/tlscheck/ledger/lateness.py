"""How late lines of a server's log reach the log service: what is measured, how long that counts, how it is told.

A line whose moment was read before it arrived is found by the next reading alone if that reads far enough back.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tlscheck.ledger.moments import day_begins

WEEK = timedelta(days=7)
"""Before the newest day of which anything is measured: an export that was late once need not be so for ever."""

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440)


def note(late: dict[datetime, timedelta], at: datetime, lag: timedelta | None) -> None:
    """Notes how late lines of the day of `at` were, in whole seconds: not less than none, whatever clocks say."""
    if lag is not None:
        day = day_begins(at)
        late[day] = max(-(-lag // SECOND) * SECOND, late.get(day, timedelta()))


def latest_of_days(said: Iterable[Mapping[datetime, timedelta]]) -> dict[datetime, timedelta]:
    """The longest of each day of UTC, by its beginning, of the newest week."""
    found: dict[datetime, timedelta] = {}
    for each in said:
        for day, lag in each.items():
            found[day] = max(lag, found.get(day, lag))
    newest = max(found, default=None)
    return {day: lag for day, lag in sorted(found.items()) if newest is None or day > newest - WEEK}


def longest(late: Mapping[datetime, timedelta], now: datetime) -> timedelta | None:
    """The longest of the week before `now`; None: there is none."""
    return max((lag for day, lag in late.items() if day > now - WEEK), default=None)


def within(lag: timedelta) -> timedelta | None:
    """The next of few times that is as long: what is told of a lag must not change from one hour to the next.

    None: it is longer than a day, and than LogOverlapMinutes can be.
    """
    steps = (timedelta(minutes=each) for each in _MINUTES)
    return next((step for step in steps if lag <= step), None)
