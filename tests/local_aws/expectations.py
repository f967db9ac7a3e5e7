"""Whether a sweep said of the fleet what it must say, and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.local_aws.fleet.databases import Expected


def mismatches(
    expected: Mapping[str, Expected],
    findings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    report: Mapping[str, Any],
) -> list[str]:
    """A line for each finding or verdict that is missing, wrong, or one too many.

    `findings` as they lie in the table: ARN -> check -> item. Listings of Regions must all be complete.
    """
    verdicts = {row["arn"]: row["verdict"] for row in report["databases"]}
    lines: list[str] = []
    for arn, wanted in expected.items():
        lines += [f"{arn} {line}" for line in _of_database(wanted, findings.get(arn, {}))]
        if verdicts.get(arn) != wanted.verdict:
            lines.append(f"{arn} has the verdict {verdicts.get(arn)}, not {wanted.verdict}")
    for arn in findings.keys() - expected.keys():
        if not arn.endswith(":region"):
            lines.append(f"{arn} must not have findings: {sorted(findings[arn])}")
        elif [item["status"] for item in findings[arn].values()] != ["PASSED"]:
            lines.append(f"{arn} was not listed completely")
    lines += [f"{arn} must not be in the report" for arn in verdicts.keys() - expected.keys()]
    lines += _of_listings(expected, report)
    return sorted(lines)


def _of_listings(expected: Mapping[str, Expected], report: Mapping[str, Any]) -> Iterator[str]:
    """Of a Region as a whole the report has what is wrong with it, or not known of it, and nothing else."""
    told = {(row["resource"], row["check"], row["status"]) for row in report["listings"]}
    wanted = {
        (arn, check, status.value)
        for arn, each in expected.items()
        if arn.endswith(":region")
        for check, status in each.findings.items()
        if status.value not in {"PASSED", "INFORMATIONAL"}
    }
    for arn, check, status in told - wanted:
        yield f"{arn} {check} must not be in the report as {status}"
    for arn, check, status in wanted - told:
        yield f"{arn} {check} is not in the report as {status}"


def _of_database(wanted: Expected, found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for check in sorted(wanted.findings.keys() | found.keys()):
        status = found[check]["status"] if check in found else None
        if status != wanted.findings.get(check):
            yield f"{check} is {status}, not {wanted.findings.get(check)}"
    for check, text in wanted.says.items():
        if check in found and text not in found[check]["reason"]:
            yield f"{check} does not name {text}: {found[check]['reason']}"
