"""Check not-observed: what could not be looked at, and why. It is neither a pass nor a failure of anything."""

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import visibility
from tlscheck.verdict.advice import Advice, advice
from tlscheck.verdict.check import BEST_PRACTICES, IAM_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence, RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.parameters import WITHOUT_SERVERS, make_known
from tlscheck.verdict.reaching import reach
from tlscheck.verdict.remedies import ASK_AGAIN
from tlscheck.wording import joined, listed, plain, sentence

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

type Lack = tuple[str, str]
"""What is not known and why, and what to do so that it is."""


def judge(evidence: Evidence) -> Finding:
    """The finding of any database: all reasons why something about it is not known."""
    database = evidence.database
    told = _of_control_plane(evidence)
    reasons = [reason for reason, _ in told]
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
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, _all_of(told, advice(step)))


def _all_of(told: list[Lack], last: Advice) -> Advice:
    """The steps one after another, each once; that of the server comes last, since it may end in commands."""
    steps = dict.fromkeys(step for _, step in told)
    return Advice(joined(*steps, last.words), last.commands)


def _of_control_plane(evidence: Evidence) -> list[Lack]:
    """What AWS's API did not say of it."""
    database = evidence.database
    if database.kind is Kind.PROXY:
        fronts = database.proxy.fronts if database.proxy else ()
        return [(f"targets: {plain(fronts.told)}", _let(fronts))] if isinstance(fronts, Gap) else []
    told: list[Lack] = []
    if database.kind is Kind.CLUSTER and not database.member_authorities:
        told += [(note, WITHOUT_SERVERS[trait]) for trait, note in NOTES.items() if trait in database.traits]
    told += _of_shard_groups(database)
    if evidence.enforcement.state is Enforcement.UNKNOWN:
        told.append((f"rds.force_ssl: {plain(evidence.enforcement.reason)}", "See force-ssl."))
    elif isinstance(database.settings, Gap) and database.kind is not Kind.MEMBER:
        told.append((f"parameters: {plain(database.settings.reason)}", make_known(database, database.settings)))
    if database.kind.is_server:
        if database.certificate_authority.offer is Offer.UNKNOWN:
            told.append((f"CA: {plain(database.certificate_authority.reason)}", "See ca."))
        told += _of_rotation(database)
    elif None in database.member_authorities.values():
        told.append(("CA: that of some members is not known", "See ca."))
    if database.proxies_gap:
        told.append((f"proxies: {plain(database.proxies_gap.told)}", _let(database.proxies_gap)))
    return told


def _let(gap: Gap) -> str:
    return ASK_AGAIN if gap == NOT_ASKED else f"Let {plain(gap.operation)} succeed, as the reason says."


def _of_shard_groups(database: Database) -> list[Lack]:
    if isinstance(database.shard_groups, Gap):
        return [(f"shard groups: {plain(database.shard_groups.told)}", _let(database.shard_groups))]
    names = ", ".join(map(plain, database.shard_groups))
    step = "Ask the owners of the shard groups' clients: a sweep does not connect to those."
    return [(f"shard groups, to which its clients connect: {names}", step)] if names else []


def _of_rotation(database: Database) -> list[Lack]:
    found: list[Lack] = []
    if not database.server_certificate_expires:
        found.append(("rotation: the API names no expiry of its server certificate", ASK_AGAIN))
    rotation = database.rotation
    unasked = [each for each in (rotation.without_restart, rotation.actions) if isinstance(each, Gap)]
    return [*found, *((f"rotation: {plain(gap.told)}", _let(gap)) for gap in unasked)]


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
