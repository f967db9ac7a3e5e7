"""Observe, opened with the files of events/ and with batches of its own, in an emulated account."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.documents import dump, load, to_document
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.reporting.result import BatchResult, result_key
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.readiness import Verdict
from tlscheck.version import Edition
from tlscheck.wire.document import document
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation, Plaintext, PlaintextOutcome

from tests import storage
from tests.examples import (
    LEDGER,
    NOT_ENFORCED,
    NOW,
    ORDERS,
    REGION,
    cluster,
    database,
    handshake,
    look,
    member,
    observation,
    sessions,
)
from tests.local_aws.emulator.account import EmulatedAccount
from tests.standin_probe import StandinProbe

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(function_name="observe")
KEY = "sweeps/nightly-1/batches/0001.json"
SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
TWO_CLIENTS = observation(look=look(sessions(), sessions("billing-cron", tls=False)))
ORDERS_BATCH = Batch("us-east-1", "vpc-0a1b2c3d", (database(force_ssl=NOT_ENFORCED),))


class Stage:
    """Observe in an account: what lies in its bucket and table, and what its probe would answer."""

    def __init__(
        self,
        account: EmulatedAccount,
        probe: StandinProbe,
        table: str,
        bucket: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.account = account
        self._probe = probe
        self.table = table
        self.bucket = bucket
        self._monkeypatch = monkeypatch
        self._edition: dict[str, object] | None = None

    def probe_is(self, edition: dict[str, object]) -> None:
        """From now on the probe names this edition in its answers."""
        self._edition = edition

    def observe(self, batch: Batch, sweep: Sweep = SWEEP, *seen: Observation) -> BatchResult:
        """Puts a batch, opens the door with a probe that saw these, and reads what it left for the report."""
        s3.put(self.bucket, KEY, dump(batch))
        named = {"edition": self._edition} if self._edition else {}
        self._probe.behave(observations={each.arn: document(each) for each in seen}, **named)
        answer = self.open({"batch": KEY, "sweep": to_document(sweep)}, self._probe.arn if seen else "")
        assert answer == {"batch": KEY, "databases": len(batch.databases)}
        return self.result(KEY)

    def open(self, event: Any, probe: str = "") -> dict[str, Any]:
        self._monkeypatch.setenv("DEFAULT_PROBE", probe)
        observe = importlib.reload(importlib.import_module("observe"))
        answer: dict[str, Any] = observe.handler(event, CONTEXT)
        return answer

    def result(self, key: str) -> BatchResult:
        text = s3.get(self.bucket, result_key(key))
        assert text is not None
        return load(BatchResult, text)

    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = storage.client_of(self.account, "dynamodb").scan(TableName=self.table)[
            "Items"
        ]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def statuses(self, arn: str = ORDERS) -> dict[str, Status]:
        return {each.finding.check: each.finding.status for each in dynamodb.load(self.table, arn).findings}


@pytest.fixture(scope="module")
def standin(emulator: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProbe]:
    with StandinProbe(emulator, tmp_path_factory.mktemp("probe")) as probe:
        yield probe


@pytest.fixture
def stage(account: EmulatedAccount, standin: StandinProbe, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with storage.table(account) as table, storage.bucket(account) as bucket:
        for name, value in {
            "TABLE": table,
            "BUCKET": bucket,
            "DATABASE_USER": "tlscheck",
            "DEFAULT_PROBE": "",
            "CLIENT_MEMORY_DAYS": "90",
            "POWERTOOLS_SERVICE_NAME": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        yield Stage(account, standin, table, bucket, monkeypatch)


def test_a_look_becomes_clients_findings_and_a_verdict(stage: Stage) -> None:
    (row,) = stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS).databases
    assert (row.verdict, row.tls_clients, row.plaintext_clients) == (Verdict.FIX_CLIENTS, 1, 1)
    assert stage.statuses() == {
        CheckId.FORCE_SSL: Status.FAILED,
        CheckId.CA: Status.PASSED,
        CheckId.ROTATION: Status.PASSED,
        CheckId.TLS_VERSIONS: Status.PASSED,
        CheckId.UPGRADE: Status.PASSED,
        CheckId.PASSWORD_HASHES: Status.PASSED,
        CheckId.CONNECTION_LOG: Status.PASSED,
        CheckId.SERVER_CERTIFICATE: Status.PASSED,
        CheckId.PLAINTEXT_CLIENTS: Status.FAILED,
        CheckId.TLS_CLIENTS: Status.INFORMATIONAL,
        CheckId.NOT_OBSERVED: Status.PASSED,
    }
    assert {item["kind"]["S"] for item in stage.items()} == {"client", "finding", "database"}
    assert dynamodb.known_databases(stage.table) == ORDERS_BATCH.databases


def test_which_tlscheck_looked_is_left_for_the_report(stage: Stage) -> None:
    stage.probe_is({"version": "0.2.7", "roots": []})
    looked = stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    assert looked.probes == (Edition("0.2.7", ()),)
    assert [row.probe_version for row in looked.databases] == ["0.2.7"]


def test_a_probe_of_before_0_2_0_does_not_say_which_it_is(stage: Stage) -> None:
    looked = stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    assert (looked.probes, [row.probe_version for row in looked.databases]) == ((), [None])


def test_without_a_probe_the_control_plane_is_still_judged(stage: Stage) -> None:
    (row,) = stage.observe(replace(ORDERS_BATCH, databases=(database(),))).databases
    assert row.verdict is Verdict.NOT_OBSERVED
    assert "no probe in vpc-0a1b2c3d" in row.reason
    assert stage.statuses()[CheckId.FORCE_SSL] is Status.PASSED
    assert stage.statuses()[CheckId.SERVER_CERTIFICATE] is Status.NOT_OBSERVED


def test_a_cluster_is_judged_without_being_connected_to(stage: Stage) -> None:
    both = (cluster(), member(status="stopped"))
    row, _ = stage.observe(Batch("us-east-1", "vpc-0a1b2c3d", both)).databases
    assert row.verdict is Verdict.CLEAR
    assert set(stage.statuses(LEDGER).values()) == {Status.PASSED}
    assert {CheckId.FORCE_SSL, CheckId.CA, CheckId.NOT_OBSERVED} <= stage.statuses(LEDGER).keys()
    assert CheckId.SERVER_CERTIFICATE not in stage.statuses(LEDGER)


def test_a_cluster_is_judged_by_the_looks_at_its_members(stage: Stage) -> None:
    taken = replace(observation(member().arn), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, "It asked."))
    rows = stage.observe(Batch("us-east-1", "vpc-0a1b2c3d", (cluster(), member())), SWEEP, taken).databases
    assert [(row.verdict, row.enforcement) for row in rows] == [
        (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED),
        (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED),
    ]
    assert stage.statuses(LEDGER)[CheckId.FORCE_SSL] is Status.FAILED


@pytest.mark.parametrize("hours", [0, -1])
def test_a_repeated_or_older_sweep_leaves_the_table_as_it_is(stage: Stage, hours: int) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    before = stage.items()
    older = replace(SWEEP, started_at=NOW + timedelta(hours=hours))
    fixed = replace(ORDERS_BATCH, databases=(database(),))
    stage.observe(fixed, older, observation(look=look(sessions("another"))))
    assert [item for item in stage.items() if item["kind"]["S"] != "client"] == [
        item for item in before if item["kind"]["S"] != "client"
    ]
    assert all(item in stage.items() for item in before)


def test_a_sweep_repeated_after_it_broke_off_leaves_what_one_whole_sweep_would(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    whole = stage.items()
    table = storage.client_of(stage.account, "dynamodb")
    for item in whole[::2]:
        table.delete_item(TableName=stage.table, Key={name: item[name] for name in ("pk", "sk")})
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    assert stage.items() == whole


def test_the_same_an_hour_later_is_not_announced_again(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    announced = {each.announced_at for each in dynamodb.load(stage.table, ORDERS).findings}
    later = replace(SWEEP, started_at=NOW + timedelta(hours=1))
    (row,) = stage.observe(ORDERS_BATCH, later, TWO_CLIENTS).databases
    assert {each.announced_at for each in dynamodb.load(stage.table, ORDERS).findings} == announced == {NOW}
    assert row.changed == ()


def test_what_could_not_be_looked_at_again_stays_failed(stage: Stage) -> None:
    wrong = observation(handshake=handshake(HandshakeOutcome.WRONG_NAME), look=look(outcome=LookOutcome.NOT_TRIED))
    stage.observe(ORDERS_BATCH, SWEEP, wrong)
    (row,) = stage.observe(ORDERS_BATCH, replace(SWEEP, started_at=NOW + timedelta(days=1))).databases
    assert stage.statuses()[CheckId.SERVER_CERTIFICATE] is Status.FAILED
    assert row.verdict is Verdict.FIX_DATABASE
    assert "Since 2026-11-25 it could not be looked at again." in row.reason


def test_a_sample_looks_at_connections_and_leaves_the_rest(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, observation())
    sample = Sweep("sample-1", NOW + timedelta(minutes=15), Depth.SAMPLE)
    stage.observe(ORDERS_BATCH, sample, TWO_CLIENTS)
    observed = {
        each.finding.check
        for each in dynamodb.load(stage.table, ORDERS).findings
        if each.observed_at == sample.started_at
    }
    assert observed == {
        CheckId.SERVER_CERTIFICATE,
        CheckId.PLAINTEXT_CLIENTS,
        CheckId.TLS_CLIENTS,
        CheckId.NOT_OBSERVED,
    }
    assert stage.statuses()[CheckId.PLAINTEXT_CLIENTS] is Status.FAILED


def test_a_database_that_is_gone_is_archived_and_forgotten_and_nothing_else(stage: Stage) -> None:
    stage.observe(replace(ORDERS_BATCH, databases=(database(), cluster())), SWEEP)
    listing = RegionListing(REGION, "us-east-1", 1, vanished=(ORDERS,))
    later = replace(SWEEP, id="nightly-2", started_at=NOW + timedelta(days=1))
    assert stage.observe(Batch("us-east-1", None, (), (listing,)), later).vanished == (ORDERS,)
    assert {each.archived_at for each in dynamodb.load(stage.table, ORDERS).findings} == {later.started_at}
    assert {each.archived_at for each in dynamodb.load(stage.table, LEDGER).findings} == {None}
    assert [each.arn for each in dynamodb.known_databases(stage.table)] == [LEDGER]


@pytest.mark.parametrize("hours", [0, -1])
def test_a_repeated_or_older_sweep_archives_no_database(stage: Stage, hours: int) -> None:
    stage.observe(ORDERS_BATCH, SWEEP)
    listing = RegionListing(REGION, "us-east-1", 1, vanished=(ORDERS,))
    older = replace(SWEEP, started_at=NOW + timedelta(hours=hours))
    assert stage.observe(Batch("us-east-1", None, (), (listing,)), older).vanished == ()
    assert {each.archived_at for each in dynamodb.load(stage.table, ORDERS).findings} == {None}


def test_a_region_with_a_gap_is_a_finding(stage: Stage) -> None:
    gap = Gap("rds:DescribeDBInstances", "AccessDenied: not authorized")
    batch = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 0, (gap,)),))
    result = stage.observe(batch)
    assert {each.check: each.status for each in result.listings} == stage.statuses(REGION)
    assert stage.statuses(REGION) == dict.fromkeys(
        (CheckId.NOT_OBSERVED, CheckId.TRUST_STORE, CheckId.DEFAULT_CA), Status.NOT_OBSERVED
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"batch": "sweeps/nightly-1/batches/9999.json"}, "batch"),
        ({"batch": "../../secrets.json"}, "batch"),
        ({"batch": 7}, "batch"),
        ({"sweep": {"id": "nightly-1"}}, "started_at"),
        ({"sweep": {"id": "nightly-1", "started_at": "2026-11-24T03:00:00Z", "depth": "deep"}}, "depth"),
        ({"databases": []}, "databases"),
    ],
)
def test_a_wrong_event_names_its_field_and_changes_nothing(
    stage: Stage, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadRequest, match=field):
        stage.open({"batch": KEY, "sweep": to_document(SWEEP)} | change)
    assert stage.items() == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("observe_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_observed(stage: Stage, path: Path) -> None:
    event = json.loads(path.read_text())
    s3.put(stage.bucket, event["batch"], dump(ORDERS_BATCH))
    assert stage.open(event) == {"batch": event["batch"], "databases": 1}
    assert len(stage.result(event["batch"]).databases) == 1
