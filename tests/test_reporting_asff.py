"""Findings as Security Hub takes them, by botocore's model and the limits that only the documentation names."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.reporting.asff import security_finding
from tlscheck.reporting.parcel import Origin, letter, parcels
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding, Sent
from tlscheck.verdict.sending import Listener, Publish, handed_on
from tlscheck.verdict.settle import settle
from tlscheck.version import Edition, Provenance

from tests.examples import ACCOUNT, LEDGER, NOW, ORDERS, REGION
from tests.judged import KEY

DAY = timedelta(days=1)
MODEL = botocore.session.get_session().get_service_model("securityhub")
SHAPE = MODEL.shape_for("BatchImportFindingsRequest")

LIMITS = {
    "Id": 512,
    "ProductArn": 2048,
    "GeneratorId": 512,
    "Title": 256,
    "Description": 1024,
    "ProductName": 128,
}
ENUMS: dict[str, set[str]] = {
    "Compliance.Status": {"PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"},
    "FindingProviderFields.Severity.Label": {"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"},
    "RecordState": {"ACTIVE", "ARCHIVED"},
}


def remembered(
    status: Status = Status.FAILED, check: str = CheckId.FORCE_SSL, **changes: Any
) -> RememberedFinding:
    fields = {
        "key": KEY,
        "resource": ORDERS,
        "region": "us-east-1",
        "reason": "rds.force_ssl is 0.",
        "next_step": "Set it to 1.",
    }
    finding = Finding(**fields | {"check": check, "status": status} | changes)
    return RememberedFinding(finding, NOW - timedelta(days=3), NOW - timedelta(days=1), NOW, NOW)


@pytest.mark.parametrize(("archived_at", "state"), [(None, "ACTIVE"), (NOW, "ARCHIVED")])
def test_the_finding_of_a_database_that_is_gone_is_archived(archived_at: datetime | None, state: str) -> None:
    assert security_finding(replace(remembered(), archived_at=archived_at))["RecordState"] == state


@pytest.mark.parametrize("status", Status)
def test_an_archive_changes_neither_compliance_nor_severity_so_that_it_re_opens_nothing(status: Status) -> None:
    """Compliance from PASSED to anything else moves a finding from RESOLVED back to NEW."""
    before = security_finding(replace(remembered(status), sent=Sent(NOW, status)))
    now = replace(remembered(Status.INFORMATIONAL), sent=Sent(NOW + DAY, status, is_archived=True))
    ended = security_finding(now)
    assert (before["RecordState"], ended["RecordState"]) == ("ACTIVE", "ARCHIVED")
    assert ended["Compliance"] == before["Compliance"]
    labels = [each["FindingProviderFields"]["Severity"]["Label"] for each in (before, ended)]
    assert labels[0] == labels[1]
    assert (ended["UpdatedAt"], before["UpdatedAt"]) == ("2026-11-25T03:00:00.000Z", "2026-11-24T03:00:00.000Z")
    assert_valid(ended)


def test_a_proxy_is_a_resource_of_no_type_that_security_hub_has() -> None:
    proxy = f"arn:aws:rds:us-east-1:{ACCOUNT}:db-proxy:prx-0123456789abcdef0"
    (resource,) = security_finding(remembered(resource=proxy, check=CheckId.PROXY_TLS))["Resources"]
    assert (resource["Type"], resource["Id"]) == ("Other", proxy)


def texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case Mapping():
            return [text for pair in value.items() for each in pair for text in texts(each)]
        case list():
            return [text for each in value for text in texts(each)]
        case _:
            return []


def assert_valid(finding: dict[str, Any]) -> None:
    report = ParamValidator().validate({"Findings": [finding]}, SHAPE)
    assert not report.has_errors(), report.generate_report()
    for member, most in LIMITS.items():
        assert 1 <= len(finding[member]) <= most, member
    for path, allowed in ENUMS.items():
        value: Any = finding
        for step in path.split("."):
            value = value[step]
        assert value in allowed, path
    assert all(text.strip() for text in texts(finding)), "an empty text is refused"
    assert all(text.isprintable() for text in texts(finding))
    assert len(finding["Remediation"]["Recommendation"].get("Text", "")) <= 512
    assert len(finding["FindingProviderFields"]["Severity"]["Original"]) <= 64
    assert all(len(name) <= 128 and len(value) <= 2048 for name, value in finding["ProductFields"].items())
    assert finding["ProductArn"].split(":")[4] == finding["AwsAccountId"]
    for member in ("CreatedAt", "UpdatedAt", "FirstObservedAt"):
        assert datetime.fromisoformat(finding[member])
        assert finding[member].endswith("Z")
    assert len(json.dumps(finding)) < 240_000


hostile = st.text(st.characters(), max_size=3000) | st.sampled_from(["", " ", "\n", "\x00", "\u202e", "é" * 4000])


findings = st.builds(
    remembered,
    st.sampled_from(Status),
    st.sampled_from(CheckId),
    resource=st.sampled_from([ORDERS, LEDGER, REGION]),
    reason=hostile,
    next_step=hostile,
)


@given(findings, st.none() | hostile)
def test_any_text_makes_a_valid_finding(found: RememberedFinding, why: str | None) -> None:
    if why is not None:
        found = replace(found, not_observed_since=NOW, not_observed_reason=why)
    assert_valid(security_finding(found))


def test_a_finding_reads_as_its_check_and_reason() -> None:
    finding = security_finding(remembered())
    assert finding["Id"] == "tlscheck/force-ssl/aws:111122223333:us-east-1:db-ORDERS"
    assert finding["ProductArn"] == f"arn:aws:securityhub:us-east-1:{ACCOUNT}:product/{ACCOUNT}/default"
    assert finding["Description"].startswith("rds.force_ssl is 0. Without enforcement")
    assert finding["Remediation"]["Recommendation"]["Text"] == "Set it to 1."
    assert finding["FindingProviderFields"]["Severity"] == {"Label": "MEDIUM", "Original": "FAILED"}
    assert finding["CreatedAt"] == "2026-11-21T03:00:00.000Z"
    assert finding["UpdatedAt"] == "2026-11-24T03:00:00.000Z"


def test_what_a_provider_may_not_set_is_left_alone() -> None:
    assert {"Workflow", "Note", "UserDefinedFields", "VerificationState", "Severity", "Types"} & set(
        security_finding(remembered())
    ) == set()


def test_an_id_does_not_move_with_what_is_found() -> None:
    ids = {security_finding(remembered(status, reason=status.value))["Id"] for status in Status}
    assert len(ids) == 1


def test_an_id_does_not_move_with_a_databases_name_and_its_resource_does() -> None:
    renamed = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:orders-old"
    before, after = security_finding(remembered()), security_finding(remembered(resource=renamed))
    assert before["Id"] == after["Id"]
    assert [each["Resources"][0]["Id"] for each in (before, after)] == [ORDERS, renamed]


def test_what_lay_under_an_arn_keeps_the_id_that_it_had() -> None:
    assert security_finding(remembered(key=ORDERS))["Id"] == f"tlscheck/force-ssl/{ORDERS}"


def test_what_passed_carries_neither_the_alarm_nor_a_remedy() -> None:
    finding = security_finding(remembered(Status.PASSED, reason="rds.force_ssl is 1.", next_step=""))
    assert_valid(finding)
    assert finding["Description"] == "rds.force_ssl is 1."
    assert set(finding["Remediation"]["Recommendation"]) == {"Url"}
    told = security_finding(remembered(Status.PASSED, next_step="Look again in March."))
    assert told["Remediation"]["Recommendation"] == finding["Remediation"]["Recommendation"]


@pytest.mark.parametrize(
    ("status", "compliance"),
    [
        (Status.PASSED, "PASSED"),
        (Status.WARNING, "WARNING"),
        (Status.FAILED, "FAILED"),
        (Status.INFORMATIONAL, "NOT_AVAILABLE"),
        (Status.NOT_OBSERVED, "NOT_AVAILABLE"),
    ],
)
def test_only_what_was_judged_is_compliant_or_not(status: Status, compliance: str) -> None:
    assert security_finding(remembered(status))["Compliance"] == {"Status": compliance}


@pytest.mark.parametrize(
    ("arn", "kind", "name", "product"),
    [
        (ORDERS, "AwsRdsDbInstance", ORDERS, "arn:aws:securityhub:us-east-1:"),
        (LEDGER, "AwsRdsDbCluster", LEDGER, "arn:aws:securityhub:us-east-1:"),
        (REGION, "AwsAccount", f"AWS::::Account:{ACCOUNT}", "arn:aws:securityhub:us-east-1:"),
        (
            f"arn:aws-cn:rds:cn-north-1:{ACCOUNT}:db:orders",
            "AwsRdsDbInstance",
            f"arn:aws-cn:rds:cn-north-1:{ACCOUNT}:db:orders",
            "arn:aws-cn:securityhub:cn-north-1:",
        ),
        (
            f"arn:aws-us-gov:rds:us-gov-west-1:{ACCOUNT}:cluster:ledger",
            "AwsRdsDbCluster",
            f"arn:aws-us-gov:rds:us-gov-west-1:{ACCOUNT}:cluster:ledger",
            "arn:aws-us-gov:securityhub:us-gov-west-1:",
        ),
    ],
)
def test_a_finding_lies_in_the_partition_region_and_account_of_its_resource(
    arn: str, kind: str, name: str, product: str
) -> None:
    finding = security_finding(remembered(resource=arn))
    assert_valid(finding)
    (resource,) = finding["Resources"]
    assert (resource["Type"], resource["Id"], resource["Partition"]) == (kind, name, arn.split(":")[1])
    assert resource["Region"] == finding["Region"] == arn.split(":")[3]
    assert finding["ProductArn"].startswith(product)


def test_a_standing_failure_says_since_when_nobody_could_look() -> None:
    blind = replace(remembered(), not_observed_since=NOW, not_observed_reason="no probe in vpc-0a1b2c3d")
    finding = security_finding(blind)
    assert finding["Compliance"]["Status"] == "FAILED"
    assert "Since 2026-11-24 it could not be looked at again." in finding["Description"]
    assert finding["ProductFields"]["tlscheck/NotObservedReason"] == "no probe in vpc-0a1b2c3d"
    assert "LastObservedAt" not in finding


@pytest.mark.parametrize("wrong", [remembered(check="no-such-check"), remembered(resource="no ARN")])
def test_a_finding_that_is_none_of_ours_is_refused(wrong: RememberedFinding) -> None:
    with pytest.raises(ValueError, match=r"."):
        security_finding(wrong)


SENT_BY = Edition("0.2.0", (Provenance("aws.pem", 81, "b9" * 32, "a package", date(2026, 11, 24)),))


def test_a_finding_names_the_tlscheck_that_sent_it() -> None:
    standing = replace(remembered(), not_observed_since=NOW, not_observed_reason="no probe in vpc-0a1b2c3d")
    finding = security_finding(standing, SENT_BY)
    assert_valid(finding)
    assert finding["ProductFields"] == {
        "tlscheck/Status": "FAILED",
        "tlscheck/ChangedAt": "2026-11-23T03:00:00.000Z",
        "tlscheck/NotObservedSince": "2026-11-24T03:00:00.000Z",
        "tlscheck/NotObservedReason": "no probe in vpc-0a1b2c3d",
        "tlscheck/Version": "0.2.0",
        "tlscheck/Roots": f"aws.pem: 81 certificates, SHA-256 {'b9' * 32}, taken 2026-11-24 from a package",
    }


def test_without_roots_that_is_said() -> None:
    assert security_finding(remembered(), Edition("0.2.0", ()))["ProductFields"]["tlscheck/Roots"] == "none"


@given(hostile, st.integers(0, 60))
def test_whatever_its_roots_are_said_to_come_from_a_finding_is_valid(source: str, bundles: int) -> None:
    roots = (Provenance("aws.pem", 81, "b9" * 32, source, None),) * bundles
    assert_valid(security_finding(remembered(), Edition("0.2.0", roots)))


def test_a_new_version_alone_announces_nothing() -> None:
    """What is remembered knows no version: the same finding a day later is not sent again, whoever finds it."""
    known = remembered()
    basis = Basis(NOW, NOW)
    after = settle(known, known.finding, basis, NOW + timedelta(days=1))
    assert after.announced_at == NOW
    # What is sent again for its age names the new version, and differs in that alone.
    again = handed_on(replace(known, sent=Sent(NOW, Status.FAILED)), Listener(Publish.FAILURES), NOW + 30 * DAY)
    assert (again.sent_at, again.changed_at) == (NOW + 30 * DAY, known.changed_at)
    old, new = security_finding(again, Edition("0.1.0", ())), security_finding(again, Edition("0.2.0", ()))
    assert [name for name in new if new[name] != old[name]] == ["ProductFields"]


def test_findings_travel_by_region_and_only_the_last_of_each() -> None:
    elsewhere = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders-eu"
    first, second, third = remembered(), remembered(Status.PASSED), remembered(resource=elsewhere, key="eu")
    here, there = parcels([letter("1", first), letter("2", third), letter("3", second)])
    assert (here.region, there.region) == ("us-east-1", "eu-west-1")
    assert [finding["Compliance"]["Status"] for finding in here.findings] == ["PASSED"]
    assert here.records == {f"tlscheck/force-ssl/{KEY}": ("1", "3")}
    assert there.records == {"tlscheck/force-ssl/eu": ("2",)}
    # Where its delivery is remembered.
    assert here.origins == {f"tlscheck/force-ssl/{KEY}": Origin(KEY, "force-ssl", NOW)}
    assert there.origins == {"tlscheck/force-ssl/eu": Origin("eu", "force-ssl", NOW)}
