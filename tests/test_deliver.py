"""Deliver, fed with records of the table's stream as Lambda hands them over."""

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
from tlscheck.edges.aws.finding_items import finding_item
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding, Sent
from tlscheck.verdict.remembered import KeptDatabase
from tlscheck.verdict.steps import Write

from tests import storage
from tests.examples import ACCOUNT, NOW, ORDERS, database
from tests.judged import KEY
from tests.local_aws.emulator.account import EmulatedAccount

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
HOUR = timedelta(hours=1)
HERE = f"arn:aws:rds:eu-central-1:{ACCOUNT}:db:orders-eu"
HERE_KEY = f"aws:{ACCOUNT}:eu-central-1:db-EU"
KEYS = {ORDERS: KEY, HERE: HERE_KEY}

type Door = Callable[..., list[str]]


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


class Queue:
    """A queue, and what lies in it for a person."""

    def __init__(self, client: Any, url: str) -> None:
        self.url = url
        self._client = client

    def messages(self) -> list[dict[str, Any]]:
        found = self._client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(each["Body"]) for each in found]


@pytest.fixture
def queue(account: EmulatedAccount) -> Iterator[Queue]:
    client = storage.client_of(account, "sqs")
    url = client.create_queue(QueueName="tlscheck-unpublished")["QueueUrl"]
    yield Queue(client, url)
    client.delete_queue(QueueUrl=url)


