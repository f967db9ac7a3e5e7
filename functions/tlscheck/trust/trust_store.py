"""What a client trusts: the certificates of a file or folder, and which of them its driver takes for anchors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tlscheck.inventory.ca_name import ca_name
from tlscheck.keystores import dotnet_pem, erlang_pem, go_pem, java_factory, netty_pem, openssl, rustls_pem
from tlscheck.keystores.loaded import Loaded
from tlscheck.wording import OWNERS


class Format(StrEnum):
    """How a trust store is kept; known from its bytes, never from its name."""

    PEM = "PEM"
    """What libpq, node, Python and pgAdmin read; pgjdbc's sslrootcert too."""

    PEM_DIRECTORY = "PEM directory"
    """Files of PEM side by side, as in /etc/ssl/certs."""

    DER = "DER"
    """One certificate in binary. pgjdbc's sslrootcert and keytool read it, libpq doesn't."""

    PKCS12 = "PKCS12"
    """Java's default since 9. Java sees only those of its certificates that say so (Entry.is_for_java)."""

    JKS = "JKS"
    """Java's own, until 8 its default."""

    LIST = "list of certificates"
    """Certificates that somebody named, whatever holds them on the client's machine."""


class Authority(StrEnum):
    """Which CA of RDS a certificate belongs to, by its subject; values as DescribeCertificates names CAs."""

    RSA2048_G1 = "rds-ca-rsa2048-g1"
    RSA4096_G1 = "rds-ca-rsa4096-g1"
    ECC384_G1 = "rds-ca-ecc384-g1"
    RETIRED = "rds-ca-2019 or older"
    """Expired, every one of them, since June 2025: no database's certificate hangs from them any more."""

    PROXY = "RDS Proxy"
    """Amazon Trust Services, which RDS Proxy's certificates hang from and no database's do."""

    OTHER = "other"
    """Not of RDS."""


class Reader(StrEnum):
    """Whose rules say what a file of roots holds, and what of it is an anchor."""

    OPENSSL = "openssl"
    """libpq and Python before 3.13: an anchor is self-issued. An intermediate alone verifies nothing."""

    NODE = "node"
    """The same anchors; of a damaged file what stands before the damage."""

    PARTIAL_CHAIN = "partial chain"
    """Python since 3.13: every certificate is an anchor."""

    FIRST = "first certificate"
    """native-tls of Rust: of a PEM file the first certificate alone, an anchor as openssl has it."""

    JAVA = "java"
    """Every certificate that Java sees is an anchor: a JVM's of a keystore, pgjdbc's sslrootcert of PEM or DER."""

    NETTY = "netty"
    """r2dbc-postgresql: as java, but for the file of its sslRootCert, in which Netty looks for blocks of PEM."""

    GO = "go"
    """Every certificate is an anchor; what is none is passed over."""

    DOTNET = ".NET"
    """Npgsql: an anchor is self-issued."""

    RUSTLS = "rustls"
    """SQLx and PgDog: every certificate is an anchor; one that is damaged refuses the file."""

    ERLANG = "erlang"
    """Postgrex: an anchor is self-issued; what is no certificate is passed over."""


class Location(StrEnum):
    """What a trust store is to its reader, which takes other formats in each."""

    FILE = "file"
    """That somebody named, or that lies where the reader looks for one."""

    SYSTEM = "system"
    """The machine's public CAs: of both forms, since the machine has its own."""

    JVM = "JVM"


_OF_PEM = {Location.FILE: {Format.PEM}, Location.SYSTEM: {Format.PEM, Format.PEM_DIRECTORY}}
_FORMATS = {
    Reader.OPENSSL: _OF_PEM,
    Reader.FIRST: _OF_PEM,
    Reader.NODE: _OF_PEM,
    Reader.PARTIAL_CHAIN: _OF_PEM,
    Reader.JAVA: {Location.FILE: {Format.PEM, Format.DER}, Location.JVM: {Format.PKCS12, Format.JKS}},
    Reader.NETTY: {Location.FILE: {Format.PEM}, Location.JVM: {Format.PKCS12, Format.JKS}},
    Reader.GO: _OF_PEM,
    Reader.DOTNET: {**_OF_PEM, Location.FILE: {Format.PEM, Format.DER}},
    Reader.RUSTLS: _OF_PEM,
    Reader.ERLANG: _OF_PEM,
}
_LOADERS = {
    Reader.OPENSSL: openssl.load_file,
    Reader.FIRST: openssl.load_first,
    Reader.NODE: openssl.load_until_damaged,
    Reader.PARTIAL_CHAIN: openssl.load_file,
    Reader.JAVA: java_factory.load,
    Reader.NETTY: netty_pem.load,
    Reader.GO: go_pem.load,
    Reader.DOTNET: dotnet_pem.load,
    Reader.RUSTLS: rustls_pem.load,
    Reader.ERLANG: erlang_pem.load,
}
ROOTS_ALONE = {Reader.OPENSSL, Reader.FIRST, Reader.NODE, Reader.DOTNET, Reader.ERLANG}
"""Readers to which an anchor is self-issued."""


