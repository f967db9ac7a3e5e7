"""Findings as Security Hub keeps them: by account and Region, each the latest that its provider sent."""

from datetime import UTC, datetime
from typing import Any

from tests.local_aws.emulator.gaps.security_hub import asff
from tests.local_aws.emulator.gaps.security_hub.asff import Finding

_REOPENING = {"FAILED", "WARNING", "NOT_AVAILABLE"}
"""From PASSED, these move a finding from NOTIFIED or RESOLVED back to NEW, as ARCHIVED to ACTIVE does: API
reference of Security Hub CSPM, Workflow."""

_CUSTOMERS_OWN = ("Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState")

_refusals: dict[str, dict[str, str]] = {}
_denials: dict[str, dict[str, str]] = {}
_hubs: dict[tuple[str, str], "Hub"] = {}


class Hub:
    """Security Hub of one account in one Region; enabled until it is disabled."""

    def __init__(self, account: str, region: str) -> None:
        self.arn = f"arn:aws:securityhub:{region}:{account}:hub/default"
        self.product_arn = f"arn:aws:securityhub:{region}:{account}:product/{account}/default"
        self.enabled = True
        self.subscribed_at = "2026-01-01T00:00:00.000Z"
        self.findings: dict[str, Finding] = {}
        self._account = account
        self._region = region

    def enable(self) -> None:
        """Begin anew from now on, where it is not enabled."""
        if not self.enabled:
            self.enabled = True
            self.subscribed_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def set_workflow(self, finding_id: str, status: str) -> bool:
        """What a person says of a finding that is there."""
        if finding_id not in self.findings:
            return False
        self.findings[finding_id]["Workflow"] = {"Status": status}
        return True

    def take_in(self, findings: list[Any]) -> dict[str, Any]:
        """Import a batch and answer as BatchImportFindings does, refused findings one by one."""
        failed = []
        for finding in findings:
            error = self._refusal(finding)
            if error is None:
                self._keep(finding)
            else:
                finding_id = finding.get("Id", "") if isinstance(finding, dict) else ""
                failed.append({"Id": finding_id, **error})
        return {"FailedCount": len(failed), "SuccessCount": len(findings) - len(failed), "FailedFindings": failed}

    def _refusal(self, finding: Any) -> dict[str, str] | None:
        problems = asff.problems(finding, self._account)
        if problems:
            message = f"Finding does not adhere to Amazon Finding Format. {', '.join(problems)}."
            return {"ErrorCode": "InvalidInput", "ErrorMessage": message}
        return _refusals.get(finding["Id"], _refusals.get("*"))

    def _keep(self, finding: Finding) -> None:
        before = self.findings.get(finding["Id"])
        if before and asff.moment(finding["UpdatedAt"]) <= asff.moment(before["UpdatedAt"]):
            return  # silently, as Security Hub does
        provider = finding.get("FindingProviderFields", {})
        kept = {
            "ProductName": "Default",
            "CompanyName": "Personal",
            "RecordState": "ACTIVE",
            "Region": self._region,
            **provider,
            **finding,
            "Workflow": {"Status": "NEW"},
            "WorkflowState": "NEW",
            "ProcessedAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        if before:
            kept |= {name: before[name] for name in _CUSTOMERS_OWN if name in before}
            if before["Workflow"]["Status"] in {"NOTIFIED", "RESOLVED"} and _reopens(before, kept):
                kept["Workflow"] = {"Status": "NEW"}
        self.findings[finding["Id"]] = kept


def _reopens(before: Finding, now: Finding) -> bool:
    was, became = (finding.get("Compliance", {}).get("Status") for finding in (before, now))
    unarchived = before["RecordState"] == "ARCHIVED" and now["RecordState"] == "ACTIVE"
    return unarchived or (was == "PASSED" and became in _REOPENING)


def hub(account: str, region: str) -> Hub:
    """The hub of an account in a Region."""
    return _hubs.setdefault((account, region), Hub(account, region))


def deny(denials: dict[str, dict[str, str]]) -> None:
    """Answer every call in a Region with {"Code", "Message"}, as a policy does; replaces what was denied."""
    for region, error in denials.items():
        if error.keys() != {"Code", "Message"}:
            raise ValueError(f"{region}: expected Code and Message, got {sorted(error)}")
    _denials.clear()
    _denials.update(denials)


def denial(region: str) -> dict[str, str] | None:
    """What every call in a Region is answered with; None where it is served."""
    return _denials.get(region)


def refuse(refusals: dict[str, dict[str, str]]) -> None:
    """Refuse findings by Id (`*`: all of them) with {"ErrorCode", "ErrorMessage"}; replaces what was refused."""
    for finding_id, error in refusals.items():
        if error.keys() != {"ErrorCode", "ErrorMessage"}:
            raise ValueError(f"{finding_id}: expected ErrorCode and ErrorMessage, got {sorted(error)}")
    _refusals.clear()
    _refusals.update(refusals)
