"""Findings word for word, of enforcement, CAs and renewals: what AWS's API says.

What each check says of a database, why, and the next step, which can be pasted. Source of the commands: AWS CLI
reference (aws rds); of the SQL: RDS User Guide.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.database import Source
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.wire.observation import LookOutcome

from tests.examples import (
    BY_ITSELF,
    CURRENT_CA,
    NOT_ENFORCED,
    NOW,
    OFFERED,
    RETIRED_CA,
    UNKNOWN_CA,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    member,
    plaintext_client,
)
from tests.verdicts import found, seen, state, until

DAY = timedelta(days=1)
MULTI_AZ = {"engine": "postgres"}
RESTARTS = Rotation(without_restart=False, supported=OFFERED)
UNSAID = Rotation(Gap("rds:DescribeDBEngineVersions", "AccessDenied"))
WINDOW = MaintenanceAction("server-certificate-rotation", NOW + DAY, NOW + 3 * DAY, NOW + 2 * DAY)
CA_WINDOW = MaintenanceAction("ca-certificate-rotation")
MIXED = {"ledger-1": "rds-ca-rsa2048-g1", "ledger-2": "rds-ca-ecc384-g1"}

WHERE = "ApplyMethod=pending-reboot"
SET = "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name orders-pg17 --parameters"
SET_OF_CLUSTER = (
    "aws rds modify-db-cluster-parameter-group --region us-east-1 "
    "--db-cluster-parameter-group-name orders-pg17 --parameters"
)
CHANGE = (
    "aws rds modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
    "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
)
APPLY = (
    "aws rds apply-pending-maintenance-action --region us-east-1 --resource-identifier "
    "arn:aws:rds:us-east-1:111122223333:db:orders-prod --apply-action"
)
NOBODY = "No client was seen without TLS so far: wait until sweeps have covered the rarest job."
INTERRUPTS = (
    "This restarts the server, which interrupts every connection. What else waits in its parameter group is"
    " applied with it."
)
OF_MEMBERS = INTERRUPTS.replace("the server", "its members")
NEXT_REBOOT = "From the next reboot on, whoever orders it, TLS is enforced."
REBOOT = "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
OWN_OF_CLUSTER = "--db-cluster-parameter-group-name ledger-aurora-postgresql16-tls"
TRUST = "Make sure that its TLS clients trust the new root (see tls-clients), then:"
TRUST_WITHOUT_RESTART = TRUST.replace("then:", "then (without a restart):")
TRUST_AND_RESTART = TRUST.replace("then:", "then (it restarts the server):")
RETIRED = (
    "Its CA is rds-ca-2019, which the Region does not offer any more: retired, or unknown to it; "
    "it offers rds-ca-ecc384-g1, rds-ca-rsa2048-g1, rds-ca-rsa4096-g1."
)
UNTIL = "Its server certificate is valid to"
ALLOW = "Allow tlscheck rds:DescribeDBEngineVersions and rds:DescribePendingMaintenanceActions."


@pytest.mark.parametrize(
    ("check", "known", "status", "reason", "step"),
    [
        (
            "force-ssl",
            (database(),),
            "PASSED",
            "rds.force_ssl is 1 in orders-pg17 (in-sync)",
            "",
        ),
        (
            "force-ssl",
            (database(force_ssl=NOT_ENFORCED),),
            "FAILED",
            "rds.force_ssl is 0 in orders-pg17 (in-sync)",
            (
                f"{NOBODY} {INTERRUPTS} Then: {SET} ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} &&"
                f" {REBOOT}"
            ),
        ),
        (
            "force-ssl",
            (database(force_ssl=NOT_ENFORCED), None, plaintext_client()),
            "FAILED",
            "rds.force_ssl is 0 in orders-pg17 (in-sync)",
            (
                'Move to TLS first: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS '
                f"on 2026-11-24. {INTERRUPTS} "
                f"Then: {SET} ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} && {REBOOT}"
            ),
        ),
        (
            "force-ssl",
            (database(force_ssl=NOT_ENFORCED), seen(LookOutcome.FAILED)),
            "FAILED",
            "rds.force_ssl is 0 in orders-pg17 (in-sync)",
            (
                "Who connects without TLS could not be seen: open that first (see not-observed). No command is "
                "given until then: rds.force_ssl=1 cuts off whoever still comes so."
            ),
        ),
        (
            "force-ssl",
            (cluster(force_ssl=NOT_ENFORCED),),
            "FAILED",
            "rds.force_ssl is 0 in orders-pg17 (in-sync)",
            (
                f"{NOBODY} {OF_MEMBERS} "
                f"Then: {SET_OF_CLUSTER} ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} && "
                "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier ledger-1"
            ),
        ),
        (
            "force-ssl",
            (database(force_ssl=state(Enforcement.NOT_ENFORCED, "default.postgres14")),),
            "FAILED",
            "the API says so",
            (
                f"{NOBODY} Nobody can change default.postgres14, so the database "
                "gets a parameter group of its own. "
                f"{INTERRUPTS} Then: aws rds create-db-parameter-group --region us-east-1 "
                "--db-parameter-group-name orders-prod-postgres14-tls --db-parameter-group-family postgres14 "
                "--description 'Parameters of "
                "orders-prod' && aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name "
                "orders-prod-postgres14-tls --parameters "
                f"ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} && aws rds modify-db-instance --region "
                "us-east-1 --db-instance-identifier orders-prod --db-parameter-group-name "
                "orders-prod-postgres14-tls --no-apply-immediately && aws rds wait db-instance-available --region "
                f"us-east-1 --db-instance-identifier orders-prod && {REBOOT}"
            ),
        ),
        (
            "force-ssl",
            (database(force_ssl=state(Enforcement.ENFORCED_AFTER_REBOOT)),),
            "WARNING",
            "the API says so. Whether it is enforced until then is not known.",
            f"{NEXT_REBOOT} {NOBODY} {INTERRUPTS} Then: {REBOOT}",
        ),
        (
            "force-ssl",
            (cluster(force_ssl=state(Enforcement.ENFORCED_AFTER_REBOOT)),),
            "WARNING",
            "the API says so. Whether it is enforced until then is not known.",
            (
                f"{NEXT_REBOOT} {NOBODY} {OF_MEMBERS} Then: aws rds reboot-db-instance --region us-east-1 "
                "--db-instance-identifier ledger-1"
            ),
        ),
        (
            "force-ssl",
            (cluster(force_ssl=state(Enforcement.ENFORCED_AFTER_REBOOT), **MULTI_AZ),),
            "WARNING",
            "the API says so. Whether it is enforced until then is not known.",
            (
                f"{NEXT_REBOOT} {NOBODY} {OF_MEMBERS} Then: aws rds reboot-db-cluster --region us-east-1 "
                "--db-cluster-identifier ledger"
            ),
        ),
        (
            "force-ssl",
            (database(force_ssl=state(Enforcement.NOT_ENFORCED_AFTER_REBOOT)),),
            "WARNING",
            "the API says so. Whether it is enforced until then is not known: usually it is not.",
            f"{NOBODY} {INTERRUPTS} Then: {SET} ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} && {REBOOT}",
        ),
        (
            "force-ssl",
            (database(force_ssl=UNKNOWN_ENFORCEMENT),),
            "NOT_OBSERVED",
            "rds:DescribeDBParameters: AccessDenied",
            "Open what keeps tlscheck from reading the parameter group, as the reason says.",
        ),
        (
            "force-ssl",
            (cluster(force_ssl=state(Enforcement.NOT_ENFORCED, "default.aurora-postgresql16")),),
            "FAILED",
            "the API says so",
            (
                f"{NOBODY} Nobody can change default.aurora-postgresql16, so the database "
                "gets a parameter group of its own. "
                f"{OF_MEMBERS} Then: aws rds create-db-cluster-parameter-group --region us-east-1 "
                f"{OWN_OF_CLUSTER} --db-parameter-group-family aurora-postgresql16 --description 'Parameters of "
                "ledger' && aws rds modify-db-cluster-parameter-group --region us-east-1 "
                f"{OWN_OF_CLUSTER} --parameters ParameterName=rds.force_ssl,ParameterValue=1,{WHERE} && aws rds "
                f"modify-db-cluster --region us-east-1 --db-cluster-identifier ledger {OWN_OF_CLUSTER} "
                "--no-apply-immediately && aws rds wait db-cluster-available --region us-east-1 "
                "--db-cluster-identifier ledger && aws rds reboot-db-instance --region us-east-1 "
                "--db-instance-identifier ledger-1"
            ),
        ),
        (
            "ca",
            (database(),),
            "PASSED",
            "Its CA is rds-ca-rsa2048-g1, valid to 2061-05-20; the Region offers it.",
            "",
        ),
        (
            "ca",
            (database(certificate_authority=replace(CURRENT_CA, expires=None, default="rds-ca-ecc384-g1")),),
            "PASSED",
            "Its CA is rds-ca-rsa2048-g1; the Region offers it. New databases get rds-ca-ecc384-g1.",
            "",
        ),
        (
            "ca",
            (database(certificate_authority=RETIRED_CA),),
            "FAILED",
            RETIRED,
            (
                "This replaces rds-ca-2019 by rds-ca-rsa2048-g1. First have its TLS clients (tls-clients "
                'names them) trust "Amazon RDS us-east-1 Root CA RSA2048 G1". The server does not restart'
                " for that. Then: aws rds modify-db-instance --region us-east-1 --db-instance-identifier "
                "orders-prod --ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (database(certificate_authority=replace(RETIRED_CA, pending="rds-ca-ecc384-g1"), rotation=RESTARTS),),
            "FAILED",
            f"{RETIRED} A change to rds-ca-ecc384-g1 waits for the maintenance window.",
            (
                "Before the change to rds-ca-ecc384-g1 comes, in the maintenance window, have its TLS clients "
                '(tls-clients names them) trust "Amazon RDS us-east-1 Root CA ECC384 G1". The server restarts for '
                "that, which interrupts every connection."
            ),
        ),
        (
            "ca",
            (member(certificate_authority=RETIRED_CA, rotation=UNSAID),),
            "FAILED",
            RETIRED,
            (
                "AWS's API does not say which CAs its engine version supports: ask AWS Support for one "
                "that it does."
            ),
        ),
        (
            "ca",
            (member(certificate_authority=replace(CURRENT_CA, expires=NOW), **MULTI_AZ),),
            "FAILED",
            "Its CA rds-ca-rsa2048-g1 expired on 2026-11-24.",
            (
                "This replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1. First have the TLS clients of all "
                'members of its cluster (their tls-clients name them) trust "Amazon RDS us-east-1 Root CA'
                ' RSA4096 G1". The server does not restart for that. Then: aws rds modify-db-cluster '
                "--region us-east-1 --db-cluster-identifier ledger --ca-certificate-identifier "
                "rds-ca-rsa4096-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (database(certificate_authority=replace(CURRENT_CA, expires=NOW + DAY)),),
            "WARNING",
            "Its CA rds-ca-rsa2048-g1 expires on 2026-11-25.",
            (
                "This replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1. First have its TLS clients "
                '(tls-clients names them) trust "Amazon RDS us-east-1 Root CA RSA4096 G1". The server '
                "does not restart for that. Then: aws rds modify-db-instance --region us-east-1 "
                "--db-instance-identifier orders-prod --ca-certificate-identifier rds-ca-rsa4096-g1 "
                "--no-apply-immediately"
            ),
        ),
        (
            "ca",
            (database(certificate_authority=replace(CURRENT_CA, pending="rds-ca-ecc384-g1")),),
            "WARNING",
            "Its CA is rds-ca-rsa2048-g1. A change to rds-ca-ecc384-g1 waits for the maintenance window.",
            (
                "Before the change to rds-ca-ecc384-g1 comes, in the maintenance window, have its TLS clients "
                '(tls-clients names them) trust "Amazon RDS us-east-1 Root CA ECC384 G1". The server does not '
                "restart for that."
            ),
        ),
        (
            "ca",
            (database(source=Source("orders", "rds-ca-2019")),),
            "PASSED",
            (
                "Its CA is rds-ca-rsa2048-g1, valid to 2061-05-20; the Region offers it. It is a replica of "
                "orders, which has rds-ca-2019: each has a CA of its own."
            ),
            "",
        ),
        (
            "ca",
            (database(source=Source("orders", "rds-ca-rsa2048-g1")),),
            "PASSED",
            "Its CA is rds-ca-rsa2048-g1, valid to 2061-05-20; the Region offers it.",
            "",
        ),
        (
            "ca",
            (database(certificate_authority=UNKNOWN_CA),),
            "NOT_OBSERVED",
            "the Region's CAs could not be listed: AccessDenied",
            "Let rds:DescribeCertificates succeed in this Region, as the reason says.",
        ),
        (
            "ca",
            (
                database(
                    certificate_authority=replace(RETIRED_CA, offered=("rds-ca-ecc384-g1", "rds-ca-rsa4096-g1"))
                ),
            ),
            "FAILED",
            (
                "Its CA is rds-ca-2019, which the Region does not offer any more: retired, or unknown to it; "
                "it offers rds-ca-ecc384-g1, rds-ca-rsa4096-g1."
            ),
            (
                "This replaces rds-ca-2019 by rds-ca-rsa4096-g1. First have its TLS clients (tls-clients "
                'names them) trust "Amazon RDS us-east-1 Root CA RSA4096 G1". The server does not restart'
                " for that. Then: aws rds modify-db-instance --region us-east-1 --db-instance-identifier "
                "orders-prod --ca-certificate-identifier rds-ca-rsa4096-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (cluster(),),
            "PASSED",
            "All its members have the CA rds-ca-rsa2048-g1, which the Region offers.",
            "",
        ),
        (
            "ca",
            (cluster(member_authorities={}),),
            "INFORMATIONAL",
            "The cluster names no members; where it has any, each has a CA of its own.",
            "",
        ),
        (
            "ca",
            (cluster(member_authorities=MIXED | {"b": None, "a": None}),),
            "NOT_OBSERVED",
            "The CA of a; b is not known: the instance was not listed.",
            "See in the Region's not-observed why rds:DescribeDBInstances did not list it.",
        ),
        (
            "ca",
            (cluster(member_authorities=MIXED, certificate_authority=CURRENT_CA),),
            "WARNING",
            (
                "Its members' CAs differ, so a failover changes the chain: ledger-1 has rds-ca-rsa2048-g1; "
                "ledger-2 has rds-ca-ecc384-g1."
            ),
            (
                "This gives all members rds-ca-rsa2048-g1, in their maintenance windows. First have the "
                'TLS clients of all its members (their tls-clients name them) trust "Amazon RDS us-east-1'
                ' Root CA RSA2048 G1". The server does not restart for that. Then: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier ledger-2 "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (cluster(member_authorities=MIXED, certificate_authority=CURRENT_CA, **MULTI_AZ),),
            "WARNING",
            (
                "Its members' CAs differ, so a failover changes the chain: ledger-1 has rds-ca-rsa2048-g1; "
                "ledger-2 has rds-ca-ecc384-g1."
            ),
            (
                "This gives all members rds-ca-rsa2048-g1, in their maintenance windows. First have the "
                'TLS clients of all its members (their tls-clients name them) trust "Amazon RDS us-east-1'
                ' Root CA RSA2048 G1". The server does not restart for that. Then: aws rds '
                "modify-db-cluster --region us-east-1 --db-cluster-identifier ledger "
                "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
            ),
        ),
        (
            "ca",
            (
                cluster(
                    member_authorities=MIXED, certificate_authority=replace(CURRENT_CA, pending="rds-ca-ecc384-g1")
                ),
            ),
            "WARNING",
            "A change of the cluster's CA to rds-ca-ecc384-g1 waits for the maintenance window.",
            (
                "Before the change to rds-ca-ecc384-g1 comes, in the maintenance window, have the TLS clients of "
                'all its members (their tls-clients name them) trust "Amazon RDS us-east-1 Root CA ECC384 G1". '
                "The server does not restart for that."
            ),
        ),
        (
            "certificate-rotation",
            (until(300),),
            "PASSED",
            f"{UNTIL} 2027-09-20; RDS renews it by itself and without a restart from 2027-03-21 on.",
            "",
        ),
        (
            "certificate-rotation",
            (until(160),),
            "WARNING",
            (
                f"{UNTIL} 2027-05-03. RDS renews it by itself from 2026-11-01 on, in the maintenance window, "
                "and has not: its rotation is overdue (its status is available)."
            ),
            "RDS tries again in each maintenance window, under the same CA. Where it fails, ask AWS Support.",
        ),
        (
            "certificate-rotation",
            (until(160, status="stopped"),),
            "WARNING",
            (
                f"{UNTIL} 2027-05-03. RDS renews it by itself from 2026-11-01 on, in the maintenance window, "
                "and has not: its rotation is overdue (its status is stopped)."
            ),
            (
                "It is stopped, and nothing is renewed or changed then. Start it for a maintenance "
                "window: aws rds start-db-instance --region us-east-1 --db-instance-identifier "
                "orders-prod"
            ),
        ),
        (
            "certificate-rotation",
            (member(status="stopped", server_certificate_expires=NOW + 160 * DAY),),
            "WARNING",
            (
                f"{UNTIL} 2027-05-03. RDS renews it by itself from 2026-11-01 on, in the maintenance window, "
                "and has not: its rotation is overdue (its status is stopped)."
            ),
            (
                "It is stopped, and nothing is renewed or changed then. Start it for a maintenance "
                "window: aws rds start-db-cluster --region us-east-1 --db-cluster-identifier ledger"
            ),
        ),
        (
            "certificate-rotation",
            (until(0),),
            "FAILED",
            "Its server certificate expired on 2026-11-24, whatever its CA's own expiry is.",
            (
                "RDS offers no renewal under its CA: ask AWS Support for one, or change the CA. This "
                "replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1. First have its TLS clients (tls-clients"
                ' names them) trust "Amazon RDS us-east-1 Root CA RSA4096 G1". The server does not '
                "restart for that. Clients that verify are cut off as it is, until they trust that root. "
                "Then: aws rds modify-db-instance --region us-east-1 --db-instance-identifier orders-prod"
                " --ca-certificate-identifier rds-ca-rsa4096-g1 --apply-immediately"
            ),
        ),
        (
            "certificate-rotation",
            (until(800, rotation=RESTARTS),),
            "PASSED",
            f"{UNTIL} 2029-02-01; from 2027-08-03 on RDS offers its renewal, which restarts the server.",
            "",
        ),
        (
            "certificate-rotation",
            (until(90, rotation=RESTARTS),),
            "WARNING",
            (
                f"{UNTIL} 2027-02-22, and RDS offers no renewal of it: that is overdue. Its engine version "
                "restarts for that."
            ),
            (
                "RDS offers no renewal under its CA: ask AWS Support for one, or change the CA. This "
                "replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1. First have its TLS clients (tls-clients"
                ' names them) trust "Amazon RDS us-east-1 Root CA RSA4096 G1". The server restarts for '
                "that, which interrupts every connection. Then: aws rds modify-db-instance --region "
                "us-east-1 --db-instance-identifier orders-prod --ca-certificate-identifier "
                "rds-ca-rsa4096-g1 --no-apply-immediately"
            ),
        ),
        (
            "certificate-rotation",
            (until(300, rotation=replace(BY_ITSELF, actions=(WINDOW, CA_WINDOW))),),
            "WARNING",
            (
                f"{UNTIL} 2027-09-20. RDS waits to apply server-certificate-rotation (in the window after "
                "2026-11-25, planned for 2026-11-26, forced on 2026-11-27); ca-certificate-rotation. Its "
                "engine version needs no restart for that."
            ),
            (
                "RDS applies it on 2026-11-26. That keeps its CA, so that no client needs another root. "
                "The server does not restart for that."
            ),
        ),
        (
            "certificate-rotation",
            (until(300, rotation=replace(RESTARTS, actions=(CA_WINDOW,))),),
            "WARNING",
            (
                f"{UNTIL} 2027-09-20. RDS waits to apply ca-certificate-rotation. Its engine version restarts "
                "for that."
            ),
            (
                "It changes the CA, and so the root. Have its TLS clients (tls-clients names them) trust "
                "the root of the CA that the action's description names, best all roots of the Region. "
                "The server restarts for that, which interrupts every connection. Then: aws rds "
                "apply-pending-maintenance-action --region us-east-1 --resource-identifier "
                "arn:aws:rds:us-east-1:111122223333:db:orders-prod --apply-action ca-certificate-rotation"
                " --opt-in-type next-maintenance"
            ),
        ),
        (
            "certificate-rotation",
            (until(300, rotation=replace(UNSAID, actions=(CA_WINDOW,))),),
            "WARNING",
            (
                f"{UNTIL} 2027-09-20. RDS waits to apply ca-certificate-rotation. Whether that restarts it is "
                "not known."
            ),
            (
                "It changes the CA, and so the root. Have its TLS clients (tls-clients names them) trust "
                "the root of the CA that the action's description names, best all roots of the Region. "
                "Whether the server restarts for that, which would interrupt every connection, is not "
                "known. Then: aws rds apply-pending-maintenance-action --region us-east-1 "
                "--resource-identifier arn:aws:rds:us-east-1:111122223333:db:orders-prod --apply-action "
                "ca-certificate-rotation --opt-in-type next-maintenance"
            ),
        ),
        (
            "certificate-rotation",
            (until(300, rotation=UNSAID),),
            "NOT_OBSERVED",
            f"{UNTIL} 2027-09-20. How it is renewed is not known: rds:DescribeDBEngineVersions: AccessDenied.",
            "Let rds:DescribeDBEngineVersions succeed in this Region, as the reason says.",
        ),
        (
            "certificate-rotation",
            (until(90, rotation=UNSAID),),
            "WARNING",
            f"{UNTIL} 2027-02-22. How it is renewed is not known: rds:DescribeDBEngineVersions: AccessDenied.",
            (
                "RDS offers no renewal under its CA: ask AWS Support for one. AWS's API does not say "
                "which CAs its engine version supports: ask AWS Support for one that it does."
            ),
        ),
        (
            "certificate-rotation",
            (until(300, rotation=replace(BY_ITSELF, actions=Gap("rds:X", "AccessDenied"))),),
            "NOT_OBSERVED",
            f"{UNTIL} 2027-09-20. How it is renewed is not known: rds:X: AccessDenied.",
            "Let rds:X succeed in this Region, as the reason says.",
        ),
        (
            "certificate-rotation",
            (until(300, rotation=Rotation()),),
            "NOT_OBSERVED",
            (f"{UNTIL} 2027-09-20. How it is renewed is not known: the API does not say how its version rotates."),
            "The next sweep asks again.",
        ),
        (
            "certificate-rotation",
            (database(server_certificate_expires=None),),
            "NOT_OBSERVED",
            "The API names no expiry of its server certificate (its status is available).",
            "The next sweep asks again.",
        ),
        (
            "certificate-rotation",
            (database(server_certificate_expires=None, status=""),),
            "NOT_OBSERVED",
            "The API names no expiry of its server certificate (its status is ?).",
            "The next sweep asks again.",
        ),
    ],
)
def test_a_finding_says_what_is_why_and_what_to_do(
    check: str, known: tuple[Any, ...], status: str, reason: str, step: str
) -> None:
    assert found(check, *known) == (status, reason, step)
