"""How two readings of one server's log become one: in any order, any number of times, with the same outcome.

What was covered, refused, lost or not understood only grows. What the newest reading alone can say (what time it
could not read, and why) is that reading's. What is bounded keeps the smallest digests: whoever is left out once is
left out for good.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from heapq import nsmallest

from tlscheck.ledger.lateness import latest_of_days
from tlscheck.ledger.logged import Fallback, LeftOut, LockedOut, Logged, Met
from tlscheck.ledger.stretches import since, united, united_holes
from tlscheck.log.event import Rejection

ADDRESSES = 100
"""Of each way to be rejected: so hints, of a port scan for one, never displace proof."""

FALLBACKS = 100
LOCKED_OUT = 100

COVERED = timedelta(days=400)
"""Before the newest moment that is covered: as long as EvidenceDays can ask for."""

_NEVER = datetime.min.replace(tzinfo=UTC)

type Rejections = Mapping[tuple[Rejection, str], Met]


def join(one: Logged, other: Logged) -> Logged:
    """All that both say."""
    everything = united([*one.covered, *other.covered])
    covered = since(everything, everything[-1].until - COVERED) if everything else ()
    newest = max(_read_at(one), _read_at(other))
    told = [each for each in (one, other) if _read_at(each) == newest]
    rejections = bounded_rejections(met([one.rejections, other.rejections]))
    fallbacks = bounded_fallbacks(met([one.fallbacks, other.fallbacks]))
    locked_out = bounded_locked_out(met([one.locked_out, other.locked_out]))
    until, a_day = max(_rate(one), _rate(other))
    return Logged(
        covered,
        united_holes((hole for each in told for hole in each.holes), covered),
        rejections[0],
        locked_out[0],
        fallbacks[0],
        _latest([one.unread, other.unread]),
        a_day if until > _NEVER else None,
        until if until > _NEVER else None,
        _latest([one.left_out, other.left_out, *_beyond(latest(rejections[1], locked_out[1]), fallbacks[1])]),
        newest if newest > _NEVER else None,
        latest_of_days([one.late, other.late]),
        max((each.again for each in told if each.again is not None), default=None),
        max((each.marks for each in told), default=()),
    )


def met[Key](said: Iterable[Mapping[Key, Met]]) -> dict[Key, Met]:
    """When each was met, of all that is said of it."""
    found: dict[Key, Met] = {}
    for each in said:
        for what, when in each.items():
            known = found.get(what, when)
            found[what] = Met(min(known.first, when.first), max(known.last, when.last))
    return found


def latest(*moments: datetime | None) -> datetime | None:
    """The newest that there is."""
    return max((each for each in moments if each), default=None)


def forgotten(logged: Logged, before: datetime) -> Logged:
    """The same without what was met last before then, which makes room for others; nor is that time covered."""
    is_measured = logged.a_day_until is not None and logged.a_day_until > before
    return replace(
        logged,
        covered=since(logged.covered, before),
        rejections=_since(logged.rejections, before),
        locked_out=_since(logged.locked_out, before),
        fallbacks=_since(logged.fallbacks, before),
        unread={why: when for why, when in logged.unread.items() if when > before},
        left_out={what: when for what, when in logged.left_out.items() if when > before},
        a_day=logged.a_day if is_measured else None,
        a_day_until=logged.a_day_until if is_measured else None,
    )


def bounded_rejections(rejections: Rejections) -> tuple[dict[tuple[Rejection, str], Met], datetime | None]:
    """At most so many addresses of each; and when any that was left out was met last."""
    addresses: defaultdict[Rejection, list[str]] = defaultdict(list)
    for rejection, address in rejections:
        addresses[rejection].append(address)
    kept = {
        (rejection, address): rejections[rejection, address]
        for rejection, of in addresses.items()
        for address in nsmallest(ADDRESSES, of, key=_digest)
    }
    return kept, _left_out(rejections, kept)


def bounded_fallbacks(fallbacks: Mapping[Fallback, Met]) -> tuple[dict[Fallback, Met], datetime | None]:
    """At most so many; and when any that was left out was met last."""
    return _smallest(fallbacks, FALLBACKS, lambda each: (each.address, each.user, each.database, each.application))


def bounded_locked_out(locked_out: Mapping[LockedOut, Met]) -> tuple[dict[LockedOut, Met], datetime | None]:
    """At most so many; and when any that was left out was met last."""
    return _smallest(locked_out, LOCKED_OUT, lambda each: (each.address, each.user, each.database))


def _smallest[Key](
    said: Mapping[Key, Met], most: int, texts: Callable[[Key], tuple[str, ...]]
) -> tuple[dict[Key, Met], datetime | None]:
    kept = {each: said[each] for each in nsmallest(most, said, key=lambda each: _digest(repr(texts(each))))}
    return kept, _left_out(said, kept)


def _left_out[Key](said: Mapping[Key, Met], kept: Mapping[Key, Met]) -> datetime | None:
    return max((when.last for what, when in said.items() if what not in kept), default=None)


def _since[Key](said: Mapping[Key, Met], before: datetime) -> dict[Key, Met]:
    return {what: when for what, when in said.items() if when.last >= before}


def _read_at(logged: Logged) -> datetime:
    return logged.read_at or _NEVER


def _rate(logged: Logged) -> tuple[datetime, float]:
    return logged.a_day_until or _NEVER, logged.a_day or 0.0


def _latest[Key](said: Iterable[Mapping[Key, datetime]]) -> dict[Key, datetime]:
    found: dict[Key, datetime] = {}
    for each in said:
        for why, when in each.items():
            found[why] = max(when, found.get(why, when))
    return found


def _beyond(refusals: datetime | None, fallbacks: datetime | None) -> Iterator[dict[LeftOut, datetime]]:
    if refusals:
        yield {LeftOut.REFUSALS: refusals}
    if fallbacks:
        yield {LeftOut.FALLBACKS: fallbacks}


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
