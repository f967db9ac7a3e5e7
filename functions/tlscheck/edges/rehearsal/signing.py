"""Keys, and certificates that are signed with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

type Signer = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
}
_RSA, _ECDSA = "RSA ", "ECDSA P-"


@dataclass(frozen=True, slots=True)
class Issuer:
    """In whose name a certificate is made, and the key that signs it."""

    name: x509.Name
    key: Signer
    key_id: x509.SubjectKeyIdentifier | None
    """The issuer's own, as it says; None: that of the key."""

    until: datetime | None = None
    """When the issuer itself ends; None where that does not matter."""

    sent: tuple[x509.Certificate, ...] = ()
    """What a server sends beside its own certificate."""


def made(kind: str) -> Signer:
    """A new key, of a kind as trial.Key has it: `RSA 4096`, `ECDSA P-384`."""
    if kind.startswith(_RSA):
        return rsa.generate_private_key(65537, int(kind.removeprefix(_RSA)))
    return ec.generate_private_key(_CURVES[f"secp{kind.removeprefix(_ECDSA)}r1"]())


def kind(certificate: x509.Certificate) -> str:
    """The algorithm and size of a certificate's key. Raises ValueError for one that is neither RSA nor of NIST."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"{_RSA}{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return f"{_ECDSA}{key.key_size}"
    raise ValueError(f"a root with a key of another kind: {type(key).__name__}")


def key_id(certificate: x509.Certificate) -> x509.SubjectKeyIdentifier | None:
    """How a certificate names its key, which those below it repeat."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return None


def digest(key: Signer) -> SHA256 | SHA384:
    """What RDS's roots sign with: SHA-256 with RSA 2048, SHA-384 with RSA 4096 and P-384."""
    return SHA256() if key.key_size in {256, 2048} else SHA384()


def names(texts: Iterable[str]) -> list[x509.GeneralName]:
    """Names of a server as a certificate has them: addresses apart."""
    return [_name(text) for text in texts]


def leaf(
    server: tuple[str, ...], key: Signer, issuer: Issuer, since: datetime, until: datetime
) -> x509.Certificate:
    """A server's certificate with all of its names, the first of them in the subject too, as RDS has it."""
    signed_by = (
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer.key_id)
        if issuer.key_id
        else x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    )
    named = [each.value for each in names(server) if isinstance(each, x509.DNSName)]
    # An address in the subject would be taken for a name that the test root may not sign for; 64 is X.520's bound.
    subject = named[0][:64] if named else "tlscheck rehearsal"
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(issuer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(names(server)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_rsa=isinstance(key, rsa.RSAPrivateKey)), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(issuer.key, digest(issuer.key))
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _usage(*, is_rsa: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=is_rsa,  # TLS 1.2 without forward secrecy
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
