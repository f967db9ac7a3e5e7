"""Report, opened with the files of events/ and with the results of sweeps, in an emulated account."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from botocore.exceptions import ClientError
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.documents import dump, load, to_document
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep, sweep_key
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.overlap import SkippedSample, SkippedSamples
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.report_schema import SCHEMA
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_key, result_of
from tlscheck.reporting.summary import LostBatch, Summary
from tlscheck.verdict.remembered import KeptDatabase
from tlscheck.verdict.steps import Write
from tlscheck.version import Edition, Provenance
from tlscheck.wire.sight import Sight

from tests import storage
from tests.examples import ACCOUNT, NOW, REGION, database
from tests.judged import KEY, client, finding, judged
from tests.local_aws.emulator.account import EmulatedAccount

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
PLAN = "sweeps/nightly-1/plan.json"
ORDERS = database()
STUCK = database(identifier="stuck", arn=f"arn:aws:rds:us-east-1:{ACCOUNT}:db:stuck", resource_id="db-STUCK")


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the door counted, in at most one line."""
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert len(counted) <= 1
    return counted[0] if counted else {}


class Stage:
    """Report in an account, and a queue that gets what its topic sends."""

    def __init__(self, account: EmulatedAccount, table: str, bucket: str, queue: str) -> None:
        self.account = account
        self.table = table
        self.bucket = bucket
        self._queue = queue
        self._report = importlib.reload(importlib.import_module("report"))

    def anew(self) -> "Stage":
        """The same, with the door opened in the environment that it has now."""
        return Stage(self.account, self.table, self.bucket, self._queue)

    def put(self, *batches: tuple[Batch, BatchResult | None], plan: Plan = Plan(SWEEP)) -> None:  # noqa: B008 - frozen
        """Puts a plan, its batches, and the results of those that have one."""
        sweep = plan.sweep.id
        keys = [f"sweeps/{sweep}/batches/{number:04}.json" for number in range(1, len(batches) + 1)]
        s3.put(self.bucket, sweep_key(f"sweeps/{sweep}/plan.json"), dump(plan))
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

    def keep(self, *nouns: Any) -> None:
        for number, noun in enumerate(nouns):
            assert dynamodb.apply(self.table, Write(noun, None, number + 1), timedelta(days=90), NOW)

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
            "EVIDENCE_DAYS": "35",
            "POWERTOOLS_SERVICE_NAME": "tlscheck-eu",
            "POWERTOOLS_METRICS_NAMESPACE": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        yield Stage(account, table, bucket, queue)
    sqs.delete_queue(QueueUrl=queue)
    sns.delete_topic(TopicArn=topic)


def row(**changes: Any) -> DatabaseResult:
    known = [client("billing-cron", plaintext=NOW)]
    told = result_of(judged(clients=known, findings=[finding()], verdict="FIX_CLIENTS", verdict_told=True))
    return replace(told, **{"reason": "billing-cron comes without TLS."} | changes)


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
    assert report["schema"] == "tlscheck.report.v5"
    assert report["tlscheck"]["version"] == "0.7.0"
    assert [each["bundle"] for each in report["tlscheck"]["roots"]] == ["aws.pem", "proxy.pem"]
    assert {each["identifier"]: each["probe_version"] for each in report["databases"]} == {
        "orders-prod": "0.2.0",
        "stuck": None,
    }


ONE, TWO = "sweeps/nightly-1/batches/0001.json", "sweeps/nightly-1/batches/0002.json"
NO_ERROR = "no error was left (time-out or abort)"


