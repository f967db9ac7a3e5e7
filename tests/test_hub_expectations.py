"""The demonstration notices a finding that Security Hub lacks, holds twice or holds wrongly."""

from typing import Any

import pytest
from tlscheck.verdict.check import Status
from tlscheck.verdict.readiness import Verdict

from tests.local_aws.fleet.databases import Expected
from tests.local_aws.hub_expectations import hub_mismatches

ORDERS = "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
REASON = 'One client connects without TLS: "invoice-export".'
STEP = "Tell its owner."
EXPECTED = {
    ORDERS: Expected(
        Verdict.FIX_CLIENTS, {"plaintext-clients": Status.FAILED}, {"plaintext-clients": "invoice-export"}
    )
}
ITEM = {"status": "FAILED", "reason": REASON, "next_step": STEP}
TABLE = {ORDERS: {"plaintext-clients": ITEM}}


def held(**changes: Any) -> dict[str, Any]:
    """The finding as Security Hub must hold it, but for the changes."""
    return {
        "Id": f"tlscheck/plaintext-clients/{ORDERS}",
        "GeneratorId": "tlscheck/plaintext-clients",
        "AwsAccountId": "111122223333",
        "Region": "us-east-1",
        "Title": "No client connects without TLS",
        "Description": f"{REASON} What these clients send can be read on the way.",
        "Severity": {"Label": "HIGH"},
        "Compliance": {"Status": "FAILED"},
        "RecordState": "ACTIVE",
        "Remediation": {"Recommendation": {"Text": STEP}},
        "Resources": [{"Type": "AwsRdsDbInstance", "Id": ORDERS, "Region": "us-east-1"}],
        **changes,
    }


def of_the_ca(status: Status, compliance: str, severity: str) -> list[str]:
    """What is said of a finding of the check ca that is right but for what is given."""
    finding = held(
        Id=f"tlscheck/ca/{ORDERS}",
        GeneratorId="tlscheck/ca",
        Title="The certificate authority is one that the Region still offers",
        Severity={"Label": severity},
        Compliance={"Status": compliance},
    )
    expected, table = {ORDERS: Expected(None, {"ca": status})}, {ORDERS: {"ca": ITEM}}
    return hub_mismatches(expected, table, {"us-east-1": [finding]}, "EVERYTHING")


def test_what_must_be_held_and_is_held_is_no_mismatch() -> None:
    assert hub_mismatches(EXPECTED, TABLE, {"us-east-1": [held()], "eu-west-1": []}) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Compliance": {"Status": "PASSED"}}, "Compliance.Status is PASSED, not FAILED"),
        ({"Compliance": {}}, "Compliance.Status is None, not FAILED"),
        ({"Severity": {"Label": "LOW"}}, "Severity.Label is LOW, not HIGH"),
        ({"RecordState": "ARCHIVED"}, "RecordState is ARCHIVED, not ACTIVE"),
        ({"Title": "Clients that connect with TLS"}, "Title is Clients that connect with TLS, not No client"),
        ({"Region": "eu-west-1"}, "Region is eu-west-1, not us-east-1"),
        ({"AwsAccountId": "999999999999"}, "AwsAccountId is 999999999999, not 111122223333"),
        (
            {"Resources": [{"Type": "AwsRdsDbInstance", "Id": ORDERS, "Region": "eu-west-1"}]},
            "orders-prod', 'eu-west-1')], not [",
        ),
        ({"Resources": [{"Type": "Other", "Id": ORDERS, "Region": "us-east-1"}]}, "Resources is [('Other', 'arn:"),
        (
            {"Id": f"tlscheck/tls-clients/{ORDERS}"},
            f"Id is tlscheck/tls-clients/{ORDERS}, none of tlscheck/plaintext-clients",
        ),
        ({"Id": "tlscheck/plaintext-clients/"}, "Id is tlscheck/plaintext-clients/, none of"),
        (
            {"Description": 'Nobody but "invoice-export" was seen.'},
            "Description is not the finding's reason: Nobody",
        ),
        (
            {"Remediation": {"Recommendation": {"Text": "Nothing is to be done."}}},
            "Remediation is not the finding's next step: Nothing",
        ),
    ],
)
def test_anything_else_is_said(changes: dict[str, Any], said: str) -> None:
    (line,) = hub_mismatches(EXPECTED, TABLE, {"us-east-1": [held(**changes)]})
    assert line.startswith(f"tlscheck/plaintext-clients of {ORDERS} in the Security Hub of us-east-1: ")
    assert said in line


