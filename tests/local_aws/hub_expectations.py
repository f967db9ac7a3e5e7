"""Whether Security Hub holds of the fleet what it must hold, and nothing else.

The tables below are written out: none of them is the product's own.
"""

import re
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

WANTED: Final = {
    "FAILURES": frozenset({"FAILED", "WARNING"}),
    "EVERYTHING": frozenset(COMPLIANCE),
}
"""The template's parameter Publish to the statuses that are held of a fleet that has not changed."""


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
    "lost-encryption": Shown("No client falls back to a connection without TLS", "CRITICAL"),
    "refusing-clients": Shown(
        "No client refuses the server's certificate, or is refused for want of TLS", "HIGH", "MEDIUM"
    ),
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


type About = tuple[str, str, str]
"""A Region, the Id of a resource as Security Hub names it, and a GeneratorId: what one finding is about.

Not the finding's own Id: that is the product's to choose, and tells nobody whether it is about the right database.
"""


def about(arn: str, check: str) -> About:
    """What the finding of a check on a resource is about."""
    region, account, kind = arn.split(":")[3:6]
    return region, f"AWS::::Account:{account}" if kind == "region" else arn, f"tlscheck/{check}"


def about_what(hub: str, finding: Mapping[str, Any]) -> About:
    """What a finding in the hub of a Region is about."""
    resources = ", ".join(each.get("Id", "") for each in finding.get("Resources", ()))
    return hub, resources, finding.get("GeneratorId", "")


def hub_mismatches(
    expected: Mapping[str, Expected],
    findings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    arrived: Mapping[str, Sequence[Mapping[str, Any]]],
    publish: str = "FAILURES",
) -> list[str]:
    """A line for each finding that Security Hub lacks, holds twice, holds wrongly or must not hold.

    `findings` as they lie in the table (ARN -> check -> item): the text must be theirs. `arrived` by Region.
    One that is archived is held all the same: whoever had some archived begins again with an empty hub.
    """
    wanted = {
        about(arn, check): (arn, check, status.value)
        for arn, each in expected.items()
        for check, status in each.findings.items()
        if status.value in WANTED[publish]
    }
    all_held = [(about_what(region, finding), finding) for region, found in arrived.items() for finding in found]
    held = Counter(each for each, _ in all_held)
    ids = Counter(finding["Id"] for _, finding in all_held)
    lines = [f"{_named(each)} is missing" for each in wanted.keys() - held.keys()]
    lines += [f"{_named(each)} must not be there" for each in held.keys() - wanted.keys()]
    lines += [f"{_named(each)} is there {times} times" for each, times in held.items() if times > 1]
    lines += [f"{id_} is the Id of {times} findings in Security Hub" for id_, times in ids.items() if times > 1]
    for each, finding in all_held:
        if each in wanted:
            arn, check, status = wanted[each]
            said = [*_of_members(arn, check, status, finding)]
            said += _of_text(expected[arn].says.get(check, ""), findings.get(arn, {}).get(check), finding)
            lines += [f"{_named(each)}: {line}" for line in said]
    return sorted(lines)


def _named(each: About) -> str:
    region, resource, generator = each
    return f"{generator} of {resource} in the Security Hub of {region}"


def _of_members(arn: str, check: str, status: str, finding: Mapping[str, Any]) -> Iterator[str]:
    region, account, kind = arn.split(":")[3:6]
    _, resource, generator = about(arn, check)
    if not re.fullmatch(rf"{generator}/.+", finding["Id"]):
        yield f"Id is {finding['Id']}, none of {generator}"
    wanted = {
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
        yield "the table has no such finding"
        return
    if not description.startswith(item["reason"][:UNCUT_REASON]):
        yield f"Description is not the finding's reason: {description}"
    remedy = finding.get("Remediation", {}).get("Recommendation", {}).get("Text", "")
    if not remedy.startswith(item["next_step"][:UNCUT_STEP]):
        yield f"Remediation is not the finding's next step: {remedy}"