def test_a_batch_without_a_result_shows_what_the_table_still_knows(stage: Stage) -> None:
    kept = KeptDatabase(KEY, ORDERS, is_listed=True, verdict="FIX_DATABASE", verdict_reason="Its CA is retired.")
    lately = client("billing-cron", plaintext=datetime.now(tz=NOW.tzinfo) - timedelta(hours=2))
    stage.keep(kept, lately, finding(observed_at=datetime.now(tz=NOW.tzinfo) - timedelta(hours=2)))
    stage.put((batch(ORDERS), None), (batch(STUCK), None))
    summary = stage.summary(stage.open())
    assert summary.lost_batches == (LostBatch(ONE, NO_ERROR), LostBatch(TWO, NO_ERROR))
    orders, stuck = summary.databases
    assert (orders.verdict, orders.error, orders.plaintext_clients) == ("FIX_DATABASE", NO_ERROR, 1)
    assert [each.check for each in orders.findings] == ["ca"]
    assert [each.application for each in orders.clients] == ["billing-cron"]
    assert (stuck.verdict, stuck.tls_clients, stuck.plaintext_clients) == ("NOT_OBSERVED", None, None)
    (message,) = stage.messages()
    assert f"2 of the sweep's batches failed: {NO_ERROR}" in message["Message"]


def test_a_result_of_an_earlier_sweep_of_the_same_name_is_none_of_this_one(stage: Stage) -> None:
    """After 90 days a name of an execution may be given again, and results are kept for 400."""
    ours = BatchResult((row(),), (), sweep_started_at=NOW)
    stage.put((batch(ORDERS), replace(ours, sweep_started_at=NOW - timedelta(days=91))), (batch(ORDERS), ours))
    assert stage.summary(stage.open()).lost_batches == (LostBatch(ONE, NO_ERROR),)


def test_a_lost_batch_says_the_error_that_observe_left(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(error="ClientError: no"),), (), lost="ClientError: no")))
    assert stage.summary(stage.open()).lost_batches == (LostBatch(ONE, "ClientError: no"),)


def test_regions_whose_listing_was_lost_are_counted_and_named(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    listings = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 1),))
    stage.put((batch(ORDERS), BatchResult((row(),), ())), (listings, None))
    summary = stage.summary(stage.open())
    assert [(each.region, each.check) for each in summary.listings] == [("us-east-1", "not-observed")]
    counted = metrics(capsys)
    assert (counted["RegionsNotListed"], counted["BatchesLost"], counted["FullSweeps"]) == ([1.0], [1.0], [1.0])
    (message,) = stage.messages()
    assert "us-east-1: What this sweep listed of the Region was not judged" in message["Message"]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "no JSON", "[" * 100_000, '{"databases": [], "listings": [{"check": []}], "vanished": []}'],
)
def test_a_result_that_cannot_be_read_costs_its_batch_a_reason(stage: Stage, text: str) -> None:
    stage.put((batch(ORDERS), None), (batch(STUCK), BatchResult((row(identifier="stuck"),), ())))
    s3.put(stage.bucket, result_key(ONE), text)
    summary = stage.summary(stage.open())
    assert {each.identifier: bool(each.error) for each in summary.databases} == {
        "orders-prod": True,
        "stuck": False,
    }
    (lost,) = summary.lost_batches
    assert lost.error.startswith("its result could not be read (")


