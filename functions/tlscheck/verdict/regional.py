"""A Region as a whole, judged."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.registry import REGISTRY
from tlscheck.wire.asker import STACK, Asker


def is_told(listing: RegionListing, unlisted: Iterable[Database]) -> bool:
    """Whether others are told what is found of a Region; `unlisted` are known databases that no listing shows.

    Where no database is, and none may be, nobody has to act: a hub there has nothing to hear, and one that is
    denied takes nothing.
    """
    is_known = listing.databases > 0 or any(each.region == listing.region for each in unlisted)
    return is_known or listing.may_have_databases


def judge_region(
    listing: RegionListing,
    roots: Mapping[str, str],
    at: datetime,
    owners: Collection[str] = (),
    asker: Asker = STACK,
) -> tuple[Finding, ...]:
    """What every check of a Region says.

    `roots` are our trust store's, SHA-1 (lower-case hex) to subject; `owners` those that the owner brought.
    """
    evidence = RegionEvidence(listing, roots, at, owners, asker)
    return tuple(each.judge_region(evidence) for each in REGISTRY if each.judge_region is not None)
