"""The messages that pass between a PostgreSQL server and us, as bytes.

Source: PostgreSQL, src/include/libpq/protocol.h and the manual's "Message Formats": a type byte, then an Int32
length that counts itself. What a server sends is hostile until proven otherwise: nothing is read that is longer
than an answer to us can be, none is kept of a row but how it begins, and no other body is looked at before it is
whole. Many servers are looked at side by side, so what one of them may make us hold or do is little.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PROTOCOL = (196608).to_bytes(4)
"""Version 3.0, which every server since 7.4 speaks."""

LARGEST_ROW = 2 * 1024 * 1024
"""Bytes of the one row that answers a look."""

LARGEST_MESSAGE = 32 * 1024
"""Bytes of any other. libpq takes 30,000 of most types (fe-protocol3.c, VALID_LONG_MESSAGE_TYPE)."""

MOST_TALK = 128 * 1024
MOST_MESSAGES = 1000
"""Bytes and number of all messages of one conversation but rows: a login and ten looks take some 50."""

MOST_PIECES = 1000
USUAL_PIECE = 1024
"""So many pieces of any size are taken, and then one for each of so many bytes: PostgreSQL sends 8192 at a time
(pqcomm.c, PQ_SEND_BUFFER_SIZE), PgBouncer 4096 (pkt_buf)."""

MOST_FIELDS = 40
"""Of an error: the manual's "Error and Notice Message Fields" names 18."""

_HEADER = 5
_ROW_HEAD = 6
"""Number of columns, and length of the first one."""

_OF_A_COLUMN = 18
"""After its name: table, number, type, their sizes and format."""

_ROW = ord("D")
_SQLSTATE = re.compile("[0-9A-Z]{5}")
_KNOWN = frozenset(b"RKSZTDCENAI")
"""All that a server may send to a login and a simple query."""


class ProtocolBroken(Exception):  # noqa: N818 - says what happened, as the project's other exceptions do
    """What the server sent is not PostgreSQL's protocol, or not an answer to what was asked."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a server: its type, a letter, and what follows the length, of a row the first 6 bytes alone."""

    kind: str
    body: bytes
    row: int = 0
    """Bytes of a whole row, whether they are here or not; 0 of any other message."""


class Incoming:
    """One server's bytes, cut into messages as they arrive."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._passing = 0
        """Bytes of a row that are still to come, and are not kept."""

        self._arrived = self._pieces = self._talk = self._messages = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes, in pieces of any size; none means that the server has closed the connection.

        Raises ProtocolBroken then, and when they come in crumbs.
        """
        if not data:
            where = " in the middle of a message" if self._bytes or self._passing else ""
            raise ProtocolBroken(f"the server closed the connection{where}")
        self._arrived += len(data)
        self._pieces += 1
        if self._pieces > MOST_PIECES + self._arrived // USUAL_PIECE:
            raise ProtocolBroken(f"the server sent {self._arrived} bytes in {self._pieces} pieces")
        passed = min(self._passing, len(data))
        self._passing -= passed
        self._bytes += data[passed:]

    def next(self) -> Message | None:
        """The next message, a row as soon as it begins; None when more bytes are needed.

        Raises ProtocolBroken at the header of a message that must not be read further.
        """
        if len(self._bytes) < _HEADER:
            return None
        kind, length = self._bytes[0], int.from_bytes(self._bytes[1:_HEADER], signed=True)
        if kind not in _KNOWN:
            raise ProtocolBroken(f"the server sent a message of unknown type 0x{kind:02x}")
        is_row = kind == _ROW
        if not 4 <= length <= (LARGEST_ROW if is_row else LARGEST_MESSAGE):
            raise ProtocolBroken(f"the server announced a message of {length} bytes")
        size = length - 4
        end = _HEADER + (min(size, _ROW_HEAD) if is_row else size)
        if len(self._bytes) < end:
            return None
        if not is_row:
            self._count(1 + length)
        body = bytes(self._bytes[_HEADER:end])
        passed = min(len(self._bytes), 1 + length)
        self._passing = 1 + length - passed
        del self._bytes[:passed]
        return Message(chr(kind), body, size if is_row else 0)

    def _count(self, size: int) -> None:
        self._talk += size
        self._messages += 1
        if self._talk > MOST_TALK or self._messages > MOST_MESSAGES:
            raise ProtocolBroken(
                f"the server sent {self._messages} messages of {self._talk} bytes beside its answer"
            )


def startup(parameters: Mapping[str, str]) -> bytes:
    """StartupMessage: the only one without a type byte."""
    body = b"".join(_text(name) + _text(value) for name, value in parameters.items())
    return _counted(PROTOCOL + body + b"\0")


def error_fields(body: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse by their letter; a text in another encoding than UTF-8 is marked."""
    first = body.split(b"\0", MOST_FIELDS)[:MOST_FIELDS]
    fields = (field.decode("utf-8", "replace") for field in first if field)
    return {field[0]: field[1:] for field in fields}


def sqlstate(fields: Mapping[str, str]) -> str:
    """The code of an ErrorResponse's fields; empty where there is none, or another text in its place."""
    found = _SQLSTATE.match(fields.get("C", ""))
    return found[0] if found else ""


def check_setting(body: bytes) -> None:
    """Whether a ParameterStatus is a name and a value, of any encoding. Raises ProtocolBroken."""
    if body.count(b"\0") != 2 or not body.endswith(b"\0"):
        raise ProtocolBroken("the server sent a parameter status that is none")


def check_description(body: bytes) -> None:
    """Whether a RowDescription is that of a look: one column, a name and 18 bytes. Raises ProtocolBroken."""
    columns = int.from_bytes(body[:2])
    if columns != 1:
        raise ProtocolBroken(f"the server answers with {columns} columns instead of one")
    if body.find(b"\0", 2) + 1 + _OF_A_COLUMN != len(body):
        raise ProtocolBroken("the server sent the description of a column that is none")


def check_row(head: bytes, size: int) -> None:
    """Whether a DataRow that begins so and has so many bytes has one column, as long as it says.

    Raises ProtocolBroken.
    """
    columns, length = int.from_bytes(head[:2]), int.from_bytes(head[2:], signed=True)
    if columns != 1 or length < -1 or size != _ROW_HEAD + max(length, 0):
        raise ProtocolBroken("the server sent a row that its lengths do not fit")


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _counted(body: bytes) -> bytes:
    return (len(body) + 4).to_bytes(4) + body
