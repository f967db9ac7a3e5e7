"""The rehearsal against real drivers: what each sends, how it is answered, and what is told of it."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import asyncpg
import pg8000.native
import psycopg
import psycopg2
import pytest
from tlscheck.edges.rehearsal.limits import Limits
from tlscheck.edges.rehearsal.server import serve
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal.contact import Ended, Startup
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.trust.trust_store import Authority, Entry

from tests.rehearsing.played import REGION, Played, Scripted, forger, played

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
GSS_REQUEST = bytes.fromhex("0000000804d21630")
CANCEL = bytes.fromhex("0000001004d2162e 00000007 00000009")
ROOTS = {root.family: root for root in roots() if root.region == REGION}
KINDS = {
    Authority.RSA2048_G1: Key.RSA2048,
    Authority.RSA4096_G1: Key.RSA4096,
    Authority.ECC384_G1: Key.P384,
}
STRANGER, NO_TLS = Trial(Shows.STRANGER), Trial(Shows.NOTHING)


def startup(*parts: str, version: int = 3 << 16) -> bytes:
    body = version.to_bytes(4) + b"".join(part.encode() + b"\0" for part in parts) + b"\0"
    return (4 + len(body)).to_bytes(4) + body


APP = startup("user", "app", "database", "shop", "application_name", "web")
WHO = Startup("app", "shop", "web")


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Played]:
    with played() as here:
        yield here


def shown(rehearsal: Played, trial: Trial) -> Played:
    rehearsal.until(lambda: rehearsal.running.reception.present == 0)
    rehearsal.direction.shows = trial
    rehearsal.direction.contacts.clear()
    return rehearsal


def store(folder: Path, *held: Entry) -> Path:
    path = folder / "roots.pem"
    path.write_text("".join(ssl.DER_cert_to_PEM_cert(root.der) for root in held))
    return path


def forged(family: Authority, tls: Tls = Tls.V1_2) -> Trial:
    return Trial(Shows.FORGERY, ROOTS[family].sha256, KINDS[family], tls)


# --------------------------------------------------------------------------------------------- real drivers


type Driver = Callable[[int, Path], object]


def _psql(port: int, path: Path) -> None:
    words = f"host=localhost port={port} user=app dbname=shop sslmode=verify-full sslrootcert={path}"
    subprocess.run(["psql", "--no-psqlrc", "--no-password", words], check=True, capture_output=True)


def _psycopg(port: int, path: Path) -> None:
    psycopg.connect(
        f"host=localhost port={port} user=app dbname=shop sslmode=verify-full sslrootcert={path}"
    ).close()


def _psycopg2(port: int, path: Path) -> None:
    psycopg2.connect(
        f"host=localhost port={port} user=app dbname=shop sslmode=verify-full sslrootcert={path}"
    ).close()


def _pg8000(port: int, path: Path) -> None:
    context = ssl.create_default_context(cafile=str(path))
    pg8000.native.Connection("app", host="localhost", port=port, database="shop", ssl_context=context).close()


def _asyncpg(port: int, path: Path) -> None:
    async def connect() -> None:
        where = f"postgresql://app:never@localhost:{port}/shop?sslmode=verify-full&sslrootcert={path}"
        await (await asyncpg.connect(where)).close()

    asyncio.run(connect())


TELLING: dict[str, Driver] = {"psql": _psql, "psycopg": _psycopg, "psycopg2": _psycopg2, "pg8000": _pg8000}


@pytest.mark.parametrize("tls", list(Tls))
@pytest.mark.parametrize("pair", list(product(KINDS, KINDS)))
@pytest.mark.parametrize("driver", TELLING)
def test_the_alert_tells_whether_a_root_is_held(
    rehearsal: Played, tmp_path: Path, driver: str, pair: tuple[Authority, Authority], tls: Tls
) -> None:
    asked, held = pair
    here = shown(rehearsal, forged(asked, tls))
    with pytest.raises(Exception):  # noqa: B017, PT011 - each driver has its own
        TELLING[driver](here.port, store(tmp_path, ROOTS[held]))
    (met,) = here.after(1)
    assert met.ended is Ended.ALERTED
    assert met.alert == ("decrypt_error" if asked is held else "unknown_ca")
    assert met.startup is None


@pytest.mark.parametrize("tls", list(Tls))
def test_a_driver_that_closes_without_an_alert_is_told_as_that(
    rehearsal: Played, tmp_path: Path, tls: Tls
) -> None:
    for trial in (forged(Authority.RSA2048_G1, tls), replace(STRANGER, tls=tls)):
        here = shown(rehearsal, trial)
        with pytest.raises(ssl.SSLCertVerificationError):
            _asyncpg(here.port, store(tmp_path, *ROOTS.values()))
        (met,) = here.after(1)
        assert (met.ended, met.alert, met.startup) == (Ended.CLOSED, "", None)
        assert met.hello


@pytest.mark.parametrize("tls", list(Tls))
def test_who_verifies_nothing_is_told_that_it_is_a_rehearsal(rehearsal: Played, tls: Tls) -> None:
    here = shown(rehearsal, replace(STRANGER, tls=tls))
    with pytest.raises(psycopg.OperationalError, match="this is a rehearsal of tlscheck, not the database"):
        psycopg.connect(
            f"host=localhost port={here.port} user=app dbname=shop application_name=web sslmode=require"
        )
    (met,) = here.after(1)
    assert (met.ended, met.spoken, met.startup) == (Ended.STARTED, tls.value, WHO)
    assert met.hello is not None
    assert met.hello.server_name == "localhost"


@pytest.mark.parametrize(
    ("mode", "trial", "expected"),
    [
        ("disable", STRANGER, [(Ended.PLAINTEXT, None)]),
        ("allow", STRANGER, [(Ended.PLAINTEXT, None), (Ended.STARTED, STRANGER)]),
        ("prefer", STRANGER, [(Ended.STARTED, STRANGER), (Ended.PLAINTEXT, None)]),
        ("require", STRANGER, [(Ended.STARTED, STRANGER)]),
        ("disable", NO_TLS, [(Ended.PLAINTEXT, None)]),
        ("prefer", NO_TLS, [(Ended.PLAINTEXT, NO_TLS)]),
        ("require", NO_TLS, [(Ended.WITHOUT_TLS, NO_TLS)]),
    ],
)
def test_libpqs_modes_do_what_they_do_towards_rds(
    rehearsal: Played, mode: str, trial: Trial, expected: list[tuple[Ended, Trial | None]]
) -> None:
    here = shown(rehearsal, trial)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"host=localhost port={here.port} user=app dbname=shop sslmode={mode}")
    met = sorted(here.after(len(expected)), key=lambda each: each.number)
    assert [(each.ended, each.trial) for each in met] == expected


def test_plaintext_is_refused_in_rdss_own_words(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect(f"host=127.0.0.1 port={here.port} user=app dbname=shop sslmode=disable")
    words = 'no pg_hba.conf entry for host "127.0.0.1", user "app", database "shop", no encryption'
    assert f"FATAL:  {words}\n" in str(refused.value)
    assert "rehearsal of tlscheck" in str(refused.value)


def test_asyncpg_prefer_falls_back(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)

    async def connect() -> None:
        await asyncpg.connect(f"postgresql://app:never@localhost:{here.port}/shop?sslmode=prefer")

    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        asyncio.run(connect())
    met = here.after(2)
    assert {each.ended for each in met} == {Ended.STARTED, Ended.PLAINTEXT}


# ------------------------------------------------------------------------------------- by hand, on a socket


def connected(here: Played) -> socket.socket:
    return socket.create_connection(("127.0.0.1", here.port), timeout=10)


def everything(one: socket.socket) -> bytes:
    """What the server says until it closes."""
    said = b""
    while data := one.recv(4096):
        said += data
    return said


def sqlstate(said: bytes) -> str:
    assert said.startswith(b"E"), said
    return next(field[1:].decode() for field in said[5:].split(b"\0") if field.startswith(b"C"))


def unverified(*protocols: str, newest: bool = True) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def test_gssapi_is_refused_and_then_tls_is_asked_for(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(GSS_REQUEST)
        assert one.recv(10) == b"N"
        one.sendall(SSL_REQUEST)
        assert one.recv(10) == b"S"
        with unverified().wrap_socket(one) as secured:
            secured.sendall(APP)
            assert sqlstate(everything(secured)) == "28000"
    (met,) = here.after(1)
    assert (met.ended, met.asked_gss, met.startup) == (Ended.STARTED, True, WHO)


def test_refused_tls_and_then_gssapi_and_then_plaintext(rehearsal: Played) -> None:
    here = shown(rehearsal, Trial(Shows.NOTHING))
    with connected(here) as one:
        for request in (SSL_REQUEST, GSS_REQUEST):
            one.sendall(request)
            assert one.recv(10) == b"N"
        one.sendall(APP)
        assert sqlstate(everything(one)) == "28000"
    (met,) = here.after(1)
    assert (met.ended, met.trial) == (Ended.PLAINTEXT, Trial(Shows.NOTHING))


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_cancel_request_is_closed_without_a_word(rehearsal: Played, is_encrypted: bool) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        if is_encrypted:
            one.sendall(SSL_REQUEST)
            assert one.recv(1) == b"S"
        with unverified().wrap_socket(one) if is_encrypted else one as asked:
            asked.sendall(CANCEL)
            assert everything(asked) == b""
    assert here.after(1)[0].ended is Ended.CANCELLED


def test_a_replication_startup_is_one_too(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(startup("user", "app", "replication", "true"))
        said = everything(one)
    assert b'no pg_hba.conf entry for replication connection from host "127.0.0.1", user "app", no enc' in said
    (met,) = here.after(1)
    assert met.startup == Startup("app", "app", "", is_replication=True)


def test_logical_replication_is_refused_as_any_client_of_its_database(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(startup("user", "app", "database", "shop", "replication", "database"))
        said = everything(one)
    assert b'Mno pg_hba.conf entry for host "127.0.0.1", user "app", database "shop", no encryption' in said


@pytest.mark.parametrize(("offers", "request_", "answer"), [(True, GSS_REQUEST, b"N"), (False, SSL_REQUEST, b"N")])
def test_what_comes_before_a_no_was_read_is_no_request(
    rehearsal: Played, offers: bool, request_: bytes, answer: bytes
) -> None:
    """Asked of PostgreSQL 14, 17 and 18: the answer first, then the error."""
    here = shown(rehearsal, STRANGER if offers else NO_TLS)
    with connected(here) as one:
        one.sendall(request_ + APP)
        said = everything(one)
    assert said[:1] == answer
    assert sqlstate(said[1:]) == "08P01"
    assert here.after(1)[0].ended is Ended.NOT_UNDERSTOOD


def test_a_client_hello_with_the_request_is_taken_as_postgresql_17_does(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = unverified().wrap_bio(incoming, outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    with connected(here) as one:
        one.sendall(SSL_REQUEST + outgoing.read())
        assert one.recv(1) == b"S"
        while True:
            incoming.write(one.recv(4096))
            try:
                client.do_handshake()
            except ssl.SSLWantReadError:
                one.sendall(outgoing.read())
            else:
                break
        client.write(APP)
        one.sendall(outgoing.read())
        (met,) = here.after(1)
    assert (met.ended, met.startup) == (Ended.STARTED, WHO)


def test_requests_in_direct_tls_are_refused_once_each(rehearsal: Played) -> None:
    """Asked of PostgreSQL 17 and 18."""
    here = shown(rehearsal, STRANGER)
    for last, state in ((APP, "28000"), (SSL_REQUEST, "0A000")):
        with connected(here) as one, unverified("postgresql").wrap_socket(one) as secured:
            for request in (GSS_REQUEST, SSL_REQUEST):
                secured.sendall(request)
                assert secured.recv(10) == b"N"
            secured.sendall(last)
            assert sqlstate(everything(secured)) == state
    assert [each.ended for each in here.after(2)] == [Ended.STARTED, Ended.NOT_UNDERSTOOD]


def test_an_unknown_option_of_the_oldest_protocol_is_answered_in_it(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(startup("user", "app", "_pq_.odd", "1"))
        said = everything(one)
    assert said.startswith(b"v" + (21).to_bytes(4) + (3 << 16).to_bytes(4) + (1).to_bytes(4) + b"_pq_.odd\0E")


@pytest.mark.parametrize("minor", [0, 2])
def test_protocols_that_postgresql_speaks_need_no_negotiation(rehearsal: Played, minor: int) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(startup("user", "app", version=(3 << 16) + minor))
        assert sqlstate(everything(one)) == "28000"


def test_a_newer_protocol_is_told_the_newest_one_first(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(startup("user", "app", "_pq_.odd", "1", version=(3 << 16) + 9999))
        said = everything(one)
    negotiated = b"v" + (21).to_bytes(4) + ((3 << 16) + 2).to_bytes(4) + (1).to_bytes(4) + b"_pq_.odd\0"
    assert said.startswith(negotiated)
    assert sqlstate(said[len(negotiated) :]) == "28000"


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (startup("user", "app", version=2 << 16), "0A000"),
        (startup("database", "shop"), "28000"),
        (startup("user", "app")[:-1] + b"x", "08P01"),
        (startup("user", "app", "replication", "maybe"), "22023"),
        (startup("user", "app", "replication", "DATABASE"), "22023"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", ""),
        (bytes(8), ""),
    ],
)
def test_what_is_no_startup_is_answered_as_postgresql_does(rehearsal: Played, data: bytes, state: str) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(data)
        said = everything(one)
    assert sqlstate(said) == state if state else said == b""
    (met,) = here.after(1)
    assert met.ended is Ended.NOT_UNDERSTOOD
    assert met.why


def test_direct_tls_is_taken_with_postgresqls_protocol(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with (
        connected(here) as one,
        unverified("postgresql").wrap_socket(one, server_hostname="db.example") as secured,
    ):
        assert secured.selected_alpn_protocol() == "postgresql"
        secured.sendall(APP)
        assert sqlstate(everything(secured)) == "28000"
    (met,) = here.after(1)
    assert (met.ended, met.is_direct, met.startup) == (Ended.STARTED, True, WHO)
    assert met.hello is not None
    assert (met.hello.server_name, met.hello.protocols) == ("db.example", ("postgresql",))


def test_direct_tls_without_it_or_with_another_is_refused(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one, pytest.raises(ssl.SSLError, match=r"(?i)no.application.protocol"):
        unverified("h2").wrap_socket(one)
    with connected(here) as one, unverified().wrap_socket(one) as secured:
        assert secured.recv(10) == b""
    assert [each.ended for each in here.after(2)] == [Ended.NOT_UNDERSTOOD] * 2


def test_direct_tls_is_closed_where_none_is_offered(rehearsal: Played) -> None:
    here = shown(rehearsal, Trial(Shows.NOTHING))
    with connected(here) as one, pytest.raises(ssl.SSLError):
        unverified("postgresql").wrap_socket(one)
    assert here.after(1)[0].ended is Ended.WITHOUT_TLS


def test_who_begins_tls_although_it_was_refused_does_not_go_on_without(rehearsal: Played) -> None:
    """postgres.js with an object for `ssl` does."""
    here = shown(rehearsal, NO_TLS)
    with connected(here) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"N"
        with pytest.raises(ssl.SSLError):
            unverified().wrap_socket(one)
    (met,) = here.after(1)
    assert (met.ended, met.trial) == (Ended.WITHOUT_TLS, NO_TLS)


def test_another_protocol_after_an_ssl_request_does_not_matter(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    with connected(here) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"S"
        with unverified("h2").wrap_socket(one) as secured:
            assert secured.selected_alpn_protocol() is None
            secured.sendall(APP)
            assert sqlstate(everything(secured)) == "28000"


@pytest.mark.parametrize(("newest", "shows"), [(False, Tls.V1_3), (True, Tls.V1_2)])
def test_a_trial_speaks_one_version_alone(rehearsal: Played, newest: bool, shows: Tls) -> None:
    here = shown(rehearsal, replace(STRANGER, tls=shows))
    context = unverified(newest=newest)
    if newest:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    with connected(here) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"S"
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(one)
    (met,) = here.after(1)
    assert met.ended is Ended.INCAPABLE
    assert met.hello


def test_a_cipher_that_is_not_shared_is_no_refusal(rehearsal: Played) -> None:
    here = shown(rehearsal, Trial(Shows.STRANGER, key=Key.P384))
    context = unverified(newest=False)
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")
    with connected(here) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"S"
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(one)
    assert here.after(1)[0].ended is Ended.INCAPABLE


@pytest.mark.parametrize("tls", list(Tls))
def test_nobody_resumes(rehearsal: Played, tls: Tls) -> None:
    here = shown(rehearsal, replace(STRANGER, tls=tls))
    context = unverified()
    session = None
    for _ in range(3):
        with connected(here) as one:
            one.sendall(SSL_REQUEST)
            assert one.recv(1) == b"S"
            with context.wrap_socket(one, session=session) as secured:
                secured.sendall(APP)
                everything(secured)
                assert not secured.session_reused
                session = secured.session
                assert session is None or not session.has_ticket


def test_a_health_check_is_silent(rehearsal: Played) -> None:
    here = shown(rehearsal, STRANGER)
    connected(here).close()
    assert here.after(1)[0].ended is Ended.SILENT


def test_a_password_that_is_sent_unasked_is_kept_nowhere(
    rehearsal: Played, capfd: pytest.CaptureFixture[str]
) -> None:
    here = shown(rehearsal, STRANGER)
    password = b"p" + (14).to_bytes(4) + b"geheim-42\0"
    with connected(here) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"S"
        with unverified().wrap_socket(one) as secured:
            secured.sendall(APP + password)
            assert sqlstate(secured.recv(4096)) == "28000"
    with connected(here) as one:
        one.sendall(startup("user", "app", "password", "geheim-42") + password)
        assert one.recv(1) == b"E"
    assert "geheim" not in repr(here.after(2))
    assert "geheim" not in "".join(capfd.readouterr())


# ------------------------------------------------------------------------------------------------- listening


def _refused(host: str, port: int) -> str:
    async def run() -> None:
        await serve({"": (host, port)}, Scripted(), forger())

    with pytest.raises(BadRequest) as refused:
        asyncio.run(run())
    return str(refused.value)


def test_a_port_that_something_answers_on_is_refused() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - nothing is bound
            assert "something answers there already" in _refused(host, port)


def test_a_place_that_is_not_this_machines_is_refused() -> None:
    assert "cannot be listened at" in _refused("192.0.2.1", 0) or "assign" in _refused("192.0.2.1", 0)


def test_each_client_has_its_own_port() -> None:
    direction = Scripted()

    async def run() -> None:
        listening = await serve(dict.fromkeys(("orders", "web"), ("127.0.0.1", 0)), direction, forger(), Limits())
        for name in ("web", "orders"):
            _, writer = await asyncio.open_connection("127.0.0.1", listening.ports[name])
            writer.write(APP)
            await writer.drain()
            while not direction.contacts or direction.contacts[-1].client != name:
                await asyncio.sleep(0.005)
            writer.close()
        await listening.close()

    asyncio.run(asyncio.wait_for(run(), 30))
    assert [(each.client, each.number) for each in direction.contacts] == [("web", 1), ("orders", 2)]
