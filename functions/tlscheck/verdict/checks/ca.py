"""Check ca: does the database's certificate hang from a CA that its Region still offers?"""

from datetime import timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.verdict import commands
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.verdict.remedies import LIST_AUTHORITIES
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

SOON = timedelta(days=365)
"""A CA is changed in every client's trust store first: a year is not long for that."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, each of which has a CA of its own."""
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
        step = "Before that window, make sure that its TLS clients trust the new root (see tls-clients)."
        return evidence.finding(CHECK.id, Status.WARNING, reason, step)
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
    if authority.default in {None, authority.identifier}:
        return ""
    return f" New databases get {plain(authority.default or '')}."


def _change(evidence: Evidence) -> str:
    database = evidence.database
    step = commands.change_authority(database, commands.preferred_authority(database))
    return f"Make sure that its TLS clients trust the new root (see tls-clients), then: {step}{_restart(evidence)}"


def _restart(evidence: Evidence) -> str:
    match evidence.database.rotation.without_restart:
        case True:
            return " (without a restart)"
        case False:
            return " (it restarts the server)"
        case None:
            return ""
