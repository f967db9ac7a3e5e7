"""Keys from passwords as PKCS#12 makes them (RFC 7292, B.2) and as PBES2 does (RFC 8018), within a budget."""

import hashlib
from dataclasses import dataclass
from itertools import cycle, islice

from tlscheck.keystores.der import Element, Malformed, at
from tlscheck.keystores.keystore import UnreadableStore

MOST_ITERATIONS = 2_000_000
"""Of all derivations of one keystore, a few seconds' worth. keytool writes 10,000 (once 100,000)."""

FOR_KEY, FOR_IV, FOR_MAC = 1, 2, 3
"""What a derivation of PKCS#12 is for (its ID)."""

_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_HMACS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
}


@dataclass(slots=True)
class Budget:
    """What one keystore may still cost."""

    iterations: int = MOST_ITERATIONS

    def spend(self, iterations: int) -> int:
        """The number itself. Raises UnreadableStore when a keystore asks for more than is reasonable."""
        if iterations < 1:
            raise Malformed(f"a key derivation of {iterations} rounds")
        self.iterations -= iterations
        if self.iterations < 0:
            raise UnreadableStore(
                f"opening it would take {iterations:,} rounds or more of its key derivation;"
                f" tlscheck stops at {MOST_ITERATIONS:,}"
            )
        return iterations


def digest_of(oid: str) -> str:
    """hashlib's name of a digest. Raises UnreadableStore."""
    return _known(_DIGESTS, oid, "digest")


def hmac_of(oid: str) -> str:
    """hashlib's name of the digest of an HMAC. Raises UnreadableStore."""
    return _known(_HMACS, oid, "HMAC")


def bmp(password: str | None) -> bytes:
    """A password as PKCS#12 takes it: UTF-16 with an end of text; none at all is no bytes at all."""
    return b"" if password is None else password.encode("utf-16-be", "surrogatepass") + b"\0\0"


def pkcs12(  # noqa: PLR0913, PLR0917 - the inputs of RFC 7292 B.2
    digest: str, password: bytes, salt: bytes, iterations: int, purpose: int, size: int, budget: Budget
) -> bytes:
    """`size` bytes of key, IV or MAC key."""
    block = hashlib.new(digest).block_size
    blended = _filled(salt, block) + _filled(password, block)
    derived = b""
    while True:
        budget.spend(iterations)
        part = hashlib.new(digest, bytes([purpose]) * block + blended).digest()
        for _ in range(iterations - 1):
            part = hashlib.new(digest, part).digest()
        derived += part
        if len(derived) >= size:
            return derived[:size]
        addend = int.from_bytes(_filled(part, block)[:block]) + 1
        blended = b"".join(
            ((int.from_bytes(blended[at : at + block]) + addend) % (1 << 8 * block)).to_bytes(block)
            for at in range(0, len(blended), block)
        )


def pbkdf2(parameters: Element, password: str | None, size: int, budget: Budget) -> bytes:
    """The key of PBKDF2-params, of the length that they name, else of `size` bytes. Raises Malformed."""
    fields = parameters.sequence()
    salt = at(fields, 0).expect(4).content
    iterations = budget.spend(at(fields, 1).integer())
    digest = "sha1"
    for field in fields[2:]:
        if field.tag == 0x02:
            size = field.integer()
        else:
            digest = hmac_of(at(field.sequence(), 0).oid())
    if not 1 <= size <= 64:
        raise Malformed(f"a key of {size} bytes")
    return hashlib.pbkdf2_hmac(digest, (password or "").encode("utf-8", "surrogatepass"), salt, iterations, size)


def _filled(text: bytes, block: int) -> bytes:
    """Repeated up to the next whole block; nothing stays nothing."""
    return bytes(islice(cycle(text), -(-len(text) // block) * block))


def _known(names: dict[str, str], oid: str, kind: str) -> str:
    if oid not in names:
        raise UnreadableStore(f"it uses a {kind} that tlscheck does not know ({oid})")
    return names[oid]
