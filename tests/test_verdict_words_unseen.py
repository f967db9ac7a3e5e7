"""Findings word for word, where a server, its sessions or a cluster's members were not seen, or but in part.

Source of the commands: AWS CLI reference (aws rds).
"""

from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.trait import Trait
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    LEDGER,
    NOW,
    cluster,
    database,
    handshake,
    leaf,
    member,
    observation,
    plaintext_client,
    trace,
)
from tests.verdicts import found, seen, shaken

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("check", "known", "status", "reason", "step"),
    [
        (
            "server-certificate",
            # Only what comes first is the server's own; the CA above it lives for decades.
            (
                database(),
                observation(handshake=handshake(chain=(leaf(not_after=NOW + 40 * DAY), leaf(not_after=None)))),
            ),
            "PASSED",
            "Its certificate verifies against the Region's roots, carries its name, and is valid to 2027-01-03.",
            "",
        ),
        (
            "server-certificate",
            (database(endpoint=None), shaken(HandshakeOutcome.UNREACHABLE)),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            "Let the probe's security group reach orders-prod, and see that the server answers there.",
        ),
        (
            "plaintext-clients",
            (
                database(),
                None,
                plaintext_client("api", plaintext=trace(NOW - DAY, ("10.0.0.2", "10.0.0.1"))),
            ),
            "FAILED",
            (
                '1 client was seen without TLS: "api" as "orders" in "orders" from several addresses, last seen '
                "without TLS on 2026-11-23."
            ),
            (
                "Give each of these clients sslmode=verify-full and the Region's root certificates. An address "
                "stops counting once it was seen with TLS, and then not without for seven days. If it is gone, or "
                "if the name stands for many clients, it stops counting once the client was seen with TLS, and "
                "then not without for 35 days."
            ),
        ),
        (
            "not-observed",
            (member(iam_authentication=False), seen(LookOutcome.NOT_TRIED)),
            "NOT_OBSERVED",
            "Not looked at: connections: as it is.",
            (
                'Name a secret by the tag tlscheck:secret. Or, on ledger-1: CREATE USER "tlscheck"; GRANT'
                ' rds_iam, pg_monitor TO "tlscheck"; And, at once: aws rds modify-db-cluster --region '
                "us-east-1 --db-cluster-identifier ledger --enable-iam-database-authentication "
                "--apply-immediately"
            ),
        ),
        (
            "not-observed",
            (database(iam_authentication=False), seen(LookOutcome.NOT_TRIED)),
            "NOT_OBSERVED",
            "Not looked at: connections: as it is.",
            (
                'Name a secret by the tag tlscheck:secret. Or, on orders-prod: CREATE USER "tlscheck"; '
                'GRANT rds_iam, pg_monitor TO "tlscheck"; And, in its maintenance window: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
                "--enable-iam-database-authentication --no-apply-immediately"
            ),
        ),
        (
            "not-observed",
            # A cluster is never connected to: its members' findings say what a look at them showed.
            (cluster(), not_tried(LEDGER, "a cluster has no endpoint of its own")),
            "PASSED",
            "Everything could be looked at.",
            "",
        ),
        (
            "not-observed",
            (cluster(member_authorities={}, traits=(Trait.SERVERLESS_V1,)),),
            "NOT_OBSERVED",
            (
                "Not looked at: it is Aurora Serverless v1, without instances to look at and with a certificate "
                "of ACM."
            ),
            "Nothing: Aurora Serverless v1 has no instance that says so, and its support has ended.",
        ),
        (
            "not-observed",
            (cluster(member_authorities={}, traits=(Trait.GLOBAL, Trait.EXPRESS)),),
            "NOT_OBSERVED",
            (
                "Not looked at: its configuration is express: no VPC, reached over the internet with IAM tokens "
                "alone."
            ),
            "Nothing: AWS's API names no instance of an express configuration that says so.",
        ),
        (
            "not-observed",
            (cluster(member_authorities={}, traits=(Trait.GLOBAL,)),),
            "PASSED",
            "Everything could be looked at.",
            "",
        ),
    ],
)
def test_a_finding_says_what_is_why_and_what_to_do(
    check: str, known: tuple[Any, ...], status: str, reason: str, step: str
) -> None:
    assert found(check, *known) == (status, reason, step)
