"""Publish, fed with records of the table's stream as Lambda hands them over."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from tlscheck.edges.aws import dynamodb, security_hub
from tlscheck.edges.aws.items import finding_item
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding

from tests import storage
from tests.examples import ACCOUNT, NOW, ORDERS
from tests.local_aws.emulator.account import EmulatedAccount

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(function_name="publish")
HOUR = timedelta(hours=1)
HERE = f"arn:aws:rds:eu-central-1:{ACCOUNT}:db:orders-eu"
HERE_REGION = f"arn:aws:rds:eu-central-1:{ACCOUNT}:region"

type Door = Callable[..., list[str]]


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


@pytest.fixture
def door(account: EmulatedAccount, table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The handler; it answers with the sequence numbers that failed."""
    for region in ("us-east-1", "eu-central-1"):
        storage.empty_hub(account, region)
    monkeypatch.setenv("TABLE", table)
    monkeypatch.setenv("SECURITY_HUB", "ENABLED")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "tlscheck")
    monkeypatch.setattr(security_hub, "FIRST_PAUSE", 0.01)
    publish = importlib.reload(importlib.import_module("publish"))

    def opened(*records: dict[str, Any]) -> list[str]:
        answer = publish.handler({"Records": list(records)}, CONTEXT)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    yield opened
    account.refuse_findings({})


def remembered(resource: str = ORDERS, check: CheckId = CheckId.CA, reason: str = "Retired.") -> RememberedFinding:
    finding = Finding(resource, resource.split(":")[3], check, Status.FAILED, reason, "")
    return RememberedFinding(finding, NOW, NOW, NOW, NOW)


def image(finding: RememberedFinding) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in finding_item(finding).items()}


def record(
    number: int, new: RememberedFinding | dict[str, Any], old: RememberedFinding | None = None
) -> dict[str, Any]:
    images = {"NewImage": image(new) if isinstance(new, RememberedFinding) else new}
    if old is not None:
        images["OldImage"] = image(old)
    return {
        "eventID": f"event-{number}",
        "eventName": "MODIFY" if old else "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"SequenceNumber": str(number), "StreamViewType": "NEW_AND_OLD_IMAGES", **images},
    }


