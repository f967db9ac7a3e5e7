"""What a client's first bytes are, before TLS and in it, read as PostgreSQL reads them.

Source: PostgreSQL 17 and 18, src/backend/tcop/backend_startup.c, and the manual's "Message Formats": an Int32
length that counts itself, then the protocol's version or the code of a request.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.rehearsal.client_hello import HANDSHAKE
from tlscheck.rehearsal.contact import Startup
from tlscheck.wording import MOST_QUOTED, cut, harmless

LARGEST = 10_000
"""Bytes after the length (MAX_STARTUP_PACKET_LENGTH)."""

_MINOR = 2
"""Of version 3, the newest that PostgreSQL 18 speaks."""

_ON = {b"1", b"on", b"yes", b"true", b"y", b"ye", b"t", b"tr", b"tru"}
_OFF = {b"0", b"off", b"of", b"no", b"n", b"false", b"f", b"fa", b"fal", b"fals"}
"""Of `replication`, as PostgreSQL's parse_bool reads it."""

_LOGICAL = b"database"
"""Of `replication` too: pg_hba.conf takes it for any client of that database (14 and later; not 10)."""


class Asks(StrEnum):
    """What a first packet is."""

    MORE = "not whole yet"
    TLS = "SSLRequest"
    GSS = "GSSENCRequest"
    CANCEL = "CancelRequest"
    STARTUP = "StartupMessage"
    DIRECT = "a ClientHello without having asked"
    NOTHING = "not understood"


_REQUESTS = {80877102: Asks.CANCEL, 80877103: Asks.TLS, 80877104: Asks.GSS}


@dataclass(frozen=True, slots=True)
class First:
    """What was asked for, and how many bytes of what arrived said so."""

    asks: Asks
    size: int = 0
    startup: Startup | None = None
    minor: int = _MINOR
    """Of the version 3 that is spoken: what it asked for, and no more than is known."""

    negotiates: tuple[str, ...] | None = None
    """Options that no PostgreSQL knows, of one that asked for a newer protocol or for such options."""

    why: str = ""
    """What was not understood."""

    sqlstate: str = ""
    """PostgreSQL's answer to it; "" where it closes without a word."""


def first(data: bytes, spent: Collection[Asks] = ()) -> First:
    """What the bytes begin with. What is spent was asked for already, or is in use, and is no request any more."""
    if data[:1] == bytes([HANDSHAKE]) and Asks.DIRECT not in spent:
        return First(Asks.DIRECT)
    if len(data) < 4:
        return First(Asks.MORE)
    size = int.from_bytes(data[:4])
    if not 8 <= size <= LARGEST + 4:
        return First(Asks.NOTHING, why="it sent a startup packet of an impossible length")
    if len(data) < size:
        return First(Asks.MORE)
    code, body = int.from_bytes(data[4:8]), data[8:size]
    request = _REQUESTS.get(code)
    if request is Asks.CANCEL or (request and request not in spent):
        return First(request, size)
    return _started(body, size, *divmod(code, 1 << 16))


def wanted(data: bytes) -> int:
    """How many bytes more are to be read before `first` can say more: never one beyond the packet itself."""
    if len(data) < 4:
        return 4 - len(data)
    size = int.from_bytes(data[:4])
    return max(size - len(data), 0) if size <= LARGEST + 4 else 0


def _started(body: bytes, size: int, major: int, minor: int) -> First:
    if major != 3:
        why = f"unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.{_MINOR}"
        return First(Asks.NOTHING, size, why=why, sqlstate="0A000")
    parts = body.split(b"\0")
    # Names and values in turn, then an empty name, and nothing after it.
    if len(parts) % 2 or parts[-1] or parts[-2] or not all(parts[:-2:2]):
        why = "invalid startup packet layout: expected terminator as last byte"
        return First(Asks.NOTHING, size, why=why, sqlstate="08P01")
    told = dict(zip(parts[:-2:2], parts[1:-2:2], strict=True))
    user = told.get(b"user", b"")
    if not user:
        why = "no PostgreSQL user name specified in startup packet"
        return First(Asks.NOTHING, size, why=why, sqlstate="28000")
    replication = told.get(b"replication", b"off")
    if replication != _LOGICAL and replication.lower() not in _ON | _OFF:
        why = f'invalid value for parameter "replication": "{_text(replication)}"'
        return First(Asks.NOTHING, size, why=why, sqlstate="22023")
    odd = tuple(_text(name) for name in told if name.startswith(b"_pq_."))
    return First(
        Asks.STARTUP,
        size,
        Startup(
            user=_text(user),
            database=_text(told.get(b"database") or user),
            application=_text(told.get(b"application_name", b"")),
            is_replication=replication.lower() in _ON,
        ),
        minor=min(minor, _MINOR),
        negotiates=odd if odd or minor > _MINOR else None,
    )


def _text(value: bytes) -> str:
    """As PostgreSQL, no more than the 63 bytes of a name."""
    return cut(harmless(value[:MOST_QUOTED].decode("utf-8", "replace")), MOST_QUOTED)
