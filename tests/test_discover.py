"""Discover, opened with the files of events/ and with events of the state machine, in an emulated account."""

import importlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.documents import load
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.described import Described
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.offset import offset
from tlscheck.inventory.trait import Trait
from tlscheck.verdict.remembered import KeptDatabase
from tlscheck.verdict.steps import Running, Write

from tests import storage, template
from tests.answers import cluster, instance, member
from tests.emulated_logs import without_groups
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.refusing import refusing
from tests.standin_probe import registered

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(
    invoked_function_arn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tlscheck-Discover",
    aws_request_id="7d6a3c52-0000-4000-8000-000000000000",
)
SWEEP = {"id": "nightly-1", "started_at": "2025-01-01T03:00:00.123Z"}


def located(answer: dict[str, Any], region: str) -> dict[str, Any]:
    """The answer as another Region of the emulated account gives it, moments as texts."""
    text = json.dumps(answer, default=datetime.isoformat)
    found: dict[str, Any] = json.loads(text.replace("eu-central-1", region).replace("123456789012", ACCOUNT))
    return found


AMERICA: dict[str, Any] = {
    "DBInstances": [
        located(each, "us-east-1")
        for each in (
            instance(),
            instance("billing-staging", "billing-pg14", EngineVersion="14.17"),
            instance("in-the-making", DBInstanceStatus="creating", Endpoint=None),
            member("ledger-1"),
            member("ledger-2"),
        )
    ],
    "DBClusters": [located(cluster(members={"ledger-1": "in-sync", "ledger-2": "in-sync"}), "us-east-1")],
    "DBParameterGroups": {
        "orders-pg17": {"family": "postgres17", "parameters": {}},
        "billing-pg14": {"family": "postgres14", "parameters": {}},
    },
    "DBClusterParameterGroups": {"ledger-aurora16": {"family": "aurora-postgresql16", "parameters": {}}},
}
EUROPE = {
    "DBInstances": [
        located(instance(f"shard-{number}", "default.postgres17"), "eu-central-1") for number in range(30)
    ]
}

NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)

KNOWN = assemble(
    Account("aws", ACCOUNT, "us-east-1"),
    [
        Described(
            "us-east-1",
            instances=AMERICA["DBInstances"],
            clusters=AMERICA["DBClusters"],
            listed_at=YESTERDAY,
        )
    ],
).databases
"""What an earlier full sweep found in America."""


ALONE = next(each for each in KNOWN if each.kind is Kind.INSTANCE)
SERVERLESS = [
    replace(each, instance_class="db.serverless", traits=(Trait.SERVERLESS_V2,))
    if each.identifier == "ledger-1"
    else each
    for each in KNOWN
]
"""The same, with one that does not pause, since its cluster's least capacity is above 0."""
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:tlscheck-Sweep"
PROBE = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:tlscheck-probe-1"
SAMPLE = {"request": {"depth": "sample"}, "sweep": SWEEP}


@dataclass(frozen=True)
class Door:
    """The handler, freshly started in an account with databases in two Regions and an empty bucket and table."""

    account: EmulatedAccount
    table: str
    bucket: str

    def __call__(self, event: Any) -> dict[str, Any]:
        answer: dict[str, Any] = importlib.import_module("discover").handler(event, CONTEXT)
        return answer

    @cached_property
    def objects(self) -> Any:
        return self.account.client("s3")

    def written(self) -> dict[str, str]:
        """Everything in the bucket."""
        listed = self.objects.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        gets = {each["Key"]: self.objects.get_object(Bucket=self.bucket, Key=each["Key"]) for each in listed}
        return {key: answer["Body"].read().decode() for key, answer in gets.items()}

    def planned(self, sweep: str, folder: str = "sweeps") -> list[Batch]:
        """The batches of a sweep, as the state machine finds them through its plan."""
        found = self.written()
        plan = json.loads(found.pop(f"{folder}/{sweep}/plan.json"))
        del found[f"{folder}/{sweep}/sweep.json"]
        assert sorted(found) == [each["batch"] for each in plan]
        return [load(Batch, found[each["batch"]]) for each in plan]

    def plan(self, sweep: str, folder: str = "sweeps") -> Plan:
        return load(Plan, self.written()[f"{folder}/{sweep}/sweep.json"])

    def running(self) -> tuple[Running, ...]:
        return dynamodb.running(self.table, NOW)

    def remember(self, databases: Sequence[Database]) -> None:
        """Puts into the table what an earlier full sweep left there."""
        for each in databases:
            kept = KeptDatabase(each.key, each, is_listed=True)
            assert dynamodb.apply(self.table, Write(kept, None, 1), timedelta(days=400), NOW)


