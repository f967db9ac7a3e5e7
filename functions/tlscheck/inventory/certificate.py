"""The CA that a database's server certificate hangs from, and what the Region says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tlscheck.inventory.described import ApiAnswer, is_true, moment, text, text_or_empty
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority


class Offer(StrEnum):
    """Whether the database's Region still lists its CA (DescribeCertificates)."""

    OFFERED = "OFFERED"
    RETIRED_OR_UNKNOWN = "RETIRED_OR_UNKNOWN"
    """The Region listed its CAs, and this one is not among them."""

    UNKNOWN = "UNKNOWN"
    """The Region's CAs could not be listed, or the database names no CA."""


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """CACertificateIdentifier of a database, joined with its Region's DescribeCertificates.

    `expires` is the CA's own ValidTill, `pending` PendingModifiedValues.CACertificateIdentifier (a change that
    waits for its maintenance window), `offered` the identifiers that the Region lists today.
    """

    identifier: str | None
    offer: Offer
    reason: str
    expires: datetime | None = None
    pending: str | None = None
    offered: tuple[str, ...] = ()
    default: str | None = None
    """DefaultCertificateForNewLaunches of the Region."""


def certificate_authority(
    identifier: str | None,
    pending: str | None,
    certificates: Sequence[ApiAnswer] | Gap,
    default: str | None = None,
) -> CertificateAuthority:
    """A database's CA, joined with the Certificates of its Region's DescribeCertificates.

    A listing that failed or came back empty says nothing of any CA: it never makes one retired.
    """
    if isinstance(certificates, Gap):
        reason = f"the Region's CAs could not be listed: {certificates.operation}: {certificates.reason}"
        return CertificateAuthority(identifier, Offer.UNKNOWN, reason, pending=pending)
    listed = {name: each for each in certificates if (name := text(each, "CertificateIdentifier"))}
    offered = tuple(sorted(listed))
    if not listed:
        return CertificateAuthority(identifier, Offer.UNKNOWN, "the Region listed no CA at all", pending=pending)
    if identifier is None:
        reason = "the API names no CA of this database"
        return CertificateAuthority(None, Offer.UNKNOWN, reason, pending=pending, offered=offered)
    if identifier not in listed:
        reason = f"{identifier} is not among the CAs of the Region ({', '.join(offered)})"
        return CertificateAuthority(identifier, Offer.RETIRED_OR_UNKNOWN, reason, pending=pending, offered=offered)
    expires = moment(listed[identifier], "ValidTill")
    reason = f"the Region offers {identifier}"
    return CertificateAuthority(identifier, Offer.OFFERED, reason, expires, pending, offered, default)


def authorities(certificates: Sequence[ApiAnswer] | Gap, default: str | None) -> Authorities | Gap:
    """The Certificates of a Region's DescribeCertificates; an empty list says nothing of any CA."""
    if isinstance(certificates, Gap):
        return certificates
    offered = tuple(
        OfferedAuthority(
            name,
            text_or_empty(each, "Thumbprint").lower() or None,
            moment(each, "ValidTill"),
            is_true(each, "CustomerOverride"),
            moment(each, "CustomerOverrideValidTill"),
        )
        for each in certificates
        if (name := text(each, "CertificateIdentifier"))
    )
    if not offered:
        return Gap("rds:DescribeCertificates", "the Region listed no CA at all")
    return Authorities(offered, default)
