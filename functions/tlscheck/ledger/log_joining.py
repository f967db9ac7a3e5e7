"""How two readings of one server's log become one: in any order, any number of times, with the same outcome.

What was covered, refused or lost only grows. What the newest reading alone can say (what it could not read, and
why) is that reading's. What is bounded keeps the smallest digests: whoever is left out once is left out for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from heapq import nsmallest

from tlscheck.ledger.logged import Fallback, Hole, Logged, Met, Stretch
from tlscheck.ledger.stretches import in_one, less
from tlscheck.log.event import Rejection

ADDRESSES = 100
"""Of each way to be rejected: so hints, of a port scan for one, never displace proof."""

FALLBACKS = 100

COVERED = timedelta(days=400)
"""Before the newest moment that is covered: as long as EvidenceDays can ask for."""

_NEVER = datetime.min.replace(tzinfo=UTC)

type Rejections = Mapping[tuple[Rejection, str], Met]


def join(one: Logged, other: Logged) -> Logged:
    """All that both say."""
    everything = in_one(one.covered, other.covered)
    covered = _since(everything, everything[-1].until - COVERED) if everything else ()
    newest = max(_read_at(one), _read_at(other))
    told = [each for each in (one, other) if _read_at(each) == newest]
    rejections = bounded_rejections(met([one.rejections, other.rejections]))
    fallbacks = bounded_fallbacks(met([one.fallbacks, other.fallbacks]))
    until, a_day = max(_rate(one), _rate(other))
    return Logged(
        covered,
        _holes((hole for each in told for hole in each.holes), covered),
        rejections[0],
        fallbacks[0],
        _most(each.unread for each in told),
        a_day if until > _NEVER else None,
        until if until > _NEVER else None,
        one.left_out or other.left_out or rejections[1] or fallbacks[1],
        newest if newest > _NEVER else None,
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
    kept = {each: fallbacks[each] for each in nsmallest(FALLBACKS, fallbacks, key=_digest_of_fallback)}
    return kept, len(kept) < len(fallbacks)


def _since(stretches: Iterable[Stretch], moment: datetime) -> tuple[Stretch, ...]:
    """What of them is not before that moment."""
    return in_one(Stretch(max(each.since, moment), each.until) for each in stretches)


def _holes(holes: Iterable[Hole], covered: Iterable[Stretch]) -> tuple[Hole, ...]:
    """Holes without what is covered; where two reasons are given for one time, the smaller text alone is kept."""
    taken, found = list(covered), list[Hole]()
    by_reason: dict[str, list[Stretch]] = {}
    for each in holes:
        by_reason.setdefault(each.why, []).append(each.stretch)
    for why in sorted(by_reason):
        left = less(by_reason[why], taken)
        taken += left
        found += [Hole(stretch, why) for stretch in left]
    return tuple(sorted(found, key=lambda hole: hole.stretch.since))


def _read_at(logged: Logged) -> datetime:
    return logged.read_at or _NEVER


def _rate(logged: Logged) -> tuple[datetime, float]:
    return logged.a_day_until or _NEVER, logged.a_day or 0.0


def _most(said: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in said:
        for why, count in each.items():
            found[why] = max(count, found.get(why, 0))
    return found


def _digest_of_fallback(fallback: Fallback) -> str:
    return _digest(repr((fallback.address, fallback.user, fallback.database, fallback.application)))


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
