"""The CA that a database's server certificate hangs from, and what the Region says of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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

    `expires` is the CA's own ValidTill, `pending` the CA of PendingModifiedValues (a change that waits for its
    maintenance window, or for its cluster's), `offered` the identifiers that the Region lists today.
    """

    identifier: str | None
    offer: Offer
    reason: str
    expires: datetime | None = None
    pending: str | None = None
    offered: tuple[str, ...] = ()
    default: str | None = None
    """DefaultCertificateForNewLaunches of the Region."""

    of_certificate: str | None = None
    """CertificateDetails.CAIdentifier, "the CA certificate used for the DB instance's server certificate": another
    than `identifier` while a change of CA waits for a restart. None where it is not said."""

    ends: dict[str, datetime] = field(default_factory=dict)
    """Of a cluster: each CA of its members that the Region lists, to that CA's own ValidTill. Empty of before
    0.5.0."""


def certificate_authority(
    identifier: str | None,
    of_certificate: str | None,
    pending: str | None,
    certificates: Sequence[ApiAnswer] | Gap,
    default: str | None = None,
) -> CertificateAuthority:
    """A database's CA, joined with the Certificates of its Region's DescribeCertificates.

    Where it names none it is that of its certificate. A listing that failed or came back empty says nothing of any
    CA: it never makes one retired.
    """
    identifier = identifier or of_certificate
    found = CertificateAuthority(identifier, Offer.UNKNOWN, "", pending=pending, of_certificate=of_certificate)
    if isinstance(certificates, Gap):
        return replace(
            found, reason=f"the Region's CAs could not be listed: {certificates.operation}: {certificates.reason}"
        )
    listed = {name: each for each in certificates if (name := text(each, "CertificateIdentifier"))}
    if not listed:
        return replace(found, reason="the Region listed no CA at all")
    found = replace(found, offered=tuple(sorted(listed)))
    if identifier is None:
        return replace(found, reason="the API names no CA of this database")
    if identifier not in listed:
        reason = f"{identifier} is not among the CAs of the Region ({', '.join(found.offered)})"
        return replace(found, offer=Offer.RETIRED_OR_UNKNOWN, reason=reason)
    return replace(
        found,
        offer=Offer.OFFERED,
        reason=f"the Region offers {identifier}",
        expires=moment(listed[identifier], "ValidTill"),
        default=default,
    )


def ends_of(names: Iterable[str | None], certificates: Sequence[ApiAnswer] | Gap) -> dict[str, datetime]:
    """ValidTill of those of these CAs that the Region lists, by their names."""
    wanted = set(names)
    return {
        name: end
        for each in (() if isinstance(certificates, Gap) else certificates)
        if (name := text(each, "CertificateIdentifier")) in wanted and name and (end := moment(each, "ValidTill"))
    }


def pending_authority(answer: ApiAnswer | None) -> str | None:
    """The CA to which a change waits for the maintenance window of a DBInstance or DBCluster.

    They have another member for it each: a Multi-AZ cluster is given a CA as a whole.
    """
    of_cluster = text(answer, "PendingModifiedValues", "CertificateDetails", "CAIdentifier")
    return text(answer, "PendingModifiedValues", "CACertificateIdentifier") or of_cluster


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
