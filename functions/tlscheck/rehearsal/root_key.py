"""Of which kind the key of a root is: a forger's must be like it."""

from functools import lru_cache

from tlscheck.keystores.der import EXPLICIT_0, INTEGER, Malformed, at, only_element
from tlscheck.rehearsal.trial import Key
from tlscheck.trust.trust_store import Entry

_RSA = "1.2.840.113549.1.1.1"
_SPKI_WITH_VERSION = 6
_BYTES_OF_THE_SMALLER = 2048 // 8


def root_key(root: Entry) -> Key:
    """The kind of the root's key, as far as it matters: P-384 stands for every elliptic curve.

    Raises ValueError where the certificate cannot be read.
    """
    return _key(root.der)


@lru_cache(maxsize=256)
def _key(certificate: bytes) -> Key:
    """Asked of the same few roots each time. Source: RFC 5280, 4.1."""
    try:
        body = at(only_element(certificate).sequence(), 0).sequence()
        has_version = at(body, 0).tag == EXPLICIT_0
        info = at(body, _SPKI_WITH_VERSION if has_version else _SPKI_WITH_VERSION - 1).sequence()
        if at(at(info, 0).sequence(), 0).oid() != _RSA:
            return Key.P384
        # a BIT STRING begins with the count of its unused bits
        modulus = at(only_element(at(info, 1).content[1:]).sequence(), 0).expect(INTEGER).content
    except Malformed as malformed:
        raise ValueError(f"the key of a root cannot be read: {malformed}") from malformed
    return Key.RSA2048 if len(modulus.lstrip(b"\0")) <= _BYTES_OF_THE_SMALLER else Key.RSA4096
