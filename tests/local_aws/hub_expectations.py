"""Whether Security Hub holds of the fleet what it must hold, and nothing else.

The tables below are written out: none of them is the product's own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.local_aws.fleet.databases import Expected

COMPLIANCE: Final = {
    "PASSED": "PASSED",
    "WARNING": "WARNING",
    "FAILED": "FAILED",
    "INFORMATIONAL": "NOT_AVAILABLE",
    "NOT_OBSERVED": "NOT_AVAILABLE",
}
"""Status of a finding to Compliance.Status."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees of a check in Security Hub before opening a finding of it."""

    title: str
    failed: str = "INFORMATIONAL"
    """Severity.Label of a failure."""

    warning: str = "INFORMATIONAL"
    not_observed: str = "INFORMATIONAL"

    def severity(self, status: str) -> str:
        """Severity.Label of a status; a pass is never grave."""
        graded = {"FAILED": self.failed, "WARNING": self.warning, "NOT_OBSERVED": self.not_observed}
        return graded.get(status, "INFORMATIONAL")


SHOWN: Final = {
    "force-ssl": Shown("TLS is enforced by rds.force_ssl", "MEDIUM", "LOW"),
    "ca": Shown("The certificate authority is one that the Region still offers", "HIGH", "MEDIUM"),
    "server-certificate": Shown(
        "The server presents a certificate that a careful client accepts", "HIGH", "MEDIUM"
    ),
    "plaintext-clients": Shown("No client connects without TLS", "HIGH", "MEDIUM"),
    "tls-clients": Shown("Clients that connect with TLS"),
    "certificate-rotation": Shown("The server certificate is renewed in time", "HIGH", "MEDIUM"),
    "tls-versions": Shown("The server takes no outdated version of TLS", "MEDIUM", "LOW"),
    "upgrade-enforces-tls": Shown(
        "A major-version upgrade does not turn TLS enforcement on unforeseen", warning="MEDIUM"
    ),
    "babelfish-tls": Shown("Babelfish's TDS listener insists on TLS", "MEDIUM", "LOW"),
    "password-hashes": Shown("Passwords are stored and accepted as SCRAM alone"),
    "connection-log": Shown("The server logs who connects and how"),
    "proxy-tls": Shown("The RDS Proxy insists on TLS", "MEDIUM", "MEDIUM"),
    "trust-store": Shown("This deployment trusts the root of every CA that the Region offers", "HIGH"),
    "default-ca": Shown("New databases get a current certificate authority", "MEDIUM", "LOW"),
    "not-observed": Shown("Everything about its TLS could be looked at", not_observed="LOW"),
}

RESOURCE_TYPES: Final = {
    "db": "AwsRdsDbInstance",
    "cluster": "AwsRdsDbCluster",
    "db-proxy": "Other",
    "region": "AwsAccount",
}
"""By the sixth part of an ARN."""

UNCUT_REASON, UNCUT_STEP = 800, 500
"""Characters of a reason and of a next step that the format has room for, whatever stands beside them."""


def hub_mismatches(
    expected: Mapping[str, Expected],
    findings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    arrived: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[str]:
    """A line for each finding that Security Hub lacks, holds twice, holds wrongly or must not hold.

    `findings` as they lie in the table (ARN -> check -> item): the text must be theirs. `arrived` by Region.
    """
    wanted = {
        f"tlscheck/{check}/{arn}": (arn, check, status.value)
        for arn, each in expected.items()
        for check, status in each.findings.items()
    }
    held = Counter(finding["Id"] for found in arrived.values() for finding in found)
    lines = [f"{name} is missing in Security Hub" for name in wanted.keys() - held.keys()]
    lines += [f"{name} must not be in Security Hub" for name in held.keys() - wanted.keys()]
    lines += [f"{name} is {times} times in Security Hub" for name, times in held.items() if times > 1]
    for region, found in arrived.items():
        for finding in found:
            if finding["Id"] in wanted:
                arn, check, status = wanted[finding["Id"]]
                said = [*_of_members(arn, check, status, region, finding)]
                said += _of_text(expected[arn].says.get(check, ""), findings.get(arn, {}).get(check), finding)
                lines += [f"{finding['Id']} in Security Hub: {line}" for line in said]
    return sorted(lines)


def _of_members(arn: str, check: str, status: str, hub: str, finding: Mapping[str, Any]) -> Iterator[str]:
    region, account, kind = arn.split(":")[3:6]
    resource = f"AWS::::Account:{account}" if kind == "region" else arn
    wanted = {
        "the hub's Region": (hub, region),
        "Region": (finding.get("Region"), region),
        "AwsAccountId": (finding.get("AwsAccountId"), account),
        "Compliance.Status": (finding.get("Compliance", {}).get("Status"), COMPLIANCE[status]),
        "Severity.Label": (finding.get("Severity", {}).get("Label"), SHOWN[check].severity(status)),
        "RecordState": (finding.get("RecordState"), "ACTIVE"),
        "Title": (finding.get("Title"), SHOWN[check].title),
        "Resources": (
            [(each.get("Type"), each.get("Id"), each.get("Region")) for each in finding.get("Resources", ())],
            [(RESOURCE_TYPES[kind], resource, region)],
        ),
    }
    for member, (is_, must_be) in wanted.items():
        if is_ != must_be:
            yield f"{member} is {is_}, not {must_be}"


def _of_text(says: str, item: Mapping[str, Any] | None, finding: Mapping[str, Any]) -> Iterator[str]:
    description = finding.get("Description", "")
    if says not in description:
        yield f"Description does not name {says}: {description}"
    if item is None:
        return
    if not description.startswith(item["reason"][:UNCUT_REASON]):
        yield f"Description is not the finding's reason: {description}"
    remedy = finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "")
    if not remedy.startswith(item["next_step"][:UNCUT_STEP]):
        yield f"Remediation is not the finding's next step: {remedy}"
