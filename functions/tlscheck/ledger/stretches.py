"""Stretches of time as sets: united, without others, and within one; always in order and apart."""

from collections.abc import Iterable
from datetime import datetime

from tlscheck.ledger.logged import Hole, Stretch


def united(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """All of them; those that touch become one, and those without any time are gone."""
    found: list[Stretch] = []
    for each in sorted(stretches, key=_since):
        if each.since >= each.until:
            continue
        if found and each.since <= found[-1].until:
            found[-1] = Stretch(found[-1].since, max(found[-1].until, each.until))
        else:
            found.append(each)
    return tuple(found)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """What of the first is in none of the others."""
    others = united(taken)
    found: list[Stretch] = []
    for each in united(stretches):
        since = each.since
        for other in others:
            if other.until <= since or other.since >= each.until:
                continue
            if other.since > since:
                found.append(Stretch(since, other.since))
            since = other.until
        if since < each.until:
            found.append(Stretch(since, each.until))
    return tuple(found)


def common(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """What is in both."""
    stretches = united(stretches)
    return without(stretches, without(stretches, others))


def since(stretches: Iterable[Stretch], moment: datetime) -> tuple[Stretch, ...]:
    """What of them is not before that moment."""
    return united(Stretch(max(each.since, moment), each.until) for each in stretches)


def united_holes(holes: Iterable[Hole], covered: Iterable[Stretch]) -> tuple[Hole, ...]:
    """Holes without what is covered; where two reasons are given for one time, the smaller text alone is kept."""
    taken, found = list(covered), list[Hole]()
    by_reason: dict[str, list[Stretch]] = {}
    for each in holes:
        by_reason.setdefault(each.why, []).append(each.stretch)
    for why in sorted(by_reason):
        left = without(by_reason[why], taken)
        taken += left
        found += [Hole(stretch, why) for stretch in left]
    return tuple(sorted(found, key=lambda hole: _since(hole.stretch)))


def _since(stretch: Stretch) -> datetime:
    return stretch.since
