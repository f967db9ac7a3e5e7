"""Which of RDS's CAs a chain hangs from, by the names in it.

Source: the subjects of RDS's certificate bundles: `Amazon RDS eu-west-1 Root CA RSA2048 G1` is the root of what
DescribeCertificates calls rds-ca-rsa2048-g1, and `Amazon RDS Root 2019 CA` that of rds-ca-2019.
"""

import re
from collections.abc import Sequence

from tlscheck.wire.observation import Certificate

_REGIONAL = re.compile(
    r"CN=Amazon RDS [a-z0-9-]+ (?:Root|Subordinate) CA ([A-Z0-9]{1,20}) (G[0-9]{1,2})(?:[.,]|$)"
)
_OLD = re.compile(r"CN=Amazon RDS (?:[a-z0-9-]+ )?(?:Root )?(20[0-9]{2}) CA(?:,|$)")


def authority(chain: Sequence[Certificate]) -> str | None:
    """CACertificateIdentifier of the CA that the topmost certificate names as its issuer; None for others."""
    if not chain:
        return None
    issuer = chain[-1].issuer
    if found := _REGIONAL.search(issuer):
        return f"rds-ca-{found[1]}-{found[2]}".lower()
    if found := _OLD.search(issuer):
        return f"rds-ca-{found[1]}"
    return None
