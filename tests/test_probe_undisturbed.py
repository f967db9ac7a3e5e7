"""Servers and poolers that psql logs in to, and a client that asks for more than its name does not."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.wire.observation import LookOutcome
from tlscheck.wire.statement import bounded
from tlscheck.wire.target import Visit

from tests.local_aws.fleet.certificates import CertificateAuthority, ServerCertificate, regional
from tests.local_aws.fleet.installations import installations
from tests.local_aws.fleet.servers import Server, Servers
from tests.looker import REGION, Looker
from tests.scripted_server import Conversation, ScriptedServer


def versions(*majors: str) -> dict[str, Path]:
    return {name: path for name, path in installations().items() if name in {"default", *majors}}


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def looker(authority: CertificateAuthority) -> Looker:
    return Looker(RegionalRoots(authority.root_pem))


@pytest.fixture(scope="module")
def started() -> Iterator["Started"]:
    with ExitStack() as stack:
        yield Started(stack)


class Started:
    """Servers of each version, made ready once."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._servers: dict[Path, Servers] = {}
        self._numbers = count()

    def of(self, binaries: Path) -> Servers:
        if binaries not in self._servers:
            self._servers[binaries] = self._stack.enter_context(Servers(binaries))
        return self._servers[binaries]

    def name(self) -> str:
        return f"server-{next(self._numbers)}"


@contextmanager
def administrator(server: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host=str(server.socket_directory), port=server.port, user="rdsadmin", dbname="postgres", autocommit=True
    ) as connection:
        yield connection


# As the manual's "A Database Login Event Trigger Example", but with a table that is not qualified.
WRITES_A_LOG = """
CREATE TABLE public.login_log (who text, lock_timeout text, statement_timeout text, read_only text, path text);
CREATE FUNCTION public.note_login() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
BEGIN
    IF pg_is_in_recovery() THEN RETURN; END IF;
    INSERT INTO login_log VALUES (session_user, current_setting('lock_timeout'),
        current_setting('statement_timeout'), current_setting('transaction_read_only'),
        current_setting('search_path'));
END $$;
CREATE EVENT TRIGGER note_login ON login EXECUTE FUNCTION public.note_login();
ALTER EVENT TRIGGER note_login ENABLE ALWAYS;
"""


@pytest.mark.parametrize("binaries", versions("17", "18").values(), ids=versions("17", "18"))
def test_a_login_trigger_runs_under_the_roles_own_settings(
    started: Started, binaries: Path, authority: CertificateAuthority, looker: Looker
) -> None:
    servers = started.of(binaries)
    server = servers.start(started.name(), authority.issue("localhost"))
    with administrator(server) as connection:
        connection.execute(WRITES_A_LOG)
    seen = looker.look(server.port, "tlscheck", servers.passwords["tlscheck"])
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
    with administrator(server) as connection:
        rows = connection.execute("SELECT * FROM public.login_log WHERE who = 'tlscheck'").fetchall()
    assert rows == [("tlscheck", "0", "0", "off", '"$user", public')]
    assert "ERROR" not in server.log.read_text()
    standby = stand_by(servers, server)
    seen = looker.look(standby.port, "tlscheck", servers.passwords["tlscheck"])
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "0 sessions were seen.")
    standby.stop()


def stand_by(servers: Servers, server: Server) -> Server:
    """A standby with all that the server has written, which ends."""
    with administrator(server) as connection:
        connection.execute("CHECKPOINT")
    server.stop()
    return servers.stand_by(f"{server.name}-standby", server)


REFUSES = """
CREATE FUNCTION public.refuse_login() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN {statement}; END $$;
CREATE EVENT TRIGGER refuse_login ON login EXECUTE FUNCTION public.refuse_login();
"""


@pytest.mark.parametrize("binaries", versions("17", "18").values(), ids=versions("17", "18"))
@pytest.mark.parametrize(
    ("statement", "on_a_standby", "said"),
    [
        (
            "IF session_user = 'tlscheck' THEN RAISE EXCEPTION 'not at night'; END IF",
            False,
            (
                "The server refused the login (P0001): not at night. What runs at each login raised that, such as "
                'a login trigger of "postgres": let it pass "tlscheck".'
            ),
        ),
        (
            "INSERT INTO public.kept_log VALUES (session_user)",
            False,
            (
                "The server refused the login (42501): permission denied for table kept_log. A login trigger of "
                '"postgres" does what "tlscheck" may not: grant it that, or make the trigger\'s function SECURITY '
                "DEFINER."
            ),
        ),
        (
            "INSERT INTO public.open_log VALUES (session_user)",
            True,
            (
                "The server refused the login (25006): cannot execute INSERT in a read-only transaction. A login "
                'trigger of "postgres" writes in a session that is read only: on a standby let it ask '
                'pg_is_in_recovery() first; elsewhere ALTER ROLE "tlscheck" RESET default_transaction_read_only;'
            ),
        ),
    ],
)
def test_a_login_trigger_that_refuses_whoever_comes_is_told_with_what_mends_it(  # noqa: PLR0917 - a table's columns
    started: Started,
    binaries: Path,
    authority: CertificateAuthority,
    looker: Looker,
    statement: str,
    said: str,
    *,
    on_a_standby: bool,
) -> None:
    servers = started.of(binaries)
    server = servers.start(started.name(), authority.issue("localhost"))
    with administrator(server) as connection:
        connection.execute("CREATE TABLE public.kept_log (who text); CREATE TABLE public.open_log (who text)")
        connection.execute("GRANT INSERT ON public.open_log TO PUBLIC")
        connection.execute(REFUSES.replace("{statement}", statement))
    if on_a_standby:
        server = stand_by(servers, server)
    seen = looker.look(server.port, "tlscheck", servers.passwords["tlscheck"])
    server.stop()
    assert (seen.outcome, seen.detail) == (LookOutcome.LOGIN_REFUSED, said)


