"""A root of our own, for a copy of a client's trust store: for a week, and for the names in play alone."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network

from cryptography import x509
from cryptography.x509.oid import NameOID

from tlscheck.edges.rehearsal import signing
from tlscheck.edges.rehearsal.signing import Issuer, Signer
from tlscheck.rehearsal.validity import of_root

OTHER_NAME = "another-name.tlscheck.invalid"
"""What no server is called. The root may sign for it: else who looks at no name would refuse it all the same."""

_EVERYWHERE = [x509.IPAddress(IPv4Network("0.0.0.0/0")), x509.IPAddress(IPv6Network("::/0"))]


@dataclass(frozen=True, slots=True)
class OwnRoot:
    """A certificate, and the key that signs with it."""

    certificate: x509.Certificate
    key: Signer

    @property
    def issuer(self) -> Issuer:
        """What leaves are signed in the name of."""
        return Issuer(
            self.certificate.subject,
            self.key,
            signing.key_id(self.certificate),
            self.certificate.not_valid_after_utc,
        )


def made(names: tuple[str, ...], now: datetime) -> OwnRoot:
    """A new one, good for these names of a server, one that none can have, and no others."""
    key = signing.made("RSA 2048")
    since, until = of_root(now)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tlscheck rehearsal, for a copy of a trust store")])
    ours = signing.names(names)
    named = [each for each in ours if isinstance(each, x509.DNSName)]
    addresses = [x509.IPAddress(_network(each)) for each in ours if isinstance(each, x509.IPAddress)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(
            # What is not named among its kind is forbidden; a kind that is not named at all would be allowed.
            x509.NameConstraints(
                [x509.DNSName(OTHER_NAME), *named, *addresses], None if addresses else _EVERYWHERE
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, signing.digest(key))
    )
    return OwnRoot(certificate, key)


def _network(address: x509.IPAddress) -> IPv4Network | IPv6Network:
    text = str(address.value)
    return IPv6Network(text) if ":" in text else IPv4Network(text)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
