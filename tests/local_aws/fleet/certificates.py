"""A private certificate authority of RDS's shape: regional root -> subordinate CA -> server certificate.

Names, extensions and the order of the chain follow what RDS serves (CN `Amazon RDS <region> Root CA RSA2048 G1`;
the server sends leaf, subordinate and root), strict enough for Python 3.13's VERIFY_X509_STRICT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

type PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Algorithm(StrEnum):
    """The key of a CA, as it stands in the CA's common name."""

    RSA2048 = "RSA2048"
    RSA4096 = "RSA4096"
    ECC384 = "ECC384"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What a server is given: the chain that it sends (leaf, subordinate, root) and the leaf's key, both PEM."""

    leaf: x509.Certificate
    chain_pem: bytes
    key_pem: bytes


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """A root and the subordinate CA that issues for it.

    All server certificates of one CA share one key pair: making keys is what takes the time.
    """

    root: x509.Certificate
    subordinate: x509.Certificate
    _subordinate_key: PrivateKey
    _server_key: PrivateKey

    @property
    def root_pem(self) -> bytes:
        """The root alone: the only certificate of it that belongs in a trust store."""
        return self.root.public_bytes(Encoding.PEM)

    @property
    def thumbprint(self) -> str:
        """Thumbprint of DescribeCertificates: SHA-1 of the root's DER, lower-case hex."""
        return self.root.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - the API's own choice of digest

    def issue(
        self,
        *names: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> ServerCertificate:
        """A server certificate for these DNS names or IP addresses, the first of them its common name.

        Valid from an hour ago for a year, as RDS does where it can rotate without a restart.
        """
        now = _now()
        not_before = not_before or now - timedelta(hours=1)
        leaf = (
            _builder(
                _name(names[0], "RDS", "Amazon.com"),
                self._server_key,
                not_before,
                not_after or not_before + timedelta(days=365),
            )
            .issuer_name(self.subordinate.subject)
            .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage("digital_signature", "key_encipherment"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(_authority_key(self.subordinate), critical=False)
            .sign(self._subordinate_key, _digest(self._subordinate_key))
        )
        return ServerCertificate(
            leaf,
            b"".join(c.public_bytes(Encoding.PEM) for c in (leaf, self.subordinate, self.root)),
            self._server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )


def regional(region: str, algorithm: Algorithm = Algorithm.RSA2048) -> CertificateAuthority:
    """A CA named as the Region's own; each call makes new keys, so a second one is an impostor of the first."""
    return _authority(
        f"Amazon RDS {region} Root CA {algorithm} G1",
        f"Amazon RDS {region} Subordinate CA {algorithm} G1.A.1",
        algorithm,
        timedelta(days=40 * 365),
    )


def retired(region: str) -> CertificateAuthority:
    """Stands in for rds-ca-2019, one root for all Regions, which no Region offers any more.

    The real one expired in August 2024; this one is in date, so that nothing but its retirement shows.
    """
    return _authority(
        "Amazon RDS Root 2019 CA", f"Amazon RDS {region} 2019 CA", Algorithm.RSA2048, timedelta(days=5 * 365)
    )


def _authority(
    root_name: str, subordinate_name: str, algorithm: Algorithm, lifetime: timedelta
) -> CertificateAuthority:
    root_key, subordinate_key = _private_key(algorithm), _private_key(algorithm)
    not_before = _now() - timedelta(days=400)  # older than any server certificate that it issues
    root_subject = _name(root_name, "Amazon RDS", "Amazon Web Services, Inc.")
    root = (
        _builder(root_subject, root_key, not_before, not_before + lifetime)
        .issuer_name(root_subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_key_usage("digital_signature", "key_cert_sign", "crl_sign"), critical=True)
        .sign(root_key, _digest(root_key))
    )
    subordinate = (
        _builder(
            _name(subordinate_name, "Amazon RDS", "Amazon Web Services, Inc."),
            subordinate_key,
            not_before,
            not_before + lifetime,
        )
        .issuer_name(root_subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage("digital_signature", "key_cert_sign", "crl_sign"), critical=True)
        .add_extension(_authority_key(root), critical=False)
        .sign(root_key, _digest(root_key))
    )
    server_algorithm = Algorithm.ECC384 if algorithm is Algorithm.ECC384 else Algorithm.RSA2048
    return CertificateAuthority(root, subordinate, subordinate_key, _private_key(server_algorithm))


def _builder(
    subject: x509.Name, key: PrivateKey, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _private_key(algorithm: Algorithm) -> PrivateKey:
    match algorithm:
        case Algorithm.ECC384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.RSA4096:
            return rsa.generate_private_key(public_exponent=65537, key_size=4096)
        case Algorithm.RSA2048:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _digest(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) else hashes.SHA256()


def _name(common_name: str, unit: str, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "Washington"),
            x509.NameAttribute(NameOID.LOCALITY_NAME, "Seattle"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _general_names(names: Sequence[str]) -> list[x509.GeneralName]:
    general: list[x509.GeneralName] = []
    for name in names:
        try:
            general.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            general.append(x509.DNSName(name))
    return general


def _authority_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )


def _key_usage(*usages: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in usages for name in names})


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
