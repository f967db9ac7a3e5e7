"""Check default-ca: which CA do new databases get, and did the account choose it?"""

from datetime import timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.authorities import preferred, root_told
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.commands import choose_default_authority
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN, LIST_AUTHORITIES
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
        why, step = "the API names none", ASK_AGAIN
        if isinstance(authorities, Gap):
            why, step = plain(authorities.told), LIST_AUTHORITIES
        reason = sentence(f"The default CA is not known: {why}")
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, step)
    default = plain(authorities.default)
    found = next((each for each in authorities.offered if each.identifier == authorities.default), None)
    if found is None or (found.expires is not None and found.expires <= evidence.at):
        offered = ", ".join(plain(each.identifier) for each in authorities.offered)
        reason = f"New databases get {default}, which the Region does not offer or which has expired: {offered}."
        return evidence.finding(CHECK.id, Status.FAILED, reason, _choose(evidence, authorities))
    if found.override:
        return _judge_override(evidence, found)
    return evidence.finding(CHECK.id, Status.PASSED, f"New databases get {default}, the Region's own default.")


def _judge_override(evidence: RegionEvidence, chosen: OfferedAuthority) -> Finding:
    until = f" until {day(chosen.override_expires)}" if chosen.override_expires else ""
    reason = f"New databases get {plain(chosen.identifier)}, which the account chose as its default{until}."
    ends = chosen.override_expires is not None and chosen.override_expires - evidence.at < SOON
    step = (
        "From then on new databases get the Region's own default again: have the clients of what is created or "
        "restored trust every root of the Region by then. Or choose anew once it has ended."
        if ends
        else ""
    )
    return evidence.finding(CHECK.id, Status.WARNING if ends else Status.INFORMATIONAL, reason, step)


def _choose(evidence: RegionEvidence, authorities: Authorities) -> Advice:
    """It changes no database that there is; clients of those to come must trust its root."""
    current = (
        each.identifier for each in authorities.offered if each.expires is None or each.expires > evidence.at
    )
    other = preferred(current, authorities.default)
    region = evidence.listing.region
    if other is None:
        return Advice(
            "The Region offers none that has not expired and that is known by its name: ask AWS Support."
        )
    return Advice(
        "No database that there is changes by it. Have the clients of what is created, restored or promoted from "
        f"then on trust {root_told(other, region)}, then:",
        (choose_default_authority(region, other),),
    )
