"""The handshake with servers that misbehave: each is named for what it did, and is sent nothing of value."""

import time
from collections.abc import Callable

import pytest
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.observation import Handshake, HandshakeOutcome, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.scripted_server import SSL_REQUEST, Conversation, Script, ScriptedServer

REGION = "eu-west-1"
ERROR = b"E\x00\x00\x00\x30SFATAL\x00C53300\x00Msorry, too many clients already\x00\x00"


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return regional(REGION)


@pytest.fixture(scope="module")
def trust_store(authority: CertificateAuthority) -> RegionalRoots:
    return RegionalRoots(authority.root_pem)


def shown(trust_store: RegionalRoots, server: ScriptedServer, seconds: float) -> Handshake:
    context = trust_store.context(REGION)
    assert context
    handshake, connection = open_verified("localhost", server.port, context, Deadline.within(seconds))
    assert connection is None
    return handshake


def answers(*parts: bytes, then: Callable[[Conversation], object] = Conversation.end) -> Script:
    def script(conversation: Conversation) -> None:
        conversation.receive()
        for part in parts:
            conversation.send(part)
            time.sleep(0.01)
        then(conversation)

    return script


def waits(conversation: Conversation) -> None:
    while conversation.receive():
        pass


def drips(conversation: Conversation) -> None:
    # A handshake record of which a byte comes now and then.
    for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 25:
        if not conversation.send(bytes([byte])):
            return
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("script", "outcome", "said"),
    [
        (answers(then=Conversation.end), HandshakeOutcome.CLOSED, "at the SSLRequest"),
        (answers(then=Conversation.reset), HandshakeOutcome.CLOSED, "at the SSLRequest"),
        (answers(then=waits), HandshakeOutcome.TIMED_OUT, "did not answer"),
        (answers(b"N"), HandshakeOutcome.TLS_REFUSED, "ssl is off"),
        (answers(b"N", then=waits), HandshakeOutcome.TLS_REFUSED, "ssl is off"),
        (answers(b"N", b"o!"), HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (answers(ERROR), HandshakeOutcome.CLOSED, "too many clients"),
        (answers(b"E", ERROR[1:20], ERROR[20:]), HandshakeOutcome.CLOSED, "too many clients"),
        (answers(b"HTTP/1.1 400 Bad Request\r\n\r\n"), HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (answers(b"220 mail.example ESMTP\r\n"), HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (answers(b"SSH-2.0-OpenSSH_9.2\r\n"), HandshakeOutcome.NOT_POSTGRESQL, "did not speak it"),
        (answers(b"\xff\xfe\x00"), HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (answers(b"X" * 100_000, then=waits), HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (answers(b"S"), HandshakeOutcome.CLOSED, "during the TLS handshake"),
        (answers(b"S", then=Conversation.reset), HandshakeOutcome.CLOSED, "during the TLS handshake"),
        (answers(b"S", then=waits), HandshakeOutcome.TIMED_OUT, "fell silent"),
        (answers(b"S", then=drips), HandshakeOutcome.TIMED_OUT, "fell silent"),
        (answers(b"S", b"\x16\x03"), HandshakeOutcome.CLOSED, "during the TLS handshake"),
        (answers(b"S", b"\x15\x03\x03\x00\x02\x02\x50"), HandshakeOutcome.FAILED, "ALERT_INTERNAL_ERROR"),
        (answers(b"S", b"HTTP/1.1 200 OK\r\n\r\n"), HandshakeOutcome.NOT_POSTGRESQL, "did not speak it"),
    ],
)
def test_a_fault_is_named_and_over_by_the_deadline(
    trust_store: RegionalRoots, script: Script, outcome: HandshakeOutcome, said: str
) -> None:
    seconds = 0.8 if outcome is HandshakeOutcome.TIMED_OUT else 5.0
    with ScriptedServer(script) as server:
        start = time.monotonic()
        handshake = shown(trust_store, server, seconds)
        assert time.monotonic() - start < 9  # the server would have given up after 10
    assert handshake.outcome is outcome
    assert said in handshake.detail
    assert server.received.startswith(SSL_REQUEST)
    assert len(server.conversations) == 1


@pytest.mark.parametrize("login", [Login.IAM, Login.SECRET])
def test_a_server_that_is_not_trusted_receives_no_credential(
    authority: CertificateAuthority, trust_store: RegionalRoots, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It even goes on after the client's refusal, and asks for a password."""

    def script(conversation: Conversation) -> None:
        conversation.receive()
        conversation.send(b"S")
        conversation.start_tls(authority.issue("somebody.else"))
        conversation.send(b"R\x00\x00\x00\x08\x00\x00\x00\x03")
        waits(conversation)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    with ScriptedServer(script) as server:
        target = Target("arn:1", "localhost", server.port, REGION, login, "tlscheck", "a-secret")
        observation = observe(target, trust_store, Deadline.within(3))
    assert observation.handshake.outcome is HandshakeOutcome.WRONG_NAME
    assert observation.look.outcome is LookOutcome.NOT_TRIED
    assert "WRONG_NAME" in observation.look.detail
    assert len(server.conversations) == 1
    assert server.received == SSL_REQUEST
    assert not any(conversation.handshake_done for conversation in server.conversations)


def test_a_region_without_roots_is_sent_nothing(trust_store: RegionalRoots) -> None:
    with ScriptedServer(answers(b"S")) as server:
        target = Target("arn:1", "localhost", server.port, "eu-north-1", Login.IAM, "tlscheck")
        observation = observe(target, trust_store, Deadline.within(3))
    assert observation.handshake.outcome is HandshakeOutcome.NO_ROOTS
    assert "eu-north-1" in observation.handshake.detail
    assert server.conversations == []
