"""Every database of the fleet behaves as its kind says, and nothing is left of it afterwards."""

import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.local_aws.fleet.clients import Tls
from tests.local_aws.fleet.databases import DATABASES, Behind, Database, Presented
from tests.local_aws.fleet.fleet import Fleet

TLS_REFUSED = "the server answered N"
REFUSALS = {
    Presented.GOOD: "",
    Presented.RETIRED: "self-signed certificate in certificate chain",
    Presented.OTHER_NAME: "Hostname mismatch",
    Presented.EXPIRED: "certificate has expired",
    Presented.NONE: TLS_REFUSED,
}
SERVED = tuple(database for database in DATABASES if database.behind in {Behind.SERVER, Behind.IAM_LOGIN})


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    with Fleet() as fleet:
        yield fleet


def _refusal(fleet: Fleet, database: Database) -> str:
    """What Python's default, strict verification says of a server; an empty text when it is content."""
    context = ssl.create_default_context(cafile=fleet.roots_file(database.region))
    with socket.create_connection(("127.0.0.1", fleet.ports[database.identifier]), timeout=10) as connection:
        connection.sendall(struct.pack("!ii", 8, 80877103))
        if connection.recv(1) == b"N":
            return TLS_REFUSED
        try:
            with context.wrap_socket(connection, server_hostname=database.host) as tls:
                assert len(tls.get_unverified_chain()) == 3
        except ssl.SSLCertVerificationError as refusal:
            return refusal.verify_message
    return ""


def _says_without_tls(fleet: Fleet, database: Database) -> str:
    """The first message of a server to a login without TLS: E, an error, or R, an authentication request."""
    startup = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
    with socket.create_connection(("127.0.0.1", fleet.ports[database.identifier]), timeout=10) as connection:
        connection.sendall(struct.pack("!i", len(startup) + 4) + startup)
        return connection.recv(1).decode()


def test_every_server_presents_the_certificate_of_its_kind(fleet: Fleet) -> None:
    for database in SERVED:
        refusal, expected = _refusal(fleet, database), REFUSALS[database.presented]
        assert refusal.startswith(expected), database.identifier
        assert bool(refusal) == bool(expected), database.identifier


def test_exactly_the_enforcing_servers_refuse_plaintext(fleet: Fleet) -> None:
    for database in SERVED:
        assert _says_without_tls(fleet, database) == ("E" if database.enforced else "R"), database.identifier


def test_a_closed_port_refuses_connections(fleet: Fleet) -> None:
    for database in DATABASES:
        if database.behind is Behind.CLOSED:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", fleet.ports[database.identifier]), timeout=10)


def test_a_silent_port_accepts_and_never_answers(fleet: Fleet) -> None:
    (silent,) = (database for database in DATABASES if database.behind is Behind.SILENT)
    with socket.create_connection(("127.0.0.1", fleet.ports[silent.identifier]), timeout=0.3) as connection:
        connection.sendall(struct.pack("!ii", 8, 80877103))
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_every_secret_logs_in_to_its_database(fleet: Fleet) -> None:
    for database in SERVED:
        if database.secret:
            secret = fleet.secrets[database.secret]
            with psycopg.connect(
                host="127.0.0.1",
                port=fleet.ports[database.identifier],
                user=secret["username"],
                password=secret["password"],
                dbname="postgres",
            ) as session:
                monitor = session.execute("SELECT pg_has_role(current_user, 'pg_monitor', 'USAGE')").fetchone()
            assert monitor == (database.identifier != "hr-prod",), database.identifier


def test_exactly_the_clients_of_the_table_are_connected(fleet: Fleet) -> None:
    for database in SERVED:
        server = fleet.servers.running[database.identifier]
        with psycopg.connect(
            host=str(server.socket_directory), port=server.port, user="tlscheck", dbname="postgres"
        ) as session:
            seen = session.execute(
                "SELECT usename, application_name, ssl, version FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
                " WHERE client_port IS NOT NULL AND pid <> pg_backend_pid()"
            ).fetchall()
        expected: Counter[tuple[object, ...]] = Counter({("rdsadmin", "rds-host-manager", False, None): 1})
        for client in database.clients:
            protocol = None if client.tls is Tls.NONE else client.newest_protocol or "TLSv1.3"
            expected[client.user, client.application, client.tls is not Tls.NONE, protocol] += client.sessions
        assert Counter(seen) == expected, database.identifier


def test_two_fleets_stand_side_by_side_and_one_goes_without_a_trace(fleet: Fleet) -> None:
    with Fleet() as other:
        assert not set(other.ports.values()) & set(fleet.ports.values())
        assert _refusal(other, DATABASES[0]) == _refusal(fleet, DATABASES[0]) == ""
        directory, ports = other.servers.workplace.directory, dict(other.ports)
    assert not directory.exists()
    for port in ports.values():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10)
    assert _refusal(fleet, DATABASES[0]) == ""


_OWNER = """
import time
from tests.local_aws.fleet.fleet import Fleet
with Fleet() as fleet:
    print(fleet.servers.workplace.directory, *fleet.ports.values(), flush=True)
    time.sleep(60)
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("death", [signal.SIGINT, signal.SIGKILL])
def test_ctrl_c_or_a_kill_leaves_nothing_running(death: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    ) as owner:
        assert owner.stdout
        directory, *ports = owner.stdout.readline().split()
        os.killpg(owner.pid, death)  # the whole group, as a terminal does on Ctrl-C
        owner.wait(timeout=30)
    deadline = time.monotonic() + 15
    while (Path(directory).exists() or _processes_of(directory)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(directory).exists()
    assert _processes_of(directory) == []
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)), timeout=10)


def _processes_of(directory: str) -> list[str]:
    """Command lines that name the fleet's directory: its servers, its psql sessions, its caretaker."""
    found = []
    for command_line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = command_line.read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if directory in text:
            found.append(text)
    return found
