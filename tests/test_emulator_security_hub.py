"""The emulated Security Hub takes what the service takes, and refuses what it refuses."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount

PRODUCT = f"arn:aws:securityhub:us-east-1:{ACCOUNT}:product/{ACCOUNT}/default"


def finding(finding_id: str = "orders-prod/force-ssl", **changes: Any) -> dict[str, Any]:
    """A finding that Security Hub takes; None takes a member away."""
    members = {
        "SchemaVersion": "2018-10-08",
        "Id": finding_id,
        "ProductArn": PRODUCT,
        "GeneratorId": "tlscheck/force-ssl",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-11-24T03:00:00Z",
        "UpdatedAt": "2026-11-24T03:00:00.5Z",
        "Title": "TLS is not enforced",
        "Description": "rds.force_ssl is 0.",
        "Resources": [{"Type": "AwsRdsDbInstance", "Id": "arn:aws:rds:us-east-1:111122223333:db:orders-prod"}],
        "FindingProviderFields": {
            "Severity": {"Label": "MEDIUM"},
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        },
        "Compliance": {"Status": "FAILED"},
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture(scope="module")
def client(account: EmulatedAccount) -> Any:
    return account.client("securityhub")


@pytest.fixture
def hub(client: Any) -> Any:
    """A client of a hub without findings."""
    client.enable_security_hub()
    client.disable_security_hub()
    client.enable_security_hub()
    return client


def kept(hub: Any, **request: Any) -> list[dict[str, Any]]:
    return [found for page in hub.get_paginator("get_findings").paginate(**request) for found in page["Findings"]]


def test_a_hub_is_one_from_when_it_was_enabled_last(hub: Any) -> None:
    since = hub.describe_hub()["SubscribedAt"]
    hub.enable_security_hub()
    assert hub.describe_hub()["SubscribedAt"] == since
    hub.disable_security_hub()
    with pytest.raises(ClientError, match="not subscribed"):
        hub.describe_hub()
    time.sleep(0.002)  # it is told in milliseconds
    hub.enable_security_hub()
    assert hub.describe_hub()["SubscribedAt"] > since


def test_a_finding_comes_back_with_what_the_service_adds(hub: Any) -> None:
    answer = hub.batch_import_findings(Findings=[finding()])
    assert (answer["SuccessCount"], answer["FailedCount"], answer["FailedFindings"]) == (1, 0, [])
    (found,) = kept(hub)
    assert found["Title"] == "TLS is not enforced"
    assert found["Severity"]["Label"] == "MEDIUM"
    assert found["Workflow"]["Status"] == "NEW"
    assert found["RecordState"] == "ACTIVE"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"Title": "t" * 257}, "data.Title should NOT be longer than 256 characters"),
        ({"Description": " "}, 'data.Description should match pattern ".*\\S.*"'),
        ({"CreatedAt": "2026-11-24 03:00:00"}, 'data.CreatedAt should match format "date-time"'),
        ({"UpdatedAt": "2026-11-24T03:00:00"}, 'data.UpdatedAt should match format "date-time"'),
        ({"UpdatedAt": "2026-13-24T03:00:00Z"}, 'data.UpdatedAt should match format "date-time"'),
        ({"SchemaVersion": "2020-01-01"}, "data.SchemaVersion should be equal to 2018-10-08"),
        ({"AwsAccountId": "999999999999"}, "data.AwsAccountId should be the account"),
        ({"Resources": []}, "data.Resources should NOT have fewer than 1 items"),
        ({"Compliance": {"Status": "NOT_OBSERVED"}}, "data.Compliance.Status should be equal to one of"),
        ({"ProductFields": {str(key): "value" for key in range(51)}}, "data.ProductFields should NOT have more"),
        ({"ProductFields": {"tlscheck/reason": ""}}, "data.ProductFields{} should match pattern"),
        ({"FindingProviderFields": {"Severity": {"Label": "LOW"}}}, "required property 'Types'"),
        ({"FindingProviderFields": None}, "required property 'Severity'"),
        ({"Remediation": {"Recommendation": {"Text": "r" * 513}}}, "Text should NOT be longer than 512"),
    ],
)
def test_a_finding_that_is_not_in_the_format_is_refused(hub: Any, changes: dict[str, Any], complaint: str) -> None:
    answer = hub.batch_import_findings(Findings=[finding(**changes), finding("another")])
    (refused,) = answer["FailedFindings"]
    assert refused["ErrorCode"] == "InvalidInput"
    assert complaint in refused["ErrorMessage"]
    assert [found["Id"] for found in kept(hub)] == ["another"]


def test_more_than_a_hundred_findings_are_refused_together(hub: Any) -> None:
    with pytest.raises(hub.exceptions.InvalidInputException):
        hub.batch_import_findings(Findings=[finding(str(number)) for number in range(101)])


def test_another_accounts_or_regions_product_is_not_authorized(hub: Any) -> None:
    elsewhere = PRODUCT.replace("us-east-1", "eu-west-1")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        hub.batch_import_findings(Findings=[finding(ProductArn=elsewhere)])


@pytest.mark.parametrize(
    ("updated_at", "title"),
    [
        ("2026-11-24T02:00:00Z", "TLS is not enforced"),
        ("2026-11-24T03:00:00.500Z", "TLS is not enforced"),
        ("2026-11-24T03:00:01Z", "TLS is enforced"),
    ],
)
def test_an_update_counts_only_when_it_is_later(hub: Any, updated_at: str, title: str) -> None:
    hub.batch_import_findings(Findings=[finding()])
    answer = hub.batch_import_findings(Findings=[finding(Title="TLS is enforced", UpdatedAt=updated_at)])
    assert answer["FailedCount"] == 0
    assert [found["Title"] for found in kept(hub)] == [title]


def test_findings_are_filtered_and_paged(hub: Any) -> None:
    hub.batch_import_findings(Findings=[finding(f"a/{number}") for number in range(7)])
    hub.batch_import_findings(Findings=[finding("b", Compliance={"Status": "PASSED"})])
    failed = {"ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}]}
    assert len(kept(hub, Filters=failed, PaginationConfig={"PageSize": 3})) == 7
    assert len(kept(hub, Filters={"Id": [{"Value": "b", "Comparison": "PREFIX"}]})) == 1


def test_each_region_has_its_own_findings(account: EmulatedAccount, hub: Any) -> None:
    hub.batch_import_findings(Findings=[finding()])
    assert kept(account.client("securityhub", "eu-west-1")) == []


def test_a_region_without_security_hub_refuses_access(hub: Any) -> None:
    hub.disable_security_hub()
    with pytest.raises(hub.exceptions.InvalidAccessException):
        hub.batch_import_findings(Findings=[finding()])


def test_chosen_findings_are_refused_until_told_otherwise(account: EmulatedAccount, hub: Any) -> None:
    account.refuse_findings({"a": {"ErrorCode": "InternalError", "ErrorMessage": "try again"}})
    answer = hub.batch_import_findings(Findings=[finding("a"), finding("b")])
    assert answer["FailedFindings"] == [{"Id": "a", "ErrorCode": "InternalError", "ErrorMessage": "try again"}]
    account.refuse_findings({})
    assert hub.batch_import_findings(Findings=[finding("a")])["FailedCount"] == 0
