"""Findings word for word, of parameters and proxies.

What each check says of a database, why, and the next step, which can be pasted. Source of the commands: AWS CLI
reference (aws rds); of the SQL: RDS User Guide.
"""

from typing import Any

import pytest
from tlscheck.inventory.database import Proxy
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings

from tests.examples import (
    cluster,
    database,
    proxy,
)
from tests.verdicts import found, having

UNREAD = Gap("rds:DescribeDBParameters", "parameter group orders-pg17 could not be read: AccessDenied")
BABELFISH = {"rds.babelfish_status": "on"}

WHERE = "ApplyMethod=pending-reboot"
RESTARTS = "This restarts the server, which interrupts every connection."
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
            f"{RESTARTS} Then: {SET} ParameterName=ssl,ParameterValue=1,{WHERE} && {REBOOT}",
        ),
        (
            "tls-versions",
            (database(settings=having(ssl_max_protocol_version="TLSv1", ssl_min_protocol_version="TLSv1")),),
            "FAILED",
            "The newest version that the server speaks is TLSv1 (ssl_max_protocol_version in orders-pg17).",
            (
                f"{RESTARTS} "
                f"Then: {SET} ParameterName=ssl_max_protocol_version,ParameterValue=TLSv1.3,{WHERE} && {REBOOT}"
            ),
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
            "Let rds:DescribeDBParameters answer for the parameter group, as the reason says.",
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
                f"{RESTARTS} "
                "Whose driver does not speak SCRAM (libpq before 10, JDBC before 42.2.0) is cut off once "
                "its user's password is set anew, by a rotation of secrets too: update those drivers, "
                "then: aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name "
                "orders-pg17 --parameters "
                "ParameterName=password_encryption,ParameterValue=scram-sha-256,ApplyMethod=pending-reboot"
                " && aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
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
                "See which users still have an MD5 password: CREATE EXTENSION IF NOT EXISTS rds_tools; "
                "SELECT rolname FROM rds_tools.role_password_encryption_type() WHERE encryption_type = "
                "'md5'; Give their clients drivers that speak SCRAM, and each of these users its password"
                " anew. Once that names nobody, give rds.accepted_password_auth_method the value scram: "
                "it locks out whoever is left."
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
            "Let rds:DescribeDBParameters answer for the parameter group, as the reason says.",
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
            (
                f"{RESTARTS} "
                "It writes about 600 bytes into the log for each new connection. How many connect anew is not "
                "known here: a million of them are about 0.6 GB, for which CloudWatch Logs takes 0.30 USD (0.50 "
                "USD a GB, list price of us-east-1). See that there is room for them, "
                "then: aws rds modify-db-parameter-group --region us-east-1 "
                "--db-parameter-group-name orders-pg17 --parameters "
                "ParameterName=log_connections,ParameterValue=1,ApplyMethod=pending-reboot && aws rds "
                "reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
            ),
        ),
        (
            "connection-log",
            (database(settings=having(log_connections=""), engine_version="18.1"),),
            "INFORMATIONAL",
            "log_connections is left to the engine in orders-pg17: clients between two looks leave no trace.",
            (
                f"{RESTARTS} "
                "It writes about 300 bytes into the log for each new connection. How many connect anew is not "
                "known here: a million of them are about 0.3 GB, for which CloudWatch Logs takes 0.13 USD (0.50 "
                "USD a GB, list price of us-east-1). See that there is room for them, "
                "then: aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name "
                "orders-pg17 --parameters "
                "ParameterName=log_connections,ParameterValue=authorization,ApplyMethod=pending-reboot &&"
                " aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"
            ),
        ),
        (
            "connection-log",
            (database(settings=having(log_line_prefix="%t [%p] ")),),
            "INFORMATIONAL",
            "Connections are logged, but log_line_prefix in orders-pg17 (%t [%p]) names no client address.",
            (
                f"{RESTARTS} Then: aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name "
                'orders-pg17 --parameters \'[{"ParameterName": "log_line_prefix", "ParameterValue": '
                '"%t:%r:%u@%d:[%p]:", "ApplyMethod": "pending-reboot"}]\' && aws rds reboot-db-instance '
                "--region us-east-1 --db-instance-identifier orders-prod"
            ),
        ),
        (
            "connection-log",
            (database(settings=UNREAD),),
            "NOT_OBSERVED",
            "Its parameters are not known: parameter group orders-pg17 could not be read: AccessDenied.",
            "Let rds:DescribeDBParameters answer for the parameter group, as the reason says.",
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
                "Whom it would cut off is not known: ask the owners of its clients, and see the proxy's "
                "metric ClientConnectionsNoTLS in CloudWatch, which counts connections without TLS. Once "
                "that has stayed 0 for as long as the rarest job takes to come, turn RequireTLS on "
                "(modify-db-proxy --require-tls)."
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
