"""One client's connection to a server, byte by byte: it may end it in any way, and call itself anything."""

import contextlib
import socket
import ssl
import struct
from collections.abc import Mapping
from types import TracebackType
from typing import Self

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
SECONDS = 10


class Dialogue:
    """A context manager: the connection is closed when it is left."""

    def __init__(self, address: str, port: int) -> None:
        self._socket: socket.socket | ssl.SSLSocket = socket.create_connection((address, port), SECONDS)
        self.port: int = self._socket.getsockname()[1]

    @classmethod
    def local(cls, path: str) -> Self:
        """By the unix socket."""
        self = cls.__new__(cls)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(SECONDS)
        self._socket.connect(path)
        self.port = 0
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask_for_tls(self) -> None:
        """The SSLRequest, which the server must answer with S."""
        self._socket.sendall(SSL_REQUEST)
        if self._socket.recv(1) != b"S":
            raise ConnectionError("the server speaks no TLS")

    def encrypt(self, context: ssl.SSLContext, name: str = "server.example") -> tuple[str, str, int]:
        """The handshake: protocol, cipher and its bits. Raises ssl.SSLError where the context refuses."""
        wrapped = context.wrap_socket(self._socket, server_hostname=name)
        self._socket = wrapped
        cipher = wrapped.cipher()
        return (wrapped.version() or "", *(cipher[0::2] if cipher else ("", 0)))

    def refuse(self, context: ssl.SSLContext, alert: int) -> None:
        """Begin a handshake, and answer the server's part of it with a fatal alert of this number."""
        arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        handshake = context.wrap_bio(arriving, leaving, server_hostname="server.example")
        with contextlib.suppress(ssl.SSLWantReadError):
            handshake.do_handshake()
        self._socket.sendall(leaving.read())
        self._socket.recv(65536)
        self._socket.sendall(bytes([21, 3, 3, 0, 2, 2, alert]))
        with contextlib.suppress(ConnectionError):
            while self._socket.recv(65536):
                pass

    def log_in(self, parameters: Mapping[str, bytes]) -> bool:
        """Whether the server let it in."""
        body = b"".join(key.encode() + b"\0" + value + b"\0" for key, value in parameters.items())
        self._socket.sendall(struct.pack("!ii", len(body) + 9, 196608) + body + b"\0")
        return self._until_ready() is not None

    def ask(self, statement: str) -> list[str | None]:
        """The last row of its answer, as text."""
        body = statement.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
        rows = self._until_ready()
        return rows[-1] if rows else []

    def leave(self) -> None:
        """As a program does that means to."""
        self._socket.sendall(b"X\0\0\0\4")

    def reset(self) -> None:
        """As a program does that is killed: with a TCP reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _until_ready(self) -> list[list[str | None]] | None:
        rows: list[list[str | None]] = []
        while head := self._exactly(5):
            body = self._exactly(struct.unpack("!i", head[1:])[0] - 4)
            if head[:1] == b"Z":
                return rows
            if head[:1] == b"R" and body[:4] not in {b"\0\0\0\0", b"\0\0\0\x0c"}:
                # A password is asked for: a wrong one does.
                self._socket.sendall(b"p" + struct.pack("!i", 10) + b"wrong\0")
            if head[:1] == b"D":
                rows.append(_row(body))
            if head[:1] == b"W":
                return rows
        return None

    def _exactly(self, wanted: int) -> bytes:
        got = b""
        with contextlib.suppress(ConnectionError):
            while len(got) < wanted and (more := self._socket.recv(wanted - len(got))):
                got += more
        return got


def _row(body: bytes) -> list[str | None]:
    row: list[str | None] = []
    at = 2
    for _ in range(struct.unpack("!h", body[:2])[0]):
        length = struct.unpack("!i", body[at : at + 4])[0]
        at += 4
        row.append(None if length < 0 else body[at : at + length].decode())
        at += max(length, 0)
    return row
