"""`{"retire": true}`: what a stack left in Security Hub is archived there, and nothing else changes."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.documents import load
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult, result_key
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding, Sent
from tlscheck.verdict.remembered import KeptDatabase
from tlscheck.verdict.steps import Write

from tests import storage
from tests.examples import ACCOUNT, NOW, database
from tests.local_aws.emulator.account import EmulatedAccount

DAY = timedelta(days=1)
MEMORY = 400 * DAY
SWEEP = {"id": "retire-1", "started_at": "2025-01-01T03:00:00Z"}
REGION = f"arn:aws:rds:us-east-1:{ACCOUNT}:region"
HERE = database()
GONE = database(arn=f"arn:aws:rds:eu-central-1:{ACCOUNT}:db:old", resource_id="db-OLD", region="eu-central-1")
UNREAD = "aws:111122223333:us-east-1:db-UNREAD"


def finding(key: str, check: CheckId, status: Status, sent: Sent | None, **changes: Any) -> RememberedFinding:
    of = Finding(key, key if key.startswith("arn:") else HERE.arn, "us-east-1", check, status, "because", "")
    return RememberedFinding(of, NOW - DAY, NOW - DAY, NOW - DAY, NOW - DAY, sent=sent, **changes)


BEFORE = NOW - DAY
FAILED = Sent(BEFORE, Status.FAILED, was_failed=True)
ENDED = Sent(BEFORE, Status.FAILED, is_archived=True)
REMEMBERED = [
    finding(HERE.key, CheckId.CA, Status.FAILED, FAILED),
    finding(HERE.key, CheckId.FORCE_SSL, Status.PASSED, replace(FAILED, status=Status.PASSED)),
    finding(HERE.key, CheckId.ROTATION, Status.PASSED, None),
    finding(HERE.key, CheckId.PLAINTEXT_CLIENTS, Status.INFORMATIONAL, ENDED),
    # Its archive was refused when it went.
    finding(GONE.key, CheckId.CA, Status.FAILED, ENDED, archived_at=BEFORE),
    # And this one's, when nobody could send it.
    finding(GONE.key, CheckId.FORCE_SSL, Status.FAILED, ENDED, archived_at=BEFORE),
    finding(REGION, CheckId.TRUST_STORE, Status.FAILED, FAILED),
]


class Stack:
    """Discover and Observe on one table and bucket."""

    def __init__(self, account: EmulatedAccount, table: str, bucket: str) -> None:
        self.account, self.table, self.bucket = account, table, bucket

    def discover(self, sweep: dict[str, str] | None = None) -> dict[str, Any]:
        discover = importlib.reload(importlib.import_module("discover"))
        context = SimpleNamespace(
            function_name="discover",
            aws_request_id="r",
            invoked_function_arn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:discover",
        )
        event = {"request": {"retire": True}} | ({"sweep": sweep} if sweep else {})
        answer: dict[str, Any] = json.loads(json.dumps(discover.handler(event, context)))
        return answer

    def observe(self, sweep: dict[str, Any], batch: str) -> BatchResult:
        observe = importlib.reload(importlib.import_module("observe"))
        observe.handler(
            {"batch": batch, "sweep": sweep}, SimpleNamespace(function_name="observe", aws_request_id="r")
        )
        text = s3.get(self.bucket, result_key(batch))
        assert text is not None
        return load(BatchResult, text)

    def retire(self, name: str = "retire-1") -> list[BatchResult]:
        """All of it, as the state machine does it."""
        answer = self.discover({**SWEEP, "id": name})
        text = s3.get(self.bucket, answer["plan"])
        assert text is not None
        return [self.observe(answer["sweep"], each["batch"]) for each in json.loads(text)]

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        found = storage.client_of(self.account, "dynamodb").scan(TableName=self.table)["Items"]
        return {(each["pk"]["S"], each["sk"]["S"]): each for each in found}


@pytest.fixture
def stack(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    account.set_rds({"us-east-1": {}, "eu-central-1": {}})
    with storage.table(account) as table, storage.bucket(account) as bucket:
        for name, value in {
            "TABLE": table,
            "BUCKET": bucket,
            "REGIONS": "",
            "EVIDENCE_DAYS": "35",
            "CLIENT_MEMORY_DAYS": "400",
            "DATABASE_USER": "tlscheck",
            "SECURITY_HUB": "DISABLED",
            "STATE_MACHINE": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:tlscheck-Sweep",
            "MAX_CONCURRENCY": "10",
            "BATCH_SIZE": "25",
            "SAMPLE_BATCH_SIZE": "100",
            "POWERTOOLS_SERVICE_NAME": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(clock, "now", lambda: NOW)
        yield Stack(account, table, bucket)


def remember(stack: Stack, *of: tuple[Database, bool]) -> None:
    for each, is_listed in of:
        kept = KeptDatabase(each.key, replace(each, listed_at=BEFORE), is_listed, listed_at=BEFORE)
        assert dynamodb.apply(stack.table, Write(kept, None, 1), MEMORY, NOW)


def filled(stack: Stack) -> None:
    remember(stack, (HERE, True), (GONE, False))
    for each in REMEMBERED:
        assert dynamodb.apply(stack.table, Write(each, None, 1), MEMORY, NOW)
    dynamodb.delivered(stack.table, HERE.key, "ca", BEFORE, BEFORE)
    dynamodb.delivered(stack.table, HERE.key, "plaintext-clients", BEFORE, BEFORE)
    dynamodb.refused(stack.table, GONE.key, "ca", Gap("", "AccessDenied"), BEFORE)
    dynamodb.delivered(stack.table, GONE.key, "force-ssl", BEFORE - DAY, BEFORE - DAY)


def test_all_that_a_hub_may_show_is_archived_and_counted(stack: Stack) -> None:
    filled(stack)
    before = stack.items()
    (result,) = stack.retire()
    assert (result.retired, result.unretired, result.databases) == (5, (), ())
    after = stack.items()
    due = {place: item["due"]["S"] for place, item in after.items() if "due" in item and item != before[place]}
    assert due == dict.fromkeys(
        [
            (HERE.key, "finding#ca"),
            (HERE.key, "finding#force-ssl"),
            (GONE.key, "finding#ca"),
            (GONE.key, "finding#force-ssl"),
            (REGION, "finding#trust-store"),
        ],
        "2026-11-24T03:00:00.000000+00:00",
    )
    # What else is remembered stays as it is.
    ours = {"sent_at", "sent_archived", "sent_failed", "version", "due"}
    for place, item in before.items():
        assert {name: text for name, text in after[place].items() if name not in ours} == {
            name: text for name, text in item.items() if name not in ours
        }
        assert ("sent_archived" in after[place]) == (place in due or "sent_archived" in item)


def test_a_second_time_there_is_nothing_left_of_what_arrived(stack: Stack) -> None:
    filled(stack)
    stack.retire()
    for key, check in [(HERE.key, "ca"), (HERE.key, "force-ssl"), (GONE.key, "ca"), (REGION, "trust-store")]:
        dynamodb.delivered(stack.table, key, check, NOW, NOW)
    # One got lost on its way again.
    assert [each.retired for each in stack.retire("retire-2")] == [1]


def test_a_preview_names_the_databases_and_writes_nothing(stack: Stack) -> None:
    filled(stack)
    before = stack.items()
    shown = stack.discover()
    assert (shown["depth"], shown["batches"]) == ("retire", 1)
    assert {each["arn"] for each in shown["databases"]} == {HERE.arn, GONE.arn}
    assert stack.items() == before
    assert storage.client_of(stack.account, "s3").list_objects_v2(Bucket=stack.bucket).get("Contents", []) == []


def test_every_enabled_region_is_retired_also_where_no_database_is(stack: Stack) -> None:
    answer = stack.discover(SWEEP)
    text = s3.get(stack.bucket, f"sweeps/{answer['sweep']['id']}/batches/0001.json")
    assert text is not None
    retired = load(Batch, text).retired
    enabled = storage.client_of(stack.account, "ec2").describe_regions()["Regions"]
    assert set(retired) == {f"arn:aws:rds:{each['RegionName']}:{ACCOUNT}:region" for each in enabled}
    # It lists nothing, so that nobody need know of it.
    assert dynamodb.running(stack.table, NOW) == ()


def test_a_finding_that_cannot_be_read_is_told_and_costs_no_other(stack: Stack) -> None:
    filled(stack)
    storage.client_of(stack.account, "dynamodb").update_item(
        TableName=stack.table,
        Key={"pk": {"S": HERE.key}, "sk": {"S": "finding#ca"}},
        UpdateExpression="SET #status = :odd",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":odd": {"S": "MUTED"}},
    )
    (result,) = stack.retire()
    assert result.retired == 4
    (gap,) = result.unretired
    assert gap.operation == HERE.key
    assert gap.reason.startswith("finding#ca: ValueError: 'MUTED'")


def summary_of(*results: BatchResult) -> Any:
    sweep = Sweep("retire-1", datetime.fromisoformat(SWEEP["started_at"]), Depth.RETIRE)
    found = {f"sweeps/retire-1/batches/{number:04}.json": each for number, each in enumerate(results, 1)}
    return summarise(Plan(sweep), found)


def test_its_mail_says_how_many_and_of_what_not() -> None:
    gap = Gap("aws:111122223333:us-east-1:db-ORDERS", "finding#ca: broken")
    summary = summary_of(BatchResult((), (), retired=123), BatchResult((), (), retired=1, unretired=(gap,)))
    message = message_of(summary, "s3://bucket/report.json")
    assert message is not None
    assert message.subject == "tlscheck: 124 findings archived in Security Hub CSPM"
    assert message.body.splitlines() == [
        "124 findings archived in Security Hub CSPM, as the execution that started at 2025-01-01 03:00 UTC asked.",
        "Report: s3://bucket/report.json",
        "Could not be read: aws:111122223333:us-east-1:db-ORDERS: finding#ca: broken",
    ]
    # It looked at nothing, so it is no full sweep.
    assert (summary.is_full, summary.retired) == (False, 124)
