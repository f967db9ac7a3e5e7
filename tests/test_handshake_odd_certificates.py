"""Servers whose certificates are odd: each is refused for what is odd about it, and sent nothing of value."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from OpenSSL import SSL
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.postgres import look_at_sessions
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.edges.server.servers import observe
from tlscheck.edges.server.tls import open_verified
from tlscheck.wire.document import documents
from tlscheck.wire.login import Credential
from tlscheck.wire.observation import Handshake, HandshakeOutcome, LookOutcome
from tlscheck.wire.target import Login, Target

from tests.leaks import nothing_leaked
from tests.local_aws.fleet.certificates import ServerCertificate
from tests.odd_certificates import OddAuthority, self_signed, signed_with_sha1
from tests.scripted_server import SSL_REQUEST, Conversation, Script, ScriptedServer

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def authority() -> OddAuthority:
    return OddAuthority(REGION)


def presents(certificate: ServerCertificate) -> Script:
    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if conversation.start_tls(certificate):
            conversation.receive()

    return script


def shown(authority: OddAuthority, certificate: ServerCertificate, monkeypatch: pytest.MonkeyPatch) -> Handshake:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    store = RegionalRoots(authority.root_pem)
    with ScriptedServer(presents(certificate)) as server:
        target = Target("arn:1", "localhost", server.port, REGION, Login.IAM, "tlscheck")
        start = time.monotonic()
        with nothing_leaked():
            seen = observe(target, store, Deadline.within(8))
        assert time.monotonic() - start < 8
    if seen.handshake.outcome is not HandshakeOutcome.TRUSTED:
        assert seen.look.outcome is LookOutcome.NOT_TRIED
        assert server.received == SSL_REQUEST * len(server.conversations)
    assert documents([seen])
    return seen.handshake


def test_an_ordinary_one_of_this_authority_is_trusted(
    authority: OddAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    handshake = shown(authority, authority.issue(), monkeypatch)
    assert handshake.outcome is HandshakeOutcome.TRUSTED
    (leaf,) = handshake.chain
    assert (leaf.key, leaf.signature) == ("EC secp256r1", "SHA256")
    assert handshake.authority == "rds-ca-ecc384-g1"


def test_one_that_signed_itself_is_told_apart(authority: OddAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    handshake = shown(authority, self_signed(), monkeypatch)
    assert handshake.outcome is HandshakeOutcome.SELF_SIGNED
    assert handshake.authority is None


def test_one_without_an_authority_key_identifier_fails_strict_clients_alone(
    authority: OddAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    handshake = shown(authority, authority.issue(with_authority_key=False), monkeypatch)
    assert handshake.outcome is HandshakeOutcome.NOT_STRICT
    assert "lacks its authority key identifier" in handshake.detail


def test_a_short_key_is_weak(authority: OddAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    handshake = shown(authority, authority.issue(key), monkeypatch)
    assert handshake.outcome is HandshakeOutcome.WEAK
    assert handshake.chain[0].key == "RSA 1024"


def test_an_old_digest_is_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    authority, certificate = signed_with_sha1(REGION)
    handshake = shown(authority, certificate, monkeypatch)
    assert handshake.outcome is HandshakeOutcome.WEAK
    assert handshake.chain[0].signature == "SHA1"


def test_of_a_chain_of_fifty_the_first_are_shown(authority: OddAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = OddAuthority(REGION)
    handshake = shown(authority, stranger.issue(followed_by=49), monkeypatch)
    assert handshake.outcome is HandshakeOutcome.UNKNOWN_ISSUER
    assert len(handshake.chain) == 10
    assert "It sent 50 certificates." in handshake.detail
    assert shown(authority, authority.issue(followed_by=49), monkeypatch).outcome is HandshakeOutcome.TRUSTED


def test_a_certificate_of_a_mebibyte_is_not_read(authority: OddAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = authority.issue(names=5500)
    assert len(certificate.chain_pem) > 2**20
    handshake = shown(authority, certificate, monkeypatch)
    assert handshake.outcome is HandshakeOutcome.FAILED
    assert "EXCESSIVE_MESSAGE_SIZE" in handshake.detail


def test_a_server_that_asks_for_another_handshake_is_not_followed(authority: OddAuthority, tmp_path: Path) -> None:
    certificate = authority.issue()
    (tmp_path / "key.pem").write_bytes(certificate.key_pem)
    (tmp_path / "chain.pem").write_bytes(certificate.chain_pem)
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.use_privatekey_file(str(tmp_path / "key.pem"))
    context.use_certificate_chain_file(str(tmp_path / "chain.pem"))
    states = []
    context.set_info_callback(lambda connection, *_: states.append(connection.get_state_string()))

    def serve(listener: socket.socket) -> None:
        plain, _ = listener.accept()
        with plain:
            plain.settimeout(None)
            plain.recv(8)
            plain.send(b"S")
            encrypted = SSL.Connection(context, plain)
            encrypted.set_accept_state()
            encrypted.do_handshake()
            encrypted.recv(4096)
            encrypted.renegotiate()
            with suppress(SSL.Error):
                encrypted.do_handshake()
                while encrypted.recv(4096):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        store = RegionalRoots(authority.root_pem).context(REGION)
        assert store
        start = time.monotonic()
        port = listener.getsockname()[1]
        handshake, connection = open_verified("localhost", port, store, Deadline.within(3))
        assert connection, handshake
        with connection:
            target = Target("arn:1", "localhost", port, REGION, Login.SECRET, "", "a-secret")
            seen = look_at_sessions(connection, target, Credential("tlscheck", "hunter2"))
        assert time.monotonic() - start < 4
        thread.join()
    assert handshake.protocol == "TLSv1.2"
    assert seen.outcome is LookOutcome.FAILED
    assert sum(b"read client hello" in state for state in states) == 1, states