def test_an_object_that_is_not_handed_out_costs_its_batch_a_reason(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = s3.get

    def denied(bucket: str, key: str) -> str | None:
        if key == result_key(ONE):
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")
        return get(bucket, key)

    stage.put((batch(ORDERS), None), (batch(STUCK), BatchResult((row(identifier="stuck"),), ())))
    monkeypatch.setattr(s3, "get", denied)
    summary = stage.summary(stage.open())
    assert summary.lost_batches == (LostBatch(ONE, "its result could not be read (AccessDenied: no)"),)
    assert {each.identifier: bool(each.error) for each in summary.databases} == {
        "orders-prod": True,
        "stuck": False,
    }


def test_a_row_that_cannot_be_read_is_its_databases_reason_alone(stage: Stage) -> None:
    stuck = row(key=STUCK.key, identifier="stuck")
    stage.put((batch(ORDERS, STUCK), None))
    left = to_document(BatchResult((row(), stuck), ()))
    left["databases"][0]["kind"] = "galaxy"
    s3.put(stage.bucket, result_key(ONE), json.dumps(left))
    summary = stage.summary(stage.open())
    assert summary.lost_batches == ()
    errors = {each.identifier: each.error for each in summary.databases}
    assert errors["stuck"] == ""
    assert errors["orders-prod"].startswith("its result could not be read (")
    assert "kind" in errors["orders-prod"]


@pytest.mark.parametrize("text", [None, "no JSON"])
def test_a_batch_that_cannot_be_read_is_a_gap_of_the_report(stage: Stage, text: str | None) -> None:
    stage.put((batch(ORDERS), None), (batch(STUCK), BatchResult((row(identifier="stuck"),), ())))
    if text is None:
        storage.client_of(stage.account, "s3").delete_object(Bucket=stage.bucket, Key=ONE)
    else:
        s3.put(stage.bucket, ONE, text)
    summary = stage.summary(stage.open())
    assert [each.identifier for each in summary.databases] == ["stuck"]
    assert [each.batch for each in summary.lost_batches] == [ONE]
    assert [each.operation for each in summary.gaps] == [ONE]


def test_a_table_that_cannot_be_asked_costs_reasons_and_not_the_report(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE", "no-such-table")
    blind = stage.anew()
    stage.put((batch(ORDERS), None), (batch(STUCK), BatchResult((row(identifier="stuck"),), ())))
    summary = blind.summary(blind.open())
    assert [each.operation for each in summary.gaps] == ["dynamodb:Query"]
    (orders,) = (each for each in summary.databases if each.identifier == "orders-prod")
    assert "ResourceNotFoundException" in orders.reason


def test_what_discover_could_not_read_is_told(stage: Stage) -> None:
    stage.put(plan=Plan(SWEEP, (Gap("arn:old", "no trait of this version"),)))
    assert stage.summary(stage.open()).gaps == (Gap("arn:old", "no trait of this version"),)


def test_a_notification_that_fails_does_not_fail_the_sweep(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOPIC", f"arn:aws:sns:us-east-1:{ACCOUNT}:no-such-topic")
    mute = stage.anew()
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    assert mute.summary(mute.open()).databases == (row(),)
    counted = metrics(capsys)
    assert (counted["NotificationsFailed"], counted["FullSweeps"]) == ([1.0], [1.0])


@pytest.mark.parametrize(
    ("sweep", "result", "full"),
    [
        (SWEEP, BatchResult((row(),), ()), [1.0]),
        (replace(SWEEP, narrow=True), BatchResult((row(),), ()), None),
        (replace(SWEEP, depth=Depth.SAMPLE), BatchResult((row(),), ()), None),
        (SWEEP, None, None),
    ],
)
def test_only_a_full_sweep_that_observed_something_is_counted_as_one(
    stage: Stage, capsys: pytest.CaptureFixture[str], sweep: Sweep, result: BatchResult | None, full: Any
) -> None:
    stage.put((batch(ORDERS), result), plan=Plan(sweep))
    stage.open({"plan": PLAN, "sweep": to_document(replace(sweep, narrow=False))})
    # No 0 is sent either: an alarm waits for a full sweep, and what is sent would keep it quiet.
    assert metrics(capsys).get("FullSweeps") == full


def test_a_sweep_without_databases_is_reported_too(stage: Stage) -> None:
    stage.put()
    answer = stage.open()
    assert sum(answer["verdicts"].values()) == 0
    assert len(stage.messages()) == 1


def test_a_sample_without_news_sends_nothing(stage: Stage) -> None:
    sample = replace(SWEEP, depth=Depth.SAMPLE)
    stage.put((batch(ORDERS), BatchResult((row(verdict_announced=False),), ())), plan=Plan(sample))
    stage.open({"plan": PLAN, "sweep": to_document(sample)})
    assert stage.messages() == []


def test_a_finding_that_a_hub_refused_is_named_and_a_region_without_one_said_once(stage: Stage) -> None:
    stage.keep(finding())
    dynamodb.refused(stage.table, KEY, "ca", Gap("", "AccessDeniedException: not authorized"), NOW)
    stage.put((batch(ORDERS), BatchResult((row(),), (), hubs={"us-east-1": Hub(NOW), "eu-west-1": Hub(None)})))
    summary = stage.summary(stage.open())
    (refused,) = summary.undelivered
    assert (refused.key, refused.check, refused.reason, refused.at) == (
        KEY,
        "ca",
        "AccessDeniedException: not authorized",
        NOW,
    )
    assert summary.without_hub == ("eu-west-1",)
    (message,) = stage.messages()
    assert (
        "us-east-1: Security Hub CSPM refused 1 finding (AccessDeniedException: not authorized)\n"
        "Without Security Hub CSPM, so that nothing is sent there: eu-west-1\n"
    ) in message["Message"]


def test_the_same_sweep_reported_twice_is_the_same_report(stage: Stage) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    first = stage.summary(stage.open())
    assert stage.summary(stage.open()) == first


def test_verdicts_are_counted_as_metrics(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), (), sights={Sight.SEEN: 1})))
    stage.open()
    counted = metrics(capsys)
    assert counted["DatabasesFixClients"] == [1.0]
    assert counted["DatabasesClear"] == [0.0]
    assert counted["FullSweeps"] == counted["Looks"] == [1.0]
    assert not counted.keys() & {"BatchesLost", "NotificationsFailed"}
    (form,) = counted["_aws"]["CloudWatchMetrics"]
    assert (form["Namespace"], form["Dimensions"], counted["service"]) == (
        "tlscheck",
        [["service"]],
        "tlscheck-eu",
    )