@pytest.fixture
def door(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    account.set_rds({"us-east-1": AMERICA, "eu-central-1": EUROPE})
    with storage.table(account) as table, storage.bucket(account) as bucket:
        monkeypatch.setenv("BUCKET", bucket)
        monkeypatch.setenv("TABLE", table)
        monkeypatch.setenv("REGIONS", "")
        monkeypatch.setenv("EVIDENCE_DAYS", "35")
        monkeypatch.setenv("SECURITY_HUB", "ENABLED")
        monkeypatch.setenv("EARLIER_INDEX", "by_kind")
        monkeypatch.setenv("STATE_MACHINE", MACHINE)
        monkeypatch.setenv("DEFAULT_PROBE", "")
        monkeypatch.setenv("MAX_CONCURRENCY", "10")
        monkeypatch.setenv("BATCH_SIZE", "25")
        monkeypatch.setenv("SAMPLE_BATCH_SIZE", "100")
        monkeypatch.setattr(clock, "now", lambda: NOW)
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck")
        importlib.reload(importlib.import_module("discover"))
        yield Door(account, table, bucket)


def test_a_full_sweep_plans_every_database_of_every_region(door: Door) -> None:
    answer = door({"request": {}, "sweep": SWEEP})
    assert answer == {
        "sweep": {
            "id": "nightly-1",
            "started_at": "2025-01-01T03:00:00.123000Z",
            "depth": "full",
            "narrow": False,
        },
        "bucket": door.bucket,
        "plan": "sweeps/nightly-1/plan.json",
        "batches": 4,
        "databases": 36,
        "gaps": 0,
        "max_concurrency": 10,
    }
    batches = door.planned("nightly-1")
    assert [(each.region, each.network, len(each.databases), len(each.listings)) for each in batches] == [
        ("eu-central-1", "vpc-0a1b2c3d", 25, 0),
        ("eu-central-1", "vpc-0a1b2c3d", 5, 0),
        ("us-east-1", "vpc-0a1b2c3d", 6, 0),
        ("eu-central-1", None, 0, 4),
    ]
    assert {each.identifier: (each.kind, each.force_ssl.enforcement) for each in batches[2].databases} == {
        "orders-prod": (Kind.INSTANCE, Enforcement.ENFORCED),
        "billing-staging": (Kind.INSTANCE, Enforcement.NOT_ENFORCED),
        "in-the-making": (Kind.INSTANCE, Enforcement.ENFORCED),
        "ledger": (Kind.CLUSTER, Enforcement.NOT_ENFORCED),
        "ledger-1": (Kind.MEMBER, Enforcement.NOT_ENFORCED),
        "ledger-2": (Kind.MEMBER, Enforcement.NOT_ENFORCED),
    }
    assert [(each.region, each.databases, each.gaps) for each in batches[3].listings] == [
        ("eu-central-1", 30, ()),
        ("eu-south-1", 0, ()),
        ("eu-west-1", 0, ()),
        ("us-east-1", 6, ()),
    ]


def test_the_same_sweep_again_plans_the_same(door: Door) -> None:
    first = door({"request": {}, "sweep": SWEEP})
    written = door.written()
    assert door({"request": {}, "sweep": SWEEP}) == first
    assert door.written() == written


def test_a_region_and_a_call_that_fail_become_reasons_and_the_sweep_goes_on(door: Door) -> None:
    denied = {"code": "AccessDenied", "message": "not authorized", "status": 403}
    door.account.set_rds(
        {
            "us-east-1": AMERICA | {"Faults": {"DescribeDBClusters": denied}},
            "eu-central-1": EUROPE | {"Faults": {"DescribeDBInstances": denied, "DescribeCertificates": denied}},
        }
    )
    answer = door({"request": {}, "sweep": SWEEP})
    assert (answer["databases"], answer["gaps"]) == (5, 3)
    *batches, last = door.planned("nightly-1")
    gaps = {each.region: [gap.operation for gap in each.gaps] for each in last.listings}
    assert gaps == {
        "eu-central-1": ["rds:DescribeCertificates", "rds:DescribeDBInstances"],
        "eu-south-1": [],
        "eu-west-1": [],
        "us-east-1": ["rds:DescribeDBClusters"],
    }
    states = {each.identifier: each.force_ssl.enforcement for batch in batches for each in batch.databases}
    assert states["orders-prod"] is Enforcement.ENFORCED
    assert states["ledger-1"] is Enforcement.UNKNOWN


def test_a_sample_plans_the_databases_already_known_and_asks_rds_nothing(door: Door) -> None:
    door.remember(KNOWN)
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        answer = door({"request": {"depth": "sample"}, "sweep": {**SWEEP, "id": "hourly-1"}})
    assert door.account.take_calls() == {}
    assert answer["sweep"]["depth"] == "sample"
    assert (answer["batches"], answer["databases"], answer["gaps"]) == (1, 6, 0)
    assert answer["plan"] == "samples/hourly-1/plan.json"
    (batch,) = door.planned("hourly-1", "samples")
    assert batch.databases == KNOWN
    assert (batch.listings, batch.hubs) == ((), {})
    assert door.running() == ()


WAITING = {"depth": "sample", "schedule": "rate(15 minutes)"}


def test_a_sample_of_a_schedule_waits_before_anything_is_asked_and_is_planned_once_it_has(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.remember(KNOWN)
    drawn = int(offset("hourly-1", "rate(15 minutes)").total_seconds())
    assert drawn > 10, "another name"
    now = NOW + timedelta(milliseconds=250)
    monkeypatch.setattr(clock, "now", lambda: now)
    event = {"request": WAITING, "sweep": {"id": "hourly-1", "started_at": NOW.isoformat()}}
    with refusing("dynamodb", "Query", "AccessDeniedException", "not authorized"):
        answer = door(event)
        # Lambda may be invoked twice.
        assert door(event) == answer
    assert answer["wait_seconds"] == drawn - 1
    assert datetime.fromisoformat(answer["sweep"]["started_at"]) == NOW + timedelta(seconds=drawn)
    assert door.written() == {}
    now += timedelta(seconds=answer["wait_seconds"])
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        planned = door(event)
    assert "wait_seconds" not in planned
    assert planned["sweep"] == answer["sweep"]
    assert planned["batches"] == 1
    assert door.plan("hourly-1", "samples") == Plan(
        Sweep("hourly-1", NOW + timedelta(seconds=drawn), Depth.SAMPLE), offset_seconds=drawn
    )


def test_a_sample_by_hand_a_preview_and_a_full_sweep_do_not_wait(door: Door) -> None:
    door.remember(KNOWN)
    # However far the clock of Step Functions is ahead.
    sweep = {"id": "hourly-1", "started_at": (clock.now() + timedelta(minutes=2)).isoformat()}
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        for event in (
            {"request": {"depth": "sample"}, "sweep": sweep},
            {"request": WAITING},
            {"request": {}, "sweep": {**sweep, "id": "nightly-2"}},
        ):
            assert "wait_seconds" not in door(event)
    assert door.plan("hourly-1", "samples").offset_seconds == 0


@pytest.mark.parametrize(("least", "sampled"), [(0, False), (0.5, True)])
def test_a_sample_leaves_alone_what_has_come_to_pause_since_it_was_listed(
    door: Door, least: float, *, sampled: bool
) -> None:
    """A look every 15 minutes would keep it awake until the next full sweep."""
    scaling = {"MinCapacity": least, "MaxCapacity": 8.0}
    changed = [each | {"ServerlessV2ScalingConfiguration": scaling} for each in AMERICA["DBClusters"]]
    door.account.set_rds({"us-east-1": AMERICA | {"DBClusters": changed}, "eu-central-1": EUROPE})
    door.remember(SERVERLESS)
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        answer = door(SAMPLE)
    assert door.account.take_calls() == {"us-east-1": {"rds:DescribeDBClusters": 1}}
    assert answer["gaps"] == 0
    (batch,) = door.planned("nightly-1", "samples")
    assert {each.identifier for each in batch.databases if each.kind is Kind.MEMBER} == (
        {"ledger-1", "ledger-2"} if sampled else {"ledger-2"}
    )


def test_a_sample_that_rds_tells_nothing_leaves_alone_what_might_pause_and_says_so(door: Door) -> None:
    denied = {"code": "AccessDenied", "message": "not authorized", "status": 403}
    door.account.set_rds({"us-east-1": AMERICA | {"Faults": {"DescribeDBClusters": denied}}})
    door.remember(SERVERLESS)
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        door(SAMPLE)
    (batch,) = door.planned("nightly-1", "samples")
    assert "ledger-1" not in {each.identifier for each in batch.databases}
    (gap,) = door.plan("nightly-1", "samples").unreadable
    assert gap.told.startswith("rds:DescribeDBClusters: us-east-1: AccessDenied")


def test_the_first_sample_of_all_has_nothing_to_look_at(door: Door) -> None:
    answer = door({"request": {"depth": "sample"}, "sweep": SWEEP})
    assert (answer["batches"], answer["databases"]) == (0, 0)
    assert door.planned("nightly-1", "samples") == []


def test_a_sample_of_an_account_without_a_probe_makes_no_batch_and_no_report(door: Door) -> None:
    door.remember(KNOWN)
    with registered(door.account, "vpc-0f0f0f0f", PROBE):
        answer = door(SAMPLE)
    assert answer == {
        "sweep": {
            "id": "nightly-1",
            "started_at": "2025-01-01T03:00:00.123000Z",
            "depth": "sample",
            "narrow": False,
        },
        "bucket": door.bucket,
        "plan": "samples/nightly-1/plan.json",
        "batches": 0,
        "databases": 0,
        "gaps": 0,
        "max_concurrency": 10,
        "skipped": "no database that is known lies in a network with a probe",
    }
    assert door.written() == {}
    # Nobody is told of it every day: each database says itself that no probe reaches it.
    assert dynamodb.skipped(door.table) == ()


def test_a_sample_looks_where_a_probe_is_and_leaves_the_rest_alone(door: Door) -> None:
    elsewhere = replace(ALONE, arn=f"{ALONE.arn}-2", resource_id="db-2", network="vpc-0f0f0f0f")
    nowhere = replace(ALONE, arn=f"{ALONE.arn}-3", resource_id="db-3", network=None)
    door.remember([*KNOWN, elsewhere, nowhere])
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        answer = door(SAMPLE)
        assert door({"request": {"depth": "sample"}})["batches"] == 1
    assert (answer["batches"], answer["databases"], answer["gaps"]) == (1, 6, 0)
    (batch,) = door.planned("nightly-1", "samples")
    assert (batch.network, batch.databases) == ("vpc-0a1b2c3d", KNOWN)


def test_a_default_probe_reaches_every_network_and_nobody_is_asked_for_others(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_PROBE", PROBE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
    importlib.reload(importlib.import_module("discover"))
    door.remember([*KNOWN, replace(ALONE, arn=f"{ALONE.arn}-3", resource_id="db-3", network=None)])
    answer = door(SAMPLE)
    assert (answer["batches"], answer["databases"], answer["gaps"]) == (2, 7, 0)


def test_where_nobody_says_which_networks_have_a_probe_all_are_sampled_and_it_is_said(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    door.remember(KNOWN)
    answer = door(SAMPLE)
    assert (answer["batches"], answer["databases"], answer["gaps"]) == (1, 6, 1)
    (gap,) = door.plan("nightly-1", "samples").unreadable
    assert (gap.operation, gap.reason[:34]) == ("ssm:GetParametersByPath", "us-east-1: EndpointConnectionError")


def test_a_batch_is_as_large_as_the_owner_says_of_samples_and_of_full_sweeps(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"MAX_CONCURRENCY": "3", "BATCH_SIZE": "40", "SAMPLE_BATCH_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    importlib.reload(importlib.import_module("discover"))
    full = door({"request": {"regions": ["eu-central-1"]}, "sweep": SWEEP})
    assert (full["batches"], full["max_concurrency"]) == (2, 3)
    assert [len(each.databases) for each in door.planned("nightly-1")] == [30, 0]
    for key in door.written():
        door.objects.delete_object(Bucket=door.bucket, Key=key)
    door.remember(KNOWN)
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        door({"request": {"depth": "sample", "regions": ["us-east-1"]}, "sweep": {**SWEEP, "id": "hourly-1"}})
    # A cluster whose members are never parted from it, and three instances.
    assert [len(each.databases) for each in door.planned("hourly-1", "samples")] == [3, 2, 1]


def test_without_a_sweep_it_is_a_preview_and_writes_nothing(door: Door) -> None:
    answer = door({"request": {"databases": ["ledger-1"]}})
    assert answer == {
        "depth": "full",
        "batches": 2,
        "databases": [
            {
                "arn": f"arn:aws:rds:us-east-1:{ACCOUNT}:db:ledger-1",
                "kind": "member",
                "status": "available",
                "network": "vpc-0a1b2c3d",
            }
        ],
        "gaps": [],
        "excluded": [],
        "vanished": [],
        "unreadable": [],
        "logs": None,
    }
    assert door.written() == {}
    assert door.running() == ()
    assert "securityhub:DescribeHub" not in door.account.take_calls()["us-east-1"]


@pytest.mark.parametrize("depth", ["full", "sample"])
def test_a_preview_tells_what_reading_the_servers_logs_asks_for_and_a_sweep_asks_nobody(
    door: Door, monkeypatch: pytest.MonkeyPatch, depth: str
) -> None:
    logs = without_groups(door.account)
    group, at = "/aws/rds/instance/orders-prod/postgresql", int((NOW - timedelta(hours=2)).timestamp() * 1000)
    door.account.put_log_events(group, "orders-prod.0", [{"timestamp": at, "message": "x" * 1000}])
    monkeypatch.setenv("LOG_READING", "ENABLED")
    monkeypatch.setenv("LOG_OVERLAP_MINUTES", "15")
    monkeypatch.setenv("LOG_FIRST_READ_GB", "7")
    monkeypatch.setenv("DEFAULT_PROBE", PROBE)
    importlib.reload(importlib.import_module("discover"))
    exported = [each | {"EnabledCloudwatchLogsExports": ["postgresql"]} for each in AMERICA["DBInstances"]]
    door.account.set_rds({"us-east-1": AMERICA | {"DBInstances": exported}})
    known = (each for each in KNOWN if each.identifier == "orders-prod")
    door.remember([replace(each, log_exports=("postgresql",)) for each in known])
    door.account.take_calls()
    told = door({"request": {"depth": depth, "regions": ["us-east-1"], "databases": ["orders-prod"]}})["logs"]
    assert (told["servers"], told["first"], told["groups"], told["counted"]) == (1, 1, 1, 0)
    assert [each["group"] for each in told["largest"]] == [group]
    assert told["said"].startswith("The logs of 1 server would be read, of 1 for the first time: 1 log group, ")
    assert door.account.take_calls()["us-east-1"]["logs:DescribeLogGroups"] == 1
    door({"request": {"depth": depth, "regions": ["us-east-1"]}, "sweep": SWEEP})
    assert "logs:DescribeLogGroups" not in door.account.take_calls().get("us-east-1", {})
    logs.delete_log_group(logGroupName=group)


def test_regions_of_the_template_are_all_that_is_listed_unless_others_are_asked_for(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIONS", "us-east-1,af-south-1")
    importlib.reload(importlib.import_module("discover"))
    door.account.take_calls()
    answer = door({})
    assert door.account.take_calls().keys() == {"us-east-1"}
    assert [(each["region"], each["operation"]) for each in answer["gaps"]] == [
        ("af-south-1", "ec2:DescribeRegions")
    ]
    assert len(door({"request": {"regions": ["eu-central-1"]}})["databases"]) == 30


def test_a_region_that_the_owner_leaves_out_since_is_sampled_no_more_and_ends(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As what is excluded does: nobody connects there again, and what a hub shows of it is archived."""
    door.remember(KNOWN)
    monkeypatch.setenv("REGIONS", "eu-central-1")
    importlib.reload(importlib.import_module("discover"))
    assert door({"request": {"depth": "sample"}})["databases"] == []
    arns = sorted(each.arn for each in KNOWN)
    assert door({})["vanished"] == arns
    door({"sweep": {**SWEEP, "id": "nightly-2"}})
    (listed,) = (batch for batch in door.planned("nightly-2") if batch.listings)
    assert {each.region: (each.is_left_out, len(each.vanished)) for each in listed.listings} == {
        "eu-central-1": (False, 0),
        "us-east-1": (True, len(KNOWN)),
    }
    # Of a part of the account nothing ends, and whoever names a Region has it looked at.
    assert door({"request": {"engines": ["postgres"]}})["vanished"] == []
    monkeypatch.setenv("DEFAULT_PROBE", PROBE)
    importlib.reload(importlib.import_module("discover"))
    assert door({"request": {"depth": "sample"}})["databases"] == []
    assert door({"request": {"depth": "sample", "regions": ["us-east-1"]}})["databases"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"regions": ["xx-moon-1"]},
            r"^request\.regions: 'xx-moon-1' .* eu-central-1, eu-south-1, eu-west-1, us",
        ),
        (
            {"databases": ["orders-pord"]},
            r"^request\.databases: 'orders-pord' .* databases of eu-central-1, eu-south-1",
        ),
        ({"regions": ["us-east-1"], "databases": ["shard-1"]}, r"^request\.databases: 'shard-1' .* of us-east-1$"),
        (
            {"depth": "sample", "databases": ["orders-prod"]},
            r"^request\.databases: .* known from an earlier full sweep$",
        ),
        ({"depth": "sample", "regions": ["us-east-1"]}, r"^request\.regions: .* earlier full sweep: none yet$"),
        ({"depth": 1}, r"^request\.depth: 1 "),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_changes_nothing(
    door: Door, request_: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadRequest, match=message):
        door({"request": request_, "sweep": SWEEP})
    assert door.written() == {}
    assert door.running() == ()


@pytest.mark.parametrize("path", sorted(EVENTS.glob("discover_*.json")), ids=lambda path: path.stem)
def test_every_event_for_the_console_works_as_it_is(door: Door, path: Path) -> None:
    door.remember(KNOWN)
    event = json.loads(path.read_text())
    with registered(door.account, "vpc-0a1b2c3d", PROBE):
        answer = door(event)
    assert answer["databases"]
    assert answer["gaps"] in (0, [])
    sweeps = {key.split("/")[1] for key in door.written()}
    assert sweeps == ({event["sweep"]["id"]} if "sweep" in event else set())


def test_a_batch_of_a_sweep_says_when_it_began(door: Door) -> None:
    answer = door({"request": {"depth": "sample"}, "sweep": SWEEP})
    sweep = Sweep(answer["sweep"]["id"], datetime.fromisoformat(answer["sweep"]["started_at"]), Depth.SAMPLE)
    assert sweep == Sweep("nightly-1", datetime(2025, 1, 1, 3, 0, 0, 123000, tzinfo=UTC), Depth.SAMPLE)


BEGAN = datetime(2025, 1, 1, 3, 0, 0, 123000, tzinfo=UTC)


def test_the_plan_says_of_which_sweep_it_is_and_what_is_not_known(door: Door) -> None:
    door({"request": {"regions": ["us-east-1"]}, "sweep": SWEEP})
    assert door.plan("nightly-1") == Plan(Sweep("nightly-1", BEGAN, Depth.FULL, narrow=True))


def test_a_full_sweep_is_under_way_from_its_start_until_its_state_machine_ends(door: Door) -> None:
    door({"request": {}, "sweep": SWEEP})
    assert door.running() == (Running("nightly-1", BEGAN, NOW + timedelta(seconds=10_800)),)
    resources = template.load()["Resources"]
    assert resources["Sweep"]["Properties"]["Definition"]["TimeoutSeconds"] == 10_800


def test_everything_is_listed_as_of_the_moment_before_it_was_asked(door: Door) -> None:
    door({"request": {}, "sweep": SWEEP})
    batches = door.planned("nightly-1")
    assert {each.listed_at for batch in batches for each in batch.databases} == {NOW}
    assert {each.listed_at for batch in batches for each in batch.listings} == {NOW}


def test_each_region_is_asked_once_whether_it_has_a_hub(door: Door) -> None:
    hubs: dict[str, Hub] = {}
    for region in ("eu-central-1", "eu-south-1", "eu-west-1", "us-east-1"):
        since = storage.empty_hub(door.account, region).describe_hub()["SubscribedAt"]
        hubs[region] = Hub(datetime.fromisoformat(since))
    hubs["eu-central-1"] = Hub(None)
    storage.empty_hub(door.account, "eu-central-1").disable_security_hub()
    door.account.take_calls()
    door({"request": {}, "sweep": SWEEP})
    calls = door.account.take_calls()
    assert {region: each["securityhub:DescribeHub"] for region, each in calls.items()} == {
        "eu-central-1": 1,
        "eu-south-1": 1,
        "eu-west-1": 1,
        "us-east-1": 1,
    }
    *others, america, listings = door.planned("nightly-1")
    assert [each.hubs for each in others] == [{"eu-central-1": Hub(None)}] * 2
    assert america.hubs == {"us-east-1": hubs["us-east-1"]}
    assert listings.hubs == hubs


def test_where_findings_go_to_no_hub_none_is_asked_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    importlib.reload(importlib.import_module("discover"))
    door.account.take_calls()
    door({"request": {}, "sweep": SWEEP})
    assert not any("securityhub:DescribeHub" in each for each in door.account.take_calls().values())
    assert {str(each.hubs) for each in door.planned("nightly-1")} == {"{}"}


def test_a_database_made_anew_is_planned_with_its_predecessor_and_the_old_one_is_gone(door: Door) -> None:
    (before,) = (each for each in KNOWN if each.identifier == "orders-prod")
    old = replace(before, resource_id="db-BEFORE")
    door.remember([old])
    door({"request": {}, "sweep": SWEEP})
    *batches, last = door.planned("nightly-1")
    (orders,) = (each for batch in batches for each in batch.databases if each.identifier == "orders-prod")
    assert orders.predecessors == (Predecessor(old.key, "orders-prod", "db-BEFORE", NOW),)
    assert [each.vanished for each in last.listings if each.region == "us-east-1"] == [(old.key,)]


def test_a_full_sweep_goes_on_without_what_cannot_be_read_back_and_says_so(door: Door) -> None:
    door.remember(KNOWN)
    broken = {"pk": "aws:1:us-east-1:db-X", "sk": "database", "listed": "database", "document": "{}"}
    attributes: dict[str, Any] = {name: {"S": text} for name, text in broken.items()}
    door.account.client("dynamodb").put_item(TableName=door.table, Item=attributes)
    answer = door({"request": {}, "sweep": SWEEP})
    assert (answer["databases"], answer["gaps"]) == (36, 1)
    (gap,) = door.plan("nightly-1").unreadable
    assert "aws:1:us-east-1:db-X" in gap.told
    assert [each["operation"] for each in door({"request": {"depth": "sample"}})["unreadable"]] == [gap.operation]


def test_a_full_sweep_goes_on_where_the_table_cannot_be_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARLIER_INDEX", "there-is-none")
    importlib.reload(importlib.import_module("discover"))
    answer = door({"request": {}, "sweep": SWEEP})
    assert (answer["databases"], answer["gaps"]) == (36, 1)
    (gap,) = door.plan("nightly-1").unreadable
    assert gap.operation == "dynamodb:Query"


def test_a_named_database_where_a_call_is_denied_is_a_gap_and_the_others_are_looked_at(door: Door) -> None:
    faults = {"Faults": {"DescribeDBClusters": {"code": "AccessDenied", "message": "no", "status": 403}}}
    door.account.set_rds({"us-east-1": AMERICA | faults, "eu-central-1": EUROPE})
    answer = door({"request": {"databases": ["ledger", "shard-1", "shard-2"]}, "sweep": SWEEP})
    assert (answer["databases"], answer["gaps"]) == (2, 2)
    (gap,) = door.plan("nightly-1").unreadable
    assert gap.operation == "request.databases"
    assert gap.reason.startswith("'ledger' is not among the ")


def test_known_databases_of_a_region_that_is_not_enabled_any_more_are_told_and_not_gone(door: Door) -> None:
    """What is in a Region that is disabled stays, billed as before (AWS, "Enable or disable AWS Regions")."""
    there = replace(KNOWN[0], arn=KNOWN[0].arn.replace("us-east-1", "ap-east-1"), region="ap-east-1")
    door.remember([there])
    answer = door({"request": {}, "sweep": SWEEP})
    last = door.planned("nightly-1")[-1]
    assert ([each.key for each in last.unlisted], answer["gaps"]) == ([there.key], 1)
    (listing,) = (each for each in last.listings if each.region == "ap-east-1")
    assert (listing.vanished, listing.is_complete, listing.is_left_out) == ((), False, False)
    assert listing.refused is not None
    assert listing.refused.told == (
        "ec2:DescribeRegions: databases of the Region are known, and it is not enabled in this account any more"
    )
    assert "ap-east-1" not in door.account.take_calls()


@pytest.mark.parametrize("request_", [{}, {"databases": ["abroad"]}])
def test_what_an_incomplete_listing_does_not_show_is_handed_on_to_be_told(
    door: Door, request_: dict[str, list[str]]
) -> None:
    faults = {"Faults": {"DescribeDBInstances": {"code": "AccessDenied", "message": "no", "status": 403}}}
    door.account.set_rds({"us-east-1": AMERICA, "eu-central-1": EUROPE | faults})
    gone = replace(KNOWN[0], arn=KNOWN[0].arn + "-gone", identifier="gone", resource_id="db-GONE")
    arn = gone.arn.replace("us-east-1", "eu-central-1")
    abroad = replace(gone, arn=arn, identifier="abroad", resource_id="db-ABROAD", region="eu-central-1")
    door.remember([gone, abroad, replace(abroad, resource_id="db-OUT", tags={"tlscheck:exclude": ""})])
    answer = door({"request": request_, "sweep": SWEEP})
    *batches, last = door.planned("nightly-1")
    assert [each.key for each in last.unlisted] == [abroad.key]
    assert answer["databases"] == sum(len(batch.databases) for batch in batches) == (0 if request_ else 6)
    assert door.plan("nightly-1").unreadable == ()
