"""A whole look, cut off at every byte that the server sends, and sent a byte at a time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.leaks import nothing_leaked
from tests.look_rows import text_of
from tests.odd_certificates import OddAuthority
from tests.scripted_server import Conversation, ScriptedServer

REGION = "eu-west-1"
PASSWORD = "hunter2-and-then-some"  # noqa: S105 - nobody's
ROW = (
    b'{"version": 170010, "hidden": 0, "sees_all": true, "member": true, "kinds": 1, "sessions": 1, '
    b'"groups": [["d", "u", "a", false, null, "client backend", false, 1, 1, ["10.0.0.7"]]]}'
)


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


READY = message(b"Z", b"I")
LOGGED_IN = message(b"R", bytes(4)) + message(b"S", b"server_version\x0017.10\0") + message(b"K", bytes(8)) + READY
TEXT = (25).to_bytes(4)
COLUMN = b"a\0" + bytes(6) + TEXT + bytes(8)
LETTERS = text_of(ROW).encode()
ANSWER = message(b"T", b"\0\1" + COLUMN) + message(b"D", b"\0\1" + len(LETTERS).to_bytes(4) + LETTERS) + READY


@pytest.fixture(scope="module")
def authority() -> OddAuthority:
    return OddAuthority(REGION)


class Relay:
    """Passes on what a server says: a certain number of bytes of it, or one byte at a time."""

    def __init__(self, port: int, most: int | None = None, seconds_a_byte: float = 0) -> None:
        self._server = port
        self._most = most
        self._pause = seconds_a_byte
        self.passed = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client, socket.create_connection(("127.0.0.1", self._server)) as server:
            asking = threading.Thread(target=self._pass_on_questions, args=(client, server))
            asking.start()
            with suppress(OSError):  # the client has had enough
                self._pass_on_answers(server, client)
            for end in (client, server):
                hang_up(end)
            asking.join()

    def _pass_on_answers(self, server: socket.socket, client: socket.socket) -> None:
        while self._most is None or self.passed < self._most:
            room = 1 if self._pause else 65536 if self._most is None else self._most - self.passed
            data = server.recv(room)
            if not data:
                return
            time.sleep(self._pause)
            client.sendall(data)
            self.passed += len(data)

    def _pass_on_questions(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):  # one of the two is gone
            while data := client.recv(65536):
                server.sendall(data)
        hang_up(server)


def hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def server(authority: OddAuthority) -> Iterator[ScriptedServer]:
    """Says all that a look needs to hear, and a password's hash is asked for."""
    certificate = authority.issue()

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if not conversation.start_tls(certificate):
            return
        for turn in (message(b"R", (5).to_bytes(4) + b"salt"), LOGGED_IN, ANSWER):
            if not conversation.receive() or not conversation.send(turn):
                return
        conversation.receive()

    with ScriptedServer(script) as server:
        yield server


@pytest.fixture(scope="module")
def trust_store(authority: OddAuthority) -> RegionalRoots:
    return RegionalRoots(authority.root_pem)


def look(trust_store: RegionalRoots, port: int, seconds: float) -> tuple[Handshake, Look | None]:
    context = trust_store.context(REGION)
    assert context
    target = Target("arn:1", "localhost", port, REGION, Login.SECRET, "", "a-secret")
    handshake, connection = open_verified(target.host, target.port, context, Deadline.within(seconds))
    if connection is None:
        return handshake, None
    with connection:
        return handshake, look_at_sessions(connection, target, Credential("tlscheck", PASSWORD))


def test_a_look_cut_at_any_byte_ends_at_once_with_a_reason(
    trust_store: RegionalRoots, server: ScriptedServer
) -> None:
    with Relay(server.port) as relay:
        _, seen = look(trust_store, relay.port, 8)
    assert seen is not None
    assert seen.outcome is LookOutcome.SEEN
    # The last bytes say goodbye in TLS: the look is over by then.
    reasons = set()
    with nothing_leaked():
        for most in range(relay.passed):
            start = time.monotonic()
            with Relay(server.port, most) as cut:
                handshake, seen = look(trust_store, cut.port, 8)
            assert time.monotonic() - start < 4, f"after {most} bytes"
            if seen is None:
                assert handshake.outcome is HandshakeOutcome.CLOSED, f"after {most} bytes: {handshake}"
                reasons.add(handshake.detail)
            elif seen.outcome is not LookOutcome.SEEN:
                assert seen.outcome is LookOutcome.FAILED
                assert PASSWORD not in seen.detail
                reasons.add(seen.detail)
            else:
                assert most > relay.passed - 100
    print(f"{relay.passed} positions")
    assert len(reasons) >= 3


@pytest.mark.parametrize("seconds", [1.5, 3.0])
def test_a_server_that_sends_a_byte_a_second_is_given_up_at_the_deadline(
    trust_store: RegionalRoots, server: ScriptedServer, seconds: float
) -> None:
    start = time.monotonic()
    with Relay(server.port, seconds_a_byte=1.0) as slow:
        handshake, seen = look(trust_store, slow.port, seconds)
        assert time.monotonic() - start < seconds + 5
    assert handshake.outcome is HandshakeOutcome.TIMED_OUT
    assert seen is None
