"""The messages of a server followed as their bytes arrive, so that no driver meets one it cannot bear.

Source: PostgreSQL, src/include/libpq/protocol.h and the manual's "Message Formats": a type byte, then an Int32
length that counts itself.
"""

LARGEST_MESSAGE = 2 * 1024 * 1024
LARGEST_CONVERSATION = 4 * 1024 * 1024
"""Bytes. A look's answer takes kilobytes; a server that sends more is not answering what was asked."""

_HEADER = 5
_KNOWN = frozenset(b"RKSZTDCENAI")
"""All that a server may send to a login and a simple query."""


class ProtocolBroken(Exception):  # noqa: N818 - says what happened, as the project's other exceptions do
    """What the server sent is not PostgreSQL's protocol, or not an answer to what was asked."""


class Frames:
    """One server's side of one conversation."""

    def __init__(self) -> None:
        self._header = bytearray()
        self._left = 0
        self._total = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Follow the next bytes, in pieces of any size.

        Raises ProtocolBroken at the header of the first message that must not be read further.
        """
        self._total += len(data)
        if self._total > LARGEST_CONVERSATION:
            raise ProtocolBroken(f"the server sent more than {LARGEST_CONVERSATION} bytes")
        position = 0
        while position < len(data):
            if self._left:
                step = min(self._left, len(data) - position)
                self._left -= step
            else:
                step = min(_HEADER - len(self._header), len(data) - position)
                self._header += data[position : position + step]
                if len(self._header) == _HEADER:
                    self._left = _body_length(self._header)
                    self._header.clear()
            position += step


def _body_length(header: bytearray) -> int:
    kind, length = header[0], int.from_bytes(header[1:], signed=True)
    if kind not in _KNOWN:
        raise ProtocolBroken(f"the server sent a message of unknown type 0x{kind:02x}")
    if not 4 <= length <= LARGEST_MESSAGE:
        raise ProtocolBroken(f"the server announced a message of {length} bytes")
    return length - 4
