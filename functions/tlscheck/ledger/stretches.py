"""Stretches of time put together and taken from each other: always in order, and apart from each other."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from tlscheck.ledger.logged import Stretch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def in_one(*stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """All time that is in any of them, in as few as can be."""
    found: list[Stretch] = []
    ordered = sorted((each.since, each.until) for some in stretches for each in some if each.since < each.until)
    for since, until in ordered:
        if found and since <= found[-1].until:
            found[-1] = Stretch(found[-1].since, max(until, found[-1].until))
        else:
            found.append(Stretch(since, until))
    return tuple(found)


def less(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """All time of these that is in none of those that are taken."""
    gone = in_one(taken)
    return tuple(left for each in in_one(stretches) for left in _less(each, gone))


def common(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """All time that is in both."""
    kept = in_one(stretches)
    return less(kept, less(kept, others))


def by_day(stretch: Stretch) -> tuple[Stretch, ...]:
    """The same time in parts of a day of UTC at most, newest first."""
    parts, until = [], stretch.until
    while stretch.since < until:
        since = max(stretch.since, day_of(until - timedelta.resolution))
        parts.append(Stretch(since, until))
        until = since
    return tuple(parts)


def by_hour(stretch: Stretch) -> tuple[Stretch, ...]:
    """The same time in parts of an hour of UTC at most, in order."""
    parts, since = [], stretch.since
    while since < stretch.until:
        until = min(stretch.until, hour_of(since) + HOUR)
        parts.append(Stretch(since, until))
        since = until
    return tuple(parts)


def hour_of(moment: datetime) -> datetime:
    """The whole hour of UTC that it is in."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """Its midnight, UTC."""
    return hour_of(moment).replace(hour=0)


def _less(stretch: Stretch, gone: Iterable[Stretch]) -> Iterator[Stretch]:
    since = stretch.since
    for each in gone:
        if each.until <= since or each.since >= stretch.until:
            continue
        if since < each.since:
            yield Stretch(since, each.since)
        since = each.until
    if since < stretch.until:
        yield Stretch(since, stretch.until)
