"""What a sweep may do in an account, statement by statement: what the template's roles are given for the same.

tests/test_laptop_permissions.py holds both to each other. Which resources an action knows: AWS's Service
Authorization Reference.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from tlscheck.inventory.names import Arn

MOST_CHARACTERS = 6_144
"""Of a managed policy, white space aside (IAM and STS quotas)."""


class Mode(StrEnum):
    """What somebody wants to do from a laptop."""

    SWEEP = "sweep"
    """List databases, and look at what the API says of them, and at servers without logging in."""

    PROBE = "probe"
    """Log in to servers, beside that."""

    LOGS = "logs"
    """Read their logs in CloudWatch Logs, beside that."""

    ASSUME = "assume"
    """Take on the roles that may do so: of whoever runs it, and of no such role."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Which resources: `rds`, `db:*`, of the account, in every Region."""

    service: str
    name: str
    is_of_account: bool = True


@dataclass(frozen=True, slots=True)
class Via:
    """A service that calls another one for whoever called it, as kms:ViaService names it."""

    service: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy that allows something."""

    name: str
    actions: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    """None: whichever."""

    condition: Mapping[str, Mapping[str, Resource | Via]] = field(default_factory=dict)
    login: str | None = None
    """Only for this way to log in; None: whichever, or none."""


@dataclass(frozen=True, slots=True)
class Grantee:
    """In which account and Regions, and with which database user and secrets a server is logged in to."""

    partition: str
    account: str
    user: str = "tlscheck"
    secrets: tuple[str, ...] = ("tlscheck/*",)
    """Names of secrets, or of many by *; six characters follow each in its ARN."""

    regions: tuple[str, ...] = ()
    """None: every Region, where a statement can name any."""

    login: str | None = None
    """`iam` or `secret`; None: both."""

    roles: tuple[str, ...] = ()
    """ARNs of roles that are taken on."""


_SECRETS = Resource("secretsmanager", "secret:{secret}-??????")
_ROLES = Resource("iam", "{role}")

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
        Statement("SeeWhichDatabasesAreAwake", ("cloudwatch:GetMetricData",)),
    ),
    Mode.PROBE: (
        Statement("LogInWithIam", ("rds-db:connect",), (Resource("rds-db", "dbuser:*/{user}"),), login="iam"),
        Statement("LogInWithASecret", ("secretsmanager:GetSecretValue",), (_SECRETS,), login="secret"),
        Statement(
            "DecryptItsSecrets",
            ("kms:Decrypt",),
            (Resource("kms", "key/*", is_of_account=False),),
            {"StringLike": {"kms:ViaService": Via("secretsmanager"), "kms:EncryptionContext:SecretARN": _SECRETS}},
            login="secret",
        ),
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
    Mode.ASSUME: (Statement("TakeOnTheRoles", ("sts:AssumeRole",), (_ROLES,)),),
}


def policy(modes: tuple[Mode, ...], grantee: Grantee) -> dict[str, Any]:
    """A policy of IAM's that allows what these modes call, and nothing else."""
    wanted = (each for mode in Mode if mode in modes for each in STATEMENTS[mode])
    allowed = [
        _written(each, grantee) for each in wanted if not grantee.login or each.login in (None, grantee.login)
    ]
    return {"Version": "2012-10-17", "Statement": allowed}


def characters(policy: Mapping[str, Any]) -> int:
    """How long it is for IAM, which does not count white space."""
    return len(json.dumps(policy, separators=(",", ":")))


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
            how: {key: list(_expected(value, grantee)) for key, value in values.items()}
            for how, values in statement.condition.items()
        }
    return written


def _expected(value: Resource | Via, grantee: Grantee) -> Iterator[str]:
    if isinstance(value, Resource):
        yield from _arns((value,), grantee)
    else:
        # The last * is the partition's domain.
        yield from (f"{value.service}.{region}.*" for region in grantee.regions)
        if not grantee.regions:
            yield f"{value.service}.*"


def _arns(resources: tuple[Resource, ...], grantee: Grantee) -> Iterator[str]:
    for each in resources:
        if each is _ROLES:
            yield from grantee.roles
            continue
        account = grantee.account if each.is_of_account else "*"
        secrets = grantee.secrets if each is _SECRETS else ("",)
        for region, secret in product(grantee.regions or ("*",), secrets):
            name = each.name.format(user=grantee.user, secret=secret)
            yield str(Arn(grantee.partition, each.service, region, account, name))
