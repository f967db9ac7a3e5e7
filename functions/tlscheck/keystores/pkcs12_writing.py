"""A PKCS#12 of trusted certificates as keytool of Java 17 makes one, but the same bytes each time.

Source: RFC 7292; sun.security.pkcs12.PKCS12KeyStore (its trustedKeyUsage, 10,000 rounds, AES-256 and SHA-256).
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Protocol

from tlscheck.keystores import key_derivation
from tlscheck.keystores.der import BMP_STRING, EXPLICIT_0
from tlscheck.keystores.der_writing import element, integer, octets, oid, sequence, set_of
from tlscheck.keystores.key_derivation import FOR_MAC, Budget
from tlscheck.keystores.pkcs12 import TRUSTED_KEY_USAGE

ROUNDS = 10_000
_DATA, _ENCRYPTED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.6")
_CERTIFICATE, _X509 = oid("1.2.840.113549.1.12.10.1.3"), oid("1.2.840.113549.1.9.22.1")
_FRIENDLY_NAME, _ANY_USAGE = oid("1.2.840.113549.1.9.20"), oid("2.5.29.37.0")
_PBES2, _PBKDF2 = oid("1.2.840.113549.1.5.13"), oid("1.2.840.113549.1.5.12")
_HMAC_SHA256, _AES_256, _SHA256 = (
    oid("1.2.840.113549.2.9"),
    oid("2.16.840.1.101.3.4.1.42"),
    oid("2.16.840.1.101.3.4.2.1"),
)
_NULL = b"\x05\x00"
_BLOCK = 16


class Encipher(Protocol):
    """AES in CBC mode."""

    def __call__(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """The cipher text of whole blocks."""


def write(certificates: Iterable[tuple[str, bytes]], password: str, encipher: Encipher) -> bytes:
    """A keystore of alias and DER each; the password is printable ASCII, the only one that all of Java's take.

    Its salts and IV are made of the certificates, so that the sums of files can be compared: that hides as much as
    before, since what is in it is public. The password is no part of them: a hash of it must not be quick to try.
    """
    bags = sequence(*(_bag(alias, der) for alias, der in certificates))
    key_salt, mac_salt, iv = (_made_of(bags, use)[:20] for use in (b"key", b"mac", b"iv"))
    iv = iv[:_BLOCK]
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), key_salt, ROUNDS, 32)
    padding = _BLOCK - len(bags) % _BLOCK
    sealed = encipher(key, iv, bags + bytes([padding]) * padding)
    derivation = sequence(
        _PBKDF2, sequence(octets(key_salt), integer(ROUNDS), integer(32), sequence(_HMAC_SHA256, _NULL))
    )
    algorithm = sequence(_PBES2, sequence(derivation, sequence(_AES_256, octets(iv))))
    encrypted = sequence(integer(0), sequence(_DATA, algorithm, element(0x80, sealed)))
    safes = sequence(sequence(_ENCRYPTED_DATA, element(EXPLICIT_0, encrypted)))
    secret = key_derivation.bmp(password)
    mac_key = key_derivation.pkcs12("sha256", secret, mac_salt, ROUNDS, FOR_MAC, 32, Budget())
    digest = sequence(sequence(_SHA256, _NULL), octets(hmac.digest(mac_key, safes, "sha256")))
    return sequence(
        integer(3),
        sequence(_DATA, element(EXPLICIT_0, octets(safes))),
        sequence(digest, octets(mac_salt), integer(ROUNDS)),
    )


def _bag(alias: str, der: bytes) -> bytes:
    name = element(BMP_STRING, alias.encode("utf-16-be"))
    return sequence(
        _CERTIFICATE,
        element(EXPLICIT_0, sequence(_X509, element(EXPLICIT_0, octets(der)))),
        set_of(
            sequence(_FRIENDLY_NAME, set_of(name)),
            sequence(oid(TRUSTED_KEY_USAGE), set_of(_ANY_USAGE)),
        ),
    )


def _made_of(bags: bytes, use: bytes) -> bytes:
    return hashlib.sha256(b"tlscheck " + use + b"\0" + bags).digest()
