"""Servers behave as they were asked to, and nothing of them is left."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.fleet.servers import Server, ServerDidNotStartError, Servers, find_binaries

HOST = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com"


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional("us-east-1")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as servers:
        yield servers


def _log_in(servers: Servers, server: Server, user: str = "tlscheck", **options: str) -> psycopg.Connection:
    return psycopg.connect(
        host=HOST,
        hostaddr="127.0.0.1",
        port=server.port,
        user=user,
        password=servers.passwords[user],
        dbname="postgres",
        **options,  # type: ignore[arg-type] # all of them texts, as libpq takes them
    )


def test_a_verified_login_has_tls(servers: Servers, authority: CertificateAuthority, tmp_path: Path) -> None:
    server = servers.start("verified", authority.issue(HOST))
    (tmp_path / "root.pem").write_bytes(authority.root_pem)
    with _log_in(servers, server, sslmode="verify-full", sslrootcert=str(tmp_path / "root.pem")) as session:
        assert session.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchall() == [(True,)]


def test_an_enforcing_server_refuses_plaintext_before_a_password(
    servers: Servers, authority: CertificateAuthority
) -> None:
    server = servers.start("enforcing", authority.issue(HOST), enforced=True)
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry for host .* no encryption"):
        _log_in(servers, server, sslmode="disable")
    _log_in(servers, server, sslmode="require").close()


def test_a_server_without_certificate_has_ssl_off(servers: Servers) -> None:
    server = servers.start("off")
    with pytest.raises(psycopg.OperationalError, match="server does not support SSL"):
        _log_in(servers, server, sslmode="require")
    _log_in(servers, server, sslmode="disable").close()


def test_passwords_are_checked_by_scram(servers: Servers) -> None:
    server = servers.start("scram")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=server.port, user="tlscheck", password="wrong", dbname="postgres")  # noqa: S106 - wrong on purpose
    with _log_in(servers, server, "tlscheck", require_auth="scram-sha-256") as session:
        assert session.info.user == "tlscheck"


def test_the_limited_user_does_not_see_when_others_logged_in(servers: Servers) -> None:
    server = servers.start("limited")
    others = "SELECT backend_start IS NULL FROM pg_stat_activity WHERE usename = 'orders_app'"
    with _log_in(servers, server, "orders_app"):
        with _log_in(servers, server, "tlscheck") as checker:
            assert checker.execute(others).fetchall() == [(False,)]
        with _log_in(servers, server, "tlscheck_limited") as limited:
            assert limited.execute(others).fetchall() == [(True,)]


def test_a_server_that_does_not_start_says_why(servers: Servers) -> None:
    with pytest.raises(ServerDidNotStartError, match='unrecognized configuration parameter "nonsense"'):
        servers.start("nonsense", settings="nonsense = 1\n")


def test_a_place_without_postgresql_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=str(tmp_path)), Servers(tmp_path / "bin"):
        pass


def test_binaries_of_another_installation_serve_as_well(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.symlink_to(find_binaries().parent)
    with Servers(elsewhere / "bin") as servers:
        _log_in(servers, servers.start("elsewhere")).close()


def test_a_reserved_port_refuses_and_is_given_to_nobody_else() -> None:
    with reserved_port() as port:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
        with socket.socket() as other, pytest.raises(OSError, match="already in use"):
            other.bind(("127.0.0.1", port))


_OWNER = """
import sys, time
from tests.local_aws.fleet.servers import Servers
with Servers() as servers:
    server = servers.start("one")
    print(servers.workplace.directory, server.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("death", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_its_owner(death: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    ) as owner:
        assert owner.stdout
        directory, pid = owner.stdout.readline().split()
        assert _is_alive(int(pid))
        owner.send_signal(death)
        owner.wait(timeout=30)
    deadline = time.monotonic() + 10
    while (Path(directory).exists() or _is_alive(int(pid))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(directory).exists()
    assert not _is_alive(int(pid))


def test_everything_is_gone_after_exit() -> None:
    with Servers() as servers:
        directory, server = servers.workplace.directory, servers.start("one")
        assert _is_alive(server.process.pid)
    assert not directory.exists()
    assert not _is_alive(server.process.pid)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""  # empty for one that is dead and not yet reaped
    except (FileNotFoundError, ProcessLookupError):
        return False
