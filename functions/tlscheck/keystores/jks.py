"""Java's own keystore, JKS, read and written (sun.security.provider.JavaKeyStore)."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tlscheck.keystores.keystore import Bag, Keystore, UnreadableStore

MAGIC = b"\xfe\xed\xfe\xed"
MOST_ENTRIES = 5000
DEFAULT_PASSWORD = "changeit"  # noqa: S105 - Java's own, known to all: it protects against accidents only

_SEASONING = b"Mighty Aphrodite"
_DIGEST_SIZE = 20


def write(certificates: Iterable[tuple[str, bytes]], password: str, now: datetime) -> bytes:
    """A keystore of trusted certificates: alias and DER each. Aliases differ also when taken in lower case."""
    entries = list(certificates)
    moment = round(now.timestamp() * 1000).to_bytes(8)
    body = b"".join(
        (2).to_bytes(4) + _text(alias) + moment + _text("X.509") + len(der).to_bytes(4) + der
        for alias, der in entries
    )
    body = MAGIC + (2).to_bytes(4) + len(entries).to_bytes(4) + body
    return body + _digest(body, password)


def read(data: bytes, password: str | None = None) -> Keystore:
    """What a keystore holds. Raises UnreadableStore: cut short, or its digest does not match the password given.

    Without a password Java's default is tried; that it does not match is then a note and no error, as for Java,
    which reads a JKS without checking it when given no password.
    """
    if len(data) < 12 + _DIGEST_SIZE:
        raise UnreadableStore(f"a JKS keystore that is cut short: {len(data)} bytes")
    body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
    notes: tuple[str, ...] = ()
    if not hmac.compare_digest(_digest(body, DEFAULT_PASSWORD if password is None else password), digest):
        if password is not None:
            raise UnreadableStore("the JKS keystore's digest does not match: a wrong password, or it was changed")
        notes = ("not checked for changes: its password is not Java's default, and none was given",)
    cursor = _Cursor(body, 4)
    version, count = cursor.number(4), _bounded(cursor.number(4))
    if version not in {1, 2}:
        raise UnreadableStore(f"a JKS keystore of version {version}; Java knows 1 and 2")
    bags: list[Bag] = []
    keys = 0
    for _ in range(count):
        tag = cursor.number(4)
        alias = cursor.text()
        cursor.take(8)
        match tag:
            case 1:
                keys += 1
                cursor.take(cursor.number(4))
                # Java trusts the certificate of a private key too, but none of those that it hangs from.
                chain = [_certificate(cursor, version) for _ in range(_bounded(cursor.number(4)))]
                bags += [Bag(der, alias, is_trusted=place == 0) for place, der in enumerate(chain)]
            case 2:
                bags.append(Bag(_certificate(cursor, version), alias, is_trusted=True))
            case _:
                raise UnreadableStore(f"a JKS keystore with an entry of the unknown kind {tag}")
    if cursor.left:
        raise UnreadableStore(f"a JKS keystore with {cursor.left} bytes behind its last entry")
    return Keystore(tuple(bags), keys, notes)


@dataclass(slots=True)
class _Cursor:
    """Reads on from a position; raises UnreadableStore at the end."""

    data: bytes
    position: int

    @property
    def left(self) -> int:
        return len(self.data) - self.position

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise UnreadableStore(f"a JKS keystore that is cut short: {self.left} of {size} bytes")
        self.position += size
        return self.data[self.position - size : self.position]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def text(self) -> str:
        # Java's "modified UTF-8" differs from it only in what no alias holds.
        return self.take(self.number(2)).decode("utf-8", "replace")


def _bounded(count: int) -> int:
    if count > MOST_ENTRIES:
        raise UnreadableStore(f"a JKS keystore that claims {count} entries; more than {MOST_ENTRIES} are not read")
    return count


def _certificate(cursor: _Cursor, version: int) -> bytes:
    if version == 2:
        cursor.text()
    return cursor.take(cursor.number(4))


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2) + encoded


def _digest(body: bytes, password: str) -> bytes:
    salted = password.encode("utf-16-be", "surrogatepass") + _SEASONING + body
    return hashlib.sha1(salted, usedforsecurity=False).digest()