@pytest.fixture
def door(account: EmulatedAccount, table: str, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The handler; it answers with the sequence numbers that failed."""
    for region in ("us-east-1", "eu-central-1"):
        storage.empty_hub(account, region)
    monkeypatch.setenv("TABLE", table)
    monkeypatch.setenv("QUEUE", queue.url)
    monkeypatch.setenv("SECURITY_HUB", "ENABLED")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "tlscheck")
    monkeypatch.setattr(security_hub, "FIRST_PAUSE", 0.01)
    deliver = importlib.reload(importlib.import_module("deliver"))

    def opened(*records: dict[str, Any]) -> list[str]:
        answer = deliver.handler({"Records": list(records)}, CONTEXT)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    yield opened
    account.refuse_findings({})


def remembered(resource: str = ORDERS, check: CheckId = CheckId.CA, reason: str = "Retired.") -> RememberedFinding:
    key = KEYS.get(resource, resource)
    finding = Finding(key, resource, resource.split(":")[3], check, Status.FAILED, reason, "")
    return RememberedFinding(finding, NOW, NOW, NOW, NOW)


def image(finding: RememberedFinding, *, is_due: bool = True) -> dict[str, Any]:
    """Of an item whose last write sent it, or did not."""
    key, check, due = finding.finding.key, finding.finding.check, finding.sent_at.isoformat()
    item = {"pk": key, "sk": f"finding#{check}", "version": 1, **finding_item(finding)}
    attributes = item | ({"due": due} if is_due else {})
    return {name: TypeSerializer().serialize(value) for name, value in attributes.items()}


def kept(table: str, *findings: RememberedFinding) -> None:
    for number, finding in enumerate(findings):
        assert dynamodb.apply(table, Write(finding, None, number + 1), timedelta(days=90), NOW)


def deliveries(table: str, key: str = KEY) -> dict[str, tuple[bool, str]]:
    """Check to whether it was delivered, and why it was refused."""
    found = dynamodb.read(table, key, NOW).findings
    return {each.finding.check: (each.delivered_at is not None, each.refused) for each in found}


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


def _moved(record: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    return record | {"eventName": "MODIFY", "dynamodb": record["dynamodb"] | {"OldImage": old}}


def imported(account: EmulatedAccount, region: str = "us-east-1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = storage.client_of(account, "securityhub", region).get_findings()["Findings"]
    return found


def test_a_finding_goes_to_the_hub_of_its_region(account: EmulatedAccount, door: Door) -> None:
    assert door(record(1, remembered()), record(2, remembered(HERE))) == []
    assert [each["Id"] for each in imported(account)] == ["tlscheck/ca/aws:111122223333:us-east-1:db-ORDERS"]
    assert [each["Id"] for each in imported(account, "eu-central-1")] == [f"tlscheck/ca/{HERE_KEY}"]


def test_a_finding_in_the_hub_names_the_tlscheck_that_sent_it(account: EmulatedAccount, door: Door) -> None:
    assert door(record(1, remembered())) == []
    (sent,) = imported(account)
    assert sent["ProductFields"]["tlscheck/Version"] == "0.7.0"
    first, second = sent["ProductFields"]["tlscheck/Roots"].split("; ")
    assert first.startswith("aws.pem: 84 certificates, SHA-256 a40a9444996f3fa8")
    assert second.startswith("proxy.pem: 5 certificates, SHA-256 71ed51a63f41443f")


def test_what_was_not_announced_is_not_sent(account: EmulatedAccount, door: Door) -> None:
    before = remembered()
    account.take_calls()
    looked_at_again = record(1, image(replace(before, observed_at=NOW + HOUR), is_due=False), before)
    # What Deliver itself writes leaves `due` as it was, or takes it away.
    delivered = record(2, image(before) | {"delivered_at": {"S": NOW.isoformat()}}, before)
    assert door(looked_at_again, delivered) == []
    assert account.take_calls() == {}
    announced = replace(before, observed_at=NOW + HOUR, announced_at=NOW + HOUR)
    assert door(record(3, announced, before)) == []
    assert [each["UpdatedAt"] for each in imported(account)] == ["2026-11-24T04:00:00.000Z"]


def test_what_a_hub_took_is_remembered_by_finding(door: Door, table: str) -> None:
    kept(table, remembered(), remembered(HERE))
    assert door(record(1, remembered()), record(2, remembered(HERE))) == []
    assert deliveries(table) == {"ca": (True, "")}
    assert deliveries(table, HERE_KEY) == {"ca": (True, "")}


def test_one_refused_finding_is_one_failed_record_and_never_called_delivered(
    account: EmulatedAccount, door: Door, table: str
) -> None:
    force_ssl = remembered(check=CheckId.FORCE_SSL)
    kept(table, remembered(), force_ssl, remembered(HERE))
    account.refuse_findings(
        {f"tlscheck/force-ssl/{KEY}": {"ErrorCode": "InternalException", "ErrorMessage": "try again"}}
    )
    assert door(record(1, remembered()), record(2, force_ssl), record(3, remembered(HERE))) == ["2"]
    assert len(imported(account)) == len(imported(account, "eu-central-1")) == 1
    refused = {"ca": (True, ""), "force-ssl": (False, "InternalException: try again")}
    assert deliveries(table) == refused
    # A later success of another finding in the Region says nothing of this one.
    assert door(record(4, remembered())) == []
    assert deliveries(table) == refused
    (told,) = dynamodb.undelivered(table)
    assert (told.key, told.resource, told.region, told.check) == (KEY, ORDERS, "us-east-1", "force-ssl")
    account.refuse_findings({})
    assert door(record(2, force_ssl)) == []
    assert deliveries(table)["force-ssl"] == (True, "")
    assert dynamodb.undelivered(table) == ()
    assert len(imported(account)) == 2


def test_a_region_without_a_hub_is_no_refusal_and_not_tried_forever(
    account: EmulatedAccount, door: Door, table: str
) -> None:
    kept(table, remembered(), remembered(HERE))
    storage.client_of(account, "securityhub", "eu-central-1").disable_security_hub()
    assert door(record(1, remembered(HERE)), record(2, remembered())) == []
    ((is_delivered, why),) = deliveries(table, HERE_KEY).values()
    assert (is_delivered, why.partition(":")[0]) == (False, "InvalidAccessException")
    assert [each.cause.value for each in dynamodb.undelivered(table)] == ["not-subscribed"]
    assert len(imported(account)) == 1


COUNTED = {"FindingsImported", "FindingsRefused", "RecordsFailed"}
BY_SCP = "User: x is not authorized to perform: securityhub:X with an explicit deny in a service control policy"


def test_what_the_organisation_denies_is_nobodys_failure_and_costs_no_other_region_anything(
    account: EmulatedAccount, door: Door, table: str, queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    """No record comes back, and no queue and no metric of failure fills."""
    kept(table, remembered(), remembered(HERE))
    denied = {"ErrorCode": "AccessDeniedException", "ErrorMessage": BY_SCP}
    account.refuse_findings({f"tlscheck/ca/{HERE_KEY}": denied})
    assert door(record(1, remembered(HERE)), record(2, remembered())) == []
    assert len(imported(account)) == 1
    assert queue.messages() == []
    assert deliveries(table, HERE_KEY) == {"ca": (False, f"AccessDeniedException: {BY_SCP}")}
    assert [each.cause.value for each in dynamodb.undelivered(table)] == ["organisation"]
    (counted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert {name: value for name, value in counted.items() if name in COUNTED} == {"FindingsImported": [1]}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDeniedException", "User: x is not authorized to perform: securityhub:BatchImportFindings"),
        ("InvalidInput", "Finding does not adhere to Amazon Finding Format."),
    ],
)
def test_what_sending_again_does_not_change_lies_in_the_queue_by_its_id_and_reason(  # noqa: PLR0917 - fixtures
    account: EmulatedAccount,
    door: Door,
    table: str,
    queue: Queue,
    capsys: pytest.CaptureFixture[str],
    code: str,
    message: str,
) -> None:
    kept(table, remembered(), remembered(check=CheckId.FORCE_SSL), remembered(HERE))
    refused = {"ErrorCode": code, "ErrorMessage": message}
    account.refuse_findings(dict.fromkeys((f"tlscheck/ca/{KEY}", f"tlscheck/force-ssl/{KEY}"), refused))
    force_ssl = remembered(check=CheckId.FORCE_SSL)
    assert door(record(1, remembered()), record(2, force_ssl), record(3, remembered(HERE))) == []
    assert queue.messages() == [
        {
            "region": "us-east-1",
            "reason": f"{code}: {message}",
            "findings": [
                "tlscheck/ca/aws:111122223333:us-east-1:db-ORDERS",
                "tlscheck/force-ssl/aws:111122223333:us-east-1:db-ORDERS",
            ],
        }
    ]
    assert deliveries(table) == dict.fromkeys(("ca", "force-ssl"), (False, f"{code}: {message}"))
    assert {each.check for each in dynamodb.undelivered(table)} == {"ca", "force-ssl"}
    (counted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    sent = {"FindingsImported": [1], "FindingsRefused": [2]}
    assert {name: value for name, value in counted.items() if name in COUNTED} == sent


def test_where_the_queue_takes_nothing_the_table_still_says_why(
    account: EmulatedAccount, door: Door, table: str, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUE", f"{queue.url}-that-is-not-there")
    importlib.reload(importlib.import_module("deliver"))
    kept(table, remembered())
    account.refuse_findings({"*": {"ErrorCode": "InvalidInput", "ErrorMessage": "no"}})
    assert door(record(1, remembered())) == []
    assert deliveries(table) == {"ca": (False, "InvalidInput: no")}


def test_a_finding_carries_what_was_listed_of_its_database_which_is_read_once(
    account: EmulatedAccount, door: Door, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = database(tags={"team": "payments"}, instance_class="db.r7g.large", publicly_accessible=False)
    assert dynamodb.apply(table, Write(KeptDatabase(KEY, listed, True), None, 1), timedelta(days=90), NOW)
    reads: list[str] = []
    described = dynamodb.described

    def counted(name: str, key: str) -> Any:
        reads.append(key)
        return described(name, key)

    monkeypatch.setattr(dynamodb, "described", counted)
    force_ssl = remembered(check=CheckId.FORCE_SSL)
    assert door(record(1, remembered()), record(2, force_ssl), record(3, remembered(HERE))) == []
    (resource,) = {json.dumps(each["Resources"]) for each in imported(account)}
    (found,) = json.loads(resource)
    assert found["Tags"] == {"team": "payments"}
    assert found["Details"]["AwsRdsDbInstance"]["DBInstanceClass"] == "db.r7g.large"
    # Of the other nothing is remembered: it is sent as it is.
    (elsewhere,) = imported(account, "eu-central-1")
    assert elsewhere["Resources"] == [
        {"Type": "AwsRdsDbInstance", "Id": HERE, "Region": "eu-central-1", "Partition": "aws"}
    ]
    assert sorted(reads) == sorted([KEY, HERE_KEY])


@pytest.mark.parametrize("attribute", [{"document": {"S": "{"}}, {"document": {"N": "3"}}, {}])
def test_a_database_that_cannot_be_read_back_costs_its_finding_the_details_alone(
    account: EmulatedAccount, door: Door, table: str, attribute: dict[str, Any]
) -> None:
    item = {"pk": {"S": KEY}, "sk": {"S": "database"}, **attribute}
    storage.client_of(account, "dynamodb").put_item(TableName=table, Item=item)
    assert door(record(1, remembered())) == []
    ((resource,),) = [each["Resources"] for each in imported(account)]
    assert resource.keys() == {"Type", "Id", "Region", "Partition"}


def test_a_finding_that_is_gone_from_the_table_is_sent_and_not_written(
    account: EmulatedAccount, door: Door, table: str
) -> None:
    assert door(record(1, remembered())) == []
    assert len(imported(account)) == 1
    assert dynamodb.read(table, KEY, NOW).findings == ()


def test_a_delivery_that_cannot_be_remembered_is_a_failed_record(
    account: EmulatedAccount, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE", "no-such-table")
    importlib.reload(importlib.import_module("deliver"))
    assert door(record(1, remembered()), record(2, remembered(HERE))) == ["1", "2"]
    assert len(imported(account)) == 1


def test_a_finding_of_before_is_archived_under_the_id_that_it_had(account: EmulatedAccount, door: Door) -> None:
    """It lies under its ARN and bears no version: whoever adopts it archives it there."""
    old = remembered(resource=ORDERS)
    old = replace(old, finding=replace(old.finding, key=ORDERS))
    gone = replace(old, announced_at=NOW + HOUR, archived_at=NOW + HOUR)

    def of_before(finding: RememberedFinding) -> dict[str, Any]:
        attributes = image(finding, is_due=False) | {"kind": {"S": "finding"}}
        return {name: value for name, value in attributes.items() if name not in {"version", "resource"}}

    assert door(_moved(record(1, of_before(gone)), of_before(old))) == []
    assert [(each["Id"], each["RecordState"]) for each in imported(account)] == [
        (f"tlscheck/ca/{ORDERS}", "ARCHIVED")
    ]


def test_a_poison_record_fails_alone_and_is_logged_without_its_content(
    account: EmulatedAccount, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {name: {"S": "hunter2"} for name in ("pk", "announced_at", "due")} | {"sk": {"S": "finding#ca"}}
    wrong_check = {**image(remembered(reason="hunter2")), "check": {"S": "no-such-check"}}
    assert door(record(1, secret), record(2, remembered()), record(3, wrong_check)) == ["1", "3"]
    assert len(imported(account)) == 1
    logged = [vars(entry) for entry in caplog.records]
    assert [entry["sequence_number"] for entry in logged if "sequence_number" in entry] == ["1", "3"]
    assert "hunter2" not in repr(logged)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("version", {"N": "1e400"}),
        ("version", {"N": "1" * 60}),
        ("version", {"N": "Infinity"}),
        ("pk", {"N": "7"}),
        ("pk", {"N": "NaN"}),
        ("first_observed_at", {"S": "0001-01-01T00:00:00+14:00"}),
        ("resource", {"S": f"arn:aws:rds:evil.example/#:{ACCOUNT}:db:orders"}),
        ("resource", {"S": f"arn:aws:rds::{ACCOUNT}:db:orders"}),
    ],
)
def test_a_record_that_holds_what_no_item_of_ours_does_fails_alone(
    account: EmulatedAccount, door: Door, attribute: str, value: dict[str, str]
) -> None:
    odd = image(remembered(HERE)) | {attribute: value}
    assert door(record(1, odd), record(2, remembered())) == ["1"]
    assert len(imported(account)) == 1


def test_items_of_other_kinds_are_left_alone(account: EmulatedAccount, door: Door) -> None:
    account.take_calls()
    assert door(record(1, {"sk": {"S": "database"}, "due": {"S": "x"}})) == []
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
    # What there is none of is not sent: CloudWatch takes money for each hour in which a metric is.
    assert not counted.keys() & {"RecordsFailed", "FindingsRefused"}


def test_with_security_hub_switched_off_what_is_archived_is_sent_and_nothing_else(
    account: EmulatedAccount, door: Door, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = replace(remembered(), sent=Sent(NOW, Status.FAILED))
    other = replace(remembered(check=CheckId.FORCE_SSL), sent=Sent(NOW, Status.FAILED))
    kept(table, active)
    assert door(record(1, active)) == []
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    importlib.reload(importlib.import_module("deliver"))
    account.take_calls()
    assert door(record(2, other)) == []
    assert account.take_calls() == {}
    ended = replace(active, sent=Sent(NOW + HOUR, Status.FAILED, is_archived=True))
    assert door(record(3, ended, active)) == []
    assert [(each["Id"], each["RecordState"], each["UpdatedAt"]) for each in imported(account)] == [
        (f"tlscheck/ca/{KEY}", "ARCHIVED", "2026-11-24T04:00:00.000Z")
    ]
    (known,) = dynamodb.read(table, KEY, NOW).findings
    assert known.delivered == NOW + HOUR


def test_a_record_without_its_own_form_costs_none_of_the_others(
    account: EmulatedAccount, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[Any] = [{}, None, "text", {"dynamodb": None}, {"dynamodb": {"SequenceNumber": 3}}]
    images: list[Any] = [{}, {"NewImage": "text"}, {"NewImage": {"sk": 3}}, {"NewImage": None}]
    odd = [{"dynamodb": {"SequenceNumber": str(number), **each}} for number, each in enumerate(images)]
    assert door(*wrong, *odd, record(9, remembered())) == ["1", "2", "3"]
    assert len(imported(account)) == 1
    (counted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert counted["RecordsFailed"] == [8.0]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "event: .* is not allowed; allowed: an object with Records, a list"),
        ([], "event: "),
        ("text", "event: 'text'"),
        ({}, "Records: .* is not allowed; allowed: a list"),
        ({"Records": None}, "Records: "),
        ({"Records": {}}, "Records: "),
        ({"Records": [{}]}, r"Records\[0\]: {} is not allowed; allowed: an object with dynamodb"),
        ({"Records": [None, 3]}, r"Records\[0\]: "),
        ({"Records": [{"dynamodb": {}}]}, r"Records\[0\]: "),
    ],
)
def test_an_event_of_another_form_says_what_is_allowed(
    account: EmulatedAccount, door: Door, event: object, said: str
) -> None:
    assert door() == []
    account.take_calls()
    with pytest.raises(BadRequest, match=said):
        importlib.import_module("deliver").handler(event, CONTEXT)
    assert account.take_calls() == {}


def test_no_records_are_nothing_to_do(door: Door) -> None:
    assert door() == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("deliver_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_delivered(account: EmulatedAccount, door: Door, path: Path) -> None:
    assert door(*json.loads(path.read_text())["Records"]) == []
    assert imported(account)
