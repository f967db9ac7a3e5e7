"""PKCS#12 as a trust store (RFC 7292), with its bags' attributes: Java goes by them, and libraries hide them.

cryptography reads these files too, but gives neither Java's trustedKeyUsage, which decides what Java trusts, nor a
bound on the rounds that a hostile file asks for. tests/test_keystores_pkcs12.py holds the two to one another.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tlscheck.keystores import key_derivation, rc2
from tlscheck.keystores.der import (
    BMP_STRING,
    EXPLICIT_0,
    OCTET_STRING,
    SET,
    Element,
    Malformed,
    at,
    elements,
    first_element,
    only_element,
)
from tlscheck.keystores.key_derivation import FOR_IV, FOR_KEY, FOR_MAC, Budget
from tlscheck.keystores.keystore import Bag, Keystore, UnreadableStore

_DATA, _ENCRYPTED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_BAGS = "1.2.840.113549.1.12.10.1."
_KEYS, _CERTIFICATE = {f"{_BAGS}1", f"{_BAGS}2"}, f"{_BAGS}3"
_X509 = "1.2.840.113549.1.9.22.1"
_FRIENDLY_NAME, _LOCAL_KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"
TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1"
"""Java's own attribute (sun.security.pkcs12.PKCS12KeyStore): without it a certificate is no trusted one."""

_PBES2, _PBKDF2, _PBMAC1 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.2.840.113549.1.5.14"
_BLOCK_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": ("AES", 16),
    "2.16.840.1.101.3.4.1.22": ("AES", 24),
    "2.16.840.1.101.3.4.1.42": ("AES", 32),
    "1.2.840.113549.3.7": ("3DES", 24),
}
_OLD_CIPHERS = {
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.5": ("RC2", 16),
    "1.2.840.113549.1.12.1.6": ("RC2", 5),
}
"""pbeWithSHAAnd3-KeyTripleDES-CBC, pbeWithSHAAnd128BitRC2-CBC and pbeWithSHAAnd40BitRC2-CBC."""

_OTHER_CIPHERS = {
    f"1.2.392.200011.61.1.1.1.{place}": f"Camellia-{size}, a cipher"
    for place, size in ((2, 128), (3, 192), (4, 256))
}
"""RFC 3657."""

LIKELY_PASSWORDS = ("changeit", "", None)
"""Tried when none is given: Java's default, an empty one, none."""


