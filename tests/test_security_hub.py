"""Importing findings into the Security Hub of an emulated account, which checks them as the service does."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from tlscheck.edges.aws import security_hub, session
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

from tests import storage
from tests.examples import ACCOUNT, LEDGER, NOW, ORDERS, REGION
from tests.local_aws.emulator.account import EmulatedAccount

HUB = "eu-west-1"
"""A Region of its own, so that the findings of other tests are not met."""


@pytest.fixture(autouse=True)
def hub(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    client = storage.empty_hub(account, HUB)
    monkeypatch.setattr(security_hub, "FIRST_PAUSE", 0.01)
    yield client
    account.refuse_findings({})


def finding(resource: str = ORDERS, check: CheckId = CheckId.CA, status: Status = Status.FAILED) -> dict[str, Any]:
    arn = resource.replace("us-east-1", HUB)
    said = Finding(arn, arn, HUB, check, status, "Why.", "")
    return security_finding(RememberedFinding(said, NOW, NOW, NOW, NOW))


def imported(hub: Any) -> list[dict[str, Any]]:
    return [each for page in hub.get_paginator("get_findings").paginate() for each in page["Findings"]]


def test_every_check_of_every_resource_is_taken(hub: Any) -> None:
    sent = [
        finding(arn, check, status) for arn in (ORDERS, LEDGER, REGION) for check in CheckId for status in Status
    ]
    last = {each["Id"]: each for each in sent}
    assert security_hub.import_findings(HUB, list(last.values())) == ()
    assert {each["Id"] for each in imported(hub)} == set(last)


def test_more_than_a_hundred_go_in_several_calls(hub: Any, account: EmulatedAccount) -> None:
    sent = [finding(f"arn:aws:rds:{HUB}:{ACCOUNT}:db:shard-{number}") for number in range(250)]
    account.take_calls()
    assert security_hub.import_findings(HUB, sent) == ()
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == 3
    assert len(imported(hub)) == 250


def test_nothing_to_send_is_no_call(account: EmulatedAccount) -> None:
    account.take_calls()
    assert security_hub.import_findings(HUB, []) == ()
    assert account.take_calls() == {}


def test_a_finding_refused_for_now_is_sent_again_alone_and_then_returned(
    hub: Any, account: EmulatedAccount
) -> None:
    good, bad = finding(check=CheckId.CA), finding(check=CheckId.FORCE_SSL)
    account.refuse_findings({bad["Id"]: {"ErrorCode": "InternalException", "ErrorMessage": "try again"}})
    account.take_calls()
    (refusal,) = security_hub.import_findings(HUB, [good, bad])
    assert (refusal.id, refusal.reason) == (bad["Id"], "InternalException: try again")
    assert not refusal.is_hub_disabled
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == 4
    assert [each["Id"] for each in imported(hub)] == [good["Id"]]


def test_an_invalid_finding_is_not_sent_again(account: EmulatedAccount) -> None:
    account.take_calls()
    (refusal,) = security_hub.import_findings(HUB, [finding() | {"Title": "x" * 257}])
    assert refusal.code == "InvalidInput"
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == 1


def test_a_call_refused_for_one_finding_costs_none_of_the_others(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = [CheckId.CA, CheckId.FORCE_SSL, CheckId.ROTATION, CheckId.UPGRADE, CheckId.TLS_CLIENTS]
    given = [finding(check=check) for check in checks]
    bad = given[2]["Id"]
    client: Any = session.client("securityhub", region=HUB)
    imports = client.batch_import_findings

    def picky(Findings: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's name
        if any(each["Id"] == bad for each in Findings):
            said: Any = {"Code": "InvalidInputException", "Message": f"{bad} \x1b[31m is not valid " + "x" * 900}
            raise ClientError({"Error": said}, "BatchImportFindings")
        return imports(Findings=Findings)

    monkeypatch.setattr(client, "batch_import_findings", picky)
    (refusal,) = security_hub.import_findings(HUB, given)
    assert refusal.id == bad
    assert refusal.reason.startswith(f"InvalidInputException: {bad} [31m is not valid xxx")
    assert {each["Id"] for each in imported(hub)} == {each["Id"] for each in given} - {bad}


def test_the_words_of_a_refusal_are_kept_on_a_line_and_not_without_end() -> None:
    refusal = security_hub.Refusal("id", "InvalidInput", "no\n\x1b[31m " + "x" * 5000)
    assert refusal.reason.startswith("InvalidInput: no [31m xxx")
    assert len(refusal.reason) == len("InvalidInput: ") + 500


def test_a_region_without_security_hub_is_told_apart(hub: Any) -> None:
    hub.disable_security_hub()
    refusals = security_hub.import_findings(HUB, [finding(), finding(LEDGER)])
    assert len(refusals) == 2
    assert all(each.is_hub_disabled for each in refusals)
    assert refusals[0].reason == f"InvalidAccessException: Account {ACCOUNT} is not subscribed to AWS Security Hub"


def test_a_region_out_of_reach_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECURITYHUB", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    (refusal,) = security_hub.import_findings(HUB, [finding()])
    assert refusal.code == "EndpointConnectionError"


def test_a_later_announcement_takes_the_place_of_the_earlier(hub: Any) -> None:
    first = RememberedFinding(
        Finding(ORDERS, ORDERS.replace("us-east-1", HUB), HUB, CheckId.CA, Status.FAILED, "Retired.", ""),
        NOW,
        NOW,
        NOW,
        NOW,
    )
    later = replace(
        first, finding=replace(first.finding, status=Status.PASSED), announced_at=NOW + timedelta(hours=1)
    )
    for each in (first, later, first):
        security_hub.import_findings(HUB, [security_finding(each)])
    (found,) = imported(hub)
    assert found["Compliance"]["Status"] == "PASSED"
    assert found["FirstObservedAt"] == "2026-11-24T03:00:00.000Z"


NEVER_OFF = "eu-north-1"
"""A Region whose hub no test turns off."""

SUBSCRIBED = Hub(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_hub_says_since_when_it_is_one(account: EmulatedAccount) -> None:
    account.take_calls()
    assert security_hub.describe(NEVER_OFF) == SUBSCRIBED
    assert account.take_calls()[NEVER_OFF] == {"securityhub:DescribeHub": 1}


def test_regions_are_asked_at_once_and_one_without_a_hub_is_told_apart(hub: Any) -> None:
    hub.disable_security_hub()
    assert security_hub.describe_regions([HUB, NEVER_OFF]) == {HUB: Hub(None), NEVER_OFF: SUBSCRIBED}
    assert security_hub.describe_regions([]) == {}


def stubbed(answer: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch, code: str = "", why: str = "") -> Any:
    client = boto3.client("securityhub", region_name=HUB, aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106 - no secret
    stub = Stubber(client)
    if answer is None:
        stub.add_client_error("describe_hub", code, why)
    else:
        stub.add_response("describe_hub", answer)
    monkeypatch.setattr(session, "client", lambda *_, **__: client)
    with stub:
        return security_hub.describe(HUB)


@pytest.mark.parametrize(
    ("code", "why", "expected"),
    [
        ("InvalidAccessException", "Account 1 is not subscribed to AWS Security Hub", Hub(None)),
        ("ResourceNotFoundException", "no hub", Hub(None)),
        (
            "InvalidAccessException",
            "not permitted",
            Gap("securityhub:DescribeHub", "InvalidAccessException: not permitted"),
        ),
        ("AccessDeniedException", "no", Gap("securityhub:DescribeHub", "AccessDeniedException: no")),
    ],
)
def test_only_a_hub_that_is_said_not_to_be_is_none(
    code: str, why: str, expected: Hub | Gap, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stubbed(None, monkeypatch, code, why) == expected


@pytest.mark.parametrize(
    ("subscribed_at", "expected"),
    [
        ("2026-01-01T02:00:00.000+02:00", SUBSCRIBED),
        ("2026-01-01T00:00:00", Gap("securityhub:DescribeHub", "named no SubscribedAt")),
        ("yesterday", Gap("securityhub:DescribeHub", "named no SubscribedAt")),
        (None, Gap("securityhub:DescribeHub", "named no SubscribedAt")),
    ],
)
def test_a_hub_of_which_nobody_knows_since_when_it_is_one_is_a_gap(
    subscribed_at: str | None, expected: Hub | Gap, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"HubArn": "arn:aws:securityhub:eu-west-1:1:hub/default"}
    assert stubbed(answer | ({"SubscribedAt": subscribed_at} if subscribed_at else {}), monkeypatch) == expected


def test_a_region_out_of_reach_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    session.forget()
    found = security_hub.describe(HUB)
    assert isinstance(found, Gap)
    assert found.reason.startswith("EndpointConnectionError: ")
