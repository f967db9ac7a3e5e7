"""A root of our own, for a copy of a client's trust store: for a week, and for the names in play alone.

Java does not look at the name constraints of a root that a trust store holds (RFC 5280, 6.1: a path is judged
without its anchor's), but at those of a CA below it. So the root signs one CA, constrained as it is itself, and
its key is thrown away: who holds what is kept can sign for no other name, whatever the client is written in.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tlscheck.edges.rehearsal import signing
from tlscheck.edges.rehearsal.signing import Issuer, Signer
from tlscheck.rehearsal.validity import of_root

_NOWHERE = "tlscheck.invalid"
"""RFC 6761: no name there ever resolves."""

OTHER_NAME = f"another-name.{_NOWHERE}"
"""A name that is none of a server's, which a test root may sign for: who compares no names takes it."""

_EVERYWHERE = [x509.IPAddress(IPv4Network("0.0.0.0/0")), x509.IPAddress(IPv6Network("::/0"))]


@dataclass(frozen=True, slots=True)
class OwnRoot:
    """A root whose key is gone, the CA below it, and the key of that one."""

    certificate: x509.Certificate
    below: x509.Certificate
    key: Signer

    @property
    def issuer(self) -> Issuer:
        """What leaves are signed in the name of."""
        return Issuer(
            self.below.subject,
            self.key,
            signing.key_id(self.below),
            self.below.not_valid_after_utc,
            (self.below,),
        )


def made(names: tuple[str, ...], now: datetime) -> OwnRoot:
    """A new one, good for these names of a server (and those below them) and no others."""
    root_key, key = signing.made("RSA 2048"), signing.made("RSA 2048")
    root_name, name = _name("for a copy of a trust store"), _name("below its root")
    root = _ca(root_name, root_key, 1, names, now).issuer_name(root_name)
    below = (
        _ca(name, key, 0, names, now)
        .issuer_name(root_name)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    )
    digest = signing.digest(root_key)
    return OwnRoot(root.sign(root_key, digest), below.sign(root_key, digest), key)


def constraints(names: tuple[str, ...]) -> x509.NameConstraints:
    """What is not named among its kind is forbidden; a kind that is not named at all would be allowed."""
    ours = signing.names(sorted(set(names)))
    named = [each for each in ours if isinstance(each, x509.DNSName)]
    addresses = [x509.IPAddress(_network(each)) for each in ours if isinstance(each, x509.IPAddress)]
    return x509.NameConstraints([*named, x509.DNSName(_NOWHERE), *addresses], None if addresses else _EVERYWHERE)


def _name(what: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"tlscheck rehearsal, {what}")])


def _ca(
    name: x509.Name, key: Signer, path_length: int, names: tuple[str, ...], now: datetime
) -> x509.CertificateBuilder:
    since, until = of_root(now)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(constraints(names), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


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
