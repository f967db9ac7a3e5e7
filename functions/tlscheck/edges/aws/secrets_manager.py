"""Database credentials from Secrets Manager."""

import json
from functools import cache
from typing import TYPE_CHECKING

from tlscheck.inventory.names import Arn, is_region
from tlscheck.wire.login import Credential, NoCredential

if TYPE_CHECKING:
    from botocore.config import Config

CONNECT_SECONDS = 1
READ_SECONDS = 2
"""Of each of two attempts."""


def secret_credential(secret: str, region: str) -> Credential | NoCredential:
    """User and password of a secret: JSON with `username` and `password`, as RDS writes it.

    `secret` is its name or ARN, `region` where it lies unless its ARN says so.
    """
    # Only a target with a secret pays for boto3: its import alone takes longer than a look.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see above

    from tlscheck.edges.aws import refusals, session  # noqa: PLC0415 - they import it too

    arn = Arn.parse(secret)
    if arn and not is_region(arn.region):
        return _none(secret, "its ARN names no Region")
    try:
        manager = session.client("secretsmanager", region=arn.region if arn else region, config=_impatient())
        text = manager.get_secret_value(SecretId=secret).get("SecretString", "")
    except refusals.UNREACHABLE as error:
        return _none(secret, f"{type(error).__name__}: is there a VPC endpoint for Secrets Manager?")
    except (ClientError, BotoCoreError) as error:
        return _none(secret, refusals.reason(error))
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    match content:
        case {"username": str(user), "password": str(password)} if user and password:
            return Credential(user, password)
        case _:
            return _none(secret, "it is not JSON with a username and a password")


@cache
def _impatient() -> "Config":
    from botocore.config import Config  # noqa: PLC0415 - see above

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 2, "mode": "standard"},
    )


def _none(secret: str, why: str) -> NoCredential:
    return NoCredential(f"secretsmanager:GetSecretValue {secret}: {why}"[:400])
