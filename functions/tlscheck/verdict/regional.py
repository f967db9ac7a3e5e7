"""A Region as a whole, judged."""

from collections.abc import Mapping
from datetime import datetime

from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.registry import REGISTRY


def judge_region(listing: RegionListing, roots: Mapping[str, str], at: datetime) -> tuple[Finding, ...]:
    """What every check of a Region says; `roots` are our trust store's, SHA-1 (lower-case hex) to name."""
    evidence = RegionEvidence(listing, roots, at)
    return tuple(each.judge_region(evidence) for each in REGISTRY if each.judge_region is not None)
