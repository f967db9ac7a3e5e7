"""Regions that say no: which, to what, and by which kind of "no". Each kind is told once, for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.region import RegionListing
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wording import counted, plain

MOST_REGIONS = 40
MOST_REASON = 300

BY_THE_ORGANISATION = "by the organisation (service control policy)"
WHY = {
    GapCause.PERMISSION: ", since a policy of {whose} denies it, or none allows it",
    GapCause.UNREACHABLE: ", since no answer came",
}


@dataclass(frozen=True, slots=True)
class RefusedRegions:
    """Regions that gave the same kind of "no"."""

    cause: GapCause
    regions: tuple[str, ...]
    reason: str
    """AWS's own words, of the first of them."""


def refusals_of(listings: Iterable[RegionListing]) -> dict[str, Gap]:
    """Why nothing of a Region could be listed, of each where that has one cause."""
    return {each.region: each.refused for each in listings if each.refused}


def by_cause(gaps: Mapping[str, Gap]) -> tuple[RefusedRegions, ...]:
    """The Regions by the kind of their "no"; where that is not known, by its words."""
    found: dict[tuple[GapCause, str], list[str]] = {}
    for region in sorted(gaps):
        gap = gaps[region]
        found.setdefault((gap.cause, gap.reason if gap.cause is GapCause.OTHER else ""), []).append(region)
    return tuple(
        RefusedRegions(cause, tuple(regions), gaps[regions[0]].reason)
        for (cause, _), regions in sorted(found.items())
    )


def without(refused: Iterable[RefusedRegions], others: Iterable[RefusedRegions]) -> tuple[RefusedRegions, ...]:
    """Those of the first that the others do not tell of by the same cause."""
    told = {(each.cause, region) for each in others for region in each.regions}
    left = (
        replace(each, regions=tuple(name for name in each.regions if (each.cause, name) not in told))
        for each in refused
    )
    return tuple(each for each in left if each.regions)


def names_of(regions: Sequence[str]) -> str:
    """`eu-west-1, eu-west-2, and 3 more`."""
    rest = len(regions) - MOST_REGIONS
    return ", ".join([*regions[:MOST_REGIONS], *([f"and {rest} more"] if rest > 0 else [])])


def told_of_regions(refused: RefusedRegions, asker: Asker = STACK) -> str:
    """One line for all Regions of which nothing could be listed."""
    regions, names = counted(len(refused.regions), "Region"), names_of(refused.regions)
    is_one = len(refused.regions) == 1
    are, were = ("is", "was") if is_one else ("are", "were")
    match refused.cause:
        case GapCause.ORGANISATION:
            aside = f"To hear no more of it, name the others {asker.narrowing}."
            return f"{regions} {are} denied {BY_THE_ORGANISATION}: {names}. {aside}"
        case GapCause.DISABLED:
            return f"{regions} {are} not enabled in this account, or only just: {names}"
        case GapCause.NOT_OFFERED:
            return f"{regions} {'has' if is_one else 'have'} no RDS that answers to its name: {names}"
        case GapCause.THROTTLED:
            return f"{regions} {were} not listed, since AWS throttled it; the next full sweep asks again: {names}"
        case cause:
            return f"{regions} {were} not listed{_why(cause, asker)}: {names} ({_words(refused)})"


def told_of_hubs(refused: RefusedRegions) -> str:
    """One line for all Regions that did not say whether they have a Security Hub CSPM, so what it lacks."""
    hubs, names = f"Security Hub CSPM of {counted(len(refused.regions), 'Region')}", names_of(refused.regions)
    match refused.cause:
        case GapCause.ORGANISATION:
            return f"{hubs} is denied {BY_THE_ORGANISATION}, so that nothing is sent there: {names}"
        case GapCause.DISABLED:
            return f"{hubs} does not know this account, as where a Region is not enabled: {names}"
        case GapCause.THROTTLED:
            return f"{hubs} was not asked, since AWS throttled it; the next full sweep asks again: {names}"
        case cause:
            return f"{hubs} did not say whether it is there{_why(cause, STACK)}: {names} ({_words(refused)})"


def told_of_refusals(refused: RefusedRegions, findings: int) -> str:
    """One line of findings that the Security Hub CSPM of these Regions refused for the same reason."""
    what = f"{names_of(refused.regions)}: Security Hub CSPM refused {counted(findings, 'finding')}"
    if refused.cause is GapCause.ORGANISATION:
        return f"{what}, which is denied {BY_THE_ORGANISATION}"
    return f"{what} ({_words(refused)})"


def _why(cause: GapCause, asker: Asker) -> str:
    return WHY.get(cause, "").format(whose=asker.whose)


def _words(refused: RefusedRegions) -> str:
    return plain(refused.reason, MOST_REASON)
