"""The probe on real servers of PostgreSQL 10 to 18: whatever the version, the same look and the same reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.plaintext import try_plaintext
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import (
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    PlaintextOutcome,
    SessionGroup,
    SessionKind,
)
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.crowd import APPLICATIONS, Crowd
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.roles import CROWD
from tests.local_aws.fleet.servers import Server, Servers

REGION = "eu-west-1"
SESSIONS = 1000
ENCRYPTIONS: tuple[tuple[bool, str | None], ...] = ((True, "TLSv1.3"), (False, None))
GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Version:
    """A server of one major version, and how to look at it."""

    name: str
    server: Server
    enforcing: Server
    passwords: dict[str, str]
    trust_store: RegionalRoots

    def handshake_and_look(self, user: str) -> tuple[Handshake, Look]:
        context = self.trust_store.context(REGION)
        assert context
        target = Target("arn:1", "localhost", self.server.port, REGION, Login.SECRET, "", "a-secret")
        handshake, connection = open_verified(target.host, target.port, context, Deadline.within(20))
        assert connection, handshake
        with connection:
            return handshake, look_at_sessions(connection, target, Credential(user, self.passwords[user]))

    def look(self, user: str = "tlscheck") -> Look:
        return self.handshake_and_look(user)[1]

    @property
    def major(self) -> int:
        version = self.look().server_version
        assert version
        return version // 10000


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module", params=installations().items(), ids=lambda item: item[0])
def version(request: pytest.FixtureRequest, authority: CertificateAuthority) -> Iterator[Version]:
    name, binaries = request.param
    assert isinstance(binaries, Path)
    certificate = authority.issue("localhost")
    with Servers(binaries) as servers:
        settings = f"max_connections = {SESSIONS + 50}\nmax_wal_senders = 2\n"
        server = servers.start("busy", certificate, settings=settings, trusted=CROWD.name)
        enforcing = servers.start("enforcing", certificate, enforced=True)
        with psycopg.connect(
            host=str(server.socket_directory),
            port=server.port,
            user="rdsadmin",
            dbname="postgres",
            autocommit=True,
        ) as administrator:
            administrator.execute("SET password_encryption = 'scram-sha-256'")
            administrator.execute(
                f"CREATE ROLE {GUEST} LOGIN NOINHERIT PASSWORD 'guest'; GRANT pg_monitor TO {GUEST}"
            )
        passwords = servers.passwords | {GUEST: "guest"}
        yield Version(name, server, enforcing, passwords, RegionalRoots(authority.root_pem))


def crowds(look: Look) -> set[SessionGroup]:
    return {group for group in look.sessions if group.user == CROWD.name}


def test_a_server_without_sessions_shows_none(version: Version) -> None:
    handshake, seen = version.handshake_and_look("tlscheck")
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert handshake.authority == "rds-ca-rsa2048-g1"
    assert seen.outcome is LookOutcome.SEEN
    assert [group for group in seen.sessions if group.is_client] == []
    assert seen.server_version
    assert version.name in {"default", str(seen.server_version // 10000)}
    assert seen.force_ssl is None


def test_direct_tls_is_recognised_where_it_is_offered(version: Version) -> None:
    handshake, _ = version.handshake_and_look("tlscheck")
    assert handshake.direct_tls is (version.major >= 17)


def test_a_thousand_sessions_half_of_them_with_tls_are_counted(version: Version) -> None:
    with Crowd(version.server.port, SESSIONS):
        seen = version.look()
        limited = version.look("tlscheck_limited")
        guest = version.look(GUEST)
        own = version.look("orders_app")
    each = SESSIONS // 2 // APPLICATIONS
    assert seen.outcome is LookOutcome.SEEN
    expected = {
        SessionGroup("postgres", CROWD.name, f"crowd-{number}", ("127.0.0.1",), 0, *tls, each)
        for number in range(APPLICATIONS)
        for tls in ENCRYPTIONS
    }
    assert crowds(seen) == expected
    for hidden in (limited, own):
        assert hidden.outcome is LookOutcome.NEEDS_PG_MONITOR
        assert "needs pg_monitor" in hidden.detail
        assert "GRANT pg_monitor TO" in hidden.detail
        assert crowds(hidden) == set()
    if version.major >= 15:
        assert guest.outcome is LookOutcome.NEEDS_PG_MONITOR
        assert "INHERIT" in guest.detail
        assert crowds(guest) == set()
    else:
        # Until 14 membership alone was asked for.
        assert guest.outcome is LookOutcome.SEEN
        assert crowds(guest) == expected


def test_what_a_role_without_privilege_can_see_is_still_said(version: Version) -> None:
    with (
        psycopg.connect(
            host="127.0.0.1",
            port=version.server.port,
            user="tlscheck_limited",
            password=version.passwords["tlscheck_limited"],
            dbname="postgres",
            application_name="mine",
            sslmode="disable",
        ),
        Crowd(version.server.port, 2),
    ):
        seen = version.look("tlscheck_limited")
    assert seen.outcome is LookOutcome.NEEDS_PG_MONITOR
    assert [(group.application, group.tls) for group in seen.sessions] == [("mine", False)]
    assert seen.server_version


def test_replication_is_told_apart(version: Version) -> None:
    conninfo = f"host={version.server.socket_directory} port={version.server.port} user=rdsadmin dbname=postgres"
    with psycopg.connect(f"{conninfo} replication=database application_name=slot", autocommit=True):
        seen = version.look()
    # By user it is RDS's own; by what it does, replication: whose it is goes first.
    assert {(group.application, group.kind) for group in seen.sessions} == {("slot", SessionKind.RDS)}


def test_a_connection_without_tls_is_refused_or_accepted_as_it_says(version: Version) -> None:
    accepted = try_plaintext("localhost", version.server.port, Deadline.within(5))
    refused = try_plaintext("localhost", version.enforcing.port, Deadline.within(5))
    assert (accepted.outcome, refused.outcome) == (PlaintextOutcome.ACCEPTED, PlaintextOutcome.REFUSED)
    said = [line for line in version.enforcing.log.read_text().splitlines() if "tlscheck-plaintext" in line]
    assert len(said) == 1
    assert "no pg_hba.conf entry for host" in said[0]
    # Until 11 a client that goes away instead of giving a password is taken for one with a wrong one.
    failures = [line for line in version.server.log.read_text().splitlines() if "FATAL" in line]
    assert len(failures) == (1 if version.major < 12 else 0)
    assert all("password authentication failed" in line for line in failures)


def test_looks_leave_no_complaint_in_the_servers_log(version: Version) -> None:
    version.look()
    complaints = ("ERROR", "could not", "unexpected EOF", "incomplete", "SSL error", "reset by peer")
    lines = version.server.log.read_text().splitlines()
    assert [line for line in lines if any(complaint in line for complaint in complaints)] == []
