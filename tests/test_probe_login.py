"""Logins to real PostgreSQL servers, and the look at who is connected."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import cast
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import botocore.session
import psycopg
import pytest
from psycopg import sql
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import HandshakeOutcome, Look, LookOutcome, SessionGroup, SessionKind
from tlscheck.wire.target import Login, Target, Visit

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.iam_login import IamLogin
from tests.local_aws.fleet.servers import Server, Servers

REGION = "eu-west-1"
NUMBERS = count()


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def trust_store(authority: CertificateAuthority) -> RegionalRoots:
    return RegionalRoots(authority.root_pem)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture
def server(servers: Servers, authority: CertificateAuthority) -> Iterator[Server]:
    """A server of the test's own: nobody else's sessions are on it."""
    server = servers.start(f"server-{next(NUMBERS)}", certificate=authority.issue("localhost"))
    yield server
    server.stop()


@pytest.fixture
def administrator(server: Server) -> Iterator[psycopg.Connection]:
    """Does what needs a superuser. Its own session belongs to rdsadmin, which no look shows."""
    with psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="postgres", autocommit=True
    ) as connection:
        yield connection


@pytest.fixture
def clients(server: Server, servers: Servers) -> Iterator["Clients"]:
    with Clients(server, servers.passwords) as clients:
        yield clients


class Clients:
    """Connections that stay open until the test is over."""

    def __init__(self, server: Server, passwords: dict[str, str]) -> None:
        self._server = server
        self._passwords = passwords
        self._open = ExitStack()

    def __enter__(self) -> "Clients":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def connect(self, user: str, application: str, tls: bool, times: int = 1) -> None:
        for _ in range(times):
            self._open.enter_context(
                psycopg.connect(
                    host="127.0.0.1",
                    port=self._server.port,
                    user=user,
                    password=self._passwords[user],
                    dbname="postgres",
                    application_name=application,
                    sslmode="require" if tls else "disable",
                )
            )


class Thread:
    """A context manager: what runs beside the test, and is over when it ends."""

    def __init__(self, target: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=target)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def until[Result](ask: Callable[[], Result], is_so: Callable[[Result], bool], seconds: float = 10) -> Result:
    deadline = time.monotonic() + seconds
    while not is_so(answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_so(answer)
    return answer


def look(  # noqa: PLR0917 - the login's own facts, in the order in which they are always named
    trust_store: RegionalRoots,
    server: Server,
    user: str,
    password: str,
    database: str = "postgres",
    visit: Visit = Visit(),  # noqa: B008 - frozen
) -> Look:
    target = Target("arn:1", "localhost", server.port, REGION, Login.SECRET, "", "a-secret", database)
    context = trust_store.context(REGION)
    assert context
    handshake, connection = open_verified(target.host, target.port, context, Deadline.within(10))
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert connection
    with connection:
        return look_at_sessions(connection, target, Credential(user, password), visit)


def test_sessions_are_counted_by_who_they_are_and_by_tls(
    trust_store: RegionalRoots, server: Server, servers: Servers, clients: Clients
) -> None:
    clients.connect("orders_app", "worker", tls=False, times=3)
    clients.connect("orders_app", "web", tls=True, times=2)
    clients.connect("reports", 'it\'s "odd" \\ <b>', tls=False)
    before = datetime.now(UTC)
    seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert seen.outcome is LookOutcome.SEEN
    assert seen.at
    assert before < seen.at < datetime.now(UTC)
    assert seen.server_version is not None
    assert set(seen.sessions) == {
        SessionGroup("postgres", "orders_app", "worker", ("127.0.0.1",), 0, False, None, 3),
        SessionGroup("postgres", "orders_app", "web", ("127.0.0.1",), 0, True, "TLSv1.3", 2),
        SessionGroup("postgres", "reports", 'it\'s "odd" \\ <b>', ("127.0.0.1",), 0, False, None, 1),
    }
    assert [group.tls for group in seen.sessions] == [False, False, True]
    assert (seen.kinds, seen.looks) == (3, 1)
    assert seen.force_ssl is None


def test_looks_of_our_own_are_marked_and_strangers_of_that_name_are_not(
    trust_store: RegionalRoots, server: Server, servers: Servers, clients: Clients
) -> None:
    clients.connect("tlscheck", "tlscheck", tls=True)
    clients.connect("tlscheck", "tlscheck", tls=False)
    clients.connect("reports", "tlscheck", tls=True)
    seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert {(group.user, group.tls, group.kind) for group in seen.sessions} == {
        ("tlscheck", True, SessionKind.TLSCHECK),
        ("tlscheck", False, SessionKind.CLIENT),
        ("reports", True, SessionKind.CLIENT),
    }


def test_rds_and_its_proxy_are_marked_and_no_clients(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    administrator.execute("CREATE ROLE rdsproxyadmin LOGIN PASSWORD 'x'")
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user="rdsproxyadmin",
        password="x",  # noqa: S106 - nobody's
        dbname="postgres",
    ):
        seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert {(group.user, group.kind) for group in seen.sessions} == {
        ("rdsadmin", SessionKind.RDS),
        ("rdsproxyadmin", SessionKind.RDS_PROXY),
    }
    assert not any(group.is_client for group in seen.sessions)


def test_replication_is_told_apart_and_counts_as_a_client(
    trust_store: RegionalRoots, servers: Servers, authority: CertificateAuthority
) -> None:
    server = servers.start(
        "replicated", certificate=authority.issue("localhost"), settings="max_wal_senders = 2\n"
    )
    socket_name = str(server.socket_directory)
    with psycopg.connect(host=socket_name, port=server.port, user="rdsadmin", dbname="postgres") as administrator:
        administrator.execute("CREATE ROLE dms LOGIN REPLICATION")
    conninfo = f"host={socket_name} port={server.port} user=dms dbname=postgres replication=database"
    with psycopg.connect(conninfo, autocommit=True):
        seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    server.stop()
    (group,) = (group for group in seen.sessions if group.user == "dms")
    assert group.kind is SessionKind.REPLICATION
    assert group.is_client


def test_parallel_workers_are_no_sessions_of_their_own(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    administrator.execute("SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0")
    administrator.execute("SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0")
    administrator.execute("CREATE TABLE numbers AS SELECT generate_series(1, 2000) AS n")
    administrator.execute(
        "CREATE FUNCTION slow(n int) RETURNS bool LANGUAGE plpgsql PARALLEL SAFE COST 10000 AS "
        "'BEGIN PERFORM pg_sleep(0.005); RETURN true; END'"
    )
    with (
        Thread(lambda: administrator.execute("SELECT count(*) FROM numbers WHERE slow(n)")),
        psycopg.connect(
            host=str(server.socket_directory),
            port=server.port,
            user="rdsadmin",
            dbname="postgres",
            autocommit=True,
        ) as watcher,
    ):
        until(
            lambda: watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'"
            ).fetchone(),
            lambda workers: workers is not None and workers[0] > 0,
        )
        seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert [(group.user, group.sessions) for group in seen.sessions] == [("rdsadmin", 2)]


def test_enforcement_is_told_as_the_server_runs_it(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    for value, is_on in (("1", True), ("0", False), ("on", True)):
        administrator.execute(f"ALTER ROLE tlscheck SET rds.force_ssl = '{value}'")
        seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
        assert seen.force_ssl is is_on


def test_several_looks_on_one_connection_show_who_came_and_went(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    def looked_at() -> datetime | None:
        row = administrator.execute(
            "SELECT max(query_start) FROM pg_stat_activity WHERE application_name = 'tlscheck'"
        ).fetchone()
        return None if row is None else cast("datetime | None", row[0])

    def come_and_go() -> None:
        first = until(looked_at, lambda begun: begun is not None)
        with Clients(server, servers.passwords) as clients:
            clients.connect("reports", "nightly", tls=False)
            come = until(looked_at, lambda begun: begun != first)
            until(looked_at, lambda begun: begun != come)

    begun = datetime.now(UTC)
    with Thread(come_and_go):
        seen = look(
            trust_store, server, "tlscheck", servers.passwords["tlscheck"], visit=Visit(looks=10, interval=0.3)
        )
    assert [group.application for group in seen.sessions if group.user == "reports"] == ["nightly"]
    assert seen.looks == 10
    assert seen.at
    assert seen.at > begun + timedelta(seconds=9 * 0.3)
    assert server.log.read_text().count("application_name=tlscheck") == 1


def test_a_user_without_pg_monitor_is_told_and_sees_only_its_own(
    trust_store: RegionalRoots, server: Server, servers: Servers, clients: Clients
) -> None:
    clients.connect("tlscheck_limited", "mine", tls=False)
    clients.connect("orders_app", "worker", tls=False)
    clients.connect("orders_app", "web", tls=True)
    seen = look(trust_store, server, "tlscheck_limited", servers.passwords["tlscheck_limited"])
    assert seen.user == "tlscheck_limited"
    assert seen.outcome is LookOutcome.NEEDS_PG_MONITOR
    assert 'GRANT pg_monitor TO "tlscheck_limited";' in seen.detail
    assert [group.application for group in seen.sessions] == ["mine"]


def test_a_member_of_pg_monitor_that_does_not_inherit_is_told_so(
    trust_store: RegionalRoots, server: Server, administrator: psycopg.Connection
) -> None:
    administrator.execute("CREATE ROLE guest LOGIN NOINHERIT PASSWORD 'guest'; GRANT pg_monitor TO guest")
    seen = look(trust_store, server, "guest", "guest")
    assert seen.outcome is LookOutcome.NEEDS_PG_MONITOR
    assert "INHERIT" in seen.detail


def test_a_look_at_an_idle_server_sees_nobody(
    trust_store: RegionalRoots, server: Server, servers: Servers
) -> None:
    seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert (seen.outcome, seen.sessions) == (LookOutcome.SEEN, ())


def test_a_name_from_a_database_of_another_encoding_does_not_end_the_look(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    administrator.execute("CREATE DATABASE latin TEMPLATE postgres")
    administrator.execute(
        "UPDATE pg_database SET encoding = pg_char_to_encoding('LATIN1') WHERE datname = 'latin'"
    )
    with psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="latin"
    ) as latin:
        latin.execute('CREATE ROLE "josé" LOGIN')
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(server.socket_directory / f".s.PGSQL.{server.port}"))
        startup = (196608).to_bytes(4) + b"user\0jos\xe9\0database\0latin\0\0"
        client.sendall((len(startup) + 4).to_bytes(4) + startup)
        answer = b""
        while not answer.endswith(b"Z\0\0\0\x05I"):
            answer += client.recv(4096)
        seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert seen.outcome is LookOutcome.SEEN
    assert [group.user for group in seen.sessions if group.is_client] == ["jos\ufffd"]


def test_a_look_leaves_no_complaint_in_the_servers_log(
    trust_store: RegionalRoots, server: Server, servers: Servers
) -> None:
    look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    server.stop()
    lines = server.log.read_text().splitlines()
    assert any("application_name=tlscheck SSL enabled" in line for line in lines)
    assert [line for line in lines if "could not" in line or "unexpected EOF" in line or "ERROR" in line] == []


@pytest.mark.parametrize(
    ("statement", "database", "code", "remedy"),
    [
        ("SELECT 1", "missing", "3D000", 'CREATE DATABASE "missing";'),
        (
            "ALTER ROLE tlscheck CONNECTION LIMIT 0",
            "postgres",
            "53300",
            'ALTER ROLE "tlscheck" CONNECTION LIMIT -1;',
        ),
        ("ALTER ROLE tlscheck NOLOGIN", "postgres", "28000", 'ALTER ROLE "tlscheck" LOGIN;'),
        ("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC", "postgres", "42501", "GRANT CONNECT ON DATABASE"),
        (
            "CREATE DATABASE shut TEMPLATE postgres ALLOW_CONNECTIONS false",
            "shut",
            "55000",
            'ALTER DATABASE "shut"',
        ),
        ("ALTER ROLE tlscheck PASSWORD 'changed'", "postgres", "28P01", "The secret does not open"),
        ("DROP ROLE tlscheck", "postgres", "28P01", "The secret does not open"),
    ],
)
def test_a_refused_login_says_why_and_what_mends_it(  # noqa: PLR0917 - fixtures and a table's columns
    trust_store: RegionalRoots,
    server: Server,
    servers: Servers,
    administrator: psycopg.Connection,
    statement: str,
    database: str,
    code: str,
    remedy: str,
) -> None:
    administrator.execute(sql.SQL(statement))
    seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"], database)
    assert seen.outcome is LookOutcome.LOGIN_REFUSED
    assert f"({code})" in seen.detail
    assert remedy in seen.detail
    assert servers.passwords["tlscheck"] not in seen.detail


def test_a_user_that_may_not_read_the_views_is_told_what_to_grant(
    trust_store: RegionalRoots, server: Server, servers: Servers, administrator: psycopg.Connection
) -> None:
    administrator.execute("REVOKE SELECT ON pg_catalog.pg_stat_ssl FROM PUBLIC")
    seen = look(trust_store, server, "tlscheck", servers.passwords["tlscheck"])
    assert seen.outcome is LookOutcome.FAILED
    assert "(42501)" in seen.detail
    assert 'GRANT pg_monitor TO "tlscheck";' in seen.detail


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu//8=")


@pytest.mark.usefixtures("role")
def test_an_iam_login_sends_the_token_that_botocore_would(
    trust_store: RegionalRoots, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []

    def verify(token: str, user: str) -> str | None:
        assert user == "tlscheck"
        tokens.append(token)
        return None

    with IamLogin(server, verify) as front:
        target = Target("arn:1", "localhost", front.port, REGION, Login.IAM, "tlscheck")
        observation = observe(target, trust_store, Deadline.within(10))
    assert observation.look.outcome is LookOutcome.SEEN
    (token,) = tokens
    stamp = parse_qs(urlsplit("//" + token).query)["X-Amz-Date"][0]
    signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - signed_at).total_seconds()) < 60
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: signed_at.replace(tzinfo=None))
    rds = botocore.session.Session().create_client("rds", region_name=REGION)
    assert token == rds.generate_db_auth_token(DBHostname="localhost", Port=front.port, DBUsername="tlscheck")  # type: ignore[attr-defined] # made at run time


@pytest.mark.usefixtures("role")
def test_a_refused_iam_token_names_the_permission_and_shows_no_token(
    trust_store: RegionalRoots, server: Server
) -> None:
    with IamLogin(server, lambda *_: "not allowed") as front:
        target = Target("arn:1", "localhost", front.port, REGION, Login.IAM, "tlscheck")
        seen = observe(target, trust_store, Deadline.within(10)).look
    assert seen.outcome is LookOutcome.LOGIN_REFUSED
    assert "rds-db:connect" in seen.detail
    assert "X-Amz" not in seen.detail


def test_an_iam_login_without_credentials_is_not_tried(
    trust_store: RegionalRoots, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    target = Target("arn:1", "localhost", server.port, REGION, Login.IAM, "tlscheck")
    observation = observe(target, trust_store, Deadline.within(10))
    assert observation.handshake.outcome is HandshakeOutcome.TRUSTED
    assert observation.look.outcome is LookOutcome.NO_CREDENTIALS
    assert "AWS_ACCESS_KEY_ID" in observation.look.detail


def test_a_target_without_a_login_is_looked_at_from_outside(trust_store: RegionalRoots, server: Server) -> None:
    target = Target("arn:1", "localhost", server.port, REGION, Login.NONE, "")
    observation = observe(target, trust_store, Deadline.within(10))
    assert observation.handshake.outcome is HandshakeOutcome.TRUSTED
    assert observation.look.outcome is LookOutcome.NOT_TRIED