class Decipher(Protocol):
    """A block cipher in CBC mode: AES or 3DES. Raises ValueError for a key, IV or length that it can't have."""

    def __call__(self, cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
        """The plain text with its padding."""


def read(data: bytes, decipher: Decipher, password: str | None = None) -> Keystore:
    """What a PKCS12 holds. Raises UnreadableStore: no PKCS12, a wrong password, or one that costs too much."""
    try:
        return _read(data, decipher, LIKELY_PASSWORDS if password is None else (password,))
    except Malformed as what:
        raise UnreadableStore(f"a PKCS12 keystore that is damaged: {what}") from None


def is_pkcs12(data: bytes) -> bool:
    """Whether the bytes begin as PKCS12 does, which a certificate doesn't: a sequence with the number 3."""
    try:
        outer, _ = first_element(data)
        number, _ = first_element(outer.content)
        return outer.tag == 0x30 and number.integer() == 3
    except Malformed:
        return data[:1] == b"\x30" and b"\x02\x01\x03" in data[2:9]  # cut short, or of open length


def _read(data: bytes, decipher: Decipher, passwords: tuple[str | None, ...]) -> Keystore:
    fields = only_element(data).sequence()
    kind, content = _content_info(at(fields, 1))
    if kind != _DATA:
        raise UnreadableStore(
            "a PKCS12 keystore that is signed with a key instead of a password: nobody's default"
        )
    safes = content.expect(OCTET_STRING).content
    budget = Budget()
    notes: tuple[str, ...] = ()
    if len(fields) > 2:
        passwords = (_checked(fields[2], safes, passwords, budget),)
    else:
        notes = ("not checked for changes: it carries no digest",)
    found: list[_Found] = []
    for safe in only_element(safes).sequence():
        found += _bags(_opened(safe, decipher, passwords, budget))
    certificates = [each for each in found if each.der]
    keys = [each.key_id for each in found if not each.der]
    bags = tuple(
        Bag(each.der, each.alias, is_trusted=each.is_trusted or (bool(each.key_id) and each.key_id in keys))
        for each in certificates
    )
    return Keystore(bags, len(keys), notes)


@dataclass(frozen=True, slots=True)
class _Found:
    """A bag with a certificate, or, with no `der`, one with a private key."""

    der: bytes
    alias: str
    key_id: bytes
    is_trusted: bool


def _content_info(element: Element) -> tuple[str, Element]:
    fields = element.sequence()
    return at(fields, 0).oid(), at(at(fields, 1).expect(EXPLICIT_0).children(), 0)


def _checked(mac: Element, safes: bytes, passwords: tuple[str | None, ...], budget: Budget) -> str | None:
    """The first password that the digest agrees with. Raises UnreadableStore."""
    fields = mac.sequence()
    algorithm, digest = (at(at(fields, 0).sequence(), place) for place in (0, 1))
    identifier = at(algorithm.sequence(), 0).oid()
    for password in passwords:
        if identifier == _PBMAC1:
            parts = at(algorithm.sequence(), 1).sequence()
            key = _pbes2_key(at(parts, 0), password, 32, budget)
            name = key_derivation.hmac_of(at(at(parts, 1).sequence(), 0).oid())
        else:
            name = key_derivation.digest_of(identifier)
            salt = at(fields, 1).expect(OCTET_STRING).content
            rounds = fields[2].integer() if len(fields) > 2 else 1
            size = hashlib.new(name).digest_size
            key = key_derivation.pkcs12(name, key_derivation.bmp(password), salt, rounds, FOR_MAC, size, budget)
        if hmac.compare_digest(hmac.digest(key, safes, name), digest.expect(OCTET_STRING).content):
            return password
    raise UnreadableStore(
        "the PKCS12 keystore's digest does not match: a wrong password, or it was changed"
        if len(passwords) == 1
        else "the PKCS12 keystore has a password of its own: it is needed to read it"
    )


def _opened(safe: Element, decipher: Decipher, passwords: tuple[str | None, ...], budget: Budget) -> bytes:
    kind, content = _content_info(safe)
    if kind == _DATA:
        return content.expect(OCTET_STRING).content
    if kind != _ENCRYPTED_DATA:
        raise UnreadableStore("a PKCS12 keystore with a part that only a private key opens")
    fields = at(content.sequence(), 1).sequence()
    algorithm, sealed = at(fields, 1), at(fields, 2).expect(0x80)
    for password in passwords:
        plain = _unpadded(_plain(algorithm, sealed.content, decipher, password, budget))
        if plain is not None:
            return plain
    raise UnreadableStore("the PKCS12 keystore could not be deciphered: a wrong password, or it was changed")


def _plain(algorithm: Element, data: bytes, decipher: Decipher, password: str | None, budget: Budget) -> bytes:
    fields = algorithm.sequence()
    identifier, parameters = at(fields, 0).oid(), at(fields, 1)
    if identifier == _PBES2:
        parts = parameters.sequence()
        scheme = at(parts, 1).sequence()
        cipher, size = _cipher(_BLOCK_CIPHERS, at(scheme, 0).oid())
        key = _pbes2_key(at(parts, 0), password, size, budget)
        iv = at(scheme, 1).expect(OCTET_STRING).content
    else:
        cipher, size = _cipher(_OLD_CIPHERS, identifier)
        salt, rounds = at(parameters.sequence(), 0).expect(OCTET_STRING).content, at(parameters.children(), 1)
        key, iv = (
            key_derivation.pkcs12(
                "sha1", key_derivation.bmp(password), salt, rounds.integer(), purpose, length, budget
            )
            for purpose, length in ((FOR_KEY, size), (FOR_IV, 8))
        )
    if cipher == "RC2":
        budget.spend(len(data) // rc2.BLOCK * rc2.ROUNDS + 1)
    try:
        return rc2.decipher(key, iv, data) if cipher == "RC2" else decipher(cipher, key, iv, data)
    except ValueError as what:
        raise Malformed(f"an encrypted part that cannot be deciphered ({what})") from None


def _pbes2_key(function: Element, password: str | None, size: int, budget: Budget) -> bytes:
    fields = function.sequence()
    if (identifier := at(fields, 0).oid()) != _PBKDF2:
        raise UnreadableStore(f"it uses a key derivation that tlscheck does not know ({identifier})")
    return key_derivation.pbkdf2(at(fields, 1), password, size, budget)


def _cipher(known: dict[str, tuple[str, int]], identifier: str) -> tuple[str, int]:
    if identifier not in known:
        name = _OTHER_CIPHERS.get(identifier, "a cipher")
        raise UnreadableStore(f"it uses {name} that tlscheck does not know ({identifier})")
    return known[identifier]


def _unpadded(plain: bytes) -> bytes | None:
    """Without PKCS#7's padding; None when it's wrong, or what is left isn't a sequence: another password's."""
    if not plain.startswith(b"\x30"):
        return None
    size = plain[-1]
    return plain[:-size] if 1 <= size <= 16 and plain.endswith(bytes([size]) * size) else None


def _bags(contents: bytes) -> Iterator[_Found]:
    for bag in only_element(contents).sequence():
        fields = bag.sequence()
        kind = at(fields, 0).oid()
        attributes = dict(_attributes(fields[2])) if len(fields) > 2 else {}
        name = attributes.get(_FRIENDLY_NAME)
        alias = name.content.decode("utf-16-be", "replace") if name and name.tag == BMP_STRING else ""
        key_id = attributes[_LOCAL_KEY_ID].content if _LOCAL_KEY_ID in attributes else b""
        is_trusted = TRUSTED_KEY_USAGE in attributes
        if kind in _KEYS:
            yield _Found(b"", alias, key_id, is_trusted)
        elif kind == _CERTIFICATE:
            inner = at(at(fields, 1).expect(EXPLICIT_0).children(), 0).sequence()
            if at(inner, 0).oid() == _X509:
                der = at(at(inner, 1).expect(EXPLICIT_0).children(), 0).expect(OCTET_STRING).content
                yield _Found(der, alias, key_id, is_trusted)


def _attributes(attributes: Element) -> Iterator[tuple[str, Element]]:
    """The first value of each attribute."""
    for attribute in elements(attributes.expect(SET).content):
        fields = attribute.sequence()
        values = at(fields, 1).expect(SET).children()
        yield at(fields, 0).oid(), at(values, 0)
