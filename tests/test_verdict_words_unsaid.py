"""Findings word for word, where AWS's API left something unsaid.

Source of the commands: AWS CLI reference (aws rds).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.inventory.rotation import Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.verdict.regional import judge_region
from tlscheck.wire.observation import Plaintext, PlaintextOutcome

from tests.examples import (
    BY_ITSELF,
    CURRENT_CA,
    GOOD_SETTINGS,
    NOT_ENFORCED,
    NOW,
    REGION,
    RETIRED_CA,
    cluster,
    database,
    observation,
)
from tests.verdicts import found, having

DAY = timedelta(days=1)
OWN_GROUP = (
    "Give orders-prod a parameter group of its own (a default group cannot be changed) with {}: "
    "aws rds create-db-parameter-group --region us-east-1 ..."
)
RESTARTS = "This restarts the server, which interrupts every connection."
SET = "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name orders-pg17 --parameters"
WHERE = "ApplyMethod=pending-reboot"
WITHOUT_GROUP = replace(NOT_ENFORCED, parameter_group=None)
ACCEPTS = replace(observation(), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
NAMELESS = Settings(None, {})
NOTHING_SAID = Settings("orders-pg17", {})


def of(settings: Settings, **changes: Any) -> tuple[Any, ...]:
    return (database(settings=settings, **changes),)


@pytest.mark.parametrize(
    ("check", "known", "status", "reason", "step"),
    [
        (
            "tls-versions",
            of(NAMELESS),
            "INFORMATIONAL",
            "? leaves ssl_min_protocol_version to the engine, whose own default the API does not tell.",
            "",
        ),
        (
            "tls-versions",
            of(Settings(None, {"ssl_min_protocol_version": "TLSv1.2"})),
            "PASSED",
            "The server takes TLSv1.2 up to the newest that it knows (?).",
            "",
        ),
        (
            "tls-versions",
            of(Settings("orders-pg17", {"ssl_min_protocol_version": "TLSv1.1"})),
            "WARNING",
            "The server still takes TLSv1.1 (ssl_min_protocol_version in orders-pg17).",
            (
                "No client was seen below TLSv1.2 so far: wait until sweeps have covered the rarest job. "
                f"{RESTARTS} Then: "
                f"{SET} ParameterName=ssl_min_protocol_version,ParameterValue=TLSv1.2,{WHERE} && "
                "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
            ),
        ),
        (
            "password-hashes",
            of(NAMELESS),
            "INFORMATIONAL",
            (
                "password_encryption is left to the engine and rds.accepted_password_auth_method left to the "
                "engine in ?."
            ),
            "",
        ),
        (
            "connection-log",
            of(NAMELESS, force_ssl=WITHOUT_GROUP),
            "INFORMATIONAL",
            "log_connections is left to the engine in ?: clients between two looks leave no trace.",
            (
                "It writes about 600 bytes into the log for each new connection. How many connect anew is not "
                "known here: a million of them are about 0.6 GB, for which CloudWatch Logs takes 0.30 USD (0.50 "
                "USD a GB, list price of us-east-1). See that there is room for them, "
                "then: Set log_connections=1 in the parameter group of orders-prod."
            ),
        ),
        (
            "connection-log",
            of(Settings("orders-pg17", {"log_connections": "1"})),
            "PASSED",
            "Connections are logged (log_connections in orders-pg17).",
            "",
        ),
        (
            "babelfish-tls",
            (cluster(settings=Settings(None, {"rds.babelfish_status": "on"}), force_ssl=NOT_ENFORCED),),
            "WARNING",
            (
                "Babelfish is on, and its TDS listener takes plaintext (babelfishpg_tds.tds_ssl_encrypt is left "
                "to the engine in ?)."
            ),
            (
                "Move its TDS clients to TLS first: tlscheck does not see who connects there: ask "
                "sys.dm_exec_connections of that listener, whose encrypt_option says it of each connection, "
                "for as long as the rarest job takes to come. Then set babelfishpg_tds.tds_ssl_encrypt to 1 in ? "
                "and reboot the members. No command is given, as it cuts off whoever still comes without TLS."
            ),
        ),
        (
            "certificate-rotation",
            (
                database(
                    status="",
                    server_certificate_expires=NOW + DAY,
                    rotation=BY_ITSELF,
                    certificate_authority=replace(CURRENT_CA, offered=()),
                ),
            ),
            "WARNING",
            (
                "Its server certificate is valid to 2026-11-25. RDS renews it by itself from 2026-05-26 on, in "
                "the maintenance window, and has not: its rotation is overdue (its status is ?)."
            ),
            (
                "RDS offers no renewal under its CA: ask AWS Support for one. Which CAs the Region offers"
                " is not known: let rds:DescribeCertificates succeed there."
            ),
        ),
        (
            "ca",
            (database(certificate_authority=replace(CURRENT_CA, default="rds-ca-rsa2048-g1")),),
            "PASSED",
            "Its CA is rds-ca-rsa2048-g1, valid to 2061-05-20; the Region offers it.",
            "",
        ),
        (
            "ca",
            (database(certificate_authority=replace(CURRENT_CA, default="rds-ca-ecc384-g1", expires=None)),),
            "PASSED",
            "Its CA is rds-ca-rsa2048-g1; the Region offers it. New databases get rds-ca-ecc384-g1.",
            "",
        ),
        (
            "ca",
            (database(certificate_authority=replace(RETIRED_CA, offered=("b", "a")), rotation=Rotation()),),
            "FAILED",
            (
                "Its CA is rds-ca-2019, which the Region does not offer any more: retired, or unknown to it; it "
                "offers a, b."
            ),
            (
                "AWS's API does not say which CAs its engine version supports: ask AWS Support for one "
                "that it does."
            ),
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-2": "new\n", "ledger-1": "old"}),),
            "FAILED",
            (
                "The Region does not offer the CA of members any more, retired, or unknown to it: "
                "ledger-1 has old; ledger-2 has new. It offers rds-ca-ecc384-g1, rds-ca-rsa2048-g1, "
                "rds-ca-rsa4096-g1."
            ),
            (
                "This gives all members rds-ca-rsa2048-g1, in their maintenance windows. First have the "
                'TLS clients of all its members (their tls-clients name them) trust "Amazon RDS us-east-1'
                ' Root CA RSA2048 G1". The server does not restart for that. Then: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-1 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately && aws rds "
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-2 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-2": "new\n", "ledger-1": "new\n"}),),
            "FAILED",
            (
                "The Region does not offer the CA of members any more, retired, or unknown to it: "
                "ledger-1 has new; ledger-2 has new. It offers rds-ca-ecc384-g1, rds-ca-rsa2048-g1, "
                "rds-ca-rsa4096-g1."
            ),
            (
                "This gives all members rds-ca-rsa2048-g1, in their maintenance windows. First have the "
                'TLS clients of all its members (their tls-clients name them) trust "Amazon RDS us-east-1'
                ' Root CA RSA2048 G1". The server does not restart for that. Then: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-1 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately && aws rds "
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-2 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-3": None, "ledger-2": "new", "ledger-1": None}),),
            "FAILED",
            (
                "The Region does not offer the CA of members any more, retired, or unknown to it: "
                "ledger-2 has new. It offers rds-ca-ecc384-g1, rds-ca-rsa2048-g1, rds-ca-rsa4096-g1."
            ),
            (
                "This gives all members rds-ca-rsa2048-g1, in their maintenance windows. First have the "
                'TLS clients of all its members (their tls-clients name them) trust "Amazon RDS us-east-1'
                ' Root CA RSA2048 G1". The server does not restart for that. Then: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-2 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
    ],
)
def test_a_finding_says_what_is_why_and_what_to_do(
    check: str, known: tuple[Any, ...], status: str, reason: str, step: str
) -> None:
    assert found(check, *known) == (status, reason, step)


def test_a_value_that_is_left_out_is_not_one_that_logs() -> None:
    status, reason, step = found("connection-log", *of(NOTHING_SAID))
    assert (status, reason) == (
        "INFORMATIONAL",
        "log_connections is left to the engine in orders-pg17: clients between two looks leave no trace.",
    )
    assert step == (
        f"{RESTARTS} "
        "It writes about 600 bytes into the log for each new connection. How many connect anew is not known here: "
        "a million of them are about 0.6 GB, for which CloudWatch Logs takes 0.30 USD (0.50 USD a GB, list price "
        "of us-east-1). See that there is room for them, "
        f"then: {SET} ParameterName=log_connections,ParameterValue=1,{WHERE} && aws rds reboot-db-instance "
        "--region us-east-1 --db-instance-identifier orders-prod"
    )
    assert found("connection-log", *of(GOOD_SETTINGS))[0] == "PASSED"


@pytest.mark.parametrize("value", ["1", "on", "true", "yes", "TRUE", "all", "authorization", " receipt , all"])
def test_a_server_logs_who_logged_in_by_any_of_these_values(value: str) -> None:
    assert found("connection-log", *of(having(log_connections=value)))[0] == "PASSED"


def of_region(check: str, *offered: OfferedAuthority, default: str | None = None) -> tuple[str, str, str]:
    listing = RegionListing(REGION, "us-east-1", 3, (), Authorities(offered, default))
    held = {"7c40": "one root", "7c41": "another"}
    (finding,) = (each for each in judge_region(listing, held, NOW) if each.check == check)
    return finding.status.value, finding.reason, finding.told_step


def test_a_choice_that_does_not_end_is_only_told() -> None:
    chosen = OfferedAuthority("rds-ca-ecc384-g1", "aa", None, override=True)
    assert of_region("default-ca", chosen, default="rds-ca-ecc384-g1") == (
        "INFORMATIONAL",
        "New databases get rds-ca-ecc384-g1, which the account chose as its default.",
        "",
    )
