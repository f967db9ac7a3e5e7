"""PKCS#12 keystores put together from their parts: safes, ciphers, digests and bags."""

import hashlib
import hmac
from collections.abc import Callable

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from tlscheck.edges.stores.ciphers import decipher
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import key_derivation, pkcs12
from tlscheck.keystores.keystore import Bag, UnreadableStore

from tests.der_writer import DATA, ENCRYPTED_DATA, TRUSTED, bag, content, element, integer, named, octets, oid
from tests.der_writer import sequence as seq

ROOT = roots()[0].der
BAGS = seq(bag(ROOT, TRUSTED, named("root")))
HELD = (Bag(ROOT, "root", is_trusted=True),)
PLAIN = content(DATA, octets(BAGS))
SALT = b"pepper"

DIGESTS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
HMACS = {
    "sha1": "1.2.840.113549.2.7",
    "sha224": "1.2.840.113549.2.8",
    "sha256": "1.2.840.113549.2.9",
    "sha384": "1.2.840.113549.2.10",
    "sha512": "1.2.840.113549.2.11",
}
PBES2_CIPHERS: dict[str, tuple[type[AES | TripleDES], int, int]] = {
    "2.16.840.1.101.3.4.1.2": (AES, 16, 16),  # AES-128-CBC
    "2.16.840.1.101.3.4.1.22": (AES, 24, 16),
    "2.16.840.1.101.3.4.1.42": (AES, 32, 16),
    "1.2.840.113549.3.7": (TripleDES, 24, 8),  # DES-EDE3-CBC
}
"""Identifier -> cipher, bytes of its key and of its blocks."""


def store(*safes: bytes, mac: Callable[[bytes], bytes] = lambda _: b"") -> bytes:
    """A keystore of these safes; `mac` makes its digest of them."""
    inside = seq(*safes)
    return seq(integer(3), content(DATA, octets(inside)), mac(inside))


def digest(name: str, password: str | None, rounds: int | None = 2) -> Callable[[bytes], bytes]:
    """MacData of RFC 7292."""

    def made(inside: bytes) -> bytes:
        size, budget = hashlib.new(name).digest_size, key_derivation.Budget()
        word = key_derivation.bmp(password)
        key = key_derivation.pkcs12(name, word, SALT, 1 if rounds is None else rounds, 3, size, budget)
        value = octets(hmac.digest(key, inside, name))
        count = () if rounds is None else (integer(rounds),)
        return seq(seq(seq(oid(DIGESTS[name]), b"\x05\x00"), value), octets(SALT), *count)

    return made


def pbkdf2(name: str, *, length: int | None = None) -> bytes:
    named_length = () if length is None else (integer(length),)
    fields = seq(octets(SALT), integer(2), *named_length, seq(oid(HMACS[name]), b"\x05\x00"))
    return seq(oid("1.2.840.113549.1.5.12"), fields)


def safe(algorithm: bytes, sealed: bytes) -> bytes:
    return content(ENCRYPTED_DATA, seq(integer(0), seq(DATA, algorithm, element(0x80, sealed))))


def pbes2(cipher: str, password: str, *, name: str = "sha256", length: int | None = None) -> bytes:
    """A safe with BAGS, enciphered as RFC 8018 says."""
    algorithm, size, block = PBES2_CIPHERS[cipher]
    iv = bytes(range(block))
    key = hashlib.pbkdf2_hmac(name, password.encode(), SALT, 2, size)
    padding = block - len(BAGS) % block
    encryptor = Cipher(algorithm(key), CBC(iv)).encryptor()
    sealed = encryptor.update(BAGS + bytes([padding]) * padding) + encryptor.finalize()
    scheme = seq(oid(cipher), octets(iv))
    return safe(seq(oid("1.2.840.113549.1.5.13"), seq(pbkdf2(name, length=length), scheme)), sealed)


def refusal(data: bytes, password: str | None = None, by: pkcs12.Decipher = decipher) -> str:
    with pytest.raises(UnreadableStore) as refused:
        pkcs12.read(data, by, password)
    return str(refused.value)


def attribute(kind: str, *values: bytes) -> bytes:
    return seq(oid(kind), element(0x31, *values))


KEY_ID = "1.2.840.113549.1.9.21"
NAME = "1.2.840.113549.1.9.20"


def other_bag(kind: int, value: bytes, *attributes: bytes) -> bytes:
    """A bag of PKCS#12's own kinds: 1 key, 2 sealed key, 4 list of revoked ones, 5 secret, 6 bags again."""
    extra = (element(0x31, *attributes),) if attributes else ()
    return seq(oid(f"1.2.840.113549.1.12.10.1.{kind}"), element(0xA0, value), *extra)


def local(key: bytes) -> bytes:
    return attribute(KEY_ID, octets(key))
