"""Check ca: does the certificate hang from a CA that its Region still offers, in a cluster all from one?"""

from datetime import timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Kind
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import BEFORE_THE_WINDOW, LIST_AUTHORITIES, after_the_clients, change_authority
from tlscheck.wording import day, listed, plain

CHECK = Check(
    CheckId.CA,
    title="The certificate authority is one that the Region still offers",
    why="When a CA is retired its certificates expire, and every client that verifies is cut off.",
    remedy="Give the clients the new root certificate, then change the database's CA.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)

RESTARTS = {True: " (without a restart)", False: " (it restarts the server)", None: ""}
"""What a change of CA does to the server, by SupportsCertificateRotationWithoutRestart."""

MOST_MEMBERS = 15

SOON = timedelta(days=365)
"""A CA is changed in every client's trust store first: a year is not long for that."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, each of which has a CA of its own, or of a cluster by its members'."""
    return _of_cluster(evidence) if evidence.database.kind is Kind.CLUSTER else _of_server(evidence)


def _of_server(evidence: Evidence) -> Finding:
    authority = evidence.database.certificate_authority
    if authority.offer is Offer.UNKNOWN or authority.identifier is None:
        return evidence.finding(
            CHECK.id,
            Status.NOT_OBSERVED,
            plain(authority.reason),
            LIST_AUTHORITIES,
        )
    name = plain(authority.identifier)
    waiting = (
        f" A change to {plain(authority.pending)} waits for the maintenance window." if authority.pending else ""
    )
    if authority.offer is Offer.RETIRED_OR_UNKNOWN:
        offers = ", ".join(sorted(authority.offered))
        reason = (
            f"Its CA is {name}, which the Region does not offer any more: retired, or unknown to it; it offers "
            f"{offers}.{waiting}{_source(evidence)}"
        )
        return evidence.finding(CHECK.id, Status.FAILED, reason, _change(evidence))
    if authority.expires is not None and authority.expires <= evidence.at:
        reason = f"Its CA {name} expired on {day(authority.expires)}.{waiting}"
        return evidence.finding(CHECK.id, Status.FAILED, reason, _change(evidence))
    if authority.pending:
        reason = f"Its CA is {name}.{waiting}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, BEFORE_THE_WINDOW)
    if authority.expires is not None and authority.expires - evidence.at < SOON:
        reason = f"Its CA {name} expires on {day(authority.expires)}."
        return evidence.finding(CHECK.id, Status.WARNING, reason, _change(evidence))
    until = f", valid to {day(authority.expires)}" if authority.expires else ""
    reason = f"Its CA is {name}{until}; the Region offers it.{_default(evidence)}{_source(evidence)}"
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _source(evidence: Evidence) -> str:
    """Of a read replica: whether its source hangs from another CA. Rotating one does not rotate the other."""
    source, own = evidence.database.source, evidence.database.certificate_authority.identifier
    if source is None or source.authority is None or source.authority == own:
        return ""
    return (
        f" It is a replica of {plain(source.name)}, which has {plain(source.authority)}: each has a CA of its own."
    )


def _default(evidence: Evidence) -> str:
    authority = evidence.database.certificate_authority
    if authority.default is None or authority.default == authority.identifier:
        return ""
    return f" New databases get {plain(authority.default)}."


def _change(evidence: Evidence) -> Advice:
    restart = RESTARTS[evidence.database.rotation.is_without_restart]
    return after_the_clients(change_authority(evidence.database), restart)


def _of_cluster(evidence: Evidence) -> Finding:
    """A failover from one CA to another breaks clients that trust but one of them."""
    database = evidence.database
    members = database.member_authorities
    if not members:
        reason = "The cluster names no members; where it has any, each has a CA of its own."
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason)
    known = {name: authority for name, authority in members.items() if authority is not None}
    if unlisted := sorted(map(plain, members.keys() - known.keys())):
        reason = f"The CA of {listed(unlisted, MOST_MEMBERS)} is not known: the instance was not listed."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "Allow tlscheck rds:DescribeDBInstances.")
    if pending := database.certificate_authority.pending:
        reason = f"A change of the cluster's CA to {plain(pending)} waits for the maintenance window."
        return evidence.finding(CHECK.id, Status.WARNING, reason, BEFORE_THE_WINDOW)
    if len(set(known.values())) == 1:
        (authority,) = set(known.values())
        return evidence.finding(CHECK.id, Status.PASSED, f"All its members have the CA {plain(authority)}.")
    mixed = listed(
        (f"{plain(name)} has {plain(authority)}" for name, authority in sorted(known.items())), MOST_MEMBERS
    )
    target = commands.preferred_authority(database)
    step = Advice(
        f"Once its TLS clients trust the root of {target}:", commands.change_member_authorities(database, target)
    )
    return evidence.finding(
        CHECK.id, Status.WARNING, f"Its members' CAs differ, so a failover changes the chain: {mixed}.", step
    )
