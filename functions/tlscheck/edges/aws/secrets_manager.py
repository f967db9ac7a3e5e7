"""Database credentials from Secrets Manager."""

import json
from functools import cache
from typing import TYPE_CHECKING

from tlscheck.inventory.names import Arn, is_region
from tlscheck.wire.bound_secret import is_from_the_api, is_kept_by_rds, of_another
from tlscheck.wire.login import Credential, NoCredential
from tlscheck.wire.target import Target

if TYPE_CHECKING:
    from botocore.config import Config

CONNECT_SECONDS = 1
READ_SECONDS = 2
"""Of each of two attempts."""

_BY_AN_ENDPOINT = ": is there a VPC endpoint for Secrets Manager?"
_OF_THE_KEY = (
    "its KMS key refuses, not its own policy: in the key's policy allow kms:Decrypt to {role}, or to "
    "the account so that IAM decides (docs/keys.md)."
)


def secret_credential(target: Target) -> Credential | NoCredential:
    """User and password of a target's secret: JSON with `username` and `password`, as RDS writes it.

    It lies in the target's Region unless its ARN says otherwise. One that names another server is refused.
    """
    # Only a target with a secret pays for boto3: its import alone takes longer than a look.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see above

    from tlscheck.edges.aws import refusals, session  # noqa: PLC0415 - they import it too

    secret = target.secret or ""
    arn = Arn.parse(secret)
    if arn and not is_region(arn.region):
        return _none(secret, "its ARN names no Region")
    if is_kept_by_rds(secret) and not is_from_the_api(secret, target):
        return _none(
            secret, "a secret of RDS's own is used by the ARN that RDS's API gives of this database alone"
        )
    region = arn.region if arn else target.region
    try:
        manager = session.client("secretsmanager", region=region, config=_impatient())
        text = manager.get_secret_value(SecretId=secret).get("SecretString", "")
    except refusals.UNREACHABLE as error:
        return _none(secret, f"{type(error).__name__}{'' if target.asker.is_here else _BY_AN_ENDPOINT}")
    except (ClientError, BotoCoreError) as error:
        reason = refusals.reason(error)
        of_the_key = _OF_THE_KEY.format(role=target.asker.role)
        return _none(secret, f"{of_the_key} {reason}" if _is_of_the_key(reason) else reason)
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    match content:
        case {"username": str(user), "password": str(password)} if user and password:
            other = of_another(content, target, region)
            return _none(secret, other) if other else Credential(user, password)
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


def _is_of_the_key(reason: str) -> bool:
    """Secrets Manager says `Access to KMS is not allowed`, or passes on what KMS says of kms:Decrypt."""
    denied = reason.startswith("AccessDenied")
    return denied and ("Access to KMS" in reason or "kms:Decrypt" in reason)


def _none(secret: str, why: str) -> NoCredential:
    return NoCredential(f"secretsmanager:GetSecretValue {secret}: {why}"[:400])
