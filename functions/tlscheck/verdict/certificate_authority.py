"""Check ca: does the database's certificate hang from a CA that its Region still offers?"""

from datetime import timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.verdict import commands
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.verdict.wording import day, plain, sentence

SOON = timedelta(days=365)
"""A CA is changed in every client's trust store first: a year is not long for that."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, each of which has a CA of its own."""
    authority = evidence.database.certificate_authority
    if authority.offer is Offer.UNKNOWN or authority.identifier is None:
        return evidence.finding(
            CheckId.CA,
            Status.NOT_OBSERVED,
            plain(authority.reason),
            "Allow tlscheck rds:DescribeCertificates in this Region.",
        )
    name = plain(authority.identifier)
    waiting = (
        f" A change to {plain(authority.pending)} waits for the maintenance window." if authority.pending else ""
    )
    if authority.offer is Offer.RETIRED_OR_UNKNOWN:
        offers = ", ".join(sorted(authority.offered))
        reason = f"Its CA is {name}, which the Region does not offer any more; it offers {offers}.{waiting}"
        return evidence.finding(CheckId.CA, Status.FAILED, reason, _change(evidence))
    if authority.expires is not None and authority.expires <= evidence.at:
        reason = f"Its CA {name} expired on {day(authority.expires)}.{waiting}"
        return evidence.finding(CheckId.CA, Status.FAILED, reason, _change(evidence))
    if authority.pending:
        reason = f"Its CA is {name}.{waiting}"
        step = "Before that window, make sure that its TLS clients trust the new root (see tls-clients)."
        return evidence.finding(CheckId.CA, Status.WARNING, reason, step)
    if authority.expires is not None and authority.expires - evidence.at < SOON:
        reason = f"Its CA {name} expires on {day(authority.expires)}."
        return evidence.finding(CheckId.CA, Status.WARNING, reason, _change(evidence))
    until = f", valid to {day(authority.expires)}" if authority.expires else ""
    return evidence.finding(CheckId.CA, Status.PASSED, sentence(f"Its CA is {name}{until}; the Region offers it"))


def _change(evidence: Evidence) -> str:
    database = evidence.database
    step = commands.change_authority(database, commands.preferred_authority(database))
    return f"Make sure that its TLS clients trust the new root (see tls-clients), then: {step}"
