"""OpenSSL's reasons as outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.observation import HandshakeOutcome
from tlscheck.wire.verification import broken, refused


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (9, HandshakeOutcome.NOT_YET_VALID),
        (10, HandshakeOutcome.EXPIRED),
        (18, HandshakeOutcome.SELF_SIGNED),
        (19, HandshakeOutcome.UNKNOWN_ISSUER),
        (20, HandshakeOutcome.UNKNOWN_ISSUER),
        (21, HandshakeOutcome.UNKNOWN_ISSUER),
        (62, HandshakeOutcome.WRONG_NAME),
        (64, HandshakeOutcome.WRONG_NAME),
        (66, HandshakeOutcome.WEAK),
        (67, HandshakeOutcome.WEAK),
        (68, HandshakeOutcome.WEAK),
        (79, HandshakeOutcome.UNTRUSTED),
        (85, HandshakeOutcome.NOT_STRICT),
        (92, HandshakeOutcome.NOT_STRICT),
        (94, HandshakeOutcome.NOT_STRICT),
        (7, HandshakeOutcome.UNTRUSTED),
    ],
)
def test_a_verify_code_becomes_its_outcome(code: int, outcome: HandshakeOutcome) -> None:
    assert refused(code, "words of OpenSSL").outcome is outcome


def test_an_objection_without_a_name_of_ours_keeps_its_own_words() -> None:
    assert "certificate signature failure (OpenSSL 7)" in refused(7, "certificate signature failure").detail


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (None, HandshakeOutcome.CLOSED),
        ("UNEXPECTED_EOF_WHILE_READING", HandshakeOutcome.CLOSED),
        ("TLSV1_ALERT_INTERNAL_ERROR", HandshakeOutcome.CLOSED),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", HandshakeOutcome.CLOSED),
        ("WRONG_VERSION_NUMBER", HandshakeOutcome.NOT_POSTGRESQL),
        ("HTTP_REQUEST", HandshakeOutcome.NOT_POSTGRESQL),
        ("UNSUPPORTED_PROTOCOL", HandshakeOutcome.UNTRUSTED),
    ],
)
def test_a_handshake_that_breaks_is_named_for_what_broke_it(reason: str | None, outcome: HandshakeOutcome) -> None:
    assert broken(reason).outcome is outcome


@given(st.integers(), st.text(), st.none() | st.text())
def test_a_failure_never_reads_as_trust(code: int, message: str, reason: str | None) -> None:
    assert refused(code, message).outcome is not HandshakeOutcome.TRUSTED
    assert broken(reason).outcome is not HandshakeOutcome.TRUSTED
