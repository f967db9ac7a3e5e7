"""IAM authentication in front of a real server: a token for the checker, nothing new for everyone else."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing

import pg8000.native
import psycopg
import pytest

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.iam_login import IamLogin
from tests.local_aws.fleet.servers import Servers

HOST = "analytics-prod.c9x2example.us-east-1.rds.amazonaws.com"
GOOD_TOKEN = f"{HOST}:5432/?Action=connect&DBUser=tlscheck&X-Amz-Security-Token={'x' * 2000}"


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional("us-east-1")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


@pytest.fixture(scope="module")
def front(servers: Servers, authority: CertificateAuthority) -> Iterator[IamLogin]:
    server = servers.start("analytics-prod", authority.issue(HOST), enforced=True)

    def verify(token: str, user: str) -> str | None:
        return None if (token, user) == (GOOD_TOKEN, "tlscheck") else "not signed by anybody here"

    with IamLogin(server, verify) as front:
        yield front


def _log_in(
    front: IamLogin, authority: CertificateAuthority, user: str, password: str
) -> pg8000.native.Connection:
    return pg8000.native.Connection(
        user,
        host=HOST,
        password=password,
        database="postgres",
        sock=socket.create_connection(("127.0.0.1", front.port), timeout=10),
        ssl_context=ssl.create_default_context(cadata=authority.root_pem.decode()),
    )


def test_a_good_token_logs_in_over_verified_tls(front: IamLogin, authority: CertificateAuthority) -> None:
    with closing(_log_in(front, authority, "tlscheck", GOOD_TOKEN)) as session:
        assert session.run("SELECT current_user") == [["tlscheck"]]


def test_much_comes_through_in_both_directions(front: IamLogin, authority: CertificateAuthority) -> None:
    with closing(_log_in(front, authority, "tlscheck", GOOD_TOKEN)) as session:
        text = "x" * 1_000_000
        assert session.run("SELECT CAST(:text AS text)", text=text) == [[text]]


def test_a_bad_token_is_refused_as_pam_refuses(front: IamLogin, authority: CertificateAuthority) -> None:
    with pytest.raises(pg8000.native.DatabaseError) as refusal:
        _log_in(front, authority, "tlscheck", "a bad token")
    fields = refusal.value.args[0]
    assert (fields["S"], fields["C"]) == ("FATAL", "28000")
    assert fields["M"] == 'PAM authentication failed for user "tlscheck"'


def test_the_checkers_password_is_no_token(
    front: IamLogin, authority: CertificateAuthority, servers: Servers
) -> None:
    with pytest.raises(pg8000.native.DatabaseError, match="PAM authentication failed"):
        _log_in(front, authority, "tlscheck", servers.passwords["tlscheck"])


def test_an_application_logs_in_by_scram_and_counts_as_tls(
    front: IamLogin, authority: CertificateAuthority, servers: Servers
) -> None:
    # pg8000 binds the login to the server's certificate (SCRAM-SHA-256-PLUS), so both ends must present the same.
    with closing(_log_in(front, authority, "reports", servers.passwords["reports"])) as session:
        assert session.run("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [
            [True, "TLSv1.3"]
        ]


def test_an_application_without_tls_meets_the_servers_own_refusal(front: IamLogin, servers: Servers) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry .* no encryption"):
        psycopg.connect(
            host="127.0.0.1",
            port=front.port,
            user="reports",
            password=servers.passwords["reports"],
            dbname="postgres",
            sslmode="disable",
        )


def test_a_client_that_refuses_the_certificate_leaves_the_front_standing(
    front: IamLogin, authority: CertificateAuthority
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        _log_in(front, regional("us-east-1"), "tlscheck", GOOD_TOKEN)
    _log_in(front, authority, "tlscheck", GOOD_TOKEN).close()
