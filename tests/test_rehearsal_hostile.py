"""Strangers who are slow, endless, malformed, half open or many harm neither a rehearsal nor honest clients."""

import os
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from time import sleep

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tlscheck.edges.rehearsal.encryption import Encryption
from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.limits import Limits
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Shows, Tls, Trial

from tests.properties import tries
from tests.rehearsing import load
from tests.rehearsing.played import Played, played
from tests.world import ROOT

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
STARTUP = (18).to_bytes(4) + (3 << 16).to_bytes(4) + b"user\0abc\0\0"
NO_TIME = Limits(seconds=0.4)
FEW = Limits(connections=8, of_an_address=6)


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Played]:
    with played() as here:
        yield here


def connected(here: Played, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", here.port), timeout=10, source_address=(source, 0))


def honest(here: Played, number: int = 1) -> Contact:
    """A client that comes meanwhile is met as ever."""
    with pytest.raises(psycopg.OperationalError, match="rehearsal of tlscheck"):
        psycopg.connect(f"host=127.0.0.1 port={here.port} user=honest{number} dbname=d sslmode=require")

    def seen() -> list[Contact]:
        return [
            each for each in here.direction.contacts if each.startup and each.startup.user == f"honest{number}"
        ]

    here.until(lambda: bool(seen()))
    (one,) = seen()
    assert one.ended is Ended.STARTED
    return one


def hello() -> bytes:
    outgoing = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(
            ssl.MemoryBIO(), outgoing, server_hostname="localhost"
        ).do_handshake()
    return outgoing.read()


def is_closed(one: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        while one.recv(65536):
            pass
    return True


STAGES = {
    "nothing": b"",
    "half a request": SSL_REQUEST[:5],
    "half a startup": (300).to_bytes(4) + (3 << 16).to_bytes(4) + b"user\0",
    "no hello": SSL_REQUEST,
    "half a hello": SSL_REQUEST + b"|" + hello()[:50],
    "half a handshake": SSL_REQUEST + b"|" + hello(),
}


def send(one: socket.socket, stage: str) -> None:
    request, *rest = STAGES[stage].split(b"|", 1)
    one.sendall(request)
    if request == SSL_REQUEST:
        assert one.recv(1) == b"S"
    for each in rest:
        one.sendall(each)


@pytest.mark.parametrize("stage", STAGES)
def test_who_stops_anywhere_is_cut_off_in_time(stage: str) -> None:
    with played(limits=NO_TIME) as here, connected(here) as one:
        send(one, stage)
        assert is_closed(one)
        (met,) = here.after(1)
        assert met.ended is Ended.CUT
        assert "too slow" in met.why
        assert met.ended_at - met.accepted < 10
        honest(here)


def test_byte_by_byte_is_no_way_around_the_time() -> None:
    with played(limits=NO_TIME) as here, connected(here) as one:
        send(one, "no hello")
        with suppress(OSError):
            for byte in hello():
                one.sendall(bytes([byte]))
                sleep(0.02)
        assert here.after(1)[0].ended is Ended.CUT
        honest(here)


@pytest.mark.parametrize("tls", list(Tls))
def test_an_honest_client_in_crumbs_is_met(rehearsal: Played, tls: Tls) -> None:
    """Whatever the network does with its packets."""
    rehearsal.direction.shows = Trial(Shows.STRANGER, tls=tls)
    rehearsal.direction.contacts.clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing)
    with connected(rehearsal) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def crumble(data: bytes) -> None:
            for byte in data:
                one.sendall(bytes([byte]))

        crumble(SSL_REQUEST)
        assert one.recv(1) == b"S"
        while True:
            try:
                client.do_handshake()
            except ssl.SSLWantReadError:
                crumble(outgoing.read())
                incoming.write(one.recv(4096))
            else:
                break
        client.write(STARTUP)
        crumble(outgoing.read())
        (met,) = rehearsal.after(1)
    assert met.ended is Ended.STARTED
    assert met.startup is not None
    assert met.startup.user == "abc"


ENDLESS = {
    "a length without end": b"\x7f\xff\xff\xff",
    "a startup without end": (10_004).to_bytes(4) + (3 << 16).to_bytes(4) + b"x" * 20_000,
    "zeroes": bytes(200_000),
    "a hello without end": SSL_REQUEST + b"|" + (b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc" + b"x" * 200_000),
    "empty records": SSL_REQUEST + b"|" + b"\x16\x03\x01\x00\x00" * 5_000,
    "records after the hello": SSL_REQUEST + b"|" + hello() + b"\x14\x03\x03\x00\x01\x01" * 30_000,
    "tiny records": SSL_REQUEST + b"|" + b"\x16\x03\x01\x00\x01\x01" * 3_000,
}


@pytest.mark.parametrize("what", ENDLESS)
def test_who_sends_without_end_is_not_listened_to(what: str, rehearsal: Played) -> None:
    rehearsal.direction.contacts.clear()
    with connected(rehearsal) as one:
        request, *rest = ENDLESS[what].split(b"|", 1)
        with suppress(OSError):
            one.sendall(request)
            for each in rest:
                assert one.recv(1) == b"S"
                one.sendall(each)
        assert is_closed(one)
    (met,) = rehearsal.after(1)
    assert met.ended in {Ended.CUT, Ended.NOT_UNDERSTOOD}
    assert met.why
    honest(rehearsal)


def test_too_many_bytes_or_pieces_are_cut_off() -> None:
    with played(limits=Limits(bytes=600)) as here, connected(here) as one:
        one.sendall((9_000).to_bytes(4) + bytes(700))
        assert is_closed(one)
        assert here.after(1)[0].why == "it sent too much before its StartupMessage"
    with played(limits=Limits(pieces=40)) as here, connected(here) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.sendall((9_000).to_bytes(4))
        with suppress(OSError):
            for _ in range(2_000):
                one.sendall(b"x")
                sleep(0.001)
        assert here.after(1)[0].why == "it sent too much before its StartupMessage"


def test_a_reset_anywhere_is_no_harm(rehearsal: Played) -> None:
    rehearsal.direction.contacts.clear()
    for stage in STAGES:
        one = connected(rehearsal)
        send(one, stage)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
    met = rehearsal.after(len(STAGES))
    assert {each.ended for each in met} <= {Ended.SILENT, Ended.NOT_UNDERSTOOD, Ended.CLOSED}
    honest(rehearsal)


def test_who_never_reads_and_who_shuts_half_of_it_are_let_go(rehearsal: Played) -> None:
    rehearsal.direction.contacts.clear()
    with connected(rehearsal) as deaf, connected(rehearsal) as half:
        deaf.sendall(STARTUP)
        half.sendall(SSL_REQUEST)
        assert half.recv(1) == b"S"
        half.shutdown(socket.SHUT_WR)
        assert half.recv(10) == b""
        rehearsal.after(2)
        rehearsal.until(lambda: rehearsal.running.reception.present == 0)
    assert {each.ended for each in rehearsal.direction.contacts} == {Ended.PLAINTEXT, Ended.CLOSED}


def test_the_oldest_of_the_busiest_address_makes_room() -> None:
    with played(limits=FEW) as here, ExitStack() as held:
        elsewhere = held.enter_context(connected(here, "127.0.0.2"))
        elsewhere.sendall(SSL_REQUEST)
        assert elsewhere.recv(1) == b"S"
        crowd = [held.enter_context(connected(here)) for _ in range(30)]
        here.until(lambda: len(here.direction.contacts) >= 24)
        assert {each.why for each in here.direction.contacts} == {"too many connections"}
        assert [each.number for each in here.direction.contacts] == list(range(2, 26))
        # The newest is heard, be it from the crowd's own address.
        honest(here)
        assert crowd[0].recv(1) == b""
        # Another address keeps its place.
        elsewhere.sendall(hello())
        assert elsewhere.recv(5)[:1] == b"\x16"


def test_no_address_takes_all_the_places() -> None:
    with played(limits=FEW) as here, ExitStack() as held:
        for last in range(2, 30):
            held.enter_context(connected(here, f"127.0.0.{last}"))
            here.until(lambda last=last: here.running.reception.present == min(last - 1, 8))  # type: ignore[misc]
        honest(here)


def test_what_is_told_of_strangers_is_bounded() -> None:
    limits = Limits(told=12, told_of_an_address=9, told_noise=4)
    with played(limits=limits) as here:
        for number in range(1, 8):
            connected(here).close()
            here.until(
                lambda number=number: (  # type: ignore[misc]
                    len(here.direction.contacts) + here.running.reception.left_out == number
                )
            )
        assert len(here.direction.contacts) == 4
        assert here.running.reception.left_out == 3
        for number in range(1, 9):
            honest(here, number)
        assert len(here.direction.contacts) == 12


@given(data=st.data())
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_tls_ends_as_a_contact(data: st.DataObject, rehearsal: Played) -> None:
    rehearsal.direction.contacts.clear()
    damaged = bytearray(hello())
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with connected(rehearsal) as one:
        one.sendall(SSL_REQUEST)
        assert one.recv(1) == b"S"
        with suppress(OSError):
            one.sendall(bytes(damaged) + data.draw(st.binary(max_size=60)))
            one.shutdown(socket.SHUT_WR)
        assert is_closed(one)
    rehearsal.after(1)


def test_what_could_not_be_shown_is_no_clients_silence(rehearsal: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that is cut off by our own fault has not refused anything."""

    def full(*_: object) -> ssl.SSLContext:
        raise OSError(24, "Too many open files")

    rehearsal.direction.contacts.clear()
    with monkeypatch.context() as patched:
        patched.setattr(Forger, "context", full)
        with connected(rehearsal) as one:
            send(one, "half a handshake")
            assert is_closed(one)
    (met,) = rehearsal.after(1)
    assert (met.ended, met.why) == (Ended.CUT, "not shown: [Errno 24] Too many open files")
    honest(rehearsal)


def test_a_fault_of_ours_is_no_clients_silence(rehearsal: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("not foreseen")

    rehearsal.direction.contacts.clear()
    with monkeypatch.context() as patched, connected(rehearsal) as one:
        patched.setattr(Encryption, "shakes_hands", broken)
        send(one, "half a handshake")
        assert is_closed(one)
        (met,) = rehearsal.after(1)
    assert met.ended is Ended.CUT
    honest(rehearsal)


def test_few_files_are_enough_in_a_flood() -> None:
    """Connections are taken a few at a time: none is taken for which there is no file."""
    serve = f"ulimit -n 400; exec {sys.executable} -W ignore -m tests.rehearsing.load serve"
    command = ["bash", "-c", serve]
    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        ) as server,
        ExitStack() as held,
    ):
        assert server.stdin
        assert server.stdout
        port = int(server.stdout.readline())
        for _ in range(800):
            one = held.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        assert load.honest(port) < 30
        _, errors = server.communicate("\n", timeout=60)
    assert errors == ""


def test_after_all_that_honest_clients_are_met_and_no_file_is_left_open() -> None:
    with played() as here:
        honest(here)
        here.until(lambda: here.running.reception.present == 0)
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers, no paths
        for _ in range(60):
            with connected(here) as one:
                one.sendall(SSL_REQUEST + b"x")
                assert is_closed(one)
        honest(here, 2)
        here.until(lambda: here.running.reception.present == 0)
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - the same
