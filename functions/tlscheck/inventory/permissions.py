"""What a sweep may do in an account, statement by statement: what the template's roles are given for the same.

tests/test_laptop_permissions.py holds both to each other. Which resources an action knows: AWS's Service
Authorization Reference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tlscheck.inventory.names import Arn


class Mode(StrEnum):
    """What somebody wants to do from a laptop."""

    SWEEP = "sweep"
    """List databases, and look at what the API says of them."""

    PROBE = "probe"
    """Log in to servers, beside that."""

    LOGS = "logs"
    """Read their logs in CloudWatch Logs, beside that."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Which resources: `rds`, `db:*`, of the account, in every Region."""

    service: str
    name: str
    region: str = "*"
    is_of_account: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy that allows something."""

    name: str
    actions: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    """None: whichever."""

    condition: Mapping[str, Mapping[str, tuple[Resource, ...] | str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grantee:
    """Whose account, and with which database user and secret a server is logged in to."""

    partition: str
    account: str
    user: str
    secret: str
    """The name of a secret, or many by *; six characters follow it in its ARN."""


_SECRETS = Resource("secretsmanager", "secret:{secret}-??????")

STATEMENTS: Mapping[Mode, tuple[Statement, ...]] = {
    Mode.SWEEP: (
        Statement(
            "ListDatabasesAndTheirParameters",
            (
                *("rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBParameters"),
                *("rds:DescribeDBClusterParameters", "rds:DescribeDBProxies", "rds:DescribeDBProxyTargets"),
                *("rds:DescribeDBShardGroups", "rds:DescribePendingMaintenanceActions"),
            ),
            tuple(
                Resource("rds", f"{each}:*")
                for each in ("db", "cluster", "pg", "cluster-pg", "db-proxy", "target-group", "shard-group")
            ),
        ),
        Statement(
            "ReadWhatTheRegionsOffer",
            (
                *("rds:DescribeCertificates", "rds:DescribeDBEngineVersions", "rds:DescribeDBMajorEngineVersions"),
                *("rds:DescribeEngineDefaultParameters", "rds:DescribeEngineDefaultClusterParameters"),
                "ec2:DescribeRegions",
            ),
        ),
    ),
    Mode.PROBE: (
        Statement("LogInWithIam", ("rds-db:connect",), (Resource("rds-db", "dbuser:*/{user}"),)),
        Statement("LogInWithASecret", ("secretsmanager:GetSecretValue",), (_SECRETS,)),
        Statement(
            "DecryptItsSecrets",
            ("kms:Decrypt",),
            (Resource("kms", "key/*", is_of_account=False),),
            {
                "StringLike": {
                    "kms:ViaService": "secretsmanager.*",
                    "kms:EncryptionContext:SecretARN": (_SECRETS,),
                }
            },
        ),
        Statement("SeeWhichDatabasesAreAwake", ("cloudwatch:GetMetricData",)),
    ),
    Mode.LOGS: (
        Statement(
            "ReadTheServersLogs",
            ("logs:FilterLogEvents", "logs:StartQuery"),
            (Resource("logs", "log-group:/aws/rds/*/postgresql*"),),
        ),
        Statement("SeeHowFarTheyReach", ("logs:DescribeLogGroups",), (Resource("logs", "log-group:*"),)),
        Statement("GetWhatItsOwnQueriesCounted", ("logs:GetQueryResults", "logs:StopQuery")),
    ),
}


def policy(modes: tuple[Mode, ...], grantee: Grantee) -> dict[str, Any]:
    """A policy of IAM's that allows what these modes call, and nothing else."""
    allowed = [_written(each, grantee) for mode in Mode if mode in modes for each in STATEMENTS[mode]]
    return {"Version": "2012-10-17", "Statement": allowed}


def lacking(action: str) -> tuple[Mode, Statement] | None:
    """The statement that allows an action, and the mode whose it is; None: no mode calls it."""
    return next(
        ((mode, each) for mode, statements in STATEMENTS.items() for each in statements if action in each.actions),
        None,
    )


def _written(statement: Statement, grantee: Grantee) -> dict[str, Any]:
    written: dict[str, Any] = {
        "Sid": statement.name,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(_arns(statement.resources, grantee)) or "*",
    }
    if statement.condition:
        written["Condition"] = {
            how: {
                key: value if isinstance(value, str) else list(_arns(value, grantee))
                for key, value in values.items()
            }
            for how, values in statement.condition.items()
        }
    return written


def _arns(resources: tuple[Resource, ...], grantee: Grantee) -> Iterator[str]:
    for each in resources:
        name = each.name.format(user=grantee.user, secret=grantee.secret)
        account = grantee.account if each.is_of_account else "*"
        yield str(Arn(grantee.partition, each.service, each.region, account, name))
