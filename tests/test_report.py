"""Report, opened with the files of events/ and with the results of sweeps, in an emulated account."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.documents import dump, load, to_document
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.reporting.delivery import Delivery
from tlscheck.reporting.report_schema import SCHEMA
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_key, result_of
from tlscheck.reporting.summary import Summary
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import Edition, Provenance

from tests import storage
from tests.examples import ACCOUNT, NOW, REGION, database, evidence, plaintext_client
from tests.local_aws.emulator.account import EmulatedAccount

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(function_name="report")
SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
PLAN = "sweeps/nightly-1/plan.json"
ORDERS = database()
STUCK = database(identifier="stuck", arn=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:stuck")


class Stage:
    """Report in an account, and a queue that gets what its topic sends."""

    def __init__(self, account: EmulatedAccount, table: str, bucket: str, queue: str) -> None:
        self.account = account
        self.table = table
        self.bucket = bucket
        self._queue = queue
        self._report = importlib.reload(importlib.import_module("report"))

    def put(self, *batches: tuple[Batch, BatchResult | None], sweep: str = "nightly-1") -> None:
        """Puts a plan, its batches, and the results of those that have one."""
        keys = [f"sweeps/{sweep}/batches/{number:04}.json" for number in range(1, len(batches) + 1)]
        for key, (batch, result) in zip(keys, batches, strict=True):
            s3.put(self.bucket, key, dump(batch))
            if result is not None:
                s3.put(self.bucket, result_key(key), dump(result))
        s3.put(self.bucket, f"sweeps/{sweep}/plan.json", dump([{"batch": key} for key in keys]))

    def open(self, event: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._report.handler(
            event or {"plan": PLAN, "sweep": to_document(SWEEP)}, CONTEXT
        )
        json.dumps(answer)
        return answer

    def summary(self, answer: dict[str, Any]) -> Summary:
        text = s3.get(self.bucket, answer["report"])
        assert text is not None
        jsonschema.validate(json.loads(text), SCHEMA)
        return load(Summary, text)

    def messages(self) -> list[dict[str, str]]:
        """What the topic sent since the last time."""
        client = storage.client_of(self.account, "sqs")
        found = client.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(each["Body"]) for each in found]


@pytest.fixture
def stage(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    sns, sqs = storage.client_of(account, "sns"), storage.client_of(account, "sqs")
    topic = sns.create_topic(Name="tlscheck-told")["TopicArn"]
    queue = sqs.create_queue(QueueName="tlscheck-told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    with storage.table(account) as table, storage.bucket(account) as bucket:
        for name, value in {
            "TABLE": table,
            "BUCKET": bucket,
            "TOPIC": topic,
            "POWERTOOLS_SERVICE_NAME": "tlscheck",
            "POWERTOOLS_METRICS_NAMESPACE": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        yield Stage(account, table, bucket, queue)
    sqs.delete_queue(QueueUrl=queue)
    sns.delete_topic(TopicArn=topic)


def row(**changes: Any) -> DatabaseResult:
    known = [plaintext_client()]
    return replace(result_of(judge(evidence(clients=known), (), SWEEP, timedelta(days=90))), **changes)


def batch(*databases: Any) -> Batch:
    return Batch("us-east-1", "vpc-0a1b2c3d", databases)


def test_a_sweep_becomes_a_report_and_one_message(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    answer = stage.open()
    assert answer == {
        "report": "sweeps/nightly-1/report.json",
        "verdicts": {"FIX_DATABASE": 0, "FIX_CLIENTS": 1, "NOT_OBSERVED": 0, "CLEAR": 0},
        "lost_batches": 0,
    }
    summary = stage.summary(answer)
    assert summary.databases == (row(),)
    (message,) = stage.messages()
    assert message["Subject"] == "tlscheck: fix 0 databases, clients of 1; 0 not observed, 0 clear"
    assert f"s3://{stage.bucket}/sweeps/nightly-1/report.json" in message["Message"]
    assert "billing-cron" in message["Message"]


def test_a_report_names_its_schema_the_tlscheck_that_wrote_it_and_those_that_looked(stage: Stage) -> None:
    older, newer = Edition("0.1.9", ()), Edition("0.2.0", (Provenance("aws.pem", 1, "0" * 64, "a test", None),))
    there = (batch(ORDERS), BatchResult((row(probe_version="0.2.0"),), (), probes=(newer,)))
    here = (batch(STUCK), BatchResult((row(identifier="stuck"),), (), probes=(newer, older)))
    stage.put(there, here, (batch(), None))
    answer = stage.open()
    assert stage.summary(answer).probes == (older, newer)
    report = json.loads(s3.get(stage.bucket, answer["report"]) or "")
    assert report["schema"] == "tlscheck.report.v1"
    assert report["tlscheck"]["version"] == "0.2.0"
    assert [each["bundle"] for each in report["tlscheck"]["roots"]] == ["aws.pem", "proxy.pem"]
    assert {each["identifier"]: each["probe_version"] for each in report["databases"]} == {
        "orders-prod": "0.2.0",
        "stuck": None,
    }


def test_the_result_of_a_batch_that_the_version_before_observed_is_reported(stage: Stage) -> None:
    """A stack may be upgraded in the middle of a sweep."""
    written = to_document(BatchResult((row(),), ()))
    del written["probes"]
    del written["databases"][0]["probe_version"]
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    s3.put(stage.bucket, "sweeps/nightly-1/results/0001.json", json.dumps(written))
    assert stage.summary(stage.open()).databases == (row(),)


def test_a_batch_that_failed_leaves_its_databases_not_observed(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())), (batch(STUCK), None))
    summary = stage.summary(stage.open())
    assert summary.lost_batches == ("sweeps/nightly-1/batches/0002.json",)
    (stuck,) = (each for each in summary.databases if each.identifier == "stuck")
    assert stuck.verdict is Verdict.NOT_OBSERVED


def test_a_sweep_without_databases_is_reported_too(stage: Stage) -> None:
    stage.put()
    answer = stage.open()
    assert sum(answer["verdicts"].values()) == 0
    assert len(stage.messages()) == 1


def test_a_sample_without_news_sends_nothing(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(changed=()),), ())))
    stage.open({"plan": PLAN, "sweep": to_document(replace(SWEEP, depth=Depth.SAMPLE))})
    assert stage.messages() == []


def test_a_hub_that_refused_findings_is_named(stage: Stage) -> None:
    refused = Delivery(REGION, "us-east-1", "AccessDeniedException: not authorized", NOW)
    dynamodb.put_refused_delivery(stage.table, refused)
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    assert stage.summary(stage.open()).refused_deliveries == (refused,)
    (message,) = stage.messages()
    assert "us-east-1: Security Hub refused findings (AccessDeniedException: not authorized)" in message["Message"]


def test_the_same_sweep_reported_twice_is_the_same_report(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    first = stage.summary(stage.open())
    assert stage.summary(stage.open()) == first


def test_verdicts_are_counted_as_metrics(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    stage.open()
    (counted,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert counted["DatabasesFixClients"] == [1.0]
    assert counted["DatabasesClear"] == [0.0]
    assert counted["BatchesLost"] == [0.0]
    assert counted["FullSweeps"] == [1.0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plan": "sweeps/nightly-9/plan.json"}, "plan"),
        ({"plan": "plan.json"}, "plan"),
        ({"sweep": None}, "sweep"),
        ({"bucket": "another"}, "bucket"),
    ],
)
def test_a_wrong_event_names_its_field_and_changes_nothing(
    stage: Stage, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadRequest, match=field):
        stage.open({"plan": PLAN, "sweep": to_document(SWEEP)} | change)
    assert stage.messages() == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("report_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_reported(stage: Stage, path: Path) -> None:
    event = json.loads(path.read_text())
    stage.put((batch(ORDERS), BatchResult((row(),), ())), sweep=event["sweep"]["id"])
    assert stage.open(event)["report"] == f"sweeps/{event['sweep']['id']}/report.json"
