"""Trust stores of clients, read from disk: regular files alone, never more of one than a trust store can have."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tlscheck.edges.stores.entries import entries
from tlscheck.keystores import jks, pem, pkcs12
from tlscheck.keystores.der import Malformed, first_element
from tlscheck.keystores.keystore import Bag, Keystore, UnreadableStore
from tlscheck.trust.trust_store import Format, TrustStore, certificates_in

LARGEST_STORE = 10 * 1024 * 1024
"""Bytes. All the world's public CAs take a quarter of a megabyte."""

_AT_ONCE = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
"""What the platform has of it."""

_SALT = (20).to_bytes(4)
"""The size of the salt that Bouncy Castle's keystores begin with, behind their version."""

MOST_CERTIFICATES = 5000

MOST_FILES = 2000
"""In a directory."""


def read(path: Path, password: str | None = None) -> TrustStore:
    """The trust store at a path. Raises UnreadableStore, whose message names the path and says what to do."""
    with _named(path):
        return _directory(path) if path.is_dir() else parse(_content(path), password)


def content(path: Path) -> bytes:
    """The bytes of a regular file. Raises UnreadableStore, as `read` does."""
    with _named(path):
        return _content(path)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableStore(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # a path with a NUL in it
        raise UnreadableStore(f"{str(path)!a}: {error}") from None
    except UnreadableStore as what:
        raise UnreadableStore(f"{path}: {what}") from None


def parse(data: bytes, password: str | None = None) -> TrustStore:
    """The trust store that the bytes are. Raises UnreadableStore."""
    if len(data) > LARGEST_STORE:
        raise UnreadableStore(f"more than {LARGEST_STORE} bytes: no trust store is as large")
    if data.startswith(jks.MAGIC):
        return _keystore(Format.JKS, jks.read(data, password))
    if data.startswith(b"\xce\xce\xce\xce"):
        raise UnreadableStore(
            "a JCEKS keystore, which tlscheck does not read; convert a copy:"
            " keytool -importkeystore -srcstoretype JCEKS -srckeystore <this> -deststoretype PKCS12"
            " -destkeystore <new>.p12"
        )
    _refuse_bouncy_castles(data)
    if pem.is_pem(data):
        blocks = pem.read(data)
        held = set(blocks.certificates)
        ders = [*blocks.certificates, *(der for der in certificates_in(data) if der not in held)]
        bags = [Bag(der, "", is_trusted=True) for der in ders]
        return replace(_store(Format.PEM, bags, blocks.notes), content=data)
    if pkcs12.is_pkcs12(data):
        from tlscheck.edges.stores.ciphers import decipher  # noqa: PLC0415 - the command answers sooner without

        return _keystore(Format.PKCS12, pkcs12.read(data, decipher, password))
    if data[:1] == b"\x30":
        return _der(data)
    raise UnreadableStore(_strange(data))


def _keystore(kind: Format, keystore: Keystore) -> TrustStore:
    seen = keystore.as_java_sees_it()
    notes = list(seen.notes)
    if seen.keys:
        notes.append("it holds a private key, which has no place in a trust store")
    unseen = sum(not bag.is_trusted for bag in seen.bags)
    if kind is Format.PKCS12 and unseen and not seen.keys:
        notes.append(
            f"Java sees {len(seen.bags) - unseen} of its {len(seen.bags)} certificates:"
            " the others lack the attribute that keytool gives a trusted certificate, as openssl makes them"
        )
    return _store(kind, list(seen.bags), tuple(notes))


def _store(kind: Format, bags: list[Bag], notes: tuple[str, ...]) -> TrustStore:
    if len(bags) > MOST_CERTIFICATES:
        raise UnreadableStore(f"{len(bags)} certificates: no trust store has more than {MOST_CERTIFICATES}")
    read_ones, unreadable = entries(bags)
    if not read_ones and not bags:
        notes = (*notes, "it holds no certificate")
    return TrustStore(kind, read_ones, (*notes, *unreadable))


def _der(data: bytes) -> TrustStore:
    try:
        outer, end = first_element(data)
        inner, _ = first_element(outer.content)
    except Malformed as what:
        raise UnreadableStore(f"binary (DER) that is damaged: {what}") from None
    if inner.tag == 0x06:
        raise UnreadableStore("a PKCS#7 bundle; make PEM of it: openssl pkcs7 -inform DER -print_certs -in <this>")
    notes = (f"{len(data) - end} bytes behind its first certificate are not looked at",) if end < len(data) else ()
    store = _store(Format.DER, [Bag(data[:end], "", is_trusted=True)], notes)
    if not store.entries:
        raise UnreadableStore(f"binary (DER), and no certificate: {'; '.join(store.notes)}")
    return replace(store, content=data)


def _refuse_bouncy_castles(data: bytes) -> None:
    """Raises UnreadableStore for a keystore of Bouncy Castle: of a version, a salt and more, or in DER."""
    kinds: list[str] = []
    if data[:3] == bytes(3) and data[3:4] in {b"\1", b"\2"} and data[4:8] == _SALT:
        kinds = ["BKS", "UBER"]
    elif _is_bcfks(data):
        kinds = ["BCFKS"]
    if kinds:
        raise UnreadableStore(
            f"a {' or '.join(kinds)} keystore of Bouncy Castle, which tlscheck does not read; convert a copy:"
            f" keytool -importkeystore -srcstoretype {'|'.join(kinds)} -srckeystore <this>"
            " -provider org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath <bcprov>.jar"
            " -deststoretype PKCS12 -destkeystore <new>.p12"
        )


def _is_bcfks(data: bytes) -> bool:
    """A sequence of what is enciphered, under PBES2, and how it is checked."""
    try:
        outer, _ = first_element(data)
        inner, _ = first_element(outer.content)
        algorithm, _ = first_element(inner.content)
        identifier, _ = first_element(algorithm.content)
        return algorithm.tag == 0x30 and identifier.oid() == "1.2.840.113549.1.5.13"
    except Malformed:
        return False


def _strange(data: bytes) -> str:
    if not data:
        return "empty"
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[1:2] == b"\0" or data[:1] == b"\0":
        return "UTF-16 or binary: if it is PEM, save it as UTF-8 or ASCII, else no driver reads it"
    if data.startswith(b"kych"):
        return "a keychain of macOS; export it as PEM: security find-certificate -a -p <this>"
    return "no trust store that tlscheck knows (PEM, DER, PKCS12, JKS)"


def _directory(path: Path) -> TrustStore:
    names = sorted(os.listdir(path))  # noqa: PTH208 - the names alone
    if len(names) > MOST_FILES:
        raise UnreadableStore(f"{len(names)} files; more than {MOST_FILES} are not read")
    bags: list[Bag] = []
    notes: list[str] = []
    seen: set[bytes] = set()
    budget = LARGEST_STORE
    for name in names:
        if not (path / name).is_file():
            continue
        data = _content(path / name)
        budget -= len(data)
        if budget < 0:
            raise UnreadableStore(f"more than {LARGEST_STORE} bytes in its files together")
        blocks = pem.read(data)
        notes += [f"{name}: {note}" for note in blocks.notes]
        # The same certificate lies there under its own name and under its hash.
        bags += [Bag(der, name, is_trusted=True) for der in blocks.certificates if der not in seen]
        seen.update(blocks.certificates)
    if bags and not any(_is_hashed(name) for name in names):
        notes.append("no file is named by its subject's hash: OpenSSL finds none of them before `openssl rehash`")
    return _store(Format.PEM_DIRECTORY, bags, tuple(notes[:20]))


def _is_hashed(name: str) -> bool:
    stem, _, number = name.rpartition(".")
    return len(stem) == 8 and set(stem) <= set("0123456789abcdef") and number.isdigit()


def _content(path: Path) -> bytes:
    # Without waiting: a named pipe or a terminal would never end.
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    with open(handle, "rb") as file:  # noqa: PTH123 - it is open already
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableStore("neither a file nor a directory")
        if status.st_size > LARGEST_STORE:
            raise UnreadableStore(f"{status.st_size} bytes: no trust store is as large, nothing of it was read")
        return file.read(LARGEST_STORE + 1)
