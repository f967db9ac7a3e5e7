"""Thumbprints of the Regions' real root certificates, as DescribeCertificates has them.

They are read from the trust store of this repository, which was taken from a public package.
"""

import hashlib
import re
import ssl
from functools import cache
from pathlib import Path

_BUNDLE = Path(__file__).parents[5] / "layers" / "rds_trust_store" / "python" / "rds_trust_store" / "aws.pem"
_PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_NAME = re.compile(rb"Amazon RDS ([a-z0-9-]+) Root CA (RSA2048|RSA4096|ECC384) G1")


def thumbprint(region: str, identifier: str) -> str:
    """SHA-1 of the DER of a Region's root; of a Region that we have no root of, one that no root has."""
    algorithm = identifier.removeprefix("rds-ca-").removesuffix("-g1").upper()
    unknown = hashlib.sha1(f"{region} {identifier}".encode(), usedforsecurity=False).hexdigest()
    return _known().get((region, algorithm), unknown)


@cache
def _known() -> dict[tuple[str, str], str]:
    roots = [ssl.PEM_cert_to_DER_cert(block) for block in _PEM.findall(_BUNDLE.read_text())]
    return {
        (name[1].decode(), name[2].decode()): hashlib.sha1(der, usedforsecurity=False).hexdigest()
        for der in roots
        if (name := _NAME.search(der))
    }
