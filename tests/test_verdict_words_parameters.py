"""Findings word for word, of parameters and proxies.

What each check says of a database, why, and the next step, which can be pasted. Source of the commands: AWS CLI
reference (aws rds); of the SQL: RDS User Guide.
"""

from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.database import Proxy
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings
from tlscheck.wire.observation import LookOutcome

from tests.examples import (
    ENFORCED,
    NOT_ENFORCED,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    plaintext_client,
    proxy,
)
from tests.verdicts import found, having, seen, state

UNREAD = Gap("rds:DescribeDBParameters", "parameter group orders-pg17 could not be read: AccessDenied")
BABELFISH = {"rds.babelfish_status": "on"}

WHERE = "ApplyMethod=pending-reboot"
SET = "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name orders-pg17 --parameters"
SET_OF_CLUSTER = (
    "aws rds modify-db-cluster-parameter-group --region us-east-1 "
    "--db-cluster-parameter-group-name orders-pg17 --parameters"
)
OWN_END = (
    "Its certificate is of AWS Certificate Manager, so no rotation of RDS's CAs concerns its "
    "clients; how they connect to it, the databases behind it cannot see."
)
READ = "Let tlscheck read the parameter group, or let its changes be applied, as the reason says."
REBOOT = "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
TDS_FIRST = (
    "Move its TDS clients to TLS first: tlscheck does not see who connects there: ask sys.dm_exec_connections of "
    "that listener, whose encrypt_option says it of each connection, for as long as the rarest job takes to come."
)
TDS_LAST = "and reboot the members. No command is given, as it cuts off whoever still comes without TLS."
HASHES, ACCEPTED = "password_encryption", "rds__accepted_password_auth_method"


