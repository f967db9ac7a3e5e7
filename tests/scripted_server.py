"""A server on loopback that does exactly what a test wrote down, and remembers every byte that it was sent."""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.local_aws.fleet.certificates import ServerCertificate

PATIENCE = 10.0
"""Seconds after which a script gives up: longer than any deadline under test."""


SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What asks a server for TLS (PostgreSQL, "Message Formats": length 8, code 80877103)."""


type Setup = Callable[[ssl.SSLContext], object]


def as_it_is(_: ssl.SSLContext) -> None:
    """No further setup."""


def serving(pem: bytes, setup: Setup = as_it_is) -> ssl.SSLContext:
    """What a server presents, of its chain and key; it may present what nobody should."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    setup(context)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(pem)
        context.load_cert_chain(file.name)
    return context


class Conversation:
    """One connection, as a script holds it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.received = bytearray()
        """All that the client sent: in the clear, and after the handshake what TLS carried."""

        self.handshake_done = False

    def receive(self, most: int = 65536) -> bytes:
        """What arrives next; empty when the client is gone."""
        try:
            data = self._connection.recv(most)
        except OSError:
            return b""
        self.received += data
        return data

    def send(self, data: bytes) -> bool:
        """False when the client has had enough and is gone."""
        try:
            self._connection.sendall(data)
        except OSError:
            return False
        return True

    def start_tls(self, certificate: ServerCertificate, setup: Setup = as_it_is) -> bool:
        """The server's side of a handshake; False when the client refused it."""
        return self.encrypt(serving(certificate.chain_pem + certificate.key_pem, setup))

    def encrypt(self, context: ssl.SSLContext) -> bool:
        """The same with all that a server may set."""
        try:
            self._connection = context.wrap_socket(self._connection, server_side=True)
        except OSError:
            return False
        self.handshake_done = True
        return True

    def end(self) -> None:
        self._connection.close()

    def reset(self) -> None:
        """Close with RST."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._connection.close()


type Script = Callable[[Conversation], None]


class ScriptedServer:
    """A context manager; `script` runs once a connection, and the connection ends when it returns."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.conversations: list[Conversation] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    @property
    def received(self) -> bytes:
        """All that was ever sent to this server."""
        return b"".join(bytes(each.received) for each in self.conversations)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE)
            conversation = Conversation(connection)
            self.conversations.append(conversation)
            self._script(conversation)
            conversation.end()