def test_one_that_the_table_does_not_have_is_said() -> None:
    (line,) = hub_mismatches(EXPECTED, {}, {"us-east-1": [held()]})
    assert line.endswith("us-east-1: the table has no such finding")


def test_a_description_that_does_not_name_what_it_must_is_said_even_where_the_table_does_not_either() -> None:
    table = {ORDERS: {"plaintext-clients": {"reason": "Nobody.", "next_step": ""}}}
    (line,) = hub_mismatches(EXPECTED, table, {"us-east-1": [held(Description="Nobody. Fine.")]})
    assert "Description does not name invoice-export" in line


ANOTHER_ID = "tlscheck/plaintext-clients/aws:111122223333:us-east-1:db-ABCDEFGHIJKLMNOPQRSTUVWX"


def test_whatever_its_id_is_a_finding_is_found_by_what_it_is_about() -> None:
    assert hub_mismatches(EXPECTED, TABLE, {"us-east-1": [held(Id=ANOTHER_ID)]}) == []
    (line,) = hub_mismatches(EXPECTED, TABLE, {"us-east-1": [held(Id=ANOTHER_ID, RecordState="ARCHIVED")]})
    assert line.endswith("RecordState is ARCHIVED, not ACTIVE")


HERE = f"tlscheck/plaintext-clients of {ORDERS} in the Security Hub of us-east-1"


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ({"us-east-1": []}, [f"{HERE} is missing"]),
        (
            {"us-east-1": [held(), held()]},
            [f"{HERE} is there 2 times", f"tlscheck/plaintext-clients/{ORDERS} is the Id of 2 findings"],
        ),
        ({"us-east-1": [held(), held(Id=ANOTHER_ID)]}, [f"{HERE} is there 2 times"]),
        (
            {"eu-west-1": [held()]},
            [
                f"tlscheck/plaintext-clients of {ORDERS} in the Security Hub of eu-west-1 must not be there",
                f"{HERE} is missing",
            ],
        ),
        (
            {"us-east-1": [held(), held(Id=f"tlscheck/new/{ORDERS}", GeneratorId="tlscheck/new")]},
            [f"tlscheck/new of {ORDERS} in the Security Hub of us-east-1 must not be there"],
        ),
        (
            # What is archived was sent once.
            {
                "us-east-1": [
                    held(),
                    held(
                        Id=f"tlscheck/ca/{ORDERS}",
                        GeneratorId="tlscheck/ca",
                        RecordState="ARCHIVED",
                        Compliance={"Status": "PASSED"},
                    ),
                ]
            },
            [f"tlscheck/ca of {ORDERS} in the Security Hub of us-east-1 must not be there"],
        ),
        (
            {"us-east-1": [held(Resources=[{"Type": "AwsRdsDbInstance", "Id": f"{ORDERS}-2"}])]},
            [
                f"{HERE} is missing",
                f"tlscheck/plaintext-clients of {ORDERS}-2 in the Security Hub of us-east-1 must not be there",
            ],
        ),
        (
            {"us-east-1": [held(Resources=[])]},
            [
                "tlscheck/plaintext-clients of  in the Security Hub of us-east-1 must not be there",
                f"{HERE} is missing",
            ],
        ),
    ],
)
def test_one_that_is_missing_twice_elsewhere_or_too_many_is_said(arrived: dict[str, Any], said: list[str]) -> None:
    lines = hub_mismatches(EXPECTED, TABLE, arrived)
    assert [line[: len(each)] for line, each in zip(lines, said, strict=True)] == said