def imported(account: EmulatedAccount, region: str = "us-east-1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = storage.client_of(account, "securityhub", region).get_findings()["Findings"]
    return found


def test_a_finding_goes_to_the_hub_of_its_region(account: EmulatedAccount, door: Door) -> None:
    assert door(record(1, remembered()), record(2, remembered(HERE))) == []
    assert [each["Id"] for each in imported(account)] == [f"tlscheck/ca/{ORDERS}"]
    assert [each["Id"] for each in imported(account, "eu-central-1")] == [f"tlscheck/ca/{HERE}"]


def test_a_finding_in_the_hub_names_the_tlscheck_that_sent_it(account: EmulatedAccount, door: Door) -> None:
    assert door(record(1, remembered())) == []
    (sent,) = imported(account)
    assert sent["ProductFields"]["tlscheck/Version"] == "0.2.0"
    first, second = sent["ProductFields"]["tlscheck/Roots"].split("; ")
    assert first.startswith("aws.pem: 81 certificates, SHA-256 b98c8b86c3558c76")
    assert second.startswith("proxy.pem: 5 certificates, SHA-256 71ed51a63f41443f")


def test_what_was_only_looked_at_again_is_not_sent(account: EmulatedAccount, door: Door) -> None:
    before = remembered()
    account.take_calls()
    assert door(record(1, replace(before, observed_at=NOW + HOUR), before)) == []
    assert account.take_calls() == {}
    announced = replace(before, observed_at=NOW + HOUR, announced_at=NOW + HOUR)
    assert door(record(2, announced, before)) == []
    assert [each["UpdatedAt"] for each in imported(account)] == ["2026-11-24T04:00:00.000Z"]


def test_one_refused_finding_is_one_failed_record(account: EmulatedAccount, door: Door, table: str) -> None:
    account.refuse_findings(
        {f"tlscheck/force-ssl/{ORDERS}": {"ErrorCode": "InternalException", "ErrorMessage": "try again"}}
    )
    failed = door(
        record(1, remembered()), record(2, remembered(check=CheckId.FORCE_SSL)), record(3, remembered(HERE))
    )
    assert failed == ["2"]
    assert len(imported(account)) == len(imported(account, "eu-central-1")) == 1
    (delivery,) = dynamodb.failed_deliveries(table)
    assert (delivery.region, delivery.reason) == ("us-east-1", "InternalException: try again")
    account.refuse_findings({})
    assert door(record(2, remembered(check=CheckId.FORCE_SSL))) == []
    assert dynamodb.failed_deliveries(table) == ()
    assert len(imported(account)) == 2


def test_a_region_without_a_hub_is_remembered_and_not_tried_forever(
    account: EmulatedAccount, door: Door, table: str
) -> None:
    storage.client_of(account, "securityhub", "eu-central-1").disable_security_hub()
    assert door(record(1, remembered(HERE)), record(2, remembered())) == []
    (delivery,) = dynamodb.failed_deliveries(table)
    assert (delivery.region_arn, delivery.region) == (HERE_REGION, "eu-central-1")
    assert delivery.reason.startswith("InvalidAccessException: ")
    assert len(imported(account)) == 1


def test_a_poison_record_fails_alone_and_is_logged_without_its_content(
    account: EmulatedAccount, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {"kind": {"S": "finding"}, "announced_at": {"S": "hunter2"}, "pk": {"S": "hunter2"}}
    wrong_check = {**image(remembered(reason="hunter2")), "check": {"S": "no-such-check"}}
    assert door(record(1, secret), record(2, remembered()), record(3, wrong_check)) == ["1", "3"]
    assert len(imported(account)) == 1
    logged = [vars(entry) for entry in caplog.records]
    assert [entry["sequence_number"] for entry in logged] == ["1", "3"]
    assert "hunter2" not in repr(logged)


def test_items_of_other_kinds_are_left_alone(account: EmulatedAccount, door: Door) -> None:
    account.take_calls()
    assert door(record(1, {"kind": {"S": "database"}, "announced_at": {"S": "x"}})) == []
    assert account.take_calls() == {}


def test_a_batch_with_one_finding_twice_sends_its_last_and_fails_both(
    account: EmulatedAccount, door: Door
) -> None:
    first = remembered()
    later = replace(first, announced_at=NOW + HOUR, observed_at=NOW + HOUR)
    assert door(record(1, first), record(2, later, first)) == []
    assert [each["UpdatedAt"] for each in imported(account)] == ["2026-11-24T04:00:00.000Z"]
    account.refuse_findings({"*": {"ErrorCode": "InternalException", "ErrorMessage": "try again"}})
    assert door(record(1, first), record(2, later, first)) == ["1", "2"]


def test_the_same_batch_twice_leaves_the_same_findings(account: EmulatedAccount, door: Door) -> None:
    records = [record(1, remembered()), record(2, remembered(check=CheckId.FORCE_SSL))]
    door(*records)
    before = imported(account)
    door(*records)
    assert imported(account) == before


def test_what_was_sent_is_counted(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    door(record(1, remembered()))
    (counted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert counted["FindingsImported"] == [1.0]
    assert counted["RecordsFailed"] == [0.0]


def test_with_security_hub_switched_off_nothing_is_sent(
    account: EmulatedAccount, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    importlib.reload(importlib.import_module("publish"))
    account.take_calls()
    assert door(record(1, remembered())) == []
    assert account.take_calls() == {}


@pytest.mark.parametrize("path", sorted(EVENTS.glob("publish_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_published(account: EmulatedAccount, door: Door, path: Path) -> None:
    assert door(*json.loads(path.read_text())["Records"]) == []
    assert imported(account)
