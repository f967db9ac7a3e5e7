"""Check ca: does the certificate hang from a CA that its Region still offers, in a cluster all from one?"""

from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Kind
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.member_authorities import SOON, of_cluster, waiting
from tlscheck.verdict.remedies import LIST_AUTHORITIES, WHILE_CREATED
from tlscheck.verdict.renewal import await_change, awaits_restart, change_authority, restart
from tlscheck.wording import day, plain

CHECK = Check(
    CheckId.CA,
    title="The certificate authority is one that the Region still offers",
    why="When a CA is retired its certificates expire, and every client that verifies is cut off.",
    remedy="Give the clients the new root certificate, then change the database's CA.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, each of which has a CA of its own, or of a cluster by its members'."""
    return of_cluster(evidence) if evidence.database.kind is Kind.CLUSTER else _of_server(evidence)


def _of_server(evidence: Evidence) -> Finding:
    authority = evidence.database.certificate_authority
    if authority.offer is Offer.UNKNOWN or authority.identifier is None:
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, plain(authority.reason), _learn(authority))
    if ended := _ended(evidence, authority.identifier):
        return evidence.finding(CHECK.id, Status.FAILED, ended, change_authority(evidence))
    if awaits_restart(evidence.database) and evidence.observation.handshake.authority != authority.identifier:
        return _of_old_certificate(evidence)
    return _of_current(evidence, plain(authority.identifier))


def _ended(evidence: Evidence, identifier: str) -> str:
    """That its CA is at its end, in sentences; empty where it is not."""
    authority, name = evidence.database.certificate_authority, plain(identifier)
    if authority.offer is Offer.RETIRED_OR_UNKNOWN:
        offers = ", ".join(sorted(authority.offered))
        return (
            f"Its CA is {name}, which the Region does not offer any more: retired, or unknown to it; it offers "
            f"{offers}.{waiting(authority)}{_source(evidence)}"
        )
    if authority.expires is not None and authority.expires <= evidence.at:
        return f"Its CA {name} expired on {day(authority.expires)}.{waiting(authority)}"
    return ""


def _of_current(evidence: Evidence, name: str) -> Finding:
    authority = evidence.database.certificate_authority
    if authority.pending:
        reason = f"Its CA is {name}.{waiting(authority)}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, await_change(evidence, None))
    if authority.expires is not None and authority.expires - evidence.at < SOON:
        reason = f"Its CA {name} expires on {day(authority.expires)}."
        return evidence.finding(CHECK.id, Status.WARNING, reason, change_authority(evidence))
    until = f", valid to {day(authority.expires)}" if authority.expires else ""
    reason = f"Its CA is {name}{until}; the Region offers it.{_default(evidence)}{_source(evidence)}"
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _learn(authority: CertificateAuthority) -> str:
    """What to do where it is not known: a CA that a database lacks, no permission brings."""
    if authority.offered:
        return WHILE_CREATED
    return LIST_AUTHORITIES


def _of_old_certificate(evidence: Evidence) -> Finding:
    """A change of CA that is done by what is configured, and not by what the server shows."""
    authority = evidence.database.certificate_authority
    used = plain(authority.of_certificate or "")
    is_gone = authority.of_certificate not in authority.offered
    name, gone = (
        plain(authority.identifier or ""),
        f" The Region does not offer {used} any more." if is_gone else "",
    )
    reason = (
        f"Its CA is {name}, but the certificate in use is of {used}, says AWS's API: a restart is awaited."
        f"{gone}{waiting(authority)}"
    )
    return evidence.finding(CHECK.id, Status.FAILED if is_gone else Status.WARNING, reason, restart(evidence))


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
