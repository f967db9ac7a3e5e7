"""Sessions of client applications by real drivers, held open while the fleet stands."""

import asyncio
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg
import pg8000.native
import psycopg
from psycopg.conninfo import make_conninfo

from tests.local_aws.fleet.clients import Client, Driver, Tls

CONNECT_SECONDS = 15
_WITH_ROOTS = {Tls.VERIFIED, Tls.PREFERRED}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client connects: the name that the certificate must carry, and where that really is."""

    host: str
    port: int
    roots: Path
    """PEM file of the root certificates that a verifying client trusts."""

    address: str = "127.0.0.1"


class Drivers:
    """A context manager: opens sessions by each driver; `psql` is the program to run, None where there is none."""

    def __init__(self, psql: Path | None) -> None:
        self._psql = psql

    def __enter__(self) -> Self:
        self._loop = _LoopbackEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asyncpg-clients", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def can_open(self, client: Client) -> bool:
        """Whether its driver is here; only psql may be missing."""
        return client.driver is not Driver.PSQL or self._psql is not None

    @contextmanager
    def session(self, client: Client, address: Address, password: str) -> Iterator[None]:
        """One open session of a client."""
        match client.driver:
            case Driver.PSYCOPG:
                with psycopg.connect(_conninfo(client, address), password=password, autocommit=True):
                    yield
            case Driver.ASYNCPG:
                connection = self._run(_connect_asyncpg(client, address, password))
                try:
                    yield
                finally:
                    self._run(connection.close())
            case Driver.PG8000:
                connection = _connect_pg8000(client, address, password)
                try:
                    yield
                finally:
                    connection.close()
            case Driver.PSQL:
                assert self._psql, "ask can_open first"
                with _psql(self._psql, client, address, password):
                    yield

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(CONNECT_SECONDS)


_LEADS_TO: ContextVar[str] = ContextVar("_LEADS_TO")


class _LoopbackEventLoop(asyncio.SelectorEventLoop):
    """Every name is the connection's address: asyncpg has no option for one beside the name to verify."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        return await super().getaddrinfo(_LEADS_TO.get() if host else host, port, **options)


def _conninfo(client: Client, address: Address) -> str:
    return make_conninfo(
        host=address.host,
        hostaddr=address.address,
        port=address.port,
        user=client.user,
        dbname="postgres",
        application_name=client.application,
        connect_timeout=CONNECT_SECONDS,
        sslmode=client.tls.value,
        # Without one of ours, libpq would take a root that lies in the home directory, and then verify.
        sslrootcert=str(address.roots if client.tls in _WITH_ROOTS else address.roots.with_suffix(".none")),
        ssl_max_protocol_version=client.newest_protocol,
    )


async def _connect_asyncpg(client: Client, address: Address, password: str) -> Any:
    _LEADS_TO.set(address.address)
    return await asyncpg.connect(
        host=address.host,
        port=address.port,
        user=client.user,
        password=password,
        database="postgres",
        timeout=CONNECT_SECONDS,
        ssl=_context(client, address) or False,
        server_settings={"application_name": client.application},
    )


def _connect_pg8000(client: Client, address: Address, password: str) -> pg8000.native.Connection:
    connection = socket.create_connection((address.address, address.port), timeout=CONNECT_SECONDS)
    # Without it every login waits 40 ms for a delayed acknowledgement.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return pg8000.native.Connection(
        client.user,
        host=address.host,
        password=password,
        database="postgres",
        application_name=client.application,
        sock=connection,
        ssl_context=_context(client, address) or False,
    )


@contextmanager
def _psql(program: Path, client: Client, address: Address, password: str) -> Iterator[None]:
    command = (program, "--no-psqlrc", "--no-password", "--quiet", _conninfo(client, address))
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")}
        | {"PGPASSWORD": password},
        start_new_session=True,  # so that Ctrl-C reaches the fleet alone, which then closes its clients
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"\\echo connected\n")
        process.stdin.flush()
        if process.stdout.readline() != b"connected\n":
            raise RuntimeError(f"psql: {process.communicate()[1].decode(errors='replace')}")
        yield


def _context(client: Client, address: Address) -> ssl.SSLContext | None:
    if client.tls is Tls.NONE:
        return None
    if client.tls is Tls.PREFERRED:
        raise ValueError(f"{client.driver} has no mode {client.tls}")
    if client.tls is Tls.VERIFIED:
        context = ssl.create_default_context(cafile=address.roots)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if client.newest_protocol:
        context.maximum_version = ssl.TLSVersion[client.newest_protocol.replace(".", "_")]
    return context
