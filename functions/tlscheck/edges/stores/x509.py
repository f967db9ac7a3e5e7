"""Certificates as a server presents them. What it presents may be anything: what cannot be read becomes text."""

import hashlib
from collections.abc import Iterator
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from tlscheck.wire.observation import Certificate

MOST_NAMES = 50
LONGEST_TEXT = 512
"""Characters of one name, subject or issuer."""


def certificate(der: bytes) -> Certificate:
    """A certificate of any content; one that is no X.509 at all has its reason as subject, and no dates."""
    sha1 = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(der).hexdigest()
    try:
        parsed = x509.load_der_x509_certificate(der)
        not_before, not_after = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    except (ValueError, x509.InvalidVersion) as error:
        return Certificate(_unreadable(error), "", None, None, (), sha1, sha256, self_issued=False)
    subject, issuer = _name(parsed, "subject"), _name(parsed, "issuer")
    return Certificate(
        *(subject, issuer, not_before, not_after, _names(parsed), sha1, sha256),
        self_issued=subject == issuer,
        key=_key(parsed),
        signature=_digest(parsed).upper(),
    )


def _digest(parsed: x509.Certificate) -> str:
    try:
        algorithm = parsed.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return ""
    return algorithm.name.lower() if algorithm else ""


def _key(parsed: x509.Certificate) -> str:
    try:
        key = parsed.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return ""
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.curve.name}"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case _:
            return type(key).__name__.removesuffix("PublicKey")


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        return (_unreadable(error),)
    names = (str(name.value)[:LONGEST_TEXT] for name in _named(extension.value))
    return tuple(name for name, _ in zip(names, range(MOST_NAMES), strict=False))


def _named(names: x509.SubjectAlternativeName) -> Iterator[x509.DNSName | x509.IPAddress]:
    return (name for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def _name(parsed: x509.Certificate, field: Literal["subject", "issuer"]) -> str:
    try:
        name: x509.Name = getattr(parsed, field)  # parsed only now
        return name.rfc4514_string()[:LONGEST_TEXT]
    except ValueError as error:
        return _unreadable(error)


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {error}"[:LONGEST_TEXT]
