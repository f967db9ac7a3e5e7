"""What a ClientHello shows, as RFC 8446 (4.1.2) and RFC 5246 (7.4.1.2) write it: it comes before any key is known.

It is a stranger's: bounded, and read no further than is needed.
"""

from collections.abc import Iterator
from hashlib import sha256

from tlscheck.rehearsal.contact import Hello
from tlscheck.wording import cut, harmless

HANDSHAKE = 0x16
"""The record type that a ClientHello comes in: the first byte of all."""

LARGEST = 20_000
"""Bytes of its records. OpenSSL takes a message of 16,384 bytes."""

MOST_RECORDS = 64
_MOST_MESSAGE = 16_384
_MOST_PROTOCOLS = 16
_LONGEST_NAME = 255
_SERVER_NAME, _GROUPS, _ALPN, _VERSIONS = 0, 10, 16, 43


class NoHello(ValueError):  # noqa: N818 - says what it is, as the project's other exceptions do
    """What was sent is no ClientHello. Says why."""


def hello(data: bytes) -> Hello | None:
    """The ClientHello that the bytes of a connection begin with; None as long as more of them are needed.

    It may come in several records. Raises NoHello.
    """
    message = _message(data)
    return None if message is None else _read(message)


class _Bytes:
    """Vectors of a message, one after another. Raises NoHello where one is longer than what is left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise NoHello("a length in its ClientHello is longer than what follows")
        self._at += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def vector(self, size: int) -> "_Bytes":
        return _Bytes(self.take(self.number(size)))

    def rest(self) -> bytes:
        return self._data[self._at :]

    def __bool__(self) -> bool:
        return self._at < len(self._data)


def _message(data: bytes) -> bytes | None:
    """The body of the first handshake message, from as many records as it was sent in."""
    found = bytearray()
    at = 0
    for _ in range(MOST_RECORDS):
        if data[at : at + 1] not in {b"", bytes([HANDSHAKE])}:
            raise NoHello(f"it began TLS with a record of type {data[at]}")
        if data[at + 1 : at + 2] not in {b"", b"\3"}:
            raise NoHello("it began TLS with a record of an unknown version")
        if len(data) < at + 5:
            return None
        size = int.from_bytes(data[at + 3 : at + 5])
        if not size:
            raise NoHello("it sent an empty record of a handshake")
        found += data[at + 5 : at + 5 + size]
        if found and found[0] != 1:
            raise NoHello(f"it began TLS with a handshake message of type {found[0]}")
        wanted = int.from_bytes(found[1:4]) if len(found) >= 4 else 0
        if wanted > _MOST_MESSAGE:
            raise NoHello(f"it announced a ClientHello of {wanted} bytes")
        if wanted and len(found) >= 4 + wanted:
            return bytes(found[4 : 4 + wanted])
        at += 5 + size
        if len(data) < at:
            return None
    raise NoHello("it sent its ClientHello in too many records")


def _read(message: bytes) -> Hello:
    body = _Bytes(message)
    version = body.number(2)
    body.take(32)  # random
    body.vector(1)  # session id
    ciphers = _numbers(body.vector(2).rest())
    body.vector(1)  # compression
    extensions: dict[int, bytes] = {}
    if body:
        left = body.vector(2)
        while left:
            kind = left.number(2)
            extensions.setdefault(kind, left.vector(2).rest())
    versions = _numbers(extensions.get(_VERSIONS, b"")[1:]) or [version]
    groups = _numbers(extensions.get(_GROUPS, b"")[2:])
    # rustls sends its extensions in another order each time
    told = (versions, ciphers, sorted(each for each in extensions if not _is_grease(each)), groups)
    return Hello(
        server_name=_server_name(extensions.get(_SERVER_NAME, b"")),
        protocols=tuple(_protocols(extensions.get(_ALPN, b""))),
        shape=sha256(repr(told).encode()).hexdigest()[:16],
    )


def _numbers(data: bytes) -> list[int]:
    """Numbers of two bytes in their order, without those that mean nothing."""
    numbers = (int.from_bytes(data[at : at + 2]) for at in range(0, len(data) - 1, 2))
    return [number for number in numbers if not _is_grease(number)]


def _is_grease(number: int) -> bool:
    """RFC 8701: 0x0A0A, 0x1A1A, ... 0xFAFA, another of them each time."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def _server_name(extension: bytes) -> str:
    if not extension:
        return ""
    names = _Bytes(extension).vector(2)
    while names:
        kind, name = names.number(1), names.vector(2).rest()
        if kind == 0:
            return _text(name)
    return ""


def _protocols(extension: bytes) -> Iterator[str]:
    names = _Bytes(extension).vector(2) if extension else _Bytes(b"")
    for _ in range(_MOST_PROTOCOLS):
        if not names:
            return
        yield _text(names.vector(1).rest())


def _text(name: bytes) -> str:
    return cut(harmless(name.decode("ascii", "replace")), _LONGEST_NAME)
