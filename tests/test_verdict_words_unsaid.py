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
    ORDERS,
    REGION,
    RETIRED_CA,
    UNKNOWN_ENFORCEMENT,
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
                "No client was seen below TLSv1.2 so far: wait until sweeps have covered the rarest job. Then: "
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
            OWN_GROUP.format("log_connections=1"),
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
            "upgrade-enforces-tls",
            # The API says nothing of it; that it takes plaintext is the server's own word.
            (database(force_ssl=replace(UNKNOWN_ENFORCEMENT, parameter_group=None)), ACCEPTS),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: the API names no parameter group of it.",
            "See force-ssl.",
        ),
        (
            "upgrade-enforces-tls",
            (database(force_ssl=UNKNOWN_ENFORCEMENT), ACCEPTS),
            "PASSED",
            "Its group orders-pg17 is its own: the next version's group decides.",
            "",
        ),
        (
            "upgrade-enforces-tls",
            # One that waits and changes nothing: 14 does not enforce TLS.
            (
                database(
                    engine_version="13.9",
                    pending_version="14.2",
                    force_ssl=replace(NOT_ENFORCED, parameter_group="default.postgres13"),
                ),
            ),
            "INFORMATIONAL",
            (
                "An upgrade to PostgreSQL 15 or later turns TLS enforcement on: from PostgreSQL 15 on the default "
                "group has rds.force_ssl=1 (by our table of versions). No client without TLS was seen so far."
            ),
            (
                "Before the upgrade move every client to TLS, or give orders-prod a parameter group of its own of "
                "the new family with rds.force_ssl=0 until they have moved."
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
                "aws rds apply-pending-maintenance-action --region us-east-1 --resource-identifier "
                f"{ORDERS} --apply-action server-certificate-rotation --opt-in-type next-maintenance or, where no "
                "such action waits: aws rds modify-db-instance --region us-east-1 --db-instance-identifier "
                "orders-prod --ca-certificate-identifier <CA> --no-apply-immediately"
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
                "Make sure that its TLS clients trust the new root (see tls-clients), then: "
                "aws rds modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
                "--ca-certificate-identifier a --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-2": "new\n", "ledger-1": "old"}),),
            "WARNING",
            "Its members' CAs differ, so a failover changes the chain: ledger-1 has old; ledger-2 has new.",
            (
                "aws rds modify-db-instance --region us-east-1 --db-instance-identifier <each other member> "
                "--ca-certificate-identifier <CA> --no-apply-immediately once its TLS clients trust the root of "
                "<CA>."
            ),
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-2": "new\n", "ledger-1": "new\n"}),),
            "PASSED",
            "All its members have the CA new.",
            "",
        ),
        (
            "ca",
            (cluster(member_authorities={"ledger-3": None, "ledger-2": "new", "ledger-1": None}),),
            "NOT_OBSERVED",
            "The CA of ledger-1; ledger-3 is not known: the instance was not listed.",
            "Allow tlscheck rds:DescribeDBInstances.",
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
    assert step == f"{SET} ParameterName=log_connections,ParameterValue=1,{WHERE}"
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