@pytest.mark.parametrize("binaries", versions("10", "14", "18").values(), ids=versions("10", "14", "18"))
def test_a_hot_standby_is_looked_at_whatever_isolation_its_role_asks_for(
    started: Started, binaries: Path, authority: CertificateAuthority, looker: Looker
) -> None:
    servers = started.of(binaries)
    server = servers.start(started.name(), authority.issue("localhost"))
    with administrator(server) as connection:
        connection.execute("ALTER ROLE tlscheck SET default_transaction_isolation = serializable")
    standby = stand_by(servers, server)
    with administrator(standby) as connection:
        configured = connection.execute(
            "SELECT pg_is_in_recovery(), rolconfig FROM pg_roles WHERE rolname = 'tlscheck'"
        )
        assert configured.fetchone() == (True, ["default_transaction_isolation=serializable"])
    seen = looker.look(standby.port, "tlscheck", servers.passwords["tlscheck"], Visit(looks=2))
    standby.stop()
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "2 looks. 0 sessions were seen.")


@pytest.mark.parametrize("binaries", versions("10", "14", "18").values(), ids=versions("10", "14", "18"))
def test_a_session_that_its_server_makes_another_roles_looks_as_who_logged_in(
    started: Started, binaries: Path, authority: CertificateAuthority, looker: Looker
) -> None:
    """Else it is told to be granted what it has."""
    servers = started.of(binaries)
    server = servers.start(started.name(), authority.issue("localhost"))
    with administrator(server) as connection:
        connection.execute("CREATE ROLE owners; GRANT owners TO tlscheck; ALTER ROLE tlscheck SET role = owners")
        seen = looker.look(server.port, "tlscheck", servers.passwords["tlscheck"], Visit(looks=2))
    server.stop()
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "2 looks. 1 sessions were seen.")


BOUNDED = versions("10", "11", "14", "17", "18")
"""A clock is started in 10 and before otherwise than since."""


@pytest.mark.parametrize("binaries", BOUNDED.values(), ids=BOUNDED)
def test_each_look_is_bounded_and_leaves_nothing_behind(started: Started, binaries: Path) -> None:
    """As a pooler would hand the session on."""
    asked = "SELECT current_setting('{}')"
    inside = {
        "statement_timeout": "5s",
        "lock_timeout": "500ms",
        "transaction_isolation": "repeatable read",
        "transaction_read_only": "on",
        "search_path": "pg_catalog",
        "role": "none",
    }
    notices: list[str | None] = []
    server = started.of(binaries).start(started.name())
    with administrator(server) as connection:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        connection.execute("CREATE ROLE owners; SET role = owners")
        before = {name: connection.execute(asked.format(name)).fetchone() for name in inside}
        for name, value in inside.items():
            answers = connection.execute(bounded(asked.format(name)))
            while answers.nextset() and not answers.description:
                pass
            assert answers.fetchone() == (value,)
        assert {name: connection.execute(asked.format(name)).fetchone() for name in inside} == before
        assert notices == []
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute(bounded("SELECT pg_sleep(60)").replace(" = 5000;", " = 50;"))
        connection.execute("ROLLBACK")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(bounded("CREATE TABLE public.mine ()"))
    server.stop()


KNOWN_TO_POOLERS = frozenset(
    {
        b"user",
        b"database",
        b"application_name",
        b"client_encoding",
        b"datestyle",
        b"timezone",
        b"standard_conforming_strings",
    }
)
"""PgBouncer's manual, ignore_startup_parameters: what it takes without being told to ignore it."""


def pooler(server: Server, certificate: ServerCertificate) -> ScriptedServer:
    """Modelled: what PgBouncer does with a startup message, and behind it a session of its own with the server."""

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        assert conversation.start_tls(certificate)
        startup = conversation.receive()
        texts = startup[8:].split(b"\0")
        for name in texts[:-2:2]:
            if name.lower() not in KNOWN_TO_POOLERS:
                text = b"SFATAL\0C08P01\0Munsupported startup parameter: " + name + b"\0\0"
                conversation.send(b"E" + (len(text) + 4).to_bytes(4) + text)
                return
        with socket.socket(socket.AF_UNIX) as behind:
            behind.connect(str(server.socket_directory / f".s.PGSQL.{server.port}"))
            asked = startup
            while asked:
                behind.sendall(asked)
                if asked.startswith(b"X"):
                    return
                answer = b""
                while not answer.endswith((b"Z\0\0\0\x05I", b"Z\0\0\0\x05E")):
                    answer += behind.recv(65536)
                conversation.send(answer)
                asked = conversation.receive()

    return ScriptedServer(script)


def test_a_pooler_that_takes_no_other_parameters_than_psqls_is_looked_through(
    started: Started, authority: CertificateAuthority, looker: Looker
) -> None:
    server = started.of(list(installations().values())[-1]).start(started.name())
    with pooler(server, authority.issue("localhost")) as front:
        seen = looker.look(front.port, "tlscheck", "unused", Visit(looks=2))
    server.stop()
    assert (seen.outcome, seen.detail) == (LookOutcome.SEEN, "2 looks. 0 sessions were seen.")
