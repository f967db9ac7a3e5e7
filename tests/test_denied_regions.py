"""A full sweep over three Regions, of which the organisation denies two: what it says, sends and leaves behind.

Each door is opened after the other as the state machine and the stream do, in an emulated account. Modelled: that
a service control policy answers as its stand-in here does, with the words that public reports show.
"""

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import security_hub

from tests import storage
from tests.answers import instance
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD, DENIED = "us-east-1", ("eu-central-1", "eu-west-1")
CONTEXT = SimpleNamespace(
    aws_request_id="7d6a3c52-0000-4000-8000-000000000000",
    invoked_function_arn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tlscheck-Discover",
)
WHO = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/tlscheck/tlscheck is not authorized to perform: "
BY_SCP = WHO + "x:Y with an explicit deny in a service control policy"
CALLS = ("DescribeCertificates", "DescribeDBInstances", "DescribeDBClusters", "DescribeDBProxies")
LINE = (
    "2 Regions are denied by the organisation (service control policy): eu-central-1, eu-west-1. To hear no more "
    "of it, name the others in the parameter Regions."
)


class Account:
    """The emulated account, and the doors as its state machine and its stream open them."""

    def __init__(self, emulated: EmulatedAccount, table: str, queues: dict[str, str]) -> None:
        self.emulated = emulated
        self._table = table
        self._queues = queues
        self._due: dict[tuple[str, str], str] = {}

    def sweep(self, name: str, monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[str]:
        """A full sweep; the records that Lambda is to hand over again."""
        monkeypatch.setattr(clock, "now", lambda: at)
        sweep = {"id": name, "started_at": at.isoformat()}
        planned = self._open("discover", {"sweep": sweep, "request": {}})
        for each in json.loads(self._read(planned["bucket"], planned["plan"])):
            self._open("observe", {"batch": each["batch"], "sweep": planned["sweep"]})
        again = self._open("deliver", {"Records": self._records()})["batchItemFailures"]
        self._open("report", {"plan": planned["plan"], "sweep": planned["sweep"]})
        return [each["itemIdentifier"] for each in again]

    def told(self, queue: str) -> list[Any]:
        """What lies in a queue since the last time."""
        client = storage.client_of(self.emulated, "sqs")
        found = client.receive_message(QueueUrl=self._queues[queue], MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(each["Body"]) for each in found]

    def items(self, region: str) -> list[dict[str, Any]]:
        """What is remembered of a Region as a whole."""
        return [each for each in self._items() if each["pk"]["S"].endswith(f":{region}:{ACCOUNT}:region")]

    def held(self, region: str) -> list[dict[str, Any]]:
        """The findings that a Region's hub holds."""
        hub = storage.client_of(self.emulated, "securityhub", region)
        return [each for page in hub.get_paginator("get_findings").paginate() for each in page["Findings"]]

    def _open(self, door: str, event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = importlib.reload(importlib.import_module(door)).handler(event, CONTEXT)
        return answer

    def _read(self, bucket: str, key: str) -> str:
        body = storage.client_of(self.emulated, "s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return str(body.decode())

    def _items(self) -> list[dict[str, Any]]:
        scanned = storage.client_of(self.emulated, "dynamodb").scan(TableName=self._table)["Items"]
        return list(scanned)

    def _records(self) -> list[dict[str, Any]]:
        """Of the items that were sent since the last time: what passes the stream's filter."""
        records = []
        for number, item in enumerate(self._items(), 1):
            place, due = (item["pk"]["S"], item["sk"]["S"]), item.get("due", {}).get("S")
            if due and self._due.get(place) != due:
                self._due[place] = due
                images = {"SequenceNumber": str(number), "NewImage": item}
                records.append({"eventName": "MODIFY", "dynamodb": images})
        return records


def deny(account: EmulatedAccount) -> None:
    """The organisation's policy, from now on."""
    fault = {"code": "AccessDenied", "message": BY_SCP, "status": 403}
    denied = {region: {"Faults": dict.fromkeys(CALLS, fault)} for region in DENIED}
    account.set_rds({GOOD: {"DBInstances": [_listed(GOOD)]}, **denied})
    account.deny_hubs({region: {"Code": "AccessDeniedException", "Message": BY_SCP} for region in DENIED})


def _listed(region: str) -> Any:
    found = instance(group="default.postgres14", EngineVersion="14.18", TagList=[{"Key": "team", "Value": "pay"}])
    text = json.dumps(found, default=datetime.isoformat)
    return json.loads(text.replace("eu-central-1", region).replace("123456789012", ACCOUNT))


@pytest.fixture
def of_three(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    sns, sqs = storage.client_of(account, "sns"), storage.client_of(account, "sqs")
    for region in (GOOD, *DENIED):
        storage.empty_hub(account, region)
    topic = sns.create_topic(Name="tlscheck-denied")["TopicArn"]
    queues = {name: sqs.create_queue(QueueName=f"tlscheck-denied-{name}")["QueueUrl"] for name in ("mail", "dead")}
    arn = sqs.get_queue_attributes(QueueUrl=queues["mail"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    with storage.table(account) as table, storage.bucket(account) as bucket:
        for name, value in {
            "TABLE": table,
            "BUCKET": bucket,
            "TOPIC": topic,
            "QUEUE": queues["dead"],
            "REGIONS": ",".join((GOOD, *DENIED)),
            "EVIDENCE_DAYS": "35",
            "CLIENT_MEMORY_DAYS": "90",
            "DATABASE_USER": "tlscheck",
            "DEFAULT_PROBE": "",
            "SECURITY_HUB": "ENABLED",
            "STATE_MACHINE": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:tlscheck-Sweep",
            "MAX_CONCURRENCY": "10",
            "BATCH_SIZE": "25",
            "SAMPLE_BATCH_SIZE": "100",
            "POWERTOOLS_SERVICE_NAME": "tlscheck",
            "POWERTOOLS_METRICS_NAMESPACE": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(security_hub, "FIRST_PAUSE", 0.01)
        yield Account(account, table, queues)
    account.deny_hubs({})
    for url in queues.values():
        sqs.delete_queue(QueueUrl=url)
    sns.delete_topic(TopicArn=topic)


@pytest.mark.parametrize("publish", ["FAILURES", "EVERYTHING"])
def test_regions_that_the_organisation_denies_are_one_line_and_cost_the_others_nothing(
    of_three: Account, monkeypatch: pytest.MonkeyPatch, publish: str
) -> None:
    """No record comes back, no queue fills, a month later neither; what is found elsewhere arrives."""
    monkeypatch.setenv("PUBLISH", publish)
    deny(of_three.emulated)
    of_three.emulated.take_calls()
    assert of_three.sweep("nightly-1", monkeypatch, NOW) == []
    calls = of_three.emulated.take_calls()
    assert of_three.told("dead") == []
    (mail,) = of_three.told("mail")
    about = [line for line in mail["Message"].split("\n") if any(region in line for region in DENIED)]
    assert about == [LINE]
    # Each call once, and no finding sent where none may arrive.
    once = {f"rds:{call}": 1 for call in CALLS} | {"securityhub:DescribeHub": 1}
    assert {region: calls[region] for region in DENIED} == dict.fromkeys(DENIED, once)
    assert [of_three.items(region) for region in DENIED] == [[], []]
    held = of_three.held(GOOD)
    assert any(each["Compliance"]["Status"] == "FAILED" for each in held)
    of_a_database = [each["Resources"][0] for each in held if "AwsRdsDbInstance" in json.dumps(each["Resources"])]
    assert of_a_database
    assert all(each["Tags"] == {"team": "pay"} and each["Details"] for each in of_a_database)
    for day in (1, 7, 31):
        assert of_three.sweep(f"nightly-{day + 1}", monkeypatch, NOW + day * DAY) == []
    assert of_three.told("dead") == []
    assert [of_three.items(region) for region in DENIED] == [[], []]


def test_findings_are_not_sent_to_a_hub_alone_that_is_denied_and_are_once_it_is_not(
    of_three: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISH", "FAILURES")
    region = DENIED[0]
    of_three.emulated.set_rds({region: {"DBInstances": [_listed(region)]}})
    of_three.emulated.deny_hubs({region: {"Code": "AccessDeniedException", "Message": BY_SCP}})
    of_three.emulated.take_calls()
    for day in (0, 1, 31):
        assert of_three.sweep(f"nightly-{day}", monkeypatch, NOW + day * DAY) == []
    asked = of_three.emulated.take_calls()[region]
    assert {call: count for call, count in asked.items() if call.startswith("securityhub:")} == {
        "securityhub:DescribeHub": 3
    }
    (line,) = {
        line for mail in of_three.told("mail") for line in mail["Message"].split("\n") if "Security Hub" in line
    }
    assert line == (
        "Security Hub CSPM of 1 Region is denied by the organisation (service control policy), so that nothing is "
        "sent there: eu-central-1"
    )
    assert of_three.told("dead") == []
    of_three.emulated.deny_hubs({})
    assert of_three.held(region) == []
    of_three.sweep("nightly-40", monkeypatch, NOW + 40 * DAY)
    assert {each["Compliance"]["Status"] for each in of_three.held(region)} & {"FAILED", "WARNING"}


def test_a_database_of_a_region_that_is_denied_later_is_told_and_its_findings_come_back_nowhere(
    of_three: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISH", "EVERYTHING")
    region = DENIED[0]
    of_three.emulated.set_rds({GOOD: {}, region: {"DBInstances": [_listed(region)]}, DENIED[1]: {}})
    assert of_three.sweep("nightly-1", monkeypatch, NOW) == []
    assert of_three.held(region)
    deny(of_three.emulated)
    of_three.told("mail")
    assert of_three.sweep("nightly-2", monkeypatch, NOW + DAY) == []
    assert of_three.told("dead") == []
    (mail,) = of_three.told("mail")
    lines = mail["Message"].split("\n")
    assert LINE in lines
    assert any(
        line.startswith("  It was not judged in this sweep: its Region was not listed whole") for line in lines
    )
    of_three.emulated.deny_hubs({})
    assert of_three.held(region)
