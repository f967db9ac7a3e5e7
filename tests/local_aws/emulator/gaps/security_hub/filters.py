"""The filters of GetFindings: of the many that exist, those on texts that this project's findings carry."""

from collections.abc import Callable
from typing import Any

from tests.local_aws.emulator.gaps.security_hub.asff import Finding

_VALUES: dict[str, Callable[[Finding], list[str]]] = {
    "Id": lambda finding: [finding["Id"]],
    "ProductArn": lambda finding: [finding["ProductArn"]],
    "ProductName": lambda finding: [finding["ProductName"]],
    "CompanyName": lambda finding: [finding["CompanyName"]],
    "GeneratorId": lambda finding: [finding["GeneratorId"]],
    "AwsAccountId": lambda finding: [finding["AwsAccountId"]],
    "Region": lambda finding: [finding["Region"]],
    "Title": lambda finding: [finding["Title"]],
    "Type": lambda finding: finding.get("Types", []),
    "RecordState": lambda finding: [finding["RecordState"]],
    "WorkflowStatus": lambda finding: [finding["Workflow"]["Status"]],
    "ComplianceStatus": lambda finding: [finding["Compliance"]["Status"]] if "Compliance" in finding else [],
    "SeverityLabel": lambda finding: [finding["Severity"]["Label"]],
    "ResourceId": lambda finding: [resource["Id"] for resource in finding["Resources"]],
    "ResourceType": lambda finding: [resource["Type"] for resource in finding["Resources"]],
}
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda actual, given: actual == given,
    "PREFIX": lambda actual, given: actual.startswith(given),
    "CONTAINS": lambda actual, given: given in actual,
}


def matching(findings: list[Finding], filters: dict[str, list[dict[str, Any]]]) -> list[Finding]:
    """Findings that pass every filter, each by any of its values; KeyError names a filter not stood in for."""
    return [finding for finding in findings if all(_passes(finding, *asked) for asked in filters.items())]


def _passes(finding: Finding, name: str, alternatives: list[dict[str, Any]]) -> bool:
    actual = _VALUES[name](finding)
    return any(
        _COMPARISONS[alternative["Comparison"]](value, alternative["Value"])
        for alternative in alternatives
        for value in actual
    )
