"""Check not-observed: what could not be looked at, and why. It is neither a pass nor a failure of anything."""

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict import commands, server_certificate
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.verdict.wording import listed, plain, sentence
from tlscheck.wire.login import grant_pg_monitor
from tlscheck.wire.observation import LookOutcome

MOST_GAPS = 5


def judge(evidence: Evidence) -> Finding:
    """The finding of any database: all reasons why something about it is not known."""
    database = evidence.database
    reasons = []
    steps = []
    if database.force_ssl.enforcement is Enforcement.UNKNOWN:
        reasons.append(f"rds.force_ssl: {plain(database.force_ssl.reason)}")
    if database.kind is not Kind.CLUSTER:
        if database.certificate_authority.offer is Offer.UNKNOWN:
            reasons.append(f"CA: {plain(database.certificate_authority.reason)}")
        if not server_certificate.is_observed(evidence):
            reasons.append(f"server certificate: {server_certificate.unseen(evidence)}")
            steps.append(server_certificate.reach(evidence))
        if not evidence.seen:
            reasons.append(f"connections: {unseen_sessions(evidence)}")
            steps.append(show_sessions(evidence))
    if not reasons:
        return evidence.finding(CheckId.NOT_OBSERVED, Status.PASSED, "Everything could be looked at.")
    reason = f"Not looked at: {' '.join(sentence(reason) for reason in reasons)}"
    return evidence.finding(CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, reason, " ".join(dict.fromkeys(steps)))


def judge_listing(listing: RegionListing) -> Finding:
    """The finding of a Region: databases that a failed call would have listed are not known at all."""
    if not listing.gaps:
        reason = "Every database of the Region could be listed."
        return Finding(listing.arn, listing.region, CheckId.NOT_OBSERVED, Status.PASSED, reason, "")
    gaps = listed((f"{plain(gap.operation)}: {plain(gap.reason)}" for gap in listing.gaps), most=MOST_GAPS)
    operations = ", ".join(sorted({plain(gap.operation) for gap in listing.gaps}))
    return Finding(
        listing.arn,
        listing.region,
        CheckId.NOT_OBSERVED,
        Status.NOT_OBSERVED,
        sentence(f"Not everything of the Region could be listed: {gaps}"),
        f"Let these calls succeed in {listing.region}: {operations}.",
    )


def unseen_sessions(evidence: Evidence) -> str:
    """Why it was not seen who is connected, in a sentence."""
    look = evidence.observation.look
    detail = plain(look.detail)
    if look.outcome is LookOutcome.NOT_TRIED:
        return sentence(detail or "it was not tried")
    return sentence(f"{look.outcome} ({detail})" if detail else look.outcome)


def show_sessions(evidence: Evidence) -> str:
    """What to do so that it can be seen who is connected."""
    database = evidence.database
    match evidence.observation.look.outcome:
        case LookOutcome.NEEDS_PG_MONITOR | LookOutcome.LOGIN_REFUSED if database.secret is not None:
            return f"On {database.identifier}, run what the reason asks for, for the user that its secret names."
        case LookOutcome.NEEDS_PG_MONITOR:
            return f"On {database.identifier}: {grant_pg_monitor(evidence.user)}"
        case LookOutcome.LOGIN_REFUSED:
            return (
                f"On {database.identifier}, run what the reason asks for; where the user is missing: "
                f"{commands.create_role(evidence.user)}"
            )
        case LookOutcome.NO_CREDENTIALS:
            return (
                f"{commands.enable_iam(database)} and on {database.identifier}: "
                f"{commands.create_role(evidence.user)} Or name a secret by the tag tlscheck:secret."
            )
        case LookOutcome.FAILED:
            return f"See why {database.identifier} did not answer the look; the next sweep looks again."
        case _:
            return server_certificate.reach(evidence)
