"""Stands in for the resource of ssm:GetParametersByPath.

On AWS that is the path as a parameter's ARN; ministack asks policies about `*`, so that only who may do it
everywhere may do it at all.
"""

import json
from typing import Any

from ministack.core import iam_actions


def fill() -> None:
    """Authorize the call on the path that it asks for."""
    ministacks_own = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, *request: Any) -> str:
        _, _, _, body, _, region, account = request
        if service == "ssm" and (path := _path(body)):
            return f"arn:aws:ssm:{region}:{account}:parameter{path}"
        return str(ministacks_own(service, *request))

    iam_actions.extract_resource_arn = extract_resource_arn


def _path(body: bytes) -> str:
    """What the call asks for; of every other call of the service nothing."""
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return ""
    path = asked.get("Path") if isinstance(asked, dict) else None
    return path if isinstance(path, str) else ""
