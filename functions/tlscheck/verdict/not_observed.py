"""Check not-observed: what could not be looked at, and why. It is neither a pass nor a failure of anything."""

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import cluster_authority, commands, rotation, server_certificate
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wire.login import grant_pg_monitor
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wording import clause, plain, sentence

NOTES = {
    Trait.SERVERLESS_V1: "it is Aurora Serverless v1, without instances to look at and with a certificate of ACM",
    Trait.EXPRESS: "its configuration is express: no VPC, reached over the internet with IAM tokens alone",
}
"""Why of a cluster of such a sort, which names no members, little can be known."""


def judge(evidence: Evidence) -> Finding:
    """The finding of any database: all reasons why something about it is not known."""
    database = evidence.database
    reasons = _of_control_plane(evidence)
    steps = []
    if database.kind.is_server:
        if not server_certificate.is_observed(evidence):
            reasons.append(f"server: {server_certificate.unseen(evidence)}")
            steps.append(server_certificate.reach(evidence))
        elif not evidence.seen:
            reasons.append(f"connections: {unseen_sessions(evidence)}")
            steps.append(show_sessions(evidence))
    if not reasons:
        return evidence.finding(CheckId.NOT_OBSERVED, Status.PASSED, "Everything could be looked at.")
    reason = f"Not looked at: {' '.join(sentence(reason) for reason in reasons)}"
    return evidence.finding(CheckId.NOT_OBSERVED, Status.NOT_OBSERVED, reason, " ".join(dict.fromkeys(steps)))


def _of_control_plane(evidence: Evidence) -> list[str]:
    """What AWS's API did not say of it."""
    database = evidence.database
    if database.kind is Kind.PROXY:
        fronts = database.proxy.fronts if database.proxy else ()
        return [f"targets: {plain(fronts.told)}"] if isinstance(fronts, Gap) else []
    reasons = []
    if database.kind is Kind.CLUSTER and not database.member_authorities:
        reasons += [note for trait, note in NOTES.items() if trait in database.traits]
    if database.shard_groups:
        reasons.append(
            f"shard groups, to which its clients connect: {', '.join(map(plain, database.shard_groups))}"
        )
    if database.force_ssl.enforcement is Enforcement.UNKNOWN or database.force_ssl.fallback:
        reasons.append(f"rds.force_ssl: {plain(database.force_ssl.reason)}")
    elif isinstance(database.settings, Gap) and database.kind is not Kind.MEMBER:
        reasons.append(f"parameters: {plain(database.settings.reason)}")
    if database.kind.is_server:
        if database.certificate_authority.offer is Offer.UNKNOWN:
            reasons.append(f"CA: {plain(database.certificate_authority.reason)}")
        reasons += [f"rotation: {plain(unknown)}" for unknown in rotation.unknowns(evidence)]
    elif not cluster_authority.is_known(evidence):
        reasons.append("CA: not every member was listed")
    if database.proxies_gap:
        reasons.append(f"proxies: {plain(database.proxies_gap.told)}")
    return reasons


def unseen_sessions(evidence: Evidence) -> str:
    """Why it was not seen who is connected, as the rest of a sentence."""
    look = evidence.observation.look
    return sentence(clause(plain(look.detail)) or look.outcome)


def show_sessions(evidence: Evidence) -> str:
    """What to do so that it can be seen who is connected."""
    if evidence.observation.handshake.outcome is HandshakeOutcome.TRUSTED:
        return _log_in(evidence)
    if server_certificate.is_observed(evidence):
        return "Mend the server's TLS first (see server-certificate): nobody logs in before it verifies."
    return server_certificate.reach(evidence)


def _log_in(evidence: Evidence) -> str:
    database = evidence.database
    match evidence.observation.look.outcome:
        case LookOutcome.NEEDS_PG_MONITOR | LookOutcome.LOGIN_REFUSED if database.secret is not None:
            return f"On {database.identifier}, run what the reason asks for, for the user that its secret names."
        case LookOutcome.NEEDS_PG_MONITOR:
            statement = grant_pg_monitor(evidence.user)
            return f"On {database.identifier}: {statement} Or what the reason names instead."
        case LookOutcome.LOGIN_REFUSED:
            statement = commands.create_role(evidence.user)
            return f"On {database.identifier}, run what the reason asks for; a missing user: {statement}"
        case LookOutcome.NOT_TRIED if database.secret is None and not database.iam_authentication:
            return (
                f"{commands.enable_iam(database)} and on {database.identifier}: "
                f"{commands.create_role(evidence.user)} Or name a secret by the tag tlscheck:secret."
            )
        case LookOutcome.NO_CREDENTIALS:
            return "Mend what the reason names: the probe could not get at its credentials."
        case _:
            return f"See why {database.identifier} did not answer the look; the next sweep looks again."
