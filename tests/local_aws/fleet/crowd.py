"""Many sessions at once on one server, half of them with TLS: as little client as a session can have."""

import resource
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from tests.local_aws.fleet.roles import CROWD

APPLICATIONS = 10
"""Applications of either kind: `crowd-0` ... with TLS and without."""

_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
_LOGGED_IN = b"Z\0\0\0\5I"


class Crowd:
    """A context manager: `size` idle sessions of the role crowd, every second one with TLS.

    Start its server with `trusted=CROWD.name`: a password each would take longer than all the rest.
    """

    def __init__(self, port: int, size: int) -> None:
        self._port = port
        self._size = size
        self._sessions: list[socket.socket] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def __enter__(self) -> Self:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        with ThreadPoolExecutor(8) as pool:
            self._sessions = list(pool.map(self._open, range(self._size)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions:
            session.sendall(b"X\0\0\0\4")
            session.close()

    def _open(self, number: int) -> socket.socket:
        session = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        session.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if number % 2:
            session.sendall(_SSL_REQUEST)
            session.recv(1)
            session = self._context.wrap_socket(session)
        application = f"crowd-{number // 2 % APPLICATIONS}"
        texts = ("user", CROWD.name, "database", "postgres", "application_name", application)
        startup = (196608).to_bytes(4) + b"".join(text.encode() + b"\0" for text in texts) + b"\0"
        session.sendall((len(startup) + 4).to_bytes(4) + startup)
        answer = b""
        while not answer.endswith(_LOGGED_IN):
            received = session.recv(4096)
            if not received:
                raise ConnectionError(f"session {number} was not let in: {answer[-200:]!r}")
            answer += received
        return session