def reads(reader: Reader, place: Location | None = None) -> frozenset[Format]:
    """The formats that a reader takes in a place; without one, in any."""
    formats = (each for where, some in _FORMATS[reader].items() if place in {None, where} for each in some)
    return frozenset([*formats, Format.LIST])


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """What any reader may take for a certificate in a file of PEM, each once."""
    return tuple(
        dict.fromkeys(
            der for load in dict.fromkeys(_LOADERS.values()) for der in load(data, lambda _: True).certificates
        )
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate of a trust store."""

    name: str
    """Common name of its subject, or the whole subject where there is not exactly one."""

    subject: str
    """RFC 4514."""

    region: str | None
    """The Region in its name; None if it names none."""

    family: Authority
    not_before: datetime
    not_after: datetime
    sha1: str
    """Of its DER, lower-case hex: the Thumbprint of DescribeCertificates."""

    sha256: str
    self_issued: bool
    """Subject and issuer are one: a root. False: an intermediate, or some server's own certificate."""

    is_for_java: bool = True
    """False in a PKCS12 without Java's trusted-certificate attribute, as openssl makes it."""

    alias: str = ""
    """Its name in a keystore, or its file in a directory."""

    der: bytes = field(default=b"", repr=False)

    is_sound: bool = True
    """Whether its key, its extensions and what signed it can be read: some drivers refuse what they can't read."""

    is_owners: bool = False
    """Of the roots that tlscheck has: whether the owner of this deployment brought it."""

    @property
    def told(self) -> str:
        """Its name, and whose it is where it is not AWS's as tlscheck has them."""
        return f"{self.name} ({OWNERS})" if self.is_owners else self.name

    def is_expired(self, now: datetime) -> bool:
        """Whether nothing that hangs from it verifies any more."""
        return self.not_after < now


@dataclass(frozen=True, slots=True)
class TrustStore:
    """What lies in a file or folder that some client trusts."""

    format: Format
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    """What its owner should know of it: parts that could not be read, a digest that is wrong."""

    content: bytes = field(default=b"", repr=False)
    """Of a file of PEM or DER, which each reader reads by its own rules; empty where that does not count."""

    def marked(self, known: Iterable[Entry]) -> "TrustStore":
        """The same, each certificate marked that is a root which the owner of this deployment brought."""
        owners = {entry.sha256 for entry in known if entry.is_owners}
        return replace(
            self, entries=tuple(replace(each, is_owners=each.sha256 in owners) for each in self.entries)
        )

    def anchors(self, reader: Reader, now: datetime) -> tuple[Entry, ...]:
        """The certificates that this reader can end a chain at today: none, in a format that it doesn't read."""
        if self.format not in reads(reader):
            return ()
        held = set(self.loaded(reader).certificates)
        return tuple(
            entry
            for entry in self.entries
            if entry.der in held
            and not entry.is_expired(now)
            and (reader not in ROOTS_ALONE or entry.self_issued)
            and (reader not in {Reader.JAVA, Reader.NETTY} or entry.is_for_java)
        )

    def loaded(self, reader: Reader) -> Loaded:
        """What this reader has of the file, or why it refuses it."""
        known = {entry.der: True if entry.is_sound else None for entry in self.entries}
        if not self.content:
            return Loaded(tuple(known))
        return _LOADERS[reader](self.content, lambda der: known.get(der, False))

    def missing(self, wanted: Iterable[Entry], reader: Reader, now: datetime) -> tuple[Entry, ...]:
        """Those of the wanted roots (the layer's, of a Region and a CA) that are no anchors here.

        Compared by fingerprint: another certificate under the right name is none of them.
        """
        held = {entry.sha256 for entry in self.anchors(reader, now)}
        return tuple(entry for entry in wanted if entry.sha256 not in held)


_PROXY = re.compile(r"Amazon Root CA [1-4]|Starfield Services Root Certificate Authority - G2")


def region_and_family(name: str) -> tuple[str | None, Authority]:
    """What a certificate's common name says of it. A claim only: its fingerprint says whether it is true."""
    named = ca_name(name)
    if named is None:
        return None, Authority.PROXY if _PROXY.fullmatch(name) else Authority.OTHER
    if named.is_retired:
        return named.region, Authority.RETIRED
    family = next((each for each in Authority if each == named.identifier), Authority.OTHER)
    return None if family is Authority.OTHER else named.region, family
