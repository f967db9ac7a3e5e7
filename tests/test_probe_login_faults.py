"""Logins to trusted servers that misbehave: each ends by its deadline, with a reason that holds no password."""

import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tlscheck.edges.deadline import Deadline
from tlscheck.edges.postgres import STARTUP, look_at_sessions
from tlscheck.edges.tls import open_verified
from tlscheck.edges.trust_store import TrustStore
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import HandshakeOutcome, Look, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import CertificateAuthority, ServerCertificate, regional
from tests.scripted_server import Conversation, Script, ScriptedServer

REGION = "eu-west-1"
PASSWORD = "hunter2-and-then-some"  # noqa: S105 - nobody's


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def trust_store(authority: CertificateAuthority) -> TrustStore:
    return TrustStore(authority.root_pem)


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> ServerCertificate:
    return authority.issue("localhost")


def message(kind: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    return kind + (len(body) + 4 if length is None else length).to_bytes(4, signed=True) + body


def authentication(code: int, rest: bytes = b"") -> bytes:
    return message(b"R", code.to_bytes(4) + rest)


def error(code: str, text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return message(b"E", b"SFATAL\0C" + code.encode() + b"\0M" + raw + b"\0\0")


ASKS_FOR_PASSWORD = authentication(3)
READY = message(b"Z", b"I")
LOGGED_IN = authentication(0) + message(b"K", bytes(8)) + READY
COLUMN = b"a\0" + bytes(6) + (25).to_bytes(4) + bytes(8)
ONE_COLUMN = message(b"T", (1).to_bytes(2) + COLUMN)
ONE_ROW = message(b"D", (1).to_bytes(2) + (1).to_bytes(4) + b"x")
NOTICE = message(b"N", b"SNOTICE\0C00000\0M" + b"x" * 4000 + b"\0\0")
STATUS = message(b"S", b"application_name\0" + b"x" * 4000 + b"\0")

type After = Callable[[Conversation], object]


def says(*turns: bytes, then: After = Conversation.end) -> After:
    """After the handshake: an answer to each message of the client, then what follows."""

    def script(conversation: Conversation) -> None:
        for turn in turns:
            conversation.receive()
            conversation.send(turn)
        then(conversation)

    return script


def waits(conversation: Conversation) -> None:
    while conversation.receive():
        pass


def drips(conversation: Conversation) -> None:
    for byte in STATUS[:50]:
        conversation.send(bytes([byte]))
        time.sleep(0.05)


def repeats(data: bytes) -> After:
    def script(conversation: Conversation) -> None:
        for _ in range(20_000):
            if not conversation.send(data):
                return

    return script


def echoes(conversation: Conversation) -> None:
    password = conversation.receive()[5:].rstrip(b"\0")
    conversation.send(error("28P01", b"the password was " + password))


def behind_tls(certificate: ServerCertificate, after: After) -> Script:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if conversation.start_tls(certificate):
            after(conversation)

    return script


def look(trust_store: TrustStore, server: ScriptedServer, seconds: float) -> Look:
    target = Target("arn:1", "localhost", server.port, REGION, Login.SECRET, "", "a-secret")
    context = trust_store.context(REGION)
    assert context
    handshake, connection = open_verified(target.host, target.port, context, Deadline.within(seconds))
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    assert connection
    with connection:
        return look_at_sessions(connection, target, Credential("tlscheck", PASSWORD))


@pytest.mark.parametrize(
    ("after", "outcome", "said"),
    [
        (says(then=Conversation.end), LookOutcome.FAILED, "The login broke off: the server closed"),
        (says(b""), LookOutcome.FAILED, "The login broke off: the server closed"),
        (says(b"", then=Conversation.reset), LookOutcome.FAILED, "The login broke off: the server closed"),
        (says(b"", then=waits), LookOutcome.FAILED, "The login broke off: the server did not answer in time"),
        (says(b"", then=drips), LookOutcome.FAILED, "The login broke off: the server did not answer in time"),
        (says(b"R\0\0"), LookOutcome.FAILED, "the server closed"),
        (says(message(b"\x7f", b"x")), LookOutcome.FAILED, "a message of unknown type 0x7f"),
        (says(message(b"v", bytes(8))), LookOutcome.FAILED, "a message of unknown type 0x76"),
        (says(message(b"R", b"", length=-1)), LookOutcome.FAILED, "a message of -1 bytes"),
        (says(message(b"R", b"", length=2**30)), LookOutcome.FAILED, "a message of 1073741824 bytes"),
        (says(b"", then=repeats(NOTICE)), LookOutcome.FAILED, "more than"),
        (says(b"", then=repeats(STATUS)), LookOutcome.FAILED, "more than"),
        (says(authentication(7)), LookOutcome.FAILED, "a way to authenticate that pg8000 does not speak"),
        (says(authentication(99)), LookOutcome.FAILED, "a way to authenticate that pg8000 does not speak"),
        (says(message(b"R", b"\0")), LookOutcome.FAILED, "broke PostgreSQL's protocol"),
        (says(authentication(5)), LookOutcome.FAILED, "broke PostgreSQL's protocol"),
        (says(authentication(5, b"salt"), error("28P01", "no")), LookOutcome.LOGIN_REFUSED, "28P01"),
        (says(authentication(10, b"SCRAM-SHA-1024\0\0")), LookOutcome.FAILED, "The login broke off"),
        (says(authentication(10, b"\xff\0\0")), LookOutcome.FAILED, "broke PostgreSQL's protocol"),
        (
            says(authentication(10, b"SCRAM-SHA-256\0\0"), authentication(11, b"x")),
            LookOutcome.FAILED,
            "broke off",
        ),
        (
            says(
                authentication(10, b"SCRAM-SHA-256\0\0"),
                authentication(11, b"r=x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096"),
            ),
            LookOutcome.FAILED,
            "SCRAM exchange failed",
        ),
        (says(ASKS_FOR_PASSWORD), LookOutcome.FAILED, "The login broke off: the server closed"),
        (says(ASKS_FOR_PASSWORD, then=echoes), LookOutcome.LOGIN_REFUSED, "the password was ***"),
        (says(message(b"E", b"\0")), LookOutcome.LOGIN_REFUSED, "no SQLSTATE"),
        (says(error("28000", b"\xff\xfe")), LookOutcome.LOGIN_REFUSED, "28000"),
        (
            says(message(b"S", b"client_encoding\0no-such\0") + LOGGED_IN, ONE_COLUMN + ONE_ROW),
            LookOutcome.FAILED,
            "broke",
        ),
        (says(LOGGED_IN), LookOutcome.FAILED, "The look broke off: the server closed"),
        (
            says(LOGGED_IN, b"", then=waits),
            LookOutcome.FAILED,
            "The look broke off: the server did not answer in time",
        ),
        (says(LOGGED_IN, error("57014", "canceling statement") + READY), LookOutcome.FAILED, "statement_timeout"),
        (says(LOGGED_IN, error("57P01", "terminating connection")), LookOutcome.FAILED, "The look broke off"),
        (says(LOGGED_IN, message(b"D", b"\0")), LookOutcome.FAILED, "broke PostgreSQL's protocol"),
        (says(LOGGED_IN, message(b"T", b"\0\x09x")), LookOutcome.FAILED, "broke PostgreSQL's protocol"),
        (says(LOGGED_IN, ONE_COLUMN + ONE_ROW[:-1]), LookOutcome.FAILED, "The look broke off: the server closed"),
        (says(LOGGED_IN, ONE_COLUMN, then=repeats(ONE_ROW * 500)), LookOutcome.FAILED, "The look broke off"),
        (says(LOGGED_IN, ONE_COLUMN + ONE_ROW + READY), LookOutcome.FAILED, "something else than was asked for"),
        (says(LOGGED_IN, READY), LookOutcome.FAILED, "something else than was asked for"),
    ],
)
def test_a_fault_is_named_and_over_by_the_deadline(
    trust_store: TrustStore, certificate: ServerCertificate, after: After, outcome: LookOutcome, said: str
) -> None:
    seconds = 1.5 if "in time" in said else 8.0
    threads = threading.active_count()
    with ScriptedServer(behind_tls(certificate, after)) as server:
        start = time.monotonic()
        seen = look(trust_store, server, seconds)
        assert time.monotonic() - start < seconds + 1
    assert seen.outcome is outcome
    assert said in seen.detail
    assert PASSWORD not in seen.detail
    assert seen.sessions == ()
    assert len(server.conversations) == 1
    assert threading.active_count() <= threads


def test_a_session_is_read_only_bounded_in_time_and_named(
    trust_store: TrustStore, certificate: ServerCertificate
) -> None:
    with ScriptedServer(behind_tls(certificate, says(LOGGED_IN, READY, then=waits))) as server:
        look(trust_store, server, seconds=8)
    for name, value in {
        **STARTUP,
        "application_name": "tlscheck",
        "user": "tlscheck",
        "database": "postgres",
    }.items():
        assert f"{name}\0{value}\0".encode() in server.received
    assert server.received.endswith(b"X\0\0\0\x04")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda kind, body: message(bytes([kind]), body),
                st.sampled_from(b"RKSZTDCENAI"),
                st.binary(max_size=60),
            ),
        ),
        max_size=6,
    )
)
def test_whatever_a_server_says_becomes_a_reason_and_never_a_look(
    trust_store: TrustStore, certificate: ServerCertificate, pieces: list[bytes]
) -> None:
    with ScriptedServer(behind_tls(certificate, says(b"".join(pieces)))) as server:
        seen = look(trust_store, server, seconds=8)
    assert seen.outcome in {LookOutcome.FAILED, LookOutcome.LOGIN_REFUSED}
    assert PASSWORD not in seen.detail
