"""How a stand-in takes the place of a service in ministack, its IAM enforcement (AUTH=true) included."""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions, router

type Response = tuple[int, dict[str, str], bytes]
type Handler = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[Response]]
type ResourceOf = Callable[[str, str, bytes, str, str], str]
"""(method, path, body, Region, account) -> ARN that the call's IAM action is checked on."""


def serve(service: str, handler: Handler, resource_of: ResourceOf) -> None:
    """Let `handler` answer requests signed for `service`, after ministack has authorized them."""
    app.SERVICE_HANDLERS[service] = handler
    # Without an entry ministack reads every service model there is, for seconds, to see whether the name is one.
    router.SERVICE_PATTERNS.setdefault(service, {"host_patterns": [rf"^{service}\."], "path_patterns": []})
    iam_actions.SERVICE_TO_IAM_NAMESPACE.setdefault(service, service)
    iam_actions._BOTOCORE_SERVICE_MAP.setdefault(service, [service])
    ministacks_own = iam_actions.extract_resource_arn

    def extract_resource_arn(asked: str, *request: Any) -> str:
        if asked != service:
            return str(ministacks_own(asked, *request))
        method, path, _, body, _, region, account = request
        return resource_of(method, path, body, region, account)

    iam_actions.extract_resource_arn = extract_resource_arn
