"""Refreshes the roots of layers/rds_trust_store from the bundles that AWS publishes (`make trust-store`).

What is fetched is not believed: of each bundle only root certificates are kept that are self-signed, in date,
named as RDS names the roots of the bundle's own partition, with the key that the name promises. A bundle is
refused whole when it is cut short, when a certificate in it claims to be an RDS root and its signature is wrong,
when it brings another key under a name that we already trust, or when it would drop a Region. Nothing is written
until all of it has been looked at.
"""

import argparse
import hashlib
import json
import re
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tlscheck.inventory.names import PARTITIONS, lies_in

TRUST_STORE = Path(__file__).parent / "rds_trust_store" / "python" / "rds_trust_store"
TEMPLATE = Path(__file__).parent.parent / "template.yaml"

BUNDLES = {each.name: each.bundle for each in PARTITIONS if each.bundle}

LARGEST_BUNDLE = 2 * 1024 * 1024
"""Bytes. The commercial bundle of 108 roots has 165,407."""

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----")
ROOT_NAME = re.compile(r"Amazon RDS ([a-z0-9-]{1,40}) Root CA (RSA2048|RSA4096|ECC384) G[0-9]{1,2}")


class Refused(Exception):  # noqa: N818 - what happened to the bundle, in the words of the output
    """A bundle that must not become our trust store; the message says why."""


@dataclass(frozen=True, slots=True)
class Vetted:
    """The roots of a bundle that may be trusted, by name, and why each other certificate may not."""

    roots: dict[str, x509.Certificate]
    left_out: tuple[tuple[str, str], ...]


def regions(roots: dict[str, x509.Certificate]) -> set[str]:
    """The Regions that a set of roots covers."""
    return {match[1] for name in roots if (match := ROOT_NAME.fullmatch(name))}


def vet(bundle: bytes, now: datetime, partition: str) -> Vetted:
    """Sorts a partition's PEM bundle into what may be trusted and what may not.

    Raises Refused for what no honest bundle contains.
    """
    blocks = PEM.findall(bundle)
    if not blocks or len(blocks) != bundle.count(b"-----BEGIN") or len(blocks) != bundle.count(b"-----END"):
        raise Refused(f"cut short or not a PEM bundle of certificates: {len(blocks)} whole certificates in it")
    roots: dict[str, x509.Certificate] = {}
    left_out: list[tuple[str, str]] = []
    for number, block in enumerate(blocks, 1):
        try:
            certificate = x509.load_pem_x509_certificate(block)
            name = _common_name(certificate)
            why = _why_not(certificate, name, now, partition)
        except ValueError as error:
            raise Refused(f"certificate {number} cannot be read: {error}") from None
        if why:
            left_out.append((name, why))
        elif name in roots and roots[name] != certificate:
            raise Refused(f"two different certificates are named {name}")
        else:
            roots[name] = certificate
    return Vetted(roots, tuple(left_out))


def _common_name(certificate: x509.Certificate) -> str:
    values = [
        str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return values[0] if len(values) == 1 else certificate.subject.rfc4514_string()


def _why_not(certificate: x509.Certificate, name: str, now: datetime, partition: str) -> str:
    """Why a certificate may not be trusted as a root of RDS; empty if it may. Raises Refused on a forgery."""
    match = ROOT_NAME.fullmatch(name)
    if certificate.issuer != certificate.subject:
        return "not self-issued: only roots belong into a trust store"
    if not match or not lies_in(match[1], partition):
        return f"{match[1]} is no Region of {partition}" if match else "not named as a root of a Region"
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, TypeError, ValueError):
        raise Refused(f"the signature of {name} is not its own") from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return f"not in date: valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
    if not _is_ca(certificate):
        return "not a CA certificate"
    if not _has_promised_key(certificate, match[2]):
        return f"its key is not the {match[2]} that its name promises"
    return ""


def _is_of(partition: str, name: str) -> bool:
    """Whether a name is that of a root of a Region of this partition: another's are not its bundle's to tell."""
    match = ROOT_NAME.fullmatch(name)
    return match is not None and lies_in(match[1], partition)


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _has_promised_key(certificate: x509.Certificate, algorithm: str) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return algorithm == f"RSA{key.key_size}"
    return isinstance(key, ec.EllipticCurvePublicKey) and algorithm == f"ECC{key.key_size}"


def current_roots(partition: str, folder: Path) -> dict[str, x509.Certificate]:
    """The roots that the layer holds of one partition; none if it has no file yet."""
    path = folder / f"{partition}.pem"
    if not path.exists():
        return {}
    return {_common_name(root): root for root in x509.load_pem_x509_certificates(path.read_bytes())}


