"""A server's first answer to a client without TLS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.messages import Message
from tlscheck.wire.observation import PlaintextOutcome
from tlscheck.wire.plaintext import STARTUP, meaning

NO_ENTRY = 'no pg_hba.conf entry for host "10.0.0.7", user "tlscheck-plaintext", database "postgres", '


def error(code: str, text: str) -> Message:
    return Message("E", f"SFATAL\0C{code}\0M{text}\0\0".encode())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Message("R", (10).to_bytes(4) + b"SCRAM-SHA-256\0\0"), PlaintextOutcome.ACCEPTED),
        (Message("R", bytes(4)), PlaintextOutcome.ACCEPTED),
        (error("28000", NO_ENTRY + "no encryption"), PlaintextOutcome.REFUSED),
        (error("28000", NO_ENTRY + "SSL off"), PlaintextOutcome.REFUSED),
        (error("28000", "pg_hba.conf rejects connection for host"), PlaintextOutcome.UNKNOWN),
        (error("53300", "sorry, too many clients already"), PlaintextOutcome.UNKNOWN),
        (error("57P03", "the database system is starting up: no encryption"), PlaintextOutcome.UNKNOWN),
        (Message("Z", b"I"), PlaintextOutcome.UNKNOWN),
    ],
)
def test_the_first_answer_says_whether_plaintext_is_accepted(answer: Message, outcome: PlaintextOutcome) -> None:
    assert meaning(answer).outcome is outcome


@given(st.sampled_from("RKSZTDCENAI"), st.binary(max_size=80))
def test_any_answer_has_a_meaning(kind: str, body: bytes) -> None:
    assert meaning(Message(kind, body)).detail


def test_nothing_secret_is_sent() -> None:
    assert STARTUP[8:] == b"user\0tlscheck-plaintext\0database\0postgres\0application_name\0tlscheck\0\0"


def test_the_startup_is_a_whole_message_of_protocol_3_0() -> None:
    # PostgreSQL's manual, "Message Formats", StartupMessage: Int32 length (77 bytes), Int32 196608
    assert STARTUP[:8].hex() == "0000004d00030000"
    assert len(STARTUP) == 77
