"""OpenSSL's reasons as outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.observation import Certificate, Handshake, HandshakeOutcome
from tlscheck.wire.verification import broken, followed, refused

from tests.examples import leaf


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
        (79, HandshakeOutcome.NOT_STRICT),
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


@given(st.integers(), st.text(), st.none() | st.text())
def test_a_failure_never_reads_as_trust(code: int, message: str, reason: str | None) -> None:
    assert refused(code, message).outcome is not HandshakeOutcome.TRUSTED
    assert broken(reason, has_chain=True).outcome is not HandshakeOutcome.TRUSTED
    assert broken(reason, has_chain=False).outcome in {
        *(HandshakeOutcome.NO_COMMON_TLS, HandshakeOutcome.NOT_POSTGRESQL, HandshakeOutcome.FAILED)
    }


RDS, ROOT = (
    "CN=Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1,O=Amazon",
    "CN=Amazon RDS eu-west-1 Root CA RSA2048 G1",
)
LEAF = leaf(subject="CN=orders", issuer=RDS)
SUBORDINATE = leaf(subject=RDS, issuer=ROOT)
UNKNOWN = Handshake(HandshakeOutcome.UNKNOWN_ISSUER, "Verification failed: no root issued it (OpenSSL 20).")


@pytest.mark.parametrize(
    ("chain", "outcome", "said"),
    [
        (
            (LEAF,),
            HandshakeOutcome.INCOMPLETE_CHAIN,
            (
                "Verification failed: the server did not send the certificate of "
                '"Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1", which is to have issued that of "orders".'
            ),
        ),
        (
            (LEAF, leaf(subject="CN=another", issuer="CN=z")),
            HandshakeOutcome.INCOMPLETE_CHAIN,
            (
                "Verification failed: the server did not send the certificate of "
                '"Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1", which is to have issued that of "orders".'
            ),
        ),
        (
            (LEAF, SUBORDINATE),
            HandshakeOutcome.UNKNOWN_ISSUER,
            (
                "Verification failed: no root issued it (OpenSSL 20): the server did not send the certificate of "
                '"Amazon RDS eu-west-1 Root CA RSA2048 G1", which is to have issued that of '
                '"Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1".'
            ),
        ),
        (
            (leaf(subject="CN=a", issuer="CN=b"), leaf(subject="CN=b", issuer="CN=a")),
            HandshakeOutcome.UNKNOWN_ISSUER,
            (
                "Verification failed: no root issued it (OpenSSL 20): the server did not send the certificate of "
                '"a", which is to have issued that of "b".'
            ),
        ),
        (
            (LEAF, SUBORDINATE, leaf(subject=ROOT, issuer=ROOT, self_issued=True)),
            HandshakeOutcome.UNKNOWN_ISSUER,
            UNKNOWN.detail,
        ),
        ((), HandshakeOutcome.UNKNOWN_ISSUER, UNKNOWN.detail),
    ],
)
def test_a_chain_that_stops_short_is_told_for_what_was_not_sent(
    chain: tuple[Certificate, ...], outcome: HandshakeOutcome, said: str
) -> None:
    shown = followed(UNKNOWN, chain)
    assert (shown.outcome, shown.detail) == (outcome, said)


def test_another_objection_than_to_the_issuer_stays_as_it_is() -> None:
    expired = Handshake(HandshakeOutcome.EXPIRED, "It expired.")
    assert followed(expired, (LEAF,)) == expired
