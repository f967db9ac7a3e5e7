"""How grave each check's finding is, by its status: what Security Hub sorts, counts and alarms by."""

from dataclasses import replace

import pytest
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.registry import CHECKS

from tests.examples import KEY, NOW, ORDERS

STATUSES = ("PASSED", "INFORMATIONAL", "NOT_OBSERVED", "WARNING", "FAILED")

NONE = "INFORMATIONAL"
SEVERITIES = {
    #                       PASSED, INFORMATIONAL, NOT_OBSERVED, WARNING, FAILED
    "force-ssl": (NONE, NONE, NONE, "LOW", "MEDIUM"),
    "ca": (NONE, NONE, NONE, "MEDIUM", "HIGH"),
    "server-certificate": (NONE, NONE, NONE, "MEDIUM", "HIGH"),
    "plaintext-clients": (NONE, NONE, NONE, "MEDIUM", "HIGH"),
    "tls-clients": (NONE, NONE, NONE, NONE, NONE),
    "lost-encryption": (NONE, NONE, NONE, NONE, "CRITICAL"),
    "refusing-clients": (NONE, NONE, NONE, "MEDIUM", "HIGH"),
    "certificate-rotation": (NONE, NONE, NONE, "MEDIUM", "HIGH"),
    "tls-versions": (NONE, NONE, NONE, "LOW", "MEDIUM"),
    "upgrade-enforces-tls": (NONE, NONE, NONE, "MEDIUM", NONE),
    "babelfish-tls": (NONE, NONE, NONE, "LOW", "MEDIUM"),
    "password-hashes": (NONE, NONE, NONE, NONE, NONE),
    "connection-log": (NONE, NONE, NONE, "LOW", NONE),
    "proxy-tls": (NONE, NONE, NONE, "MEDIUM", "MEDIUM"),
    "trust-store": (NONE, NONE, NONE, NONE, "HIGH"),
    "default-ca": (NONE, NONE, NONE, "LOW", "MEDIUM"),
    "not-observed": (NONE, NONE, "LOW", NONE, NONE),
}
"""Labels of the AWS Security Finding Format (AWS Security Hub user guide, "Severity")."""


def label(check: str, status: str) -> str:
    finding = Finding(KEY, ORDERS, "us-east-1", CheckId(check), Status(status), "It is so.", "")
    severity = security_finding(RememberedFinding(finding, NOW, NOW, NOW, NOW))["FindingProviderFields"][
        "Severity"
    ]
    assert severity["Original"] == status
    return str(severity["Label"])


@pytest.mark.parametrize("check", SEVERITIES)
def test_a_finding_is_as_grave_as_its_check_and_status_make_it(check: str) -> None:
    assert tuple(label(check, status) for status in STATUSES) == SEVERITIES[check]


def test_every_check_and_every_status_is_in_that_table() -> None:
    assert set(SEVERITIES) == set(CHECKS)
    assert set(STATUSES) == {status.value for status in Status}


def test_how_grave_a_finding_is_does_not_hang_on_when_it_was_seen() -> None:
    finding = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")
    remembered = RememberedFinding(finding, NOW, NOW, NOW, NOW)
    blind = replace(remembered, not_observed_since=NOW, not_observed_reason="no probe")
    fields = [security_finding(each)["FindingProviderFields"] for each in (remembered, blind)]
    assert fields[0] == fields[1]
    assert fields[0]["Severity"]["Label"] == "HIGH"
