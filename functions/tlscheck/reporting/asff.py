"""Findings in the AWS Security Finding Format, as Security Hub's BatchImportFindings takes them.

Limits: AWS Security Hub user guide, "Required top-level ASFF attributes"; no text may be empty or blank.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tlscheck.inventory.account import Account
from tlscheck.inventory.database import Database
from tlscheck.reporting.resource import resource_of
from tlscheck.verdict.check import Check, CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.registry import CHECKS
from tlscheck.version import Edition
from tlscheck.wording import counted, day, harmless, joined, plain, sentence

COMPLIANCE: Mapping[Status, str] = {
    Status.PASSED: "PASSED",
    Status.WARNING: "WARNING",
    Status.FAILED: "FAILED",
    Status.INFORMATIONAL: "NOT_AVAILABLE",
    Status.NOT_OBSERVED: "NOT_AVAILABLE",
}
"""What is only told, or could not be looked at, neither passed nor failed."""

NO_ALARM = frozenset({Status.PASSED})
"""Where nothing is wrong: neither why it would matter is said, nor what would mend it."""

COMPANY = "tlscheck"
"""CompanyName, which only a custom integration may set; else the hub says Personal. At most 128 characters."""

MOST_DESCRIPTION = 1024
MOST_REMEDY = 512
MOST_FIELD = 2048


def security_finding(
    remembered: RememberedFinding, edition: Edition | None = None, database: Database | None = None
) -> dict[str, Any]:
    """A finding as Security Hub takes it. Its Id outlives its resource's name; UpdatedAt is when it was sent.

    `edition` is the tlscheck that sends it. It is no part of what is remembered: a new version sends
    nothing by itself, and is named once the finding changes or is sent again for its age. So it is with
    `database`, the resource as the last listing had it: a change of its tags alone sends nothing.
    """
    finding = remembered.finding
    check = CHECKS[CheckId(finding.check)]
    account = Account.of_arn(finding.resource)
    observed = {} if remembered.not_observed_since else {"LastObservedAt": _moment(remembered.observed_at)}
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"tlscheck/{check.id}/{finding.key}",
        "ProductArn": account.arn("securityhub", f"product/{account.id}/default"),
        "ProductName": "tlscheck",
        "CompanyName": COMPANY,
        "GeneratorId": f"tlscheck/{check.id}",
        "AwsAccountId": account.id,
        "Region": account.region,
        "CreatedAt": _moment(remembered.first_observed_at),
        "UpdatedAt": _moment(remembered.sent_at),
        "FirstObservedAt": _moment(remembered.first_observed_at),
        **observed,
        "Title": check.title,
        "Description": _description(remembered, check),
        "FindingProviderFields": {
            "Severity": {"Label": check.severity(remembered.sent_status).value, "Original": finding.status.value},
            "Types": [check.type],
        },
        "Compliance": {"Status": COMPLIANCE[remembered.sent_status]},
        "Remediation": {"Recommendation": _recommendation(finding, check)},
        "ProductFields": _fields(remembered) | _named(edition),
        "RecordState": "ARCHIVED" if remembered.is_ended else "ACTIVE",
        "Resources": [resource_of(finding.resource, account, database)],
    }


def _recommendation(finding: Finding, check: Check) -> dict[str, str]:
    if finding.status in NO_ALARM:
        return {"Url": check.documentation}
    return {"Text": _remedy(finding) or check.remedy, "Url": check.documentation}


def _remedy(finding: Finding) -> str:
    """The next step in one line, commands last: as many whole ones as there is room for, since half of one is
    another command."""
    commands = tuple(map(harmless, finding.commands))
    for number in range(len(commands), -1, -1):
        text = _with_commands(plain(finding.next_step, MOST_REMEDY), commands, number)
        if len(text) <= MOST_REMEDY:
            return text
    room = MOST_REMEDY - len(_with_commands("", commands, 0))
    return _with_commands(plain(finding.next_step, room - 1), commands, 0)


def _with_commands(words: str, commands: tuple[str, ...], number: int) -> str:
    count, left_out = len(commands), ""
    if number < count:
        left_out = f"(The first {number} of {count} commands; tlscheck's report has all:)"
    if commands and not number:
        left_out = f"({counted(count, 'command')}, which tlscheck's report has.)"
    return joined(words, left_out, " && ".join(commands[:number]))


def _description(remembered: RememberedFinding, check: Check) -> str:
    since = remembered.not_observed_since
    again = f" Since {day(since)} it could not be looked at again." if since else ""
    tail = again if remembered.finding.status in NO_ALARM else f"{again} {check.why}"
    reason = sentence(plain(remembered.finding.reason, MOST_DESCRIPTION - len(tail) - 1))
    return f"{reason}{tail}"


def _fields(remembered: RememberedFinding) -> dict[str, str]:
    fields = {
        "tlscheck/Status": remembered.finding.status.value,
        "tlscheck/ChangedAt": _moment(remembered.changed_at),
    }
    if remembered.not_observed_since:
        fields["tlscheck/NotObservedSince"] = _moment(remembered.not_observed_since)
        fields["tlscheck/NotObservedReason"] = plain(remembered.not_observed_reason, MOST_FIELD) or "not given"
    return fields


def _named(edition: Edition | None) -> dict[str, str]:
    if edition is None:
        return {}
    roots = plain("; ".join(map(str, edition.roots)), MOST_FIELD)
    return {"tlscheck/Version": edition.version, "tlscheck/Roots": roots or "none"}


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
