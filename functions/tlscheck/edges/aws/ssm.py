"""Parameters of Systems Manager."""

from functools import cache
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient


def parameter(region: str, name: str) -> str | None:
    """A parameter's value; None when there is no such parameter. What AWS refuses is raised (refusals.py)."""
    client = _client(region)
    try:
        return client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None


@cache
def _client(region: str) -> "SSMClient":
    return boto3.client("ssm", region_name=region)
