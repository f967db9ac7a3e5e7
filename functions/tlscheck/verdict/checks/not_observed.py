"""Check not-observed: what could not be looked at, and why. It is neither a pass nor a failure of anything."""

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import visibility
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, IAM_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence, RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.reaching import reach
from tlscheck.wording import listed, plain, sentence

CHECK = Check(
    CheckId.NOT_OBSERVED,
    title="Everything about its TLS could be looked at",
    why="What was not looked at is neither good nor bad: it is not known.",
    remedy="Open what keeps tlscheck from looking, as the reason says.",
    documentation=IAM_PAGE,
    type=BEST_PRACTICES,
    severities={Status.NOT_OBSERVED: Severity.LOW},
)

MOST_GAPS = 5

NOTES = {
    Trait.SERVERLESS_V1: "it is Aurora Serverless v1, without instances to look at and with a certificate of ACM",
    Trait.EXPRESS: "its configuration is express: no VPC, reached over the internet with IAM tokens alone",
}
"""Why of a cluster of such a sort, which names no members, little can be known."""


def judge(evidence: Evidence) -> Finding:
    """The finding of any database: all reasons why something about it is not known."""
    database = evidence.database
    reasons = _of_control_plane(evidence)
    step: Advice | str = ""
    if database.kind.is_server:
        if not visibility.is_observed(evidence):
            reasons.append(f"server: {visibility.unseen(evidence)}")
            step = reach(evidence)
        elif not evidence.seen:
            reasons.append(f"connections: {visibility.unseen_sessions(evidence)}")
            step = visibility.show_sessions(evidence)
    if lacks := visibility.lacks(evidence):
        reasons += lacks
        step = step or visibility.complete(evidence)
    if not reasons:
        return evidence.finding(CHECK.id, Status.PASSED, "Everything could be looked at.")
    reason = f"Not looked at: {' '.join(sentence(reason) for reason in reasons)}"
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, step)


def _of_control_plane(evidence: Evidence) -> list[str]:
    """What AWS's API did not say of it."""
    database = evidence.database
    if database.kind is Kind.PROXY:
        fronts = database.proxy.fronts if database.proxy else ()
        return [f"targets: {plain(fronts.told)}"] if isinstance(fronts, Gap) else []
    reasons = []
    if database.kind is Kind.CLUSTER and not database.member_authorities:
        reasons += [note for trait, note in NOTES.items() if trait in database.traits]
    reasons += _of_shard_groups(database)
    if evidence.enforcement.state is Enforcement.UNKNOWN:
        reasons.append(f"rds.force_ssl: {plain(evidence.enforcement.reason)}")
    elif isinstance(database.settings, Gap) and database.kind is not Kind.MEMBER:
        reasons.append(f"parameters: {plain(database.settings.reason)}")
    if database.kind.is_server:
        if database.certificate_authority.offer is Offer.UNKNOWN:
            reasons.append(f"CA: {plain(database.certificate_authority.reason)}")
        reasons += [f"rotation: {plain(unknown)}" for unknown in _of_rotation(database)]
    elif None in database.member_authorities.values():
        reasons.append("CA: not every member was listed")
    if database.proxies_gap:
        reasons.append(f"proxies: {plain(database.proxies_gap.told)}")
    return reasons


def _of_shard_groups(database: Database) -> list[str]:
    if isinstance(database.shard_groups, Gap):
        return [f"shard groups: {plain(database.shard_groups.told)}"]
    names = ", ".join(map(plain, database.shard_groups))
    return [f"shard groups, to which its clients connect: {names}"] if names else []


def _of_rotation(database: Database) -> list[str]:
    found = [] if database.server_certificate_expires else ["the API names no expiry of its server certificate"]
    rotation = database.rotation
    unasked = [each for each in (rotation.without_restart, rotation.actions) if isinstance(each, Gap)]
    return [*found, *(gap.told for gap in unasked)]


def judge_region(evidence: RegionEvidence) -> Finding:
    """The finding of a Region: databases that a failed call would have listed are not known at all."""
    listing = evidence.listing
    if not listing.gaps:
        reason = "Every database of the Region could be listed."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    gaps = listed((f"{plain(gap.operation)}: {plain(gap.reason)}" for gap in listing.gaps), most=MOST_GAPS)
    operations = ", ".join(sorted({plain(gap.operation) for gap in listing.gaps}))
    return evidence.finding(
        CHECK.id,
        Status.NOT_OBSERVED,
        sentence(f"Not everything of the Region could be listed: {gaps}"),
        f"Let these calls succeed in {listing.region}: {operations}.",
    )
