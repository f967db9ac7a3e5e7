"""Who is still logging in has no user yet, and in PostgreSQL 18 no TLS either, whatever it uses."""

import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import ServerCertificate, regional
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.servers import Server, Servers
from tests.scripted_server import SSL_REQUEST

REGION = "eu-west-1"
STARTING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'starting'"


@dataclass(frozen=True, slots=True)
class Enforcing:
    """A server that takes TLS alone: whatever a look shows without it is not so."""

    server: Server
    servers: Servers
    certificate: ServerCertificate
    trust_store: RegionalRoots
    major: int

    def look(self, user: str = "tlscheck") -> Look:
        context = self.trust_store.context(REGION)
        assert context
        target = Target("arn:1", "localhost", self.server.port, REGION, Login.SECRET, "", "a-secret")
        _, connection = open_verified(target.host, target.port, context, Deadline.within(20))
        assert connection
        with connection:
            return look_at_sessions(connection, target, Credential(user, self.servers.passwords[user]))

    def starting(self) -> int:
        """How many sessions the server itself says are still logging in: it tells them since 18."""
        conninfo = f"host={self.server.socket_directory} port={self.server.port} user=rdsadmin dbname=postgres"
        with psycopg.connect(conninfo) as administrator:
            row = administrator.execute(STARTING).fetchone()
        assert row
        return int(row[0])


@pytest.fixture(scope="module", params=installations().items(), ids=lambda item: item[0])
def enforcing(request: pytest.FixtureRequest) -> Iterator[Enforcing]:
    _, binaries = request.param
    assert isinstance(binaries, Path)
    authority = regional(REGION)
    with Servers(binaries) as servers:
        certificate = authority.issue("localhost")
        server = servers.start("enforcing", certificate, enforced=True, settings="max_wal_senders = 2\n")
        version = int((server.data / "PG_VERSION").read_text())
        yield Enforcing(server, servers, certificate, RegionalRoots(authority.root_pem), version)


@contextmanager
def half_way(port: int, **more: str) -> Iterator[None]:
    """A client with TLS that says who it is, is asked to prove it, and takes its time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        plain.sendall(SSL_REQUEST)
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain) as encrypted:
            texts = {"user": "orders_app", "database": "postgres", "application_name": "payroll"} | more
            body = (
                struct.pack(">I", 196608) + "".join(f"{each}\0{texts[each]}\0" for each in texts).encode() + b"\0"
            )
            encrypted.sendall(struct.pack(">I", len(body) + 4) + body)
            assert encrypted.recv(1) == b"R"  # it is asked for a password
            yield


def until_there_are(starting: int, enforcing: Enforcing) -> None:
    deadline = time.monotonic() + 10
    while enforcing.starting() != starting:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("more", [{}, {"replication": "database"}, {"replication": "true"}], ids=str)
def test_a_login_that_is_half_way_is_neither_a_client_nor_hidden(
    enforcing: Enforcing, more: dict[str, str]
) -> None:
    with half_way(enforcing.server.port, **more):
        until_there_are(1 if enforcing.major >= 18 else 0, enforcing)
        seen = enforcing.look()
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
    assert (seen.sessions, seen.kinds, seen.left_out) == ((), 0, 0)


def test_who_has_logged_in_is_seen_beside_who_has_not_yet(enforcing: Enforcing) -> None:
    password = enforcing.servers.passwords["orders_app"]
    conninfo = f"host=127.0.0.1 port={enforcing.server.port} user=orders_app dbname=postgres sslmode=require"
    with (
        psycopg.connect(conninfo, password=password, application_name="payroll"),
        half_way(enforcing.server.port),
    ):
        until_there_are(1 if enforcing.major >= 18 else 0, enforcing)
        (group,) = enforcing.look().sessions
    assert (group.user, group.application, group.tls, group.sessions) == ("orders_app", "payroll", True, 1)


def test_a_user_that_may_see_nothing_is_still_told_so(enforcing: Enforcing) -> None:
    with half_way(enforcing.server.port):
        until_there_are(1 if enforcing.major >= 18 else 0, enforcing)
        seen = enforcing.look("tlscheck_limited")
    # Nobody else is in: how many background processes are hidden too is no number of sessions.
    assert (seen.outcome, seen.sessions) == (LookOutcome.NEEDS_PG_MONITOR, ())
    assert seen.detail == (
        "needs pg_monitor: the server hides other users' sessions from this user. "
        'GRANT pg_monitor TO "tlscheck_limited";'
    )


def test_a_login_that_is_half_way_on_a_standby_is_not_a_client_either(enforcing: Enforcing) -> None:
    primary = enforcing.servers.start("primary", enforcing.certificate, enforced=True)
    primary.stop()
    standby = replace(enforcing, server=enforcing.servers.stand_by("standby", primary))
    with half_way(standby.server.port), half_way(standby.server.port, replication="true"):
        until_there_are(2 if enforcing.major >= 18 else 0, standby)
        seen = standby.look()
    standby.server.stop()
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
