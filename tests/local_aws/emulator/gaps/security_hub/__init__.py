"""Stands in for AWS Security Hub (CSPM), which ministack doesn't have at all.

BatchImportFindings checks every finding as strictly as the service does (asff.py) and keeps what it takes by
account and Region (store.py); GetFindings reads it back, and by BatchUpdateFindings a person resolves it.
DescribeHub, EnableSecurityHub and DisableSecurityHub say whether a Region's hub is there; to begin with it is.
"""

import base64
import json
from typing import Any

from ministack.core.responses import get_account_id, get_region

from tests.local_aws.emulator.gaps import calls, registration
from tests.local_aws.emulator.gaps.security_hub import filters, store

_LARGEST_BATCH = 100


class _RefusedError(Exception):
    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def fill() -> None:
    """Serve requests signed for securityhub; the import's IAM action is checked on the product's ARN."""
    registration.serve("securityhub", handle, _resource_of)


def _resource_of(_method: str, path: str, body: bytes, region: str, account: str) -> str:
    if path == "/findings/import":
        findings = json.loads(body or b"{}").get("Findings") or [{}]
        return str(findings[0].get("ProductArn", "*"))
    return f"arn:aws:securityhub:{region}:{account}:hub/default"


async def handle(
    method: str, path: str, _headers: dict[str, str], body: bytes, _query: dict[str, list[str]]
) -> registration.Response:
    """Answer one request of the rest-json protocol."""
    name, operation = _OPERATIONS.get((method, path.rstrip("/")), (f"{method} {path}", _not_stood_in_for))
    hub = store.hub(get_account_id(), get_region())
    try:
        calls.count("securityhub", get_region(), name)
        _demand_allowed()
        answer = operation(hub, json.loads(body or b"{}"))
    except _RefusedError as refused:
        content = json.dumps({"Code": refused.code, "Message": str(refused)}).encode()
        return refused.status, {"Content-Type": "application/json", "x-amzn-ErrorType": refused.code}, content
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def _demand_allowed() -> None:
    if denial := store.denial(get_region()):
        raise _RefusedError(denial["Code"], 403, denial["Message"])


def _not_stood_in_for(_hub: store.Hub, _request: dict[str, Any]) -> dict[str, Any]:
    raise _RefusedError("InvalidInputException", 400, "the emulated Security Hub doesn't have this operation")


def _batch_import_findings(hub: store.Hub, request: dict[str, Any]) -> dict[str, Any]:
    _demand_enabled(hub)
    findings = request.get("Findings")
    if not isinstance(findings, list) or not 1 <= len(findings) <= _LARGEST_BATCH:
        raise _RefusedError(
            "InvalidInputException",
            400,
            f"Invalid parameter 'Findings'. It should hold 1 to {_LARGEST_BATCH} items",
        )
    others = {finding.get("ProductArn") for finding in findings if isinstance(finding, dict)} - {hub.product_arn}
    if others:
        raise _RefusedError(
            "AccessDeniedException",
            403,
            f"not authorized to perform: securityhub:BatchImportFindings on resource: {others.pop()}",
        )
    return hub.take_in(findings)


def _get_findings(hub: store.Hub, request: dict[str, Any]) -> dict[str, Any]:
    _demand_enabled(hub)
    size = request.get("MaxResults", 100)
    if not 1 <= size <= 100:
        raise _RefusedError("InvalidInputException", 400, "MaxResults must be between 1 and 100")
    try:
        found = filters.matching(list(hub.findings.values()), request.get("Filters", {}))
    except KeyError as unknown:
        raise _RefusedError("InvalidInputException", 400, f"filter not stood in for: {unknown}") from None
    start = int(base64.b64decode(request["NextToken"])) if request.get("NextToken") else 0
    answer: dict[str, Any] = {"Findings": found[start : start + size]}
    if start + size < len(found):
        answer["NextToken"] = base64.b64encode(str(start + size).encode()).decode()
    return answer


def _batch_update_findings(hub: store.Hub, request: dict[str, Any]) -> dict[str, Any]:
    """Of what a customer may change, the status of the workflow."""
    _demand_enabled(hub)
    status = request["Workflow"]["Status"]
    if status not in {"NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"}:
        raise _RefusedError("InvalidInputException", 400, f"Workflow.Status: {status}")
    named = request["FindingIdentifiers"]
    return {
        "ProcessedFindings": [each for each in named if hub.set_workflow(each["Id"], status)],
        "UnprocessedFindings": [
            {"FindingIdentifier": each, "ErrorCode": "FindingNotFound", "ErrorMessage": "no such finding"}
            for each in named
            if each["Id"] not in hub.findings
        ],
    }


def _describe_hub(hub: store.Hub, _request: dict[str, Any]) -> dict[str, Any]:
    _demand_enabled(hub)
    return {"HubArn": hub.arn, "SubscribedAt": hub.subscribed_at, "AutoEnableControls": True}


def _enable_security_hub(hub: store.Hub, _request: dict[str, Any]) -> dict[str, Any]:
    hub.enable()
    return {}


def _disable_security_hub(hub: store.Hub, _request: dict[str, Any]) -> dict[str, Any]:
    _demand_enabled(hub)
    hub.enabled = False
    hub.findings.clear()
    return {}


def _demand_enabled(hub: store.Hub) -> None:
    if not hub.enabled:
        account = hub.arn.split(":")[4]
        raise _RefusedError(
            "InvalidAccessException", 401, f"Account {account} is not subscribed to AWS Security Hub"
        )


_OPERATIONS = {
    ("POST", "/findings/import"): ("BatchImportFindings", _batch_import_findings),
    ("POST", "/findings"): ("GetFindings", _get_findings),
    ("PATCH", "/findings/batchupdate"): ("BatchUpdateFindings", _batch_update_findings),
    ("GET", "/accounts"): ("DescribeHub", _describe_hub),
    ("POST", "/accounts"): ("EnableSecurityHub", _enable_security_hub),
    ("DELETE", "/accounts"): ("DisableSecurityHub", _disable_security_hub),
}
