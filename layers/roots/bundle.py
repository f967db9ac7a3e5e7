"""Which certificates of a PEM bundle may be trusted as roots of RDS, and why each other may not.

A bundle is not believed, whoever it is from: only roots count that are self-signed, in date, named as RDS names
those of its Regions, with the key that the name promises.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from tlscheck.inventory.names import is_region, lies_in

LARGEST_BUNDLE = 2 * 1024 * 1024
"""Bytes. The commercial bundle of 108 roots has 165,407."""

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----")
ROOT_NAME = re.compile(r"Amazon RDS ([a-z0-9-]{1,40}) Root CA (RSA2048|RSA4096|ECC384) G[0-9]{1,2}")

Roots = dict[str, x509.Certificate]
"""Root certificates by their common name."""


class Refused(Exception):  # noqa: N818 - what happened to the bundle, in the words of the output
    """A bundle that must not become our trust store; the message says why."""


@dataclass(frozen=True, slots=True)
class Vetted:
    """What a bundle holds."""

    roots: Roots
    """Those that may be trusted."""

    left_out: tuple[tuple[str, str], ...]
    """The name of each other certificate, and why it may not."""

    foreign: Roots = field(default_factory=dict)
    """Of those, what is named for another partition's Region: never trusted, only held against what is."""


def region_of(name: str) -> str | None:
    """The Region that the name of a root tells; None for the name of anything else."""
    match = ROOT_NAME.fullmatch(name)
    return match[1] if match and is_region(match[1]) else None


def regions(roots: Roots) -> set[str]:
    """The Regions that a set of roots covers."""
    return {region for name in roots if (region := region_of(name))}


def common_name(certificate: x509.Certificate) -> str:
    """Common name of its subject, or the whole subject where there is not exactly one."""
    values = [
        str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return values[0] if len(values) == 1 else certificate.subject.rfc4514_string()


def is_in_date(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether what hangs from it verifies today."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def vet(bundle: bytes, now: datetime, partition: str | None) -> Vetted:
    """Sorts a PEM bundle into what may be trusted and what may not; of a partition's, its own Regions' roots may.

    None for a bundle that may tell any Region's. Raises Refused for what no honest bundle contains.
    """
    blocks = PEM.findall(bundle)
    if not blocks or len(blocks) != bundle.count(b"-----BEGIN") or len(blocks) != bundle.count(b"-----END"):
        raise Refused(f"cut short or not a PEM bundle of certificates: {len(blocks)} whole certificates in it")
    roots: Roots = {}
    foreign: Roots = {}
    left_out: list[tuple[str, str]] = []
    for number, block in enumerate(blocks, 1):
        try:
            certificate = x509.load_pem_x509_certificate(block)
            name = common_name(certificate)
            why = _why_not(certificate, name, now, partition)
        except ValueError as error:
            raise Refused(f"certificate {number} cannot be read: {error}") from None
        region = region_of(name)
        if why:
            left_out.append((name, why))
        if why and not (region and partition and not lies_in(region, partition)):
            continue
        beside = foreign if why else roots
        if beside.setdefault(name, certificate) != certificate:
            raise Refused(f"two different certificates are named {name}")
    return Vetted(roots, tuple(left_out), foreign)


def _why_not(certificate: x509.Certificate, name: str, now: datetime, partition: str | None) -> str:
    """Why a certificate may not be trusted as a root of RDS; empty if it may. Raises Refused on a forgery."""
    match = ROOT_NAME.fullmatch(name)
    if certificate.issuer != certificate.subject:
        return "not self-issued: only roots belong into a trust store"
    if not match:
        return "not named as a root of a Region, so that nothing would bound what it is trusted for"
    if not (lies_in(match[1], partition) if partition else is_region(match[1])):
        return f"{match[1]} is no Region of {partition}" if partition else f"{match[1]} is no Region"
    _check_signature(certificate, name)
    return _defect(certificate, match[2], now)


def _check_signature(certificate: x509.Certificate, name: str) -> None:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, TypeError, ValueError):
        raise Refused(f"the signature of {name} is not its own") from None


def _defect(certificate: x509.Certificate, algorithm: str, now: datetime) -> str:
    if not is_in_date(certificate, now):
        return f"not in date: valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
    if not _is_ca(certificate):
        return "not a CA certificate"
    if not _has_promised_key(certificate, algorithm):
        return f"its key is not the {algorithm} that its name promises"
    return ""


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
