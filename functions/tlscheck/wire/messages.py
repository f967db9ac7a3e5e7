"""The messages that pass between a PostgreSQL server and us, as bytes.

Source: PostgreSQL, src/include/libpq/protocol.h and the manual's "Message Formats": a type byte, then an Int32
length that counts itself. What a server sends is hostile until proven otherwise: nothing is read that is longer
than an answer to us can be, and no body is looked at before it is whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PROTOCOL = (196608).to_bytes(4)
"""Version 3.0, which every server since 7.4 speaks."""

LARGEST_MESSAGE = 2 * 1024 * 1024
LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes. A look's answer takes kilobytes; a server that sends more is not answering what was asked."""

_HEADER = 5
_KNOWN = frozenset(b"RKSZTDCENAI")
"""All that a server may send to a login and a simple query."""


class ProtocolBroken(Exception):  # noqa: N818 - says what happened, as the project's other exceptions do
    """What the server sent is not PostgreSQL's protocol, or not an answer to what was asked."""


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message of a server: its type, a letter, and what follows the length."""

    kind: str
    body: bytes


class Incoming:
    """One server's bytes, cut into messages as they arrive."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._total = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes, in pieces of any size; none means that the server has closed the connection.

        Raises ProtocolBroken then, and when one answer takes too many.
        """
        if not data:
            where = " in the middle of a message" if self._bytes else ""
            raise ProtocolBroken(f"the server closed the connection{where}")
        self._total += len(data)
        if self._total > LARGEST_ANSWER:
            raise ProtocolBroken(f"the server sent more than {LARGEST_ANSWER} bytes")
        self._bytes += data

    def next(self) -> Message | None:
        """The next whole message; None when more bytes are needed.

        Raises ProtocolBroken at the header of a message that must not be read further.
        """
        if len(self._bytes) < _HEADER:
            return None
        kind, length = self._bytes[0], int.from_bytes(self._bytes[1:_HEADER], signed=True)
        if kind not in _KNOWN:
            raise ProtocolBroken(f"the server sent a message of unknown type 0x{kind:02x}")
        if not 4 <= length <= LARGEST_MESSAGE:
            raise ProtocolBroken(f"the server announced a message of {length} bytes")
        end = 1 + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[_HEADER:end])
        del self._bytes[:end]
        return Message(chr(kind), body)

    def begin(self) -> None:
        """Count anew: another answer follows."""
        self._total = 0


def startup(parameters: Mapping[str, str]) -> bytes:
    """StartupMessage: the only one without a type byte."""
    body = b"".join(_text(name) + _text(value) for name, value in parameters.items())
    return _counted(PROTOCOL + body + b"\0")


def error_fields(body: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse by their letter; a text in another encoding than UTF-8 is marked."""
    fields = (field.decode("utf-8", "replace") for field in body.split(b"\0") if field)
    return {field[0]: field[1:] for field in fields}


def check_setting(body: bytes) -> None:
    """Whether a ParameterStatus is a name and a value, of any encoding. Raises ProtocolBroken."""
    if body.count(b"\0") != 2 or not body.endswith(b"\0"):
        raise ProtocolBroken("the server sent a parameter status that is none")


def check_row(body: bytes) -> None:
    """Whether a DataRow's columns are as long as they say. Raises ProtocolBroken."""
    position = 2
    for _ in range(int.from_bytes(body[:2])):
        length = int.from_bytes(body[position : position + 4], signed=True)
        position += 4 + max(length, 0)
        if length < -1 or position > len(body):
            raise ProtocolBroken("the server sent a row that its lengths do not fit")
    if position != len(body):
        raise ProtocolBroken("the server sent a row that its lengths do not fit")


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _counted(body: bytes) -> bytes:
    return (len(body) + 4).to_bytes(4) + body