@pytest.mark.parametrize(
    ("check", "known", "status", "reason", "step"),
    [
        (
            "upgrade-enforces-tls",
            (database(),),
            "PASSED",
            (
                "No upgrade turns it on: rds.force_ssl is or will be 1 already. rds.force_ssl is 1 in "
                "orders-pg17 (in-sync)."
            ),
            "",
        ),
        (
            "upgrade-enforces-tls",
            (database(engine_version="14.9", force_ssl=NOT_ENFORCED),),
            "PASSED",
            "Its group orders-pg17 is its own: the next version's group decides.",
            "",
        ),
        (
            "upgrade-enforces-tls",
            (database(engine_version="14.9", force_ssl=state(Enforcement.NOT_ENFORCED, "default.postgres14")),),
            "INFORMATIONAL",
            (
                "An upgrade to PostgreSQL 15 or later turns TLS enforcement on: from PostgreSQL 15 on the "
                "default group has rds.force_ssl=1 (by our table of versions). No client without TLS was seen "
                "so far."
            ),
            (
                "Before the upgrade move every client to TLS, or give orders-prod a parameter group of its own "
                "of the new family with rds.force_ssl=0 until they have moved."
            ),
        ),
        (
            "upgrade-enforces-tls",
            (
                database(
                    engine_version="14.9",
                    pending_version="15.2",
                    force_ssl=state(Enforcement.NOT_ENFORCED, "default.postgres14"),
                ),
                None,
                plaintext_client(),
            ),
            "WARNING",
            (
                "The upgrade to 15.2 that waits turns TLS enforcement on: from PostgreSQL 15 on the default "
                'group has rds.force_ssl=1 (by our table of versions). It would cut off "billing-cron" as '
                '"orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24.'
            ),
            (
                "Before the upgrade move every client to TLS, or give orders-prod a parameter group of its own "
                "of the new family with rds.force_ssl=0 until they have moved."
            ),
        ),
        (
            "upgrade-enforces-tls",
            (
                database(
                    engine_version="13.9",
                    pending_version="14.2",
                    force_ssl=state(Enforcement.NOT_ENFORCED, "default.postgres13"),
                ),
                seen(LookOutcome.FAILED),
            ),
            "INFORMATIONAL",
            (
                "An upgrade to PostgreSQL 15 or later turns TLS enforcement on: from PostgreSQL 15 on the "
                "default group has rds.force_ssl=1 (by our table of versions). Who connects without TLS was "
                "not seen."
            ),
            (
                "Before the upgrade move every client to TLS, or give orders-prod a parameter group of its own "
                "of the new family with rds.force_ssl=0 until they have moved."
            ),
        ),
        (
            "upgrade-enforces-tls",
            (database(engine_version="15.1", force_ssl=state(Enforcement.NOT_ENFORCED, "default.postgres15")),),
            "PASSED",
            "Its version is 15 already, from which on the default group enforces TLS.",
            "",
        ),
        (
            "upgrade-enforces-tls",
            (
                cluster(
                    engine_version="16.6", force_ssl=state(Enforcement.NOT_ENFORCED, "default.aurora-postgresql16")
                ),
            ),
            "INFORMATIONAL",
            (
                "An upgrade to Aurora PostgreSQL 17 or later turns TLS enforcement on: from Aurora PostgreSQL "
                "17 on the default group has rds.force_ssl=1 (by our table of versions). Whom that would cut "
                "off, its members' plaintext-clients say."
            ),
            (
                "Before the upgrade move every client to TLS, or give ledger a parameter group of its own of "
                "the new family with rds.force_ssl=0 until they have moved."
            ),
        ),
        (
            "upgrade-enforces-tls",
            (
                cluster(
                    engine_version="17.4", force_ssl=state(Enforcement.NOT_ENFORCED, "default.aurora-postgresql17")
                ),
            ),
            "PASSED",
            "Its version is 17 already, from which on the default group enforces TLS.",
            "",
        ),
        (
            "upgrade-enforces-tls",
            (database(engine_version="preview", force_ssl=NOT_ENFORCED),),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: its version is not known to us.",
            "See force-ssl.",
        ),
        (
            "upgrade-enforces-tls",
            (database(force_ssl=UNKNOWN_ENFORCEMENT),),
            "NOT_OBSERVED",
            "What an upgrade would change is not known: rds:DescribeDBParameters: AccessDenied.",
            "See force-ssl.",
        ),
        (
            "upgrade-enforces-tls",
            (database(force_ssl=replace(ENFORCED, fallback=True)),),
            "NOT_OBSERVED",
            (
                "No upgrade turns it on: rds.force_ssl is or will be 1 already. rds.force_ssl is 1 in "
                "orders-pg17 (in-sync)."
            ),
            "See force-ssl.",
        ),
        (
            "tls-versions",
            (database(),),
            "PASSED",
            "The server takes TLSv1.2 to TLSv1.3 (orders-pg17).",
            "",
        ),
        (
            "tls-versions",
            (database(settings=having(ssl="0", ssl_max_protocol_version="TLSv1")),),
            "FAILED",
            "ssl is 0 in orders-pg17: the server speaks no TLS.",
            f"{SET} ParameterName=ssl,ParameterValue=1,{WHERE} && {REBOOT}",
        ),
        (
            "tls-versions",
            (database(settings=having(ssl_max_protocol_version="TLSv1", ssl_min_protocol_version="TLSv1")),),
            "FAILED",
            "The newest version that the server speaks is TLSv1 (ssl_max_protocol_version in orders-pg17).",
            f"{SET} ParameterName=ssl_max_protocol_version,ParameterValue=TLSv1.3,{WHERE} && {REBOOT}",
        ),
        (
            "tls-versions",
            (database(settings=having(ssl_min_protocol_version="", ssl_ciphers="A:B")),),
            "INFORMATIONAL",
            (
                "orders-pg17 leaves ssl_min_protocol_version to the engine, whose own default the API does not "
                "tell; ssl_ciphers is A:B."
            ),
            "",
        ),
        (
            "tls-versions",
            (database(settings=having(ssl_max_protocol_version="", ssl_ciphers="A:B")),),
            "PASSED",
            "The server takes TLSv1.2 up to the newest that it knows (orders-pg17, ssl_ciphers is A:B).",
            "",
        ),
        (
            "tls-versions",
            (database(settings=UNREAD),),
            "NOT_OBSERVED",
            "Its parameters are not known: parameter group orders-pg17 could not be read: AccessDenied.",
            READ,
        ),
        (
            "password-hashes",
            (database(),),
            "PASSED",
            "password_encryption is scram-sha-256 and rds.accepted_password_auth_method scram in orders-pg17.",
            "",
        ),
        (
            "password-hashes",
            (database(settings=having(**{HASHES: "md5"})),),
            "INFORMATIONAL",
            "password_encryption is md5 and rds.accepted_password_auth_method scram in orders-pg17.",
            (
                f"Let every user of a password set it anew under scram-sha-256, then: {SET} "
                f"ParameterName=rds.accepted_password_auth_method,ParameterValue=scram,{WHERE}"
            ),
        ),
        (
            "password-hashes",
            (database(settings=having(**{ACCEPTED: "md5+scram"})),),
            "INFORMATIONAL",
            (
                "password_encryption is scram-sha-256 and rds.accepted_password_auth_method md5+scram in "
                "orders-pg17."
            ),
            (
                f"Let every user of a password set it anew under scram-sha-256, then: {SET} "
                f"ParameterName=rds.accepted_password_auth_method,ParameterValue=scram,{WHERE}"
            ),
        ),
        (
            "password-hashes",
            (database(settings=having(**{HASHES: "", ACCEPTED: ""})),),
            "INFORMATIONAL",
            (
                "password_encryption is left to the engine and rds.accepted_password_auth_method left to the "
                "engine in orders-pg17."
            ),
            "",
        ),
        (
            "password-hashes",
            (database(settings=UNREAD),),
            "NOT_OBSERVED",
            "Its parameters are not known: parameter group orders-pg17 could not be read: AccessDenied.",
            READ,
        ),
        (
            "connection-log",
            (database(),),
            "PASSED",
            "Connections are logged (log_connections in orders-pg17).",
            "",
        ),
        (
            "connection-log",
            (database(settings=having(log_connections="0")),),
            "INFORMATIONAL",
            "log_connections is 0 in orders-pg17: clients between two looks leave no trace.",
            f"{SET} ParameterName=log_connections,ParameterValue=1,{WHERE}",
        ),
        (
            "connection-log",
            (database(settings=having(log_connections=""), engine_version="18.1"),),
            "INFORMATIONAL",
            "log_connections is left to the engine in orders-pg17: clients between two looks leave no trace.",
            f"{SET} ParameterName=log_connections,ParameterValue=all,{WHERE}",
        ),
        (
            "connection-log",
            (database(settings=having(log_line_prefix="%t [%p] ")),),
            "INFORMATIONAL",
            "Connections are logged, but log_line_prefix in orders-pg17 (%t [%p]) names no client address.",
            f"{SET} ParameterName=log_line_prefix,ParameterValue='%t:%r:%u@%d:[%p]:',{WHERE}",
        ),
        (
            "connection-log",
            (database(settings=UNREAD),),
            "NOT_OBSERVED",
            "Its parameters are not known: parameter group orders-pg17 could not be read: AccessDenied.",
            READ,
        ),
        (
            "babelfish-tls",
            (cluster(),),
            "PASSED",
            "Babelfish is not on: there is no TDS listener.",
            "",
        ),
        (
            "babelfish-tls",
            (cluster(settings=having(rds__babelfish_status="on", babelfishpg_tds__tds_ssl_encrypt="1")),),
            "PASSED",
            (
                "Babelfish is on, and its TDS listener insists on TLS (babelfishpg_tds.tds_ssl_encrypt is 1 in "
                "orders-pg17)."
            ),
            "",
        ),
        (
            "babelfish-tls",
            (
                cluster(
                    settings=having(rds__babelfish_status="on", babelfishpg_tds__tds_ssl_encrypt="0"),
                    engine_version="16.6",
                ),
            ),
            "FAILED",
            (
                "Babelfish is on, and its TDS listener takes plaintext (babelfishpg_tds.tds_ssl_encrypt is 0 "
                "in orders-pg17)."
            ),
            f"{TDS_FIRST} Then set babelfishpg_tds.tds_ssl_encrypt to 1 in orders-pg17 {TDS_LAST}",
        ),
        (
            "babelfish-tls",
            (cluster(settings=Settings(None, BABELFISH), engine_version="16.6"),),
            "WARNING",
            (
                "Babelfish is on, and its TDS listener takes plaintext (babelfishpg_tds.tds_ssl_encrypt is "
                "left to the engine in ?)."
            ),
            f"{TDS_FIRST} Then set babelfishpg_tds.tds_ssl_encrypt to 1 in ? {TDS_LAST}",
        ),
        (
            "babelfish-tls",
            (cluster(settings=UNREAD),),
            "NOT_OBSERVED",
            ("Whether Babelfish is on is not known: parameter group orders-pg17 could not be read: AccessDenied."),
            "Let tlscheck read the cluster parameter group, or let RDS apply its changes, as the reason says.",
        ),
        (
            "proxy-tls",
            (proxy(),),
            "PASSED",
            f"RequireTLS is on. It fronts orders-prod. {OWN_END}",
            "",
        ),
        (
            "proxy-tls",
            (proxy(proxy=Proxy(False, ("a", "b"))),),
            "WARNING",
            f"RequireTLS is off. It fronts a; b. {OWN_END}",
            (
                "Move its clients to TLS, then: aws rds modify-db-proxy --region us-east-1 --db-proxy-name "
                "orders-proxy --require-tls"
            ),
        ),
        (
            "proxy-tls",
            (proxy(proxy=Proxy(None, ())),),
            "NOT_OBSERVED",
            f"The API does not say whether RequireTLS is on. It fronts no database. {OWN_END}",
            "The next sweep asks again.",
        ),
        (
            "proxy-tls",
            (proxy(proxy=None),),
            "NOT_OBSERVED",
            "The API does not say whether RequireTLS is on. What it fronts is not known: nothing: not asked. "
            + OWN_END,
            "The next sweep asks again.",
        ),
        (
            "proxy-tls",
            (proxy(proxy=Proxy(True, Gap("rds:X", "AccessDenied"))),),
            "PASSED",
            f"RequireTLS is on. What it fronts is not known: rds:X: AccessDenied. {OWN_END}",
            "",
        ),
    ],
)
def test_a_finding_says_what_is_why_and_what_to_do(
    check: str, known: tuple[Any, ...], status: str, reason: str, step: str
) -> None:
    assert found(check, *known) == (status, reason, step)