def compare(current: dict[str, x509.Certificate], fetched: dict[str, x509.Certificate]) -> None:
    """Raises Refused if a bundle would drop a Region, or puts another key under a name that we trust."""
    if not fetched:
        raise Refused("not one root certificate in it may be trusted")
    if dropped := regions(current) - regions(fetched):
        raise Refused(f"it would drop {', '.join(sorted(dropped))}")
    for name in sorted(current.keys() & fetched.keys()):
        if current[name] != fetched[name]:
            raise Refused(f"it brings another certificate under the name {name}")


def fetch(url: str, context: ssl.SSLContext, timeout: float = 30) -> bytes:
    """The bytes at an https URL, over verified TLS. Raises Refused with what went wrong."""
    if urllib.parse.urlsplit(url).scheme != "https":
        raise Refused(f"{url} is not an https URL")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirects)
    try:
        with opener.open(url, timeout=timeout) as answer:
            body = bytes(answer.read(LARGEST_BUNDLE + 1))
            announced = answer.headers.get("Content-Length")
    except (urllib.error.URLError, OSError) as error:
        raise Refused(f"{url} gave no answer: {error}") from None
    if len(body) > LARGEST_BUNDLE:
        raise Refused(f"more than {LARGEST_BUNDLE} bytes")
    if announced is not None and announced != str(len(body)):
        raise Refused(f"cut short: {len(body)} of {announced} bytes")
    return body


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """AWS's URLs answer themselves: where else they may point to is not followed."""


def write(partition: str, roots: dict[str, x509.Certificate], source: str, now: datetime, folder: Path) -> None:
    """Writes `<partition>.pem` and its line of provenance.json, each in one step."""
    text = "".join(
        f"# {root.subject.rfc4514_string()}\n# SHA-256 {root.fingerprint(SHA256()).hex()}\n"
        f"{root.public_bytes(Encoding.PEM).decode()}"
        for _, root in sorted(roots.items())
    )
    provenance_path = folder / "provenance.json"
    provenance = json.loads(provenance_path.read_text())
    provenance[f"{partition}.pem"] = {
        "certificates": len(roots),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "source": source,
        "taken": f"{now:%Y-%m-%d}",
    }
    _replace(folder / f"{partition}.pem", text)
    _replace(provenance_path, json.dumps(provenance, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def outputs(provenance: dict[str, dict[str, str]]) -> str:
    """What a stack's output says of its roots, which a template cannot read: `aws.pem 2026-11-24, ...`."""
    return ", ".join(f"{name} {of['taken']}" for name, of in sorted(provenance.items()) if name.endswith(".pem"))


def date_template(template: Path, folder: Path) -> None:
    """Writes when each bundle was taken into the template's output `Roots`. Raises Refused where there is none."""
    said = outputs(json.loads((folder / "provenance.json").read_text()))
    text = template.read_text()
    dated, found = re.subn(r'(?m)(^  Roots:\n    Description: .*\n    Value: )".*"$', rf'\g<1>"{said}"', text)
    if found != 1:
        raise Refused(f"{template.name} has no output Roots to write the bundles' dates into: {said}")
    if dated != text:
        _replace(template, dated)


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)


def refresh(partition: str, url: str, context: ssl.SSLContext, now: datetime, folder: Path) -> list[str]:
    """Refreshes one partition; returns what changed, a line each. Raises Refused, with nothing written."""
    current = current_roots(partition, folder)
    vetted = vet(fetch(url, context), now, partition)
    compare({name: root for name, root in current.items() if _is_of(partition, name)}, vetted.roots)
    if current != vetted.roots:
        write(partition, vetted.roots, url, now, folder)
    return [
        *(f"+ {name}" for name in sorted(vetted.roots.keys() - current.keys())),
        *(f"- {name}" for name in sorted(current.keys() - vetted.roots.keys())),
        *(f"left out: {name}: {why}" for name, why in vetted.left_out),
        f"{len(vetted.roots)} roots of {len(regions(vetted.roots))} Regions",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make trust-store`; 1 if a bundle was refused or could not be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    known = ", ".join(BUNDLES)
    parser.add_argument("partitions", nargs="*", metavar="partition", help=f"of {known}; all by default")
    chosen = parser.parse_args(arguments).partitions or list(BUNDLES)
    if unknown := set(chosen) - BUNDLES.keys():
        parser.error(f"unknown partition {', '.join(sorted(unknown))}: allowed are {known}")
    context = ssl.create_default_context()
    refused = 0
    for partition in chosen:
        print(f"{partition}: {BUNDLES[partition]}")  # noqa: T201 - a command speaks to its terminal
        try:
            lines = refresh(partition, BUNDLES[partition], context, datetime.now(UTC), TRUST_STORE)
        except Refused as why:
            refused += 1
            lines = [f"refused, nothing written: {why}"]
        print("".join(f"  {line}\n" for line in lines), end="")  # noqa: T201 - the same
    date_template(TEMPLATE, TRUST_STORE)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
