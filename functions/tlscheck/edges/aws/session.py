"""Clients of AWS's services: each made once a process, and all of one account unless another session is named."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

import boto3
import botocore.session
from botocore.config import Config
from botocore.utils import parse_timestamp

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_lambda.client import LambdaClient
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_rds.client import RDSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_securityhub.client import SecurityHubClient
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_stepfunctions.client import SFNClient


class ClientOptions(TypedDict, total=False):
    """Whom a client talks to, and how; what is left out is as the function's environment says."""

    region: str
    config: Config
    account: boto3.Session
    """Whose credentials it uses."""


@overload
def client(service: Literal["cloudwatch"], **where: Unpack[ClientOptions]) -> "CloudWatchClient": ...
@overload
def client(service: Literal["dynamodb"], **where: Unpack[ClientOptions]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["ec2"], **where: Unpack[ClientOptions]) -> "EC2Client": ...
@overload
def client(service: Literal["lambda"], **where: Unpack[ClientOptions]) -> "LambdaClient": ...
@overload
def client(service: Literal["logs"], **where: Unpack[ClientOptions]) -> "CloudWatchLogsClient": ...
@overload
def client(service: Literal["rds"], **where: Unpack[ClientOptions]) -> "RDSClient": ...
@overload
def client(service: Literal["s3"], **where: Unpack[ClientOptions]) -> "S3Client": ...
@overload
def client(service: Literal["secretsmanager"], **where: Unpack[ClientOptions]) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["securityhub"], **where: Unpack[ClientOptions]) -> "SecurityHubClient": ...
@overload
def client(service: Literal["sns"], **where: Unpack[ClientOptions]) -> "SNSClient": ...
@overload
def client(service: Literal["ssm"], **where: Unpack[ClientOptions]) -> "SSMClient": ...
@overload
def client(service: Literal["sqs"], **where: Unpack[ClientOptions]) -> Any: ...
@overload
def client(service: Literal["stepfunctions"], **where: Unpack[ClientOptions]) -> "SFNClient": ...
def client(service: Any, **where: Unpack[ClientOptions]) -> Any:
    """The client of a service, the same for the same arguments (a Config is itself alone: keep it)."""
    with _one_at_a_time:
        return _made(service, where.get("region"), where.get("config"), where.get("account") or _instead or own())


@cache
def own() -> boto3.Session:
    """The session of the account that we run in, or that somebody put in its place."""
    return boto3.Session(botocore_session=fast())


def fast(profile: str | None = None) -> botocore.session.Session:
    """A session that reads moments fast: in a long listing botocore's own way takes a quarter of all its time."""
    session = botocore.session.Session(profile=profile)
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    return session


@contextmanager
def instead(account: boto3.Session) -> Iterator[None]:
    """Makes this the session that every client is of that names none, in all threads, for the time being."""
    global _instead  # noqa: PLW0603 - a context variable would not reach the threads of a pool
    before, _instead = _instead, account
    try:
        yield
    finally:
        _instead = before


def forget() -> None:
    """Makes every client anew, for an account that changed under them."""
    with _one_at_a_time:
        _made.cache_clear()
        own.cache_clear()


QUIET = ("boto3", "botocore", "s3transfer", "urllib3")
"""Below INFO they log what they send and get, tokens of sessions and values of secrets with it, and Lambda gives
every logger of a function its own level (ApplicationLogLevel)."""

for _name in QUIET:
    logging.getLogger(_name).setLevel(logging.WARNING)

_instead: boto3.Session | None = None

_one_at_a_time = Lock()
"""Clients may be shared by threads, sessions may not: threads that ask for one wait for each other."""


@cache
def _made(service: Any, region: str | None, config: Config | None, account: boto3.Session) -> Any:
    return account.client(service, region_name=region, config=config)


def _moment(value: str) -> datetime:
    """A moment as the Query protocol has it (ISO 8601, UTC); any other form is left to botocore."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return parse_timestamp(value)
    return moment if moment.tzinfo else parse_timestamp(value)
