"""Certificates that no careful client accepts, and the root that they hang from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.local_aws.fleet.certificates import ServerCertificate

HOST = "localhost"

type Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class OddAuthority:
    """A root named as the Region's own, straight above its servers, that signs whatever it is asked to."""

    def __init__(self, region: str, key: Key | None = None, *, constrained: bool = True) -> None:
        self._key: Key = key or ec.generate_private_key(ec.SECP256R1())
        self._name = _name(f"Amazon RDS {region} Root CA ECC384 G1")
        builder = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(_ca_usage(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        )
        if constrained:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.root = builder.sign(self._key, _digest(self._key))

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def issue(
        self,
        key: Key | None = None,
        *,
        names: int = 1,
        with_authority_key: bool = True,
        followed_by: int = 0,
        host: str = HOST,
    ) -> ServerCertificate:
        """One for a host and names - 1 others, and then the root so many times."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        others = [f"other-{number}.{'x' * 60}.{'y' * 60}.{'z' * 60}.example" for number in range(names - 1)]
        builder = (
            _builder(_name(host), self._name, key.public_key())
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in (host, *others)]), critical=False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if with_authority_key:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        leaf = builder.sign(self._key, _digest(self._key))
        return _served(leaf, key, [self.root] * followed_by)


def signed_with_sha1(region: str) -> tuple[OddAuthority, ServerCertificate]:
    """A certificate that no library would sign any more: the algorithm's name is changed in its bytes."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    authority = OddAuthority(region, key)
    modern = authority.issue(ec.generate_private_key(ec.SECP256R1()))
    to_sign = modern.leaf.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    signature = key.sign(to_sign, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - that is the point
    der = modern.leaf.public_bytes(Encoding.DER).replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    leaf = x509.load_der_x509_certificate(der.replace(modern.leaf.signature, signature))
    return authority, replace(modern, leaf=leaf, chain_pem=leaf.public_bytes(Encoding.PEM))


_SHA256_WITH_RSA, _SHA1_WITH_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")


def self_signed() -> ServerCertificate:
    """A certificate for localhost that nobody but itself stands behind."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _builder(_name(HOST), _name(HOST), key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _served(leaf, key, [])


def _digest(key: Key) -> hashes.SHA256 | None:
    """Ed25519 brings its own."""
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
    )


def _served(leaf: x509.Certificate, key: Key, others: list[x509.Certificate]) -> ServerCertificate:
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (leaf, *others))
    return ServerCertificate(leaf, chain, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _ca_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
