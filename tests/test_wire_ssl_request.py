"""The server's answer to an SSLRequest, classified."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wire.ssl_request import SSL_REQUEST, refusal

HTTP = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"
ERROR = b"E\x00\x00\x00\x30SFATAL\x00C53300\x00Msorry, too many clients already\x00\x00"


def test_the_request_is_the_eight_bytes_of_the_protocol() -> None:
    assert bytes.fromhex("0000000804d2162f") == SSL_REQUEST


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (b"", HandshakeOutcome.CLOSED, "closed"),
        (b"N", HandshakeOutcome.TLS_REFUSED, "ssl is off"),
        (b"Nonsense", HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (ERROR, HandshakeOutcome.CLOSED, "sorry, too many clients already"),
        (b"Ecould not fork new process for connection\0", HandshakeOutcome.CLOSED, "could not fork"),
        (b"E", HandshakeOutcome.CLOSED, "error"),
        (HTTP, HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (b"\xff", HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (b"s", HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
        (b"\x00" * 1024, HandshakeOutcome.NOT_POSTGRESQL, "none of PostgreSQL's"),
    ],
)
def test_an_answer_is_named_for_what_the_server_did(answer: bytes, outcome: HandshakeOutcome, said: str) -> None:
    handshake = refusal(answer)
    assert handshake is not None
    assert handshake.outcome is outcome
    assert said in handshake.detail


def test_only_an_s_lets_the_handshake_begin() -> None:
    assert refusal(b"S") is None
    assert [first for first in range(256) if refusal(bytes([first])) is None] == [ord("S")]


@given(st.binary(max_size=2000).filter(lambda answer: answer != b"S"))
def test_no_answer_is_too_strange_to_name_and_none_becomes_trust(answer: bytes) -> None:
    handshake = refusal(answer)
    assert handshake is None or handshake.outcome is not HandshakeOutcome.TRUSTED
    assert handshake is None or (handshake.detail.isascii() and handshake.detail.isprintable())
    assert handshake is None or len(handshake.detail) < 400