@pytest.mark.parametrize(
    ("status", "compliance", "severity"),
    [
        (Status.PASSED, "PASSED", "INFORMATIONAL"),
        (Status.WARNING, "WARNING", "MEDIUM"),
        (Status.FAILED, "FAILED", "HIGH"),
        (Status.INFORMATIONAL, "NOT_AVAILABLE", "INFORMATIONAL"),
        (Status.NOT_OBSERVED, "NOT_AVAILABLE", "INFORMATIONAL"),
    ],
)
def test_each_status_has_one_compliance_and_one_severity(status: Status, compliance: str, severity: str) -> None:
    assert of_the_ca(status, compliance, severity) == []
    others = {"PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"} - {compliance}
    assert [len(of_the_ca(status, other, severity)) for other in sorted(others)] == [1, 1, 1]
    assert len(of_the_ca(status, compliance, "CRITICAL")) == 1


@pytest.mark.parametrize(
    ("resource", "type_", "shown"),
    [
        ("cluster:ledger-aurora", "AwsRdsDbCluster", "arn:aws:rds:us-east-1:111122223333:cluster:ledger-aurora"),
        ("db-proxy:prx-1", "Other", "arn:aws:rds:us-east-1:111122223333:db-proxy:prx-1"),
        ("region", "AwsAccount", "AWS::::Account:111122223333"),
    ],
)
def test_clusters_proxies_and_regions_are_resources_of_their_own_type(
    resource: str, type_: str, shown: str
) -> None:
    arn = f"arn:aws:rds:us-east-1:111122223333:{resource}"
    finding = held(
        Id=f"tlscheck/not-observed/{arn}",
        GeneratorId="tlscheck/not-observed",
        Title="Everything about its TLS could be looked at",
        Severity={"Label": "LOW"},
        Compliance={"Status": "NOT_AVAILABLE"},
        Resources=[{"Type": type_, "Id": shown, "Region": "us-east-1"}],
    )
    expected = {arn: Expected(None, {"not-observed": Status.NOT_OBSERVED})}
    table = {arn: {"not-observed": ITEM}}
    assert hub_mismatches(expected, table, {"us-east-1": [finding]}, "EVERYTHING") == []
    mistaken = {**finding, "Resources": [{"Type": "AwsRdsDbInstance", "Id": shown, "Region": "us-east-1"}]}
    (line,) = hub_mismatches(expected, table, {"us-east-1": [mistaken]}, "EVERYTHING")
    assert "Resources is [('AwsRdsDbInstance'" in line


@pytest.mark.parametrize(
    ("status", "publish", "is_wanted"),
    [
        ("FAILED", "FAILURES", True),
        ("WARNING", "FAILURES", True),
        ("PASSED", "FAILURES", False),
        ("INFORMATIONAL", "FAILURES", False),
        ("NOT_OBSERVED", "FAILURES", False),
        ("PASSED", "EVERYTHING", True),
        ("INFORMATIONAL", "EVERYTHING", True),
        ("NOT_OBSERVED", "EVERYTHING", True),
    ],
)
def test_what_is_not_to_be_published_must_not_be_there_and_what_is_must(
    status: str, publish: str, is_wanted: bool
) -> None:
    expected = {ORDERS: Expected(Verdict.CLEAR, {"plaintext-clients": Status(status)}, {})}
    missing = hub_mismatches(expected, TABLE, {"us-east-1": []}, publish)
    assert missing == ([f"{HERE} is missing"] if is_wanted else [])
    there = hub_mismatches(expected, TABLE, {"us-east-1": [held()]}, publish)
    assert (f"{HERE} must not be there" in there) is not is_wanted
