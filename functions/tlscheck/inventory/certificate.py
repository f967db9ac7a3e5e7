"""The CA that a database's server certificate hangs from, and what the Region says of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