def test_each_line_of_its_log_bears_the_sweep_and_the_request(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOPIC", f"arn:aws:sns:us-east-1:{ACCOUNT}:no-such-topic")
    # A logger of its own: one of a name that was used before writes to where the test before looked.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck-logged")
    mute = stage.anew()
    mute.put((batch(ORDERS), BatchResult((row(),), ())))
    mute.open()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"level"' in line]
    assert [(each["level"], each["message"]) for each in lines] == [("ERROR", "not told")]
    assert (lines[0]["sweep"], lines[0]["requestId"]) == ("nightly-1", "7d6a3c52-0000-4000-8000-000000000000")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sweep": to_document(replace(SWEEP, started_at=NOW - timedelta(days=1)))}, r"sweep\.started_at"),
        ({"sweep": to_document(replace(SWEEP, depth=Depth.SAMPLE))}, r"sweep\.depth"),
        ({"sweep": to_document(replace(SWEEP, id="nightly-2"))}, r"sweep\.id"),
        ({"plan": "sweeps/nightly-9/plan.json"}, "plan"),
        ({"plan": "plan.json"}, "plan"),
        ({"sweep": None}, "sweep"),
        ({"bucket": "another"}, "bucket"),
    ],
)
def test_a_wrong_event_names_its_field_and_changes_nothing(
    stage: Stage, change: dict[str, Any], field: str
) -> None:
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    with pytest.raises(BadRequest, match=field):
        stage.open({"plan": PLAN, "sweep": to_document(SWEEP)} | change)
    assert s3.get(stage.bucket, "sweeps/nightly-1/report.json") is None
    assert stage.messages() == []


def test_a_sweep_of_which_discover_left_no_plan_is_refused(stage: Stage) -> None:
    s3.put(stage.bucket, PLAN, "[]")
    with pytest.raises(BadRequest, match=r"sweep\.id: 'nightly-1' .* has no sweeps/nightly-1/sweep\.json"):
        stage.open()


