"""Which of RDS's CAs a chain hangs from, by the names in it."""

from collections.abc import Sequence

from tlscheck.inventory.ca_name import ca_of_subject
from tlscheck.wire.observation import Certificate


def authority(chain: Sequence[Certificate]) -> str | None:
    """CACertificateIdentifier of the CA that the topmost certificate names as its issuer; None for others."""
    named = ca_of_subject(chain[-1].issuer) if chain else None
    return named.identifier if named and named.is_production else None
