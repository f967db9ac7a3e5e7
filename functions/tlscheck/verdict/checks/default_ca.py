"""Check default-ca: which CA do new databases get, and did the account choose it?"""

from datetime import timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import OfferedAuthority
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import LIST_AUTHORITIES
from tlscheck.wording import day, plain, sentence

CHECK = Check(
    CheckId.DEFAULT_CA,
    title="New databases get a current certificate authority",
    why="A database that is created, restored or promoted takes the account's default.",
    remedy="Choose the default with aws rds modify-certificates, or remove the override.",
    documentation=f"{GUIDE}/UsingWithRDS.SSL.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)

SOON = timedelta(days=90)


def judge(evidence: RegionEvidence) -> Finding:
    """The finding of a Region: the CA that the account chose goes before the Region's own default."""
    authorities = evidence.listing.authorities
    if isinstance(authorities, Gap) or authorities.default is None:
        why = plain(authorities.told) if isinstance(authorities, Gap) else "the API names none"
        reason = sentence(f"The default CA is not known: {why}")
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, LIST_AUTHORITIES)
    default = plain(authorities.default)
    change = f"aws rds modify-certificates --region {evidence.listing.region} --certificate-identifier"
    found = next((each for each in authorities.offered if each.identifier == authorities.default), None)
    if found is None or (found.expires is not None and found.expires <= evidence.at):
        offered = ", ".join(plain(each.identifier) for each in authorities.offered)
        reason = f"New databases get {default}, which the Region does not offer or which has expired: {offered}."
        return evidence.finding(CHECK.id, Status.FAILED, reason, f"{change} <one that it offers>")
    if found.override:
        return _judge_override(evidence, found, change)
    return evidence.finding(CHECK.id, Status.PASSED, f"New databases get {default}, the Region's own default.")


def _judge_override(evidence: RegionEvidence, chosen: OfferedAuthority, change: str) -> Finding:
    until = f" until {day(chosen.override_expires)}" if chosen.override_expires else ""
    reason = f"New databases get {plain(chosen.identifier)}, which the account chose as its default{until}."
    ends = chosen.override_expires is not None and chosen.override_expires - evidence.at < SOON
    step = f"Choose again before it ends: {change} <CA>" if ends else ""
    return evidence.finding(CHECK.id, Status.WARNING if ends else Status.INFORMATIONAL, reason, step)
