"""The reader of X.509. What a server or a file holds may be anything: what cannot be read becomes text."""

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from tlscheck.wire.observation import Certificate

MOST_NAMES = 50
LONGEST_TEXT = 512
"""Characters of one name, subject or issuer that a server presents."""

_ODD = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What cryptography raises for a certificate, or a part of one, that it does not take."""

_QUIETLY = Lock()
"""Filters of warnings are the process's own, not a thread's."""


@dataclass(frozen=True, slots=True)
class X509:
    """What stands in a certificate, whoever asks."""

    sha1: str
    sha256: str
    """Of the DER, lower-case hex."""

    subject: str
    issuer: str
    """RFC 4514; what cannot be read of them says why."""

    common_names: tuple[str, ...]
    """Of the subject."""

    not_before: datetime | None
    not_after: datetime | None
    self_issued: bool
    """Subject and issuer are one."""

    fault: str = ""
    """Why it is no certificate, and has no dates."""

    parsed: x509.Certificate | None = None


def read(der: bytes) -> X509:
    """A certificate of any content; one that is no X.509 at all has its reason, and no dates."""
    sha1 = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(der).hexdigest()
    with _QUIETLY, warnings.catch_warnings():
        # Starfield's root has the serial number 0: that is for its issuer to answer for.
        warnings.simplefilter("ignore")
        try:
            parsed = x509.load_der_x509_certificate(der)
            not_before, not_after = parsed.not_valid_before_utc, parsed.not_valid_after_utc
        except _ODD as error:
            return X509(sha1, sha256, _unreadable(error), "", (), None, None, self_issued=False, fault=str(error))
        subject, issuer = _name(parsed, "subject"), _name(parsed, "issuer")
    return X509(
        *(sha1, sha256, _text(subject), _text(issuer), _common_names(subject), not_before, not_after),
        # Two names that cannot be read have alike reasons, and are not known to be one name.
        self_issued=isinstance(subject, x509.Name) and subject == issuer,
        parsed=parsed,
    )


def is_readable(parsed: x509.Certificate) -> bool:
    """Whether its key and each of its extensions can be read."""
    with _QUIETLY, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(parsed.public_key()) and all(each.value is not None for each in parsed.extensions)
        except _ODD:
            return False


def certificate(der: bytes) -> "Certificate":
    """A certificate as a server presents it, its texts cut to what an answer has room for."""
    from tlscheck.wire.observation import Certificate  # noqa: PLC0415 - the command answers sooner without

    shown = read(der)
    parsed = shown.parsed
    return Certificate(
        *(shown.subject[:LONGEST_TEXT], shown.issuer[:LONGEST_TEXT], shown.not_before, shown.not_after),
        *(_names(parsed) if parsed else (), shown.sha1, shown.sha256),
        self_issued=shown.self_issued,
        key=_key(parsed) if parsed else "",
        signature=_digest(parsed).upper() if parsed else "",
    )


def _name(parsed: x509.Certificate, field: Literal["subject", "issuer"]) -> x509.Name | str:
    try:
        name: x509.Name = getattr(parsed, field)  # parsed only now
    except _ODD as error:
        return _unreadable(error)
    return name


def _text(name: x509.Name | str) -> str:
    return name if isinstance(name, str) else name.rfc4514_string()


def _common_names(name: x509.Name | str) -> tuple[str, ...]:
    if isinstance(name, str):
        return ()
    return tuple(str(each.value) for each in name.get_attributes_for_oid(NameOID.COMMON_NAME))


def _digest(parsed: x509.Certificate) -> str:
    try:
        algorithm = parsed.signature_hash_algorithm
    except _ODD:
        return ""
    return algorithm.name.lower() if algorithm else ""


def _key(parsed: x509.Certificate) -> str:
    try:
        key = parsed.public_key()
    except _ODD:
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
    except _ODD as error:
        return (_unreadable(error)[:LONGEST_TEXT],)
    names = (str(name.value)[:LONGEST_TEXT] for name in _named(extension.value))
    return tuple(name for name, _ in zip(names, range(MOST_NAMES), strict=False))


def _named(names: x509.SubjectAlternativeName) -> Iterator[x509.DNSName | x509.IPAddress]:
    return (name for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {error}"
