"""Servers that have no connection left for the probe: what is told is what is full, and does as it says."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.wire.observation import LookOutcome

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.servers import Server, Servers
from tests.looker import REGION, Looker

FEW = "max_connections = 6\nsuperuser_reserved_connections = 1\nmax_wal_senders = 0\n"
KEPT_BACK = "Only connections that are kept back for others are left: free some, or raise max_connections."


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def looker(authority: CertificateAuthority) -> Looker:
    return Looker(RegionalRoots(authority.root_pem))


# What is kept back is told otherwise since 16.
VERSIONS = [item for item in installations().items() if item[0] in {"default", "10", "15", "16", "18"}]


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda item: item[0])
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    with Servers(request.param[1]) as servers:
        yield servers


def administrator(server: Server) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="postgres", autocommit=True
    )


def crowd(server: Server, stack: ExitStack, user: str, most: int) -> int:
    """As many sessions of a user as the server takes."""
    for number in range(most):
        try:
            stack.enter_context(
                psycopg.connect(host=str(server.socket_directory), port=server.port, user=user, dbname="postgres")
            )
        except psycopg.OperationalError:
            return number
    return most


def test_connections_that_are_kept_back_are_told_with_who_may_have_them(
    servers: Servers, authority: CertificateAuthority, looker: Looker
) -> None:
    password = servers.passwords["tlscheck"]
    plain = servers.start("full", authority.issue("localhost"), settings=FEW)
    with ExitStack() as stack:
        assert crowd(plain, stack, "orders_app", 6) == 5
        full = looker.look(plain.port, "tlscheck", password)
    plain.stop()
    assert full.outcome is LookOutcome.LOGIN_REFUSED
    assert full.detail.startswith(
        "The server refused the login (53300): remaining connection slots are reserved for "
    )
    assert full.detail.endswith(KEPT_BACK)
    if int((plain.data / "PG_VERSION").read_text()) < 16:
        return
    reserving = servers.start(
        "reserving", authority.issue("localhost"), settings=FEW + "reserved_connections = 2\n"
    )
    with ExitStack() as stack:
        assert crowd(reserving, stack, "orders_app", 6) == 3
        kept = looker.look(reserving.port, "tlscheck", password)
        with administrator(reserving) as connection:
            connection.execute('GRANT pg_use_reserved_connections TO "tlscheck";')
        seen = looker.look(reserving.port, "tlscheck", password)
    reserving.stop()
    assert kept.detail.endswith(
        "Only what reserved_connections keeps back is left: free connections, or raise max_connections; or GRANT "
        'pg_use_reserved_connections TO "tlscheck"; lets the probe have one of them.'
    )
    assert seen.outcome is LookOutcome.SEEN


def test_the_limit_of_a_role_or_of_a_database_is_told_as_that(
    servers: Servers, authority: CertificateAuthority, looker: Looker
) -> None:
    password = servers.passwords["tlscheck"]
    server = servers.start("limited", authority.issue("localhost"))
    with administrator(server) as connection:
        connection.execute("ALTER ROLE tlscheck CONNECTION LIMIT 0")
        role = looker.look(server.port, "tlscheck", password)
        connection.execute('ALTER ROLE "tlscheck" CONNECTION LIMIT -1;')
        connection.execute("ALTER DATABASE postgres CONNECTION LIMIT 0")
        database = looker.look(server.port, "tlscheck", password)
        connection.execute("ALTER DATABASE postgres CONNECTION LIMIT -1")
        seen = looker.look(server.port, "tlscheck", password)
    server.stop()
    assert role.detail == (
        'The server refused the login (53300): too many connections for role "tlscheck". Its limit is reached: '
        'ALTER ROLE "tlscheck" CONNECTION LIMIT -1;'
    )
    assert database.detail == (
        'The server refused the login (53300): too many connections for database "postgres". Raise its limit '
        '(ALTER DATABASE "postgres" CONNECTION LIMIT).'
    )
    assert seen.outcome is LookOutcome.SEEN
