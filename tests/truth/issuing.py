"""Certificates of any shape, down to bytes that no library writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from tests.der_writer import element, oid, sequence

type Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
type Extension = tuple[x509.ExtensionType, bool]
"""What it says, and whether it is critical."""

HOST = "db.limits.example"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)

_CURVES: dict[str, ec.EllipticCurve] = {
    "p224": ec.SECP224R1(),
    "p256": ec.SECP256R1(),
    "p384": ec.SECP384R1(),
    "p521": ec.SECP521R1(),
    "k256": ec.SECP256K1(),
    "brainpool": ec.BrainpoolP256R1(),
}


@cache
def key(kind: str = "p256", number: int = 0) -> Key:
    """`p256`, `rsa2048`, `ed25519`; the same for the same number: to make keys is what takes the time."""
    _ = number
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind])
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[3:]))
    return ed448.Ed448PrivateKey.generate() if kind == "ed448" else ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate's bytes, the name in it and the key that it is of."""

    der: bytes
    name: x509.Name
    key: Key

    @property
    def pem(self) -> bytes:
        return pem_of(self.der)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def pem_of(der: bytes) -> bytes:
    """Also of what nobody could read."""
    from base64 import encodebytes  # noqa: PLC0415 - here alone

    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


def named(*common: str, organisation: str = "") -> x509.Name:
    """A subject of these common names."""
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*parts, *(x509.NameAttribute(NameOID.COMMON_NAME, each) for each in common)])


def spelt(common: str, encoding: _ASN1Type) -> x509.Name:
    """A subject whose common name is of another kind of string than most are."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common, _type=encoding)])


def usage(*names: str) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{each: each in names for each in every})


def alternative(*names: str | x509.GeneralName) -> x509.SubjectAlternativeName:
    """DNS names and, where they read as such, addresses."""
    return x509.SubjectAlternativeName([_general(each) for each in names])


def _general(name: str | x509.GeneralName) -> x509.GeneralName:
    if not isinstance(name, str):
        return name
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def subject_key(of: Key) -> Extension:
    return x509.SubjectKeyIdentifier.from_public_key(of.public_key()), False


def authority_key(of: Key) -> Extension:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(of.public_key()), False


CA_USAGE: Extension = (usage("digital_signature", "key_cert_sign", "crl_sign"), True)
IS_CA: Extension = (x509.BasicConstraints(ca=True, path_length=None), True)


def issue(
    name: x509.Name,
    by: Issued | None,
    extensions: Sequence[Extension],
    *,
    of: Key | None = None,
    begins: datetime = NOW - DAY,
    ends: datetime = NOW + 90 * DAY,
    serial: int = 0,
    digest: hashes.HashAlgorithm | None = None,
    pss: bool = False,
) -> Issued:
    """A certificate with these extensions and no others; by itself where nobody issues it."""
    of = of or key()
    signing = by.key if by else of
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.name if by else name)
        .public_key(of.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    if isinstance(signing, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        digest = None
    else:
        digest = digest or hashes.SHA256()
    probabilistic = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if pss else None
    made = builder.sign(signing, digest, rsa_padding=probabilistic)  # type: ignore[arg-type] # as wide as this is meant
    return Issued(made.public_bytes(Encoding.DER), name, of)


def root(name: str = "A root", number: int = 1, kind: str = "p256", *more: Extension, **changes: object) -> Issued:
    """A CA that signed itself, as the strictest client wants it; with `more` extensions."""
    of = key(kind, number)
    return issue(named(name), None, [IS_CA, CA_USAGE, subject_key(of), *more], of=of, **changes)  # type: ignore[arg-type]


def below(by: Issued, name: str = "A CA between", number: int = 2, *more: Extension, **changes: object) -> Issued:
    """A CA below another."""
    of = key("p256", number)
    extensions = [IS_CA, CA_USAGE, subject_key(of), authority_key(by.key), *more]
    return issue(named(name), by, extensions, of=of, **changes)  # type: ignore[arg-type]


def leaf(
    by: Issued, *more: Extension, names: Sequence[str | x509.GeneralName] = (HOST,), **changes: object
) -> Issued:
    """A server's certificate, as the strictest client wants it."""
    of = changes.pop("of", None) or key("p256", 3)
    extensions = [(alternative(*names), False), subject_key(of), authority_key(by.key), *more]  # type: ignore[arg-type]
    return issue(named(HOST), by, extensions, of=of, **changes)  # type: ignore[arg-type]


SHA256_ECDSA = sequence(oid("1.2.840.10045.4.3.2"))
SHA256_RSA = sequence(oid("1.2.840.113549.1.1.11"), element(0x05))
SHA1_RSA = sequence(oid("1.2.840.113549.1.1.5"), element(0x05))
MD5_RSA = sequence(oid("1.2.840.113549.1.1.4"), element(0x05))
SHA1_ECDSA = sequence(oid("1.2.840.10045.4.1"))
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    SHA256_ECDSA: hashes.SHA256(),
    SHA256_RSA: hashes.SHA256(),
    SHA1_RSA: hashes.SHA1(),  # noqa: S303 - that is the point
    SHA1_ECDSA: hashes.SHA1(),  # noqa: S303 - that is the point
    MD5_RSA: hashes.MD5(),  # noqa: S303 - that is the point
}


def altered(  # noqa: PLR0917 - which bytes become which, of what
    made: Issued, by: Key, old: bytes, new: bytes, algorithm: bytes = SHA256_ECDSA, outer: bytes = b""
) -> Issued:
    """The same with other bytes in what is signed, signed anew; `outer` is what its signature is said to be."""
    body = x509.load_der_x509_certificate(made.der).tbs_certificate_bytes
    if old not in body:
        raise ValueError("nothing to alter")
    content = body[_content(body) :].replace(old, new)
    body = element(0x30, content)
    digest = _DIGESTS[algorithm]
    if isinstance(by, rsa.RSAPrivateKey):
        signature = by.sign(body, padding.PKCS1v15(), digest)
    elif isinstance(by, ec.EllipticCurvePrivateKey):
        signature = by.sign(body, ec.ECDSA(digest))
    else:
        raise TypeError(type(by))
    der = sequence(body, outer or algorithm, element(0x03, b"\0" + signature))
    return Issued(der, made.name, made.key)


def _content(body: bytes) -> int:
    """Where the content of a DER element begins."""
    return 2 if body[1] < 0x80 else 2 + body[1] - 0x80
