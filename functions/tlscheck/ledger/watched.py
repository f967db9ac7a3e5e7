"""When somebody was looking: that nothing came without TLS is known only of such times.

A database that was stopped for five weeks, or whose probe was shut out, had five weeks in which nobody could see
who comes. Such a gap counts for nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tlscheck.ledger.moments import day_begins

LONGEST_GAP = timedelta(days=7)
"""Between two looks that showed everybody: with a longer one, nobody was looking in between."""

MOST_SPANS = 60
"""The newest; more than a year of them."""

type Span = tuple[datetime, datetime]
"""From the day (its midnight, UTC) of a look that showed everybody to that of the last before a longer gap."""


def looked(at: datetime) -> tuple[Span, ...]:
    """What one look that showed everybody adds."""
    day = day_begins(at)
    return ((day, day),)


def united(*spans: Iterable[Span]) -> tuple[Span, ...]:
    """All of them, in order: the same in whatever order they came."""
    found: list[Span] = []
    for first, last in sorted(span for each in spans for span in each):
        if found and first - found[-1][1] <= LONGEST_GAP:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found[-MOST_SPANS:])


def span_of(evidence: timedelta, spans: Iterable[Span], now: datetime) -> timedelta:
    """How long before `now` so much time begins as somebody was looking in.

    What was before the first span is not known: nobody can have been seen then whom this concerns.
    """
    reach, after = evidence, day_begins(now)
    for first, last in sorted(spans, reverse=True):
        if after - last > LONGEST_GAP and now - after < reach:
            reach += after - last
        after = first
    return reach
