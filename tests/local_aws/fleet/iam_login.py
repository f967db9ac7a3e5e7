"""IAM database authentication in front of a real server: what RDS does by `hostssl all +rds_iam pam`.

PostgreSQL's binaries come without PAM, so this small front ends TLS with the server's own certificate, asks the
IAM users for a cleartext password inside it, has the token checked, and joins the session to the real server over
its unix socket. Everyone else is joined to the real server over TCP, with TLS where the client uses TLS, so that
pg_stat_ssl says of application clients what it would say without the front.
"""

import asyncio
import json
import socket
import ssl
import struct
import threading
import urllib.request
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self

from tests.local_aws.fleet.servers import Server

type Verify = Callable[[str, str], str | None]
"""Token and user -> None when the token is good, else why it isn't."""

_SSL_REQUEST = 80877103
_GSS_ENCRYPTION_REQUEST = 80877104
_CHUNK = 65536
HANG_UP_SECONDS = 1


class IamLogin:
    """A context manager: the front of one server, listening on `port` of 127.0.0.1.

    `users` are those that RDS would know as members of rds_iam; the server lets them in over its unix socket.
    `connections` counts those that came over TCP, whatever became of them.
    """

    def __init__(self, server: Server, verify: Verify, users: frozenset[str] = frozenset({"tlscheck"})) -> None:
        self._server = server
        self._verify = verify
        self._users = users
        self.connections = 0
        self._serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._serving.load_cert_chain(server.data / "server.crt", server.data / "server.key")
        self._relaying = ssl.create_default_context(cafile=server.data / "server.crt")
        self._relaying.check_hostname = False  # the server behind is known by its port; only its chain is checked

    def __enter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self._over = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=[listener], name="iam-login", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self, listener: socket.socket) -> None:
        asyncio.run(self._serve(listener), loop_factory=lambda: self._loop)

    async def _serve(self, listener: socket.socket) -> None:
        server = await asyncio.start_server(self._answer, sock=listener)
        await self._over.wait()
        server.close()  # and asyncio.run cancels the conversations, each of which hangs up

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client went away, or refused our certificate
        finally:
            await _hang_up(writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await _startup_packet(reader)
        while _code(first) == _GSS_ENCRYPTION_REQUEST:
            writer.write(b"N")
            first = await _startup_packet(reader)
        if _code(first) != _SSL_REQUEST:
            await _join(reader, writer, asyncio.open_connection("127.0.0.1", self._server.port), first)
            return
        writer.write(b"S")
        await writer.drain()
        await writer.start_tls(self._serving)
        startup = await _startup_packet(reader)
        user = _user(startup)
        if user not in self._users:
            await _join(reader, writer, self._open_tls(), startup)
            return
        token = await _cleartext_password(reader, writer)
        if await asyncio.to_thread(self._verify, token, user):
            writer.write(_refusal(f'PAM authentication failed for user "{user}"'))
            await writer.drain()
            return
        socket_path = self._server.socket_directory / f".s.PGSQL.{self._server.port}"
        await _join(reader, writer, asyncio.open_unix_connection(socket_path), startup)

    async def _open_tls(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        try:
            writer.write(struct.pack("!ii", 8, _SSL_REQUEST))
            await reader.readexactly(1)
            await writer.start_tls(self._relaying)
        except BaseException:
            await _hang_up(writer)
            raise
        return reader, writer


def ask_emulator(
    endpoint: str, token: str, *, host: str, port: int, user: str, region: str, account: str
) -> str | None:
    """Asks the emulated account, which holds the keys, whether a token is good; None when it is, else why not."""
    question = {
        "token": token,
        "host": host,
        "port": port,
        "user": user,
        "region": region,
        "account": account,
    }
    request = urllib.request.Request(  # noqa: S310 - the emulator's own loopback address
        f"{endpoint}/_tlscheck/iam-login",
        json.dumps(question).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - as above
        answer = json.load(response)
    return None if answer["allowed"] else str(answer["reason"])


async def _startup_packet(reader: asyncio.StreamReader) -> bytes:
    # Length (which counts itself), then a code or protocol version: the only messages without a type byte.
    head = await reader.readexactly(4)
    return head + await reader.readexactly(struct.unpack("!i", head)[0] - 4)


def _code(packet: bytes) -> int:
    return int(struct.unpack_from("!i", packet, 4)[0])


def _user(startup: bytes) -> str:
    texts = startup[8:].split(b"\0")
    return dict(zip(texts[::2], texts[1::2], strict=False)).get(b"user", b"").decode()


async def _cleartext_password(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    writer.write(b"R" + struct.pack("!ii", 8, 3))
    await writer.drain()
    _, length = struct.unpack("!ci", await reader.readexactly(5))
    return (await reader.readexactly(length - 4)).rstrip(b"\0").decode()


def _refusal(message: str) -> bytes:
    fields = b"".join(
        code + text.encode() + b"\0"
        for code, text in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", "28000"), (b"M", message))
    )
    return b"E" + struct.pack("!i", len(fields) + 5) + fields + b"\0"


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    opening: Coroutine[None, None, tuple[asyncio.StreamReader, asyncio.StreamWriter]],
    first: bytes,
) -> None:
    server_reader, server_writer = await opening
    try:
        server_writer.write(first)
        ends = {
            asyncio.ensure_future(_pump(reader, server_writer)),
            asyncio.ensure_future(_pump(server_reader, writer)),
        }
        _, running = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in running:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    finally:
        await _hang_up(server_writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    # TLS says goodbye and waits for the answer: not for long, and not at all when the front is being closed.
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), HANG_UP_SECONDS)
    except (OSError, TimeoutError):
        pass
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)
