"""What to do about a server whose certificate was not seen, for each way in which it was not."""

import pytest
from tlscheck.inventory.database import Database
from tlscheck.verdict.reaching import reach
from tlscheck.wire.observation import HandshakeOutcome

from tests.examples import database, evidence, handshake, leaf, observation
from tests.verdicts import having

ENDPOINT = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432"
LET_IN = f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there."
SEE_WHY = (
    f"See why {ENDPOINT} did not end the TLS handshake well: its log of that moment says it, and so does that of "
    "whatever stands between it and the probe."
)
AGREE = (
    "Let it take TLSv1.2 or newer with a cipher of today that fits its key, such as ECDHE-RSA-AES256-GCM-SHA384: "
    "see {parameters} in its parameter group. Or its curve is not one that clients offer, as prime256v1 is: "
    "ssl_ecdh_curve, since PostgreSQL 18 ssl_groups."
)
ASLEEP = "it may pause at 0 ACUs, and a connection would wake it:"
AWAKE = (
    'While orders-prod is in use, start a sweep with {"databases": ["orders-prod"]}: it is looked at then. '
    "Or deploy with WakePausedDatabases=ENABLED, and each full sweep wakes it."
)


@pytest.mark.parametrize(
    ("of", "outcome", "detail", "has_chain", "step"),
    [
        (database(), "UNREACHABLE", "refused", False, LET_IN),
        (database(), "TIMED_OUT", "as it is", False, LET_IN),
        (database(), "CLOSED", "as it is", False, LET_IN),
        (database(), "CLOSED", "as it is", True, SEE_WHY),
        (database(), "TIMED_OUT", "as it is", True, SEE_WHY),
        (database(), "UNREACHABLE", "as it is", True, LET_IN),
        (database(), "FAILED", "as it is", False, SEE_WHY),
        (
            database(),
            "NO_COMMON_TLS",
            "as it is",
            False,
            AGREE.format(
                parameters="ssl_ciphers, ssl_min_protocol_version (TLSv1.2) and ssl_max_protocol_version (TLSv1.3)"
            ),
        ),
        (
            database(settings=having(ssl_ciphers="PSK", ssl_max_protocol_version="TLSv1.1")),
            "NO_COMMON_TLS",
            "as it is",
            False,
            AGREE.format(
                parameters="ssl_ciphers (PSK), ssl_min_protocol_version (TLSv1.2)"
                " and ssl_max_protocol_version (TLSv1.1)"
            ),
        ),
        (
            database(),
            "NOT_POSTGRESQL",
            "as it is",
            False,
            f"See what answers at {ENDPOINT}: it does not speak PostgreSQL's protocol.",
        ),
        (database(), "NOT_TRIED", f"{ASLEEP} its capacity is 0", False, AWAKE),
        (
            database(),
            "NOT_TRIED",
            f"{ASLEEP} cloudwatch:GetMetricData was denied",
            False,
            f"Let Observe's role call cloudwatch:GetMetricData in us-east-1. {AWAKE}",
        ),
        (
            database(endpoint=None, status="creating"),
            "NOT_TRIED",
            "as it is",
            False,
            "Nothing, unless orders-prod should be available: a later sweep looks again.",
        ),
        (
            database(network=None),
            "NOT_TRIED",
            "as it is",
            False,
            "Deploy a probe that reaches it and name it as the default one (parameter ProbeReachesOtherVpcs).",
        ),
        (
            database(),
            "NOT_TRIED",
            "as it is",
            False,
            "See the log of the probe; the next sweep looks again.",
        ),
    ],
)
def test_the_next_step(of: Database, outcome: str, detail: str, has_chain: bool, step: str) -> None:
    chain = (leaf(),) if has_chain else ()
    seen = observation(of.arn, handshake(HandshakeOutcome(outcome), detail, chain=chain))
    assert reach(evidence(of, seen)) == step
