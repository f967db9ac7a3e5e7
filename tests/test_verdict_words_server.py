"""Findings word for word, of servers, their clients, and what was not looked at.

What each check says of a database, why, and the next step, which can be pasted. Source of the commands: AWS CLI
reference (aws rds); of the SQL: RDS User Guide.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.database import Proxy
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import Rotation
from tlscheck.inventory.trait import Trait
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    ENFORCED,
    NOT_ENFORCED,
    NOW,
    ORDERS,
    UNKNOWN_CA,
    client,
    cluster,
    database,
    handshake,
    leaf,
    member,
    observation,
    plaintext_client,
    proxy,
)
from tests.verdicts import found, seen, shaken

DAY = timedelta(days=1)
WITH_SECRET = {"secret": "orders/tlscheck"}
MULTI_AZ = {"engine": "postgres"}
UNSAID = Rotation(Gap("rds:DescribeDBEngineVersions", "AccessDenied"))
UNREAD = Gap("rds:DescribeDBParameters", "parameter group orders-pg17 could not be read: AccessDenied")

WHERE = "ApplyMethod=pending-reboot"
SET = "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name orders-pg17 --parameters"
CHANGE = (
    "aws rds modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
    "--ca-certificate-identifier rds-ca-rsa2048-g1 --no-apply-immediately"
)
APPLY = (
    "aws rds apply-pending-maintenance-action --region us-east-1 --resource-identifier "
    "arn:aws:rds:us-east-1:111122223333:db:orders-prod --apply-action"
)
ENDPOINT = "orders-prod.c9x2example.us-east-1.rds.amazonaws.com:5432"


@pytest.mark.parametrize(
    ("check", "known", "status", "reason", "step"),
    [
        (
            "server-certificate",
            (database(),),
            "PASSED",
            ("Its certificate verifies against the Region's roots, carries its name, and is valid to 2027-09-20."),
            "",
        ),
        (
            "server-certificate",
            (database(), observation(handshake=handshake(chain=(leaf(not_after=NOW + DAY),)))),
            "WARNING",
            "Its certificate verifies, but is valid only to 2026-11-25.",
            (
                "RDS offers no renewal under its CA: ask AWS Support for one, or change the CA. This "
                "replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1. First have its TLS clients (tls-clients"
                ' names them) trust "Amazon RDS us-east-1 Root CA RSA4096 G1". The server does not '
                "restart for that. It cuts off clients that verify and lack that root; without it all "
                "that verify are on 2026-11-25. Then: aws rds modify-db-instance --region us-east-1 "
                "--db-instance-identifier orders-prod --ca-certificate-identifier rds-ca-rsa4096-g1 "
                "--apply-immediately"
            ),
        ),
        (
            "server-certificate",
            (database(), observation(handshake=handshake(authority="rds-ca-2019"))),
            "WARNING",
            (
                "Its certificate verifies and is valid to 2027-09-20, but it hangs from rds-ca-2019 while "
                "AWS's API names rds-ca-rsa2048-g1: a change of CA awaits a restart."
            ),
            (
                'From its next restart on, planned or not, clients need "Amazon RDS us-east-1 Root CA '
                'RSA2048 G1". Have its TLS clients (tls-clients names them) trust it, then restart the '
                "server, which interrupts every connection: aws rds reboot-db-instance --region us-east-1"
                " --db-instance-identifier orders-prod"
            ),
        ),
        (
            "server-certificate",
            (database(), observation(handshake=handshake(authority="rds-ca-rsa2048-g1"))),
            "PASSED",
            ("Its certificate verifies against the Region's roots, carries its name, and is valid to 2027-09-20."),
            "",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.UNKNOWN_ISSUER)),
            "FAILED",
            "The server's certificate hangs from none of the Region's root certificates: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (member(**MULTI_AZ), shaken(HandshakeOutcome.SELF_SIGNED)),
            "FAILED",
            "The server's certificate is signed by itself alone: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.WRONG_NAME)),
            "FAILED",
            "The server's certificate does not carry the name of its endpoint: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.EXPIRED)),
            "FAILED",
            "The server's certificate has expired: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.NOT_YET_VALID, "")),
            "FAILED",
            "The server's certificate is not valid yet.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.NOT_STRICT, "Verification failed.")),
            "WARNING",
            "The server's certificate breaks a rule that strict clients check: verification failed.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.WEAK)),
            "FAILED",
            "The server's certificate is too weak to be believed: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.UNTRUSTED)),
            "FAILED",
            "The server's certificate does not verify: as it is.",
            (
                "See whether what answers at the endpoint is this database's own server: what its name "
                "resolves to, and what stands between. If it is, ask AWS Support about that certificate."
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.TLS_REFUSED)),
            "FAILED",
            "The server refuses TLS: as it is.",
            (
                "This restarts the server, which interrupts every connection. Then: "
                "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name "
                "orders-pg17 --parameters ParameterName=ssl,ParameterValue=1,ApplyMethod=pending-reboot "
                "&& aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
            ),
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.UNREACHABLE)),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.TIMED_OUT)),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.CLOSED, "")),
            "NOT_OBSERVED",
            "Its certificate was not seen: CLOSED.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.NOT_POSTGRESQL)),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            f"See what answers at {ENDPOINT}: it does not speak PostgreSQL's protocol.",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.NO_ROOTS)),
            "NOT_OBSERVED",
            "Its certificate was not seen: as it is.",
            "In tlscheck's own folder: make trust-store && make deploy",
        ),
        (
            "server-certificate",
            (database(), shaken(HandshakeOutcome.TRUSTED, chain=())),
            "NOT_OBSERVED",
            "Its certificate was not seen: the probe kept no readable certificate of the chain.",
            "See the log of the probe; the next sweep looks again.",
        ),
        (
            "server-certificate",
            (database(), not_tried(ORDERS, "no probe in vpc-0a1b2c3d")),
            "NOT_OBSERVED",
            "Its certificate was not seen: no probe in vpc-0a1b2c3d.",
            "Deploy this template with Role=probe-only into vpc-0a1b2c3d of us-east-1.",
        ),
        (
            "server-certificate",
            (database(network=None), not_tried(ORDERS, "it has no VPC")),
            "NOT_OBSERVED",
            "Its certificate was not seen: it has no VPC.",
            "Deploy a probe that reaches it and name it as the default one (parameter ProbeReachesOtherVpcs).",
        ),
        (
            "server-certificate",
            (database(status="stopped"), not_tried(ORDERS, "its status is stopped")),
            "NOT_OBSERVED",
            "Its certificate was not seen: its status is stopped.",
            "Nothing, unless orders-prod should be available: a later sweep looks again.",
        ),
        (
            "server-certificate",
            (database(), not_tried(ORDERS, "It did not fit into the probe's time.")),
            "NOT_OBSERVED",
            "Its certificate was not seen: it did not fit into the probe's time.",
            "See the log of the probe; the next sweep looks again.",
        ),
        (
            "plaintext-clients",
            (database(),),
            "PASSED",
            (
                "The server refuses connections without TLS (rds.force_ssl is 1 in orders-pg17 (in-sync)), and "
                "none was seen."
            ),
            "",
        ),
        (
            "plaintext-clients",
            (database(force_ssl=NOT_ENFORCED),),
            "INFORMATIONAL",
            "No client was seen without TLS, but the server may accept one, and a look shows only its moment.",
            "",
        ),
        (
            "plaintext-clients",
            (database(), None, plaintext_client()),
            "FAILED",
            (
                '1 client was seen without TLS: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen '
                "without TLS on 2026-11-24."
            ),
            (
                "Give each of these clients sslmode=verify-full and the Region's root certificates. An address "
                "stops counting once it was seen with TLS, and then not without for seven days. If it is gone, or "
                "if the name stands for many clients, it stops counting once the client was seen with TLS, and "
                "then not without for 35 days."
            ),
        ),
        (
            "plaintext-clients",
            (database(), seen(LookOutcome.NEEDS_PG_MONITOR)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            'On orders-prod: GRANT pg_monitor TO "tlscheck"; Or what the reason names instead.',
        ),
        (
            "plaintext-clients",
            (database(**WITH_SECRET), seen(LookOutcome.NEEDS_PG_MONITOR)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "On orders-prod, run what the reason asks for, for the user that its secret names.",
        ),
        (
            "plaintext-clients",
            (database(), seen(LookOutcome.LOGIN_REFUSED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            (
                'On orders-prod, run what the reason asks for; a missing user: CREATE USER "tlscheck"; GRANT '
                'rds_iam, pg_monitor TO "tlscheck";'
            ),
        ),
        (
            "plaintext-clients",
            (database(**WITH_SECRET), seen(LookOutcome.LOGIN_REFUSED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "On orders-prod, run what the reason asks for, for the user that its secret names.",
        ),
        (
            "plaintext-clients",
            (database(iam_authentication=False), seen(LookOutcome.NOT_TRIED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            (
                'Name a secret by the tag tlscheck:secret. Or, on orders-prod: CREATE USER "tlscheck"; '
                'GRANT rds_iam, pg_monitor TO "tlscheck"; And, in its maintenance window: aws rds '
                "modify-db-instance --region us-east-1 --db-instance-identifier orders-prod "
                "--enable-iam-database-authentication --no-apply-immediately"
            ),
        ),
        (
            "plaintext-clients",
            (database(), seen(LookOutcome.NOT_TRIED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "See why orders-prod did not answer the look; the next sweep looks again.",
        ),
        (
            "plaintext-clients",
            (database(iam_authentication=False, **WITH_SECRET), seen(LookOutcome.NOT_TRIED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "See why orders-prod did not answer the look; the next sweep looks again.",
        ),
        (
            "plaintext-clients",
            (database(), seen(LookOutcome.NO_CREDENTIALS)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "Mend what the reason names: the probe could not get at its credentials.",
        ),
        (
            "plaintext-clients",
            (database(), seen(LookOutcome.FAILED, "")),
            "NOT_OBSERVED",
            "Who is connected was not seen: FAILED.",
            "See why orders-prod did not answer the look; the next sweep looks again.",
        ),
        (
            "plaintext-clients",
            (database(), shaken(HandshakeOutcome.EXPIRED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: NOT_TRIED.",
            "Mend the server's TLS first (see server-certificate): nobody logs in before it verifies.",
        ),
        (
            "plaintext-clients",
            (database(), shaken(HandshakeOutcome.UNREACHABLE)),
            "NOT_OBSERVED",
            "Who is connected was not seen: NOT_TRIED.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            "tls-clients",
            (database(),),
            "INFORMATIONAL",
            "No client was seen with TLS so far.",
            "",
        ),
        (
            "tls-clients",
            (database(proxies=("a",)),),
            "INFORMATIONAL",
            (
                "No client was seen with TLS so far. Clients of the proxy a are hidden behind it (see its "
                "proxy-tls)."
            ),
            "",
        ),
        (
            "tls-clients",
            (database(), seen(LookOutcome.FAILED)),
            "NOT_OBSERVED",
            "Who is connected was not seen: as it is.",
            "See why orders-prod did not answer the look; the next sweep looks again.",
        ),
        (
            "tls-clients",
            (database(proxies=("a",)), None, client()),
            "INFORMATIONAL",
            (
                '1 client was seen with TLS: "orders-api" as "orders" in "orders" from 10.0.1.5, last seen with '
                "TLS on 2026-11-24. Whether they verify the server cannot be seen. Clients of the proxy a are "
                "hidden behind it (see its proxy-tls)."
            ),
            "Before the CA is changed, ask their owners which root certificates they trust.",
        ),
        (
            "not-observed",
            (database(),),
            "PASSED",
            "Everything could be looked at.",
            "",
        ),
        (
            "not-observed",
            (database(), seen(LookOutcome.NEEDS_PG_MONITOR)),
            "NOT_OBSERVED",
            "Not looked at: connections: as it is.",
            'On orders-prod: GRANT pg_monitor TO "tlscheck"; Or what the reason names instead.',
        ),
        (
            "not-observed",
            (database(), shaken(HandshakeOutcome.UNREACHABLE)),
            "NOT_OBSERVED",
            "Not looked at: server: as it is.",
            f"Let the probe's security group reach {ENDPOINT}, and see that the server answers there.",
        ),
        (
            "not-observed",
            (database(), shaken(HandshakeOutcome.EXPIRED)),
            "NOT_OBSERVED",
            "Not looked at: connections: NOT_TRIED.",
            "Mend the server's TLS first (see server-certificate): nobody logs in before it verifies.",
        ),
        (
            "not-observed",
            (
                database(
                    force_ssl=replace(ENFORCED, fallback=True),
                    certificate_authority=UNKNOWN_CA,
                    server_certificate_expires=None,
                    rotation=replace(UNSAID, actions=Gap("rds:Y", "AccessDenied")),
                    proxies_gap=Gap("rds:X", "AccessDenied"),
                ),
            ),
            "NOT_OBSERVED",
            (
                "Not looked at: rds.force_ssl: rds.force_ssl is 1 in orders-pg17 (in-sync). CA: the Region's "
                "CAs could not be listed: AccessDenied. rotation: the API names no expiry of its server "
                "certificate. rotation: rds:DescribeDBEngineVersions: AccessDenied. rotation: rds:Y: "
                "AccessDenied. proxies: rds:X: AccessDenied."
            ),
            (
                "See force-ssl. See ca. The next sweep asks again. Let rds:DescribeDBEngineVersions "
                "succeed, as the reason says. Let rds:Y succeed, as the reason says. Let rds:X succeed, "
                "as the reason says."
            ),
        ),
        (
            "not-observed",
            (cluster(settings=UNREAD, member_authorities={"a": None}),),
            "NOT_OBSERVED",
            (
                "Not looked at: parameters: parameter group orders-pg17 could not be read: AccessDenied. "
                "CA: that of some members is not known."
            ),
            "Let rds:DescribeDBParameters answer for the parameter group, as the reason says. See ca.",
        ),
        (
            "not-observed",
            (
                cluster(
                    member_authorities={}, traits=(Trait.EXPRESS, Trait.SERVERLESS_V1), shard_groups=("s", "t")
                ),
            ),
            "NOT_OBSERVED",
            (
                "Not looked at: it is Aurora Serverless v1, without instances to look at and with a "
                "certificate of ACM. its configuration is express: no VPC, reached over the internet with IAM "
                "tokens alone. shard groups, to which its clients connect: s, t."
            ),
            (
                "Nothing: Aurora Serverless v1 has no instance that says so, and its support has ended. "
                "Nothing: AWS's API names no instance of an express configuration that says so. Ask the "
                "owners of the shard groups' clients: a sweep does not connect to those."
            ),
        ),
        (
            "not-observed",
            (cluster(traits=(Trait.EXPRESS, Trait.SERVERLESS_V1)),),
            "PASSED",
            "Everything could be looked at.",
            "",
        ),
        (
            "not-observed",
            (proxy(),),
            "PASSED",
            "Everything could be looked at.",
            "",
        ),
        (
            "not-observed",
            (proxy(proxy=Proxy(True, Gap("rds:X", "AccessDenied"))),),
            "NOT_OBSERVED",
            "Not looked at: targets: rds:X: AccessDenied.",
            "Let rds:X succeed, as the reason says.",
        ),
    ],
)
def test_a_finding_says_what_is_why_and_what_to_do(
    check: str, known: tuple[Any, ...], status: str, reason: str, step: str
) -> None:
    assert found(check, *known) == (status, reason, step)
