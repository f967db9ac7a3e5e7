"""What is said of a handshake that did not end well: a certificate is blamed only where it is at fault."""

from datetime import timedelta

import pytest
from tlscheck.inventory.database import Database
from tlscheck.wire.observation import Certificate, HandshakeOutcome, LookOutcome, Observation
from tlscheck.wire.sight import Sight, sight_of

from tests.examples import NOW, database, evidence, leaf
from tests.verdicts import found, having, says, shaken

ENDPOINT = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432"
CIPHERS_OF_TODAY = (
    "Add ciphers of today to ssl_ciphers in its parameter group: ECDHE-RSA-AES256-GCM-SHA384 and "
    "ECDHE-RSA-AES128-GCM-SHA256; for a certificate with an ECC key ECDHE-ECDSA-AES256-GCM-SHA384. Leave in "
    "those that are there: clients may need them."
)
BETWEEN = "See what stands between the probe and orders-prod, or has its name instead:"
SEE_WHY = (
    f"See why {ENDPOINT} did not end the TLS handshake well: its log of that moment says it, and so does that of "
    "whatever stands between it and the probe."
)
CHAIN = (leaf(),)


@pytest.mark.parametrize(
    ("of", "observed", "status", "reason", "step"),
    [
        (
            database(),
            shaken(HandshakeOutcome.INCOMPLETE_CHAIN),
            "FAILED",
            "The server sends its certificate without the one between it and the root: as it is.",
            f"{BETWEEN} RDS itself sends all certificates up to its root. Have it send them too.",
        ),
        (
            database(),
            shaken(HandshakeOutcome.UNPROVEN),
            "FAILED",
            "The server did not prove that the certificate is its own: as it is.",
            f"{BETWEEN} it shows a certificate, which anybody can have seen, without its key.",
        ),
        (
            database(),
            shaken(HandshakeOutcome.BELOW_BAR, protocol="TLSv1.2", cipher="AES128-SHA"),
            "WARNING",
            "Its certificate is valid to 2027-09-20, and the server takes no cipher of today: as it is.",
            CIPHERS_OF_TODAY,
        ),
        (
            database(),
            shaken(HandshakeOutcome.OUTDATED, protocol="TLSv1.2", cipher="AES256-CCM"),
            "FAILED",
            "The server speaks no TLS that clients of today take: as it is.",
            CIPHERS_OF_TODAY,
        ),
        (
            database(settings=having(ssl_ciphers="PSK")),
            shaken(HandshakeOutcome.NO_COMMON_TLS),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            (
                "Let it take TLSv1.2 or newer with a cipher of today that fits its key, such as "
                "ECDHE-RSA-AES256-GCM-SHA384: see ssl_ciphers (PSK), ssl_min_protocol_version (TLSv1.2) and "
                "ssl_max_protocol_version (TLSv1.3) in its parameter group. Or its curve is not one that clients "
                "offer, as prime256v1 is: ssl_ecdh_curve, since PostgreSQL 18 ssl_groups."
            ),
        ),
        (
            database(),
            shaken(HandshakeOutcome.FAILED),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            SEE_WHY,
        ),
        (
            database(),
            shaken(HandshakeOutcome.FAILED, "The server wanted one of the client's.", chain=CHAIN),
            "NOT_OBSERVED",
            "Its certificate was seen, but TLS was not made: the server wanted one of the client's.",
            SEE_WHY,
        ),
        (
            database(),
            shaken(HandshakeOutcome.CLOSED, chain=CHAIN),
            "NOT_OBSERVED",
            "Its certificate was seen, but TLS was not made: as it is.",
            SEE_WHY,
        ),
        (
            database(),
            shaken(HandshakeOutcome.TIMED_OUT, chain=CHAIN),
            "NOT_OBSERVED",
            "Its certificate was seen, but TLS was not made: as it is.",
            SEE_WHY,
        ),
        (
            database(),
            shaken(HandshakeOutcome.CLOSED),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            database(),
            shaken(HandshakeOutcome.BELOW_BAR, chain=(leaf(not_after=NOW + timedelta(days=3)),)),
            "WARNING",
            "Its certificate is valid to 2026-11-27 only, and the server takes no cipher of today: as it is.",
            CIPHERS_OF_TODAY,
        ),
    ],
)
def test_a_handshake_is_told_for_what_happened(
    of: Database, observed: Observation, status: str, reason: str, step: str
) -> None:
    assert found("server-certificate", of, observed) == (status, reason, step)


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.1"])
def test_a_server_of_outdated_tls_is_told_to_speak_a_newer_one(protocol: str) -> None:
    observed = shaken(HandshakeOutcome.OUTDATED, protocol=protocol, cipher="ECDHE-RSA-AES256-SHA")
    status, reason, step = found("server-certificate", database(), observed)
    assert (status, reason) == ("FAILED", "The server speaks no TLS that clients of today take: as it is.")
    assert "ParameterName=ssl_max_protocol_version,ParameterValue=TLSv1.2," in step


WITHOUT_ANY: tuple[Certificate, ...] = ()


@pytest.mark.parametrize("outcome", [HandshakeOutcome.NO_COMMON_TLS, HandshakeOutcome.FAILED])
def test_where_no_certificate_was_seen_nobody_is_told_to_change_one(outcome: HandshakeOutcome) -> None:
    known = evidence(database(), shaken(outcome, chain=WITHOUT_ANY), ())
    for check in ("server-certificate", "not-observed", "plaintext-clients"):
        finding = says(check, known)
        assert finding.status == "NOT_OBSERVED"
        assert "certificate-identifier" not in finding.told_step
        assert "security group" not in finding.told_step


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        (
            HandshakeOutcome.BELOW_BAR,
            "Let the server take TLS of today first (see server-certificate): nobody logs in over less.",
        ),
        (
            HandshakeOutcome.OUTDATED,
            "Let the server take TLS of today first (see server-certificate): nobody logs in over less.",
        ),
        (
            HandshakeOutcome.INCOMPLETE_CHAIN,
            "Mend the server's TLS first (see server-certificate): nobody logs in before it verifies.",
        ),
    ],
)
def test_who_is_connected_cannot_be_seen_before_tls_is_mended(outcome: HandshakeOutcome, step: str) -> None:
    assert found("plaintext-clients", database(), shaken(outcome))[2] == step


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        *[
            (each, Sight.UNTRUSTED)
            for each in (
                *(HandshakeOutcome.BELOW_BAR, HandshakeOutcome.OUTDATED, HandshakeOutcome.NO_COMMON_TLS),
                *(HandshakeOutcome.FAILED, HandshakeOutcome.UNPROVEN, HandshakeOutcome.INCOMPLETE_CHAIN),
            )
        ],
        (HandshakeOutcome.CLOSED, Sight.UNREACHABLE),
    ],
)
def test_a_server_that_answered_in_tls_is_no_network_out_of_reach(
    outcome: HandshakeOutcome, expected: Sight
) -> None:
    observed = shaken(outcome)
    assert observed.look.outcome is LookOutcome.NOT_TRIED
    assert sight_of(database(), observed) is expected
