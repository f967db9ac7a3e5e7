"""A whole finding as Security Hub gets it, what it says of its check, and where its texts are cut."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.reporting.asff import security_finding
from tlscheck.reporting.parcel import letter, parcels
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

from tests.check_rows import ROWS
from tests.examples import NOW, ORDERS
from tests.judged import KEY

DAY = timedelta(days=1)
FINDING = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired", "Change it.")
REMEMBERED = RememberedFinding(FINDING, NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY, NOW)
WHOLE = {
    # AWS Security Hub user guide, "Required top-level ASFF attributes"
    "SchemaVersion": "2018-10-08",
    "Id": "tlscheck/ca/aws:111122223333:us-east-1:db-ORDERS",
    "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
    "ProductName": "tlscheck",
    "CompanyName": "tlscheck",
    "GeneratorId": "tlscheck/ca",
    "AwsAccountId": "111122223333",
    "Region": "us-east-1",
    "CreatedAt": "2026-11-21T03:00:00.000Z",
    "UpdatedAt": "2026-11-23T03:00:00.000Z",
    "FirstObservedAt": "2026-11-21T03:00:00.000Z",
    "LastObservedAt": "2026-11-24T03:00:00.000Z",
    "Title": "The certificate authority is one that the Region still offers",
    "Description": (
        "Its CA is retired. When a CA is retired its certificates expire, and every client that verifies is cut "
        "off."
    ),
    "FindingProviderFields": {
        "Severity": {"Label": "HIGH", "Original": "FAILED"},
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
    },
    "Compliance": {"Status": "FAILED"},
    "Remediation": {
        "Recommendation": {
            "Text": "Change it.",
            "Url": (
                "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html"
            ),
        }
    },
    "RecordState": "ACTIVE",
    "Resources": [
        {
            "Type": "AwsRdsDbInstance",
            "Id": "arn:aws:rds:us-east-1:111122223333:db:orders-prod",
            "Region": "us-east-1",
            "Partition": "aws",
        }
    ],
}


def sent(**changes: Any) -> dict[str, Any]:
    finding = replace(FINDING, **changes)
    return security_finding(replace(REMEMBERED, finding=finding))


def test_a_whole_finding_reads_so() -> None:
    fields = {"tlscheck/Status": "FAILED", "tlscheck/ChangedAt": "2026-11-22T03:00:00.000Z"}
    whole = security_finding(REMEMBERED)
    assert whole.pop("ProductFields").items() >= fields.items()
    assert whole == WHOLE


def test_a_finding_that_could_not_be_looked_at_again_says_since_when_and_why() -> None:
    blind = replace(REMEMBERED, not_observed_since=NOW - DAY, not_observed_reason="no probe")
    whole = security_finding(blind)
    assert whole["Description"] == (
        "Its CA is retired. Since 2026-11-23 it could not be looked at again. When a CA is retired its "
        "certificates expire, and every client that verifies is cut off."
    )
    assert "LastObservedAt" not in whole
    assert whole["ProductFields"]["tlscheck/NotObservedSince"] == "2026-11-23T03:00:00.000Z"
    assert whole["ProductFields"]["tlscheck/NotObservedReason"] == "no probe"
    unsaid = security_finding(replace(blind, not_observed_reason=" "))
    assert unsaid["ProductFields"]["tlscheck/NotObservedReason"] == "not given"


def test_an_archived_finding_is_told_so() -> None:
    assert security_finding(replace(REMEMBERED, archived_at=NOW))["RecordState"] == "ARCHIVED"


@pytest.mark.parametrize(
    ("partition", "named"),
    [
        ("aws", "aws"),
        ("aws-cn", "aws-cn"),
        ("aws-us-gov", "aws-us-gov"),
        ("aws-us-iso", "aws-us-iso"),
        ("aws-us-iso-b", "aws-us-iso-b"),
        ("aws-eusc", None),
        ("aws-iso-e", None),
    ],
)
def test_a_resource_names_a_partition_that_the_format_has_a_name_for(partition: str, named: str | None) -> None:
    # AWS Security Hub user guide, "Resources": Partition is one of these five.
    (resource,) = sent(resource=ORDERS.replace("arn:aws:", f"arn:{partition}:"))["Resources"]
    assert resource.get("Partition") == named


WHY = "When a CA is retired its certificates expire, and every client that verifies is cut off."


@pytest.mark.parametrize(("length", "shown"), [(934, "x" * 934 + "."), (935, "x" * 933 + "…")])
def test_a_description_has_1024_characters_of_which_the_reason_is_cut(length: int, shown: str) -> None:
    # AWS Security Hub user guide: Description is at most 1024 characters.
    assert sent(reason="x" * length)["Description"] == f"{shown} {WHY}"
    assert len(f"{'x' * 934}. {WHY}") == 1024


@pytest.mark.parametrize(
    ("words", "lengths", "shown"),
    [
        ("Ask, then:", (200, 200), "Ask, then: 0{200} && 1{200}"),
        ("", (255, 253), "0{255} && 1{253}"),
        ("", (255, 254), "(The first 1 of 2 commands; tlscheck's report has all:) 0{255}"),
        ("Ask:", (9, 300, 300), "Ask: (The first 2 of 3 commands; tlscheck's report has all:) 0{9} && 1{300}"),
        ("Ask:", (600,), "Ask: (1 command, which tlscheck's report has.)"),
        ("x" * 600, (9, 9), f"{'x' * 468}… (2 commands, which tlscheck's report has.)"),
    ],
)
def test_a_hub_is_told_whole_commands_or_that_the_report_has_them(
    words: str, lengths: tuple[int, ...], shown: str
) -> None:
    commands = tuple(str(place) * length for place, length in enumerate(lengths))
    for place, length in enumerate(lengths):
        shown = shown.replace(f"{place}{{{length}}}", commands[place])
    text = sent(next_step=words, commands=commands)["Remediation"]["Recommendation"]["Text"]
    assert text == shown
    # AWS Security Hub user guide: Recommendation.Text is at most 512 characters.
    assert len(text) <= 512


@pytest.mark.parametrize(("length", "shown"), [(512, "x" * 512), (513, "x" * 511 + "…")])
def test_a_next_step_is_cut_at_512_characters(length: int, shown: str) -> None:
    # AWS Security Hub user guide: Recommendation.Text is at most 512 characters.
    assert sent(next_step="x" * length)["Remediation"]["Recommendation"]["Text"] == shown


@pytest.mark.parametrize(("check", "title", "why", "remedy", "page"), ROWS)
def test_a_finding_says_of_its_check_what_it_is_why_it_matters_and_what_mends_it(
    check: str, title: str, why: str, remedy: str, page: str
) -> None:
    finding = sent(check=check, reason="It is so.", next_step="")
    assert finding["Title"] == title
    assert finding["Description"] == f"It is so. {why}"
    assert finding["Remediation"]["Recommendation"] == {
        "Text": remedy,
        "Url": f"https://docs.aws.amazon.com/AmazonRDS/latest/{page}",
    }
    exposure, practice = "Effects/Data Exposure", "Software and Configuration Checks/AWS Security Best Practices"
    assert finding["FindingProviderFields"]["Types"] == [
        exposure if check in {"plaintext-clients", "lost-encryption"} else practice
    ]


def test_findings_travel_in_the_order_in_which_their_regions_were_met() -> None:
    other_arn = ORDERS.replace("us-east-1", "eu-west-1")
    elsewhere = replace(REMEMBERED, finding=replace(FINDING, key="eu", resource=other_arn))
    passed = replace(REMEMBERED, finding=replace(FINDING, status=Status.PASSED))
    other = replace(REMEMBERED, finding=replace(FINDING, check=CheckId("force-ssl")))
    first, second = parcels(
        [letter("1", elsewhere), letter("2", REMEMBERED), letter("3", other), letter("4", passed)]
    )
    assert (first.region, second.region) == ("eu-west-1", "us-east-1")
    assert [each["Compliance"]["Status"] for each in second.findings] == ["PASSED", "FAILED"]
    assert second.records == {f"tlscheck/ca/{KEY}": ("2", "4"), f"tlscheck/force-ssl/{KEY}": ("3",)}
