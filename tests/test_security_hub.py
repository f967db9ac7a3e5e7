"""Importing findings into the Security Hub of an emulated account, which checks them as the service does."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from tlscheck.edges.aws import refusals, security_hub, session
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.hub import Hub
from tlscheck.reporting.asff import security_finding
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

from tests import storage
from tests.examples import ACCOUNT, LEDGER, NOW, ORDERS, REGION
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.silent import silent_port

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
    assert (refusal.is_final, refusal.is_decided) == (False, False)
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == 4
    assert [each["Id"] for each in imported(hub)] == [good["Id"]]


def test_an_invalid_finding_is_not_sent_again(account: EmulatedAccount) -> None:
    account.take_calls()
    (refusal,) = security_hub.import_findings(HUB, [finding() | {"Title": "x" * 257}])
    assert refusal.code == "InvalidInput"
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == 1


def test_a_call_refused_for_one_finding_costs_none_of_the_others(
    hub: Any, account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = [CheckId.CA, CheckId.FORCE_SSL, CheckId.ROTATION, CheckId.UPGRADE, CheckId.TLS_CLIENTS]
    given = [finding(check=check) for check in checks]
    bad = given[2]["Id"]
    client = account.client("securityhub", HUB)
    monkeypatch.setattr(session, "client", lambda *_, **__: client)
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
    refusal = security_hub.Refusal("id", "InvalidInput", "no\n\x1b[31m " + "x" * 5000, GapCause.OTHER)
    assert refusal.reason.startswith("InvalidInput: no [31m xxx")
    assert len(refusal.reason) == len("InvalidInput: ") + 500


def test_a_region_without_security_hub_is_told_apart(hub: Any) -> None:
    hub.disable_security_hub()
    refused = security_hub.import_findings(HUB, [finding(), finding(LEDGER)])
    assert len(refused) == 2
    assert all(each.is_decided and each.is_final for each in refused)
    assert refused[0].reason == f"InvalidAccessException: Account {ACCOUNT} is not subscribed to AWS Security Hub"


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


BY_SCP = "User: x is not authorized to perform: securityhub:X with an explicit deny in a service control policy"


@pytest.mark.parametrize(
    ("code", "message", "is_final", "is_decided"),
    [
        ("AccessDeniedException", BY_SCP, True, True),
        ("InvalidAccess", "Account 1 is not subscribed to AWS Security Hub", True, True),
        ("InvalidAccessException", "There is an issue with the account", True, True),
        ("UnrecognizedClientException", "The security token included in the request is invalid", True, True),
        ("UnknownOperationException", "", True, True),
        ("AccessDeniedException", "User: x is not authorized to perform: securityhub:X", True, False),
        ("InvalidInput", "Finding does not adhere to Amazon Finding Format", True, False),
        ("InvalidInputException", "Invalid parameter", True, False),
        ("InternalException", "try again", False, False),
        ("ThrottlingException", "Rate exceeded", False, False),
        ("LimitExceededException", "", False, False),
        ("TooManyRequestsException", "", False, False),
        ("ReadTimeoutError", "Read timed out.", False, False),
    ],
)
def test_what_sending_again_does_not_change_is_final_and_some_of_it_nobodys_failure(
    code: str, message: str, *, is_final: bool, is_decided: bool
) -> None:
    refusal = security_hub.Refusal("id", code, message, refusals.cause_of(code, message))
    assert (refusal.is_final, refusal.is_decided) == (is_final, is_decided)


@pytest.mark.parametrize(
    ("code", "message", "calls"),
    [
        ("AccessDenied", BY_SCP, 1),
        ("AccessDenied", "no", 1),
        ("InvalidInput", "no", 1),
        ("ThrottlingException", "no", 4),
    ],
)
def test_only_what_may_be_taken_later_is_sent_again(
    account: EmulatedAccount, code: str, message: str, calls: int
) -> None:
    account.refuse_findings({"*": {"ErrorCode": code, "ErrorMessage": message}})
    account.take_calls()
    assert len(security_hub.import_findings(HUB, [finding(), finding(check=CheckId.FORCE_SSL)])) == 2
    assert account.take_calls()[HUB]["securityhub:BatchImportFindings"] == calls


def test_a_hub_is_waited_for_twice_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    client_of = session.client

    def noted(*service: Any, **where: Any) -> Any:
        made.append(client_of(*service, **where))
        return made[-1]

    monkeypatch.setattr(session, "client", noted)
    security_hub.import_findings(HUB, [finding()])
    (config,) = (each.meta.config for each in made)
    assert (config.connect_timeout, config.read_timeout) == (3, 10)
    assert config.retries["total_max_attempts"] == 2


def test_a_hub_that_does_not_answer_is_asked_once_and_costs_the_others_nothing(
    hub: Any, account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The silent Region answers nothing until the other has its findings: one after the other, it never would."""
    arrived = threading.Event()
    quick = Config(connect_timeout=1, read_timeout=0.2, retries={"total_max_attempts": 1})
    sent = [finding(f"arn:aws:rds:{HUB}:{ACCOUNT}:db:shard-{number}") for number in range(150)]
    clients = {HUB: account.client("securityhub", HUB)}
    made: list[str] = []

    def client_of(_: str, region: str, config: Config) -> Any:  # noqa: ARG001 - its own is for this test
        made.append(region)
        if region == "ap-east-1":
            assert arrived.wait(30)
        return clients[region]

    with silent_port() as port:
        url = f"http://127.0.0.1:{port}"
        clients["ap-east-1"] = account.client("securityhub", "ap-east-1", endpoint_url=url, config=quick)
        taken = clients[HUB].batch_import_findings

        def taken_and_said(**findings: Any) -> Any:
            answer = taken(**findings)
            arrived.set()
            return answer

        monkeypatch.setattr(clients[HUB], "batch_import_findings", taken_and_said)
        monkeypatch.setattr(session, "client", client_of)
        silent, answered = security_hub.import_regions([("ap-east-1", sent), (HUB, sent[:1])])
    assert answered == ()
    assert [each["Id"] for each in imported(hub)] == [sent[0]["Id"]]
    assert {each.id for each in silent} == {each["Id"] for each in sent}
    assert {(each.code, each.is_final, each.is_decided) for each in silent} == {("ReadTimeoutError", False, False)}
    assert made.count("ap-east-1") == 1


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
        (
            "AccessDeniedException",
            "no",
            Gap("securityhub:DescribeHub", "AccessDeniedException: no", GapCause.PERMISSION),
        ),
        (
            "AccessDeniedException",
            BY_SCP,
            Gap("securityhub:DescribeHub", f"AccessDeniedException: {BY_SCP}", GapCause.ORGANISATION),
        ),
        ("UnknownOperationException", "", Hub(None)),
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
