"""A Region as a whole, judged: not-observed, trust-store and default-ca."""

from collections.abc import Mapping
from datetime import datetime

from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.checks import default_ca, not_observed, trust_store
from tlscheck.verdict.finding import Finding


def judge_region(listing: RegionListing, roots: Mapping[str, str], at: datetime) -> tuple[Finding, ...]:
    """The findings of a Region; `roots` are our trust store's, SHA-1 of the DER (lower-case hex) to name."""
    return (
        not_observed.judge_listing(listing),
        trust_store.judge(listing, roots, at),
        default_ca.judge(listing, at),
    )
