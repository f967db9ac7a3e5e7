"""Refresh a file of the trust-store layer from a bundle of certificates.

Kept are root certificates only (self-signed CAs that are in date): an intermediate in a trust store breaks
clients when RDS moves on to another one, and Python trusts whatever certificate is in the store. A partition's
file holds the RDS roots of its Regions, proxy.pem what RDS Proxy presents (ACM).

    python layers/refresh_trust_store.py aws-us-gov global-bundle.pem --source "AWS, 2 November 2026"

The bundle may be any text with PEM certificates in it, strings of a program included. Where AWS publishes the
bundles: "Using SSL/TLS to encrypt a connection to a DB instance" in the Amazon RDS User Guide.
"""

import argparse
import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

PACKAGE = Path(__file__).parent / "rds_trust_store" / "python" / "rds_trust_store"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
STRING_SEAM = re.compile(r"\\n['\"]\s*\+\s*['\"]")
"""`\\n' + '`: how a program writes one text over several lines."""

RDS_ROOT = re.compile(r"Amazon RDS (?P<region>[a-z]{2,4}(-[a-z]+)+-[0-9]) Root CA (RSA|ECC)[0-9]+ G[0-9]+")
"""The Region is part of the name; roots named Beta, Preview or 2019 are no customer's."""


def certificates(bundle: str) -> list[x509.Certificate]:
    """Every PEM certificate in a text, in its order."""
    return [x509.load_pem_x509_certificate(pem.encode()) for pem in PEM.findall(STRING_SEAM.sub("\n", bundle))]


def common_name(certificate: x509.Certificate) -> str:
    """The common name of the subject, or the whole subject where it has none."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[-1].value) if names else certificate.subject.rfc4514_string()


def is_root(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether it is a CA that signed itself and is in date."""
    try:
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (InvalidSignature, ValueError, x509.ExtensionNotFound):
        return False
    return constraints.ca and certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def pem_file(roots: list[x509.Certificate]) -> str:
    """The roots sorted by name, each below a line with its subject and the SHA-256 of its DER."""
    return "".join(
        f"# {root.subject.rfc4514_string()}\n# SHA-256 {root.fingerprint(SHA256()).hex()}\n"
        + root.public_bytes(Encoding.PEM).decode()
        for root in sorted(roots, key=lambda root: (common_name(root), root.fingerprint(SHA256())))
    )


def refresh(name: str, bundle: str, source: str, now: datetime, package: Path) -> int:
    """Write `<name>.pem` and its provenance into the package, and return how many roots it holds."""
    kept = {root.fingerprint(SHA256()): root for root in certificates(bundle) if is_root(root, now)}
    roots = [root for root in kept.values() if name == "proxy" or RDS_ROOT.fullmatch(common_name(root))]
    if not roots:
        sys.exit(f"No root certificate for {name} in the bundle: nothing was changed.")
    text = pem_file(roots)
    (package / f"{name}.pem").write_text(text)
    provenance = package / "provenance.json"
    known = json.loads(provenance.read_text()) if provenance.exists() else {}
    known[f"{name}.pem"] = {
        "source": source,
        "taken": now.date().isoformat(),
        "certificates": len(roots),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    provenance.write_text(json.dumps(known, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    return len(roots)


def main() -> None:
    """Read the command line, refresh one file and say so."""
    parser = argparse.ArgumentParser(description="Refresh a file of the trust-store layer from a bundle.")
    parser.add_argument("name", help="a partition (aws, aws-cn, aws-us-gov...) or proxy")
    parser.add_argument("bundle", type=Path, help="a file with PEM certificates")
    parser.add_argument("--source", required=True, help="where the bundle comes from: version, licence")
    parser.add_argument("--package", type=Path, default=PACKAGE, help="where to write (default: the layer)")
    asked = parser.parse_args()
    if not re.fullmatch(r"aws(-[a-z]+)*|proxy", asked.name):
        parser.error(f"name is {asked.name!r}: a partition (aws, aws-cn, aws-us-gov...) or proxy is allowed")
    count = refresh(asked.name, asked.bundle.read_text(), asked.source, datetime.now(UTC), asked.package)
    sys.stdout.write(f"{asked.name}.pem: {count} root certificates\n")


if __name__ == "__main__":
    main()
