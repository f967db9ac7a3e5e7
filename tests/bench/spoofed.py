"""Sessions without TLS whose names spell it, at real servers, against looks at them."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import batched

import psycopg
from psycopg import sql
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.ledger.bounds import ledger_of
from tlscheck.ledger.client import Client
from tlscheck.ledger.counting import tls_clients
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.sightings import sightings
from tlscheck.ledger.tally import Tally
from tlscheck.log.event import Connected
from tlscheck.log.lines import events
from tlscheck.wire.login import Credential
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.installations import binaries
from tests.local_aws.fleet.servers import Server, Servers

MAJORS = (13, 15, 18)
REGION = "us-east-1"
PREFIX = "%t:%r:%u@%d:[%p]:"
KEY = "aws:111122223333:us-east-1:db-ORDERS"
LOOKED_AT = 12
"""Sessions at a time."""

SPELLED = (
    *("SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)", " SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)"),
    *("a SSL enabled (protocol=TLSv1.2, cipher=X, bits=1)", "a SSL enabled (protocol=TLSv1.3, cipher=A-B)"),
    *("a SSL enabled (protocol=TLSv1, cipher=X, compression=off)", "a  SSL enabled (protocol=TLSv1.3, cipher=X)"),
    *(
        "a application_name=b SSL enabled (protocol=TLSv1.3, cipher=X)",
        "SSL enabled (protocol=TLSv1.3, cipher=X)",
    ),
    *(
        "# SSL enabled (protocol=TLSv1.1, cipher=X.Y_Z, bits=0)",
        "a SSL enabled (protocol=SSLv3, cipher=X)",
    ),
    *("SSL enabled ( SSL enabled (protocol=TLSv1.3, cipher=X)", "plain"),
)
DATABASES = ("postgres", "SSL enabled", "b SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)")


def spoofed() -> tuple[int, int, int]:
    """Sessions; lines of theirs that read as TLS; and how many of the sessions are called TLS in the end."""
    sessions = lines = wrong = 0
    authority = regional(REGION)
    for major in MAJORS:
        with Servers(binaries(major)) as servers:
            settings = "max_connections = 100\n"
            server = servers.start("spoofed", authority.issue("localhost"), settings=settings, trusted="+spoofers")
            attempts = list(_attempts())
            _prepare(server, [user for user, _, _ in attempts])
            password = servers.passwords["tlscheck"]
            since = datetime.now(UTC) - timedelta(hours=1)
            known: list[Client] = []
            for some in batched(attempts, LOOKED_AT, strict=False):
                known += _met(server, password, RegionalRoots(authority.root_pem), some)
            server.stop()
            span = Stretch(since, datetime.now(UTC) + timedelta(hours=1))
            found = list(events(server.log.read_text(errors="replace").splitlines(), PREFIX, "tlscheck"))
            tally = Tally(KEY, span)
            tally.add(found)
            everybody = ledger_of((*known, *tally.reading([span]).clients))
            users = {user for user, _, _ in attempts}
            sessions += sum(client.plaintext is not None and client.who.user in users for client in known)
            lines += sum(
                isinstance(each, Connected) and each.user in users and each.protocol is not None for each in found
            )
            wrong += sum(client.who.user in users for client in tls_clients(everybody))
    return sessions, lines, wrong


def _attempts() -> Iterator[tuple[str, str, str]]:
    """User, database and application: each user comes once, so that none is judged by another's session."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    users = (f"{one}{other}" for one in letters for other in letters)
    for database in DATABASES:
        for application in SPELLED:
            yield next(users), database, application


def _prepare(server: Server, users: list[str]) -> None:
    with psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("create role spoofers")
        for user in users:
            connection.execute(sql.SQL("create role {} login in role spoofers").format(sql.Identifier(user)))
        for database in DATABASES[1:]:
            connection.execute(sql.SQL("create database {} template postgres").format(sql.Identifier(database)))


def _met(
    server: Server, password: str, roots: RegionalRoots, attempts: tuple[tuple[str, str, str], ...]
) -> tuple[Client, ...]:
    """What one look shows while these sessions are open."""
    context = roots.context(REGION)
    if not context:
        raise ValueError("no roots")
    with ExitStack() as stack:
        for user, database, application in attempts:
            stack.enter_context(
                psycopg.connect(
                    host="127.0.0.1",
                    port=server.port,
                    user=user,
                    dbname=database,
                    application_name=application,
                    sslmode="disable",
                )
            )
        target = Target("arn:1", "localhost", server.port, REGION, Login.SECRET, "", "a-secret")
        _, connection = open_verified("localhost", server.port, context, Deadline.within(10))
        if not connection:
            raise ConnectionError("the server cannot be looked at")
        with connection:
            look = look_at_sessions(connection, target, Credential("tlscheck", password))
    return sightings(KEY, look, look.at or datetime.now(UTC))
