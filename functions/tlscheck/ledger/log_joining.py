"""How two readings of one server's log become one: in any order, any number of times, with the same outcome.

What was covered, refused, lost or not understood only grows. What the newest reading alone can say (what time it
could not read, and why) is that reading's. What is bounded keeps the smallest digests: whoever is left out once is
left out for good.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from heapq import nsmallest

from tlscheck.ledger.lateness import latest_of_days
from tlscheck.ledger.logged import Fallback, LockedOut, Logged, Met
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
        one.left_out or other.left_out or rejections[1] or locked_out[1] or fallbacks[1],
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


def bounded_rejections(rejections: Rejections) -> tuple[dict[tuple[Rejection, str], Met], bool]:
    """At most so many addresses of each; and whether any was left out."""
    addresses: defaultdict[Rejection, list[str]] = defaultdict(list)
    for rejection, address in rejections:
        addresses[rejection].append(address)
    kept = {
        (rejection, address): rejections[rejection, address]
        for rejection, of in addresses.items()
        for address in nsmallest(ADDRESSES, of, key=_digest)
    }
    return kept, len(kept) < len(rejections)


def bounded_fallbacks(fallbacks: Mapping[Fallback, Met]) -> tuple[dict[Fallback, Met], bool]:
    """At most so many; and whether any was left out."""
    return _smallest(fallbacks, FALLBACKS, lambda each: (each.address, each.user, each.database, each.application))


def bounded_locked_out(locked_out: Mapping[LockedOut, Met]) -> tuple[dict[LockedOut, Met], bool]:
    """At most so many; and whether any was left out."""
    return _smallest(locked_out, LOCKED_OUT, lambda each: (each.address, each.user, each.database))


def _smallest[Key](
    said: Mapping[Key, Met], most: int, texts: Callable[[Key], tuple[str, ...]]
) -> tuple[dict[Key, Met], bool]:
    kept = {each: said[each] for each in nsmallest(most, said, key=lambda each: _digest(repr(texts(each))))}
    return kept, len(kept) < len(said)


def _read_at(logged: Logged) -> datetime:
    return logged.read_at or _NEVER


def _rate(logged: Logged) -> tuple[datetime, float]:
    return logged.a_day_until or _NEVER, logged.a_day or 0.0


def _latest(said: Iterable[Mapping[str, datetime]]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for each in said:
        for why, when in each.items():
            found[why] = max(when, found.get(why, when))
    return found


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
