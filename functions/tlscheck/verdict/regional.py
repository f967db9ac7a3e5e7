"""Checks of a Region as a whole: not-observed, trust-store and default-ca."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import OfferedAuthority, RegionListing
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wording import day, listed, plain, sentence

MOST_GAPS = 5
SOON = timedelta(days=90)

REFRESH = "In tlscheck's own folder: make trust-store && make deploy"
"""The command that fetches AWS's current bundles, inspects them and deploys the layer anew."""

ASK = "Allow tlscheck rds:DescribeCertificates in this Region."


def judge_region(listing: RegionListing, roots: Mapping[str, str], at: datetime) -> tuple[Finding, ...]:
    """The findings of a Region; `roots` are our trust store's, SHA-1 of the DER (lower-case hex) to name."""
    return (judge_listing(listing), judge_trust_store(listing, roots, at), judge_default(listing, at))


def judge_listing(listing: RegionListing) -> Finding:
    """Check not-observed: databases that a failed call would have listed are not known at all."""
    if not listing.gaps:
        reason = "Every database of the Region could be listed."
        return _finding(listing, CheckId.NOT_OBSERVED, Status.PASSED, reason)
    gaps = listed((f"{plain(gap.operation)}: {plain(gap.reason)}" for gap in listing.gaps), most=MOST_GAPS)
    operations = ", ".join(sorted({plain(gap.operation) for gap in listing.gaps}))
    return _finding(
        listing,
        CheckId.NOT_OBSERVED,
        Status.NOT_OBSERVED,
        sentence(f"Not everything of the Region could be listed: {gaps}"),
        f"Let these calls succeed in {listing.region}: {operations}.",
    )


def judge_trust_store(listing: RegionListing, roots: Mapping[str, str], at: datetime) -> Finding:
    """Check trust-store: without the root of a CA no certificate of it can be verified, nor any server looked at.

    An expired CA is left out of the trust store on purpose.
    """
    check, authorities = CheckId.TRUST_STORE, listing.authorities
    if isinstance(authorities, Gap):
        reason = sentence(f"The Region's CAs are not known: {plain(authorities.told)}")
        return _finding(listing, check, Status.NOT_OBSERVED, reason, ASK)
    current = [each for each in authorities.offered if each.expires is None or each.expires > at]
    missing = [each for each in current if each.thumbprint is not None and each.thumbprint not in roots]
    if missing:
        named = ", ".join(f"{plain(each.identifier)} (SHA-1 {plain(each.thumbprint or '')})" for each in missing)
        reason = f"The trust store of this deployment lacks the root of {named}, which the Region offers."
        return _finding(listing, check, Status.FAILED, reason, REFRESH)
    unnamed = [plain(each.identifier) for each in current if each.thumbprint is None]
    if unnamed:
        reason = f"The API gives no thumbprint of {', '.join(unnamed)}."
        return _finding(listing, check, Status.NOT_OBSERVED, reason, "The next sweep asks again.")
    held = ", ".join(plain(each.identifier) for each in current)
    return _finding(listing, check, Status.PASSED, f"The trust store holds the root of {held or 'no CA'}.")


def judge_default(listing: RegionListing, at: datetime) -> Finding:
    """Check default-ca: which CA new databases get, and whether the account chose it."""
    check, authorities = CheckId.DEFAULT_CA, listing.authorities
    if isinstance(authorities, Gap) or authorities.default is None:
        why = plain(authorities.told) if isinstance(authorities, Gap) else "the API names none"
        return _finding(listing, check, Status.NOT_OBSERVED, sentence(f"The default CA is not known: {why}"), ASK)
    default = plain(authorities.default)
    change = f"aws rds modify-certificates --region {listing.region} --certificate-identifier"
    found = next((each for each in authorities.offered if each.identifier == authorities.default), None)
    if found is None or (found.expires is not None and found.expires <= at):
        offered = ", ".join(plain(each.identifier) for each in authorities.offered)
        reason = f"New databases get {default}, which the Region does not offer or which has expired: {offered}."
        return _finding(listing, check, Status.FAILED, reason, f"{change} <one that it offers>")
    if found.override:
        return _judge_override(listing, found, change, at)
    return _finding(listing, check, Status.PASSED, f"New databases get {default}, the Region's own default.")


def _judge_override(listing: RegionListing, chosen: OfferedAuthority, change: str, at: datetime) -> Finding:
    until = f" until {day(chosen.override_expires)}" if chosen.override_expires else ""
    reason = f"New databases get {plain(chosen.identifier)}, which the account chose as its default{until}."
    ends = chosen.override_expires is not None and chosen.override_expires - at < SOON
    step = f"Choose again before it ends: {change} <CA>" if ends else ""
    return _finding(listing, CheckId.DEFAULT_CA, Status.WARNING if ends else Status.INFORMATIONAL, reason, step)


def _finding(listing: RegionListing, check: CheckId, status: Status, reason: str, step: str = "") -> Finding:
    return Finding(listing.arn, listing.region, check, status, reason, step)