@pytest.mark.parametrize("path", sorted(EVENTS.glob("report_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_reported(stage: Stage, path: Path) -> None:
    event = json.loads(path.read_text())
    told = event["sweep"]
    sweep = Sweep(told["id"], datetime.fromisoformat(told["started_at"]), Depth(told["depth"]))
    stage.put((batch(ORDERS), BatchResult((row(),), ())), plan=Plan(sweep))
    assert stage.open(event)["report"] == f"sweeps/{event['sweep']['id']}/report.json"


OVERLAP, UNDER_WAY = "an earlier sample was still under way", "a full sweep was under way"


def test_a_full_report_says_how_many_samples_were_skipped_before_it_and_each_once(stage: Stage) -> None:
    for number, reason in enumerate([OVERLAP, UNDER_WAY, OVERLAP]):
        sample = SkippedSample(f"sample-{number}", NOW + timedelta(minutes=15 * number), reason)
        dynamodb.skip(stage.table, sample)
        dynamodb.skip(stage.table, sample)  # Discover may say so twice
    told = (
        SkippedSamples(OVERLAP, 2, NOW, NOW + timedelta(minutes=30)),
        SkippedSamples(UNDER_WAY, 1, NOW + timedelta(minutes=15), NOW + timedelta(minutes=15)),
    )
    # A narrow sweep tells nothing, and takes nothing away.
    stage.put((batch(ORDERS), BatchResult((row(),), ())), plan=Plan(replace(SWEEP, narrow=True)))
    assert stage.summary(stage.open()).skipped_samples == ()
    stage.messages()
    stage.put((batch(ORDERS), BatchResult((row(),), ())))
    assert stage.summary(stage.open()).skipped_samples == told
    (message,) = stage.messages()
    line = f"Since the full sweep before, 3 samples looked at nothing: {OVERLAP} (2); {UNDER_WAY} (1)"
    assert line in message["Message"].splitlines()
    # Written again it says the same; the next one says what came since.
    assert stage.summary(stage.open()).skipped_samples == told
    dynamodb.skip(stage.table, SkippedSample("sample-3", NOW + timedelta(hours=1), UNDER_WAY))
    later = replace(SWEEP, id="nightly-2")
    stage.put((batch(ORDERS), BatchResult((row(),), ())), plan=Plan(later))
    stage.messages()
    answer = stage.open({"plan": "sweeps/nightly-2/plan.json", "sweep": to_document(later)})
    at = NOW + timedelta(hours=1)
    assert stage.summary(answer).skipped_samples == (SkippedSamples(UNDER_WAY, 1, at, at),)


def test_a_skipped_sample_is_forgotten_after_35_days(stage: Stage) -> None:
    dynamodb.skip(stage.table, SkippedSample("sample-1", NOW, OVERLAP))
    (item,) = storage.client_of(stage.account, "dynamodb").scan(TableName=stage.table)["Items"]
    assert int(item["expires_at"]["N"]) == int((NOW + timedelta(days=35)).timestamp())


def test_of_a_samples_child_that_was_cut_off_the_batch_is_lost_and_told(stage: Stage) -> None:
    """Modelled: AWS ends an Express execution after 300 seconds, and no Catch of it runs; so no result is left."""
    sample = replace(SWEEP, id="hourly-1", depth=Depth.SAMPLE)
    keys = [f"samples/hourly-1/batches/{number:04}.json" for number in (1, 2)]
    s3.put(stage.bucket, "samples/hourly-1/sweep.json", dump(Plan(sample)))
    s3.put(stage.bucket, "samples/hourly-1/plan.json", dump([{"batch": key} for key in keys]))
    for key, each in zip(keys, (ORDERS, STUCK), strict=True):
        s3.put(stage.bucket, key, dump(batch(each)))
    s3.put(stage.bucket, "samples/hourly-1/results/0001.json", dump(BatchResult((row(),), ())))
    answer = stage.open({"plan": "samples/hourly-1/plan.json", "sweep": to_document(sample)})
    assert (answer["report"], answer["lost_batches"]) == ("samples/hourly-1/report.json", 1)
    summary = stage.summary(answer)
    assert summary.lost_batches == (LostBatch(keys[1], NO_ERROR),)
    assert [each.error for each in summary.databases if each.arn == STUCK.arn] == [NO_ERROR]
