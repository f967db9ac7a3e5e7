"""Observe, opened with the files of events/ and with batches of its own, in an emulated account."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, s3
from tlscheck.edges.documents import dump, load, to_document
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep, sweep_key, with_groups
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.trait import Trait
from tlscheck.reporting.result import BatchResult, result_key
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.readiness import Verdict
from tlscheck.verdict.steps import Running, key_digests
from tlscheck.version import Edition
from tlscheck.wire.document import document
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation, Plaintext, PlaintextOutcome
from tlscheck.wire.sight import Sight
from tlscheck.wire.targeting import ProbeBusy
from tlscheck.wire.wakefulness import Measured

from tests import storage
from tests.costing.calls import watched
from tests.examples import KEY as ORDERS_KEY
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
from tests.refusing import refusing
from tests.standin_probe import StandinProbe

EVENTS = Path(__file__).parent.parent / "events"
CONTEXT = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")
KEY = "sweeps/nightly-1/batches/0001.json"
SWEEP = Sweep("nightly-1", NOW, Depth.FULL)
TWO_CLIENTS = observation(look=look(sessions(), sessions("billing-cron", tls=False)))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEDGER_KEY = "aws:111122223333:us-east-1:cluster-LEDGER"
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

    @property
    def probe(self) -> str:
        """ARN of its probe."""
        return self._probe.arn

    def probe_is(self, edition: dict[str, object]) -> None:
        """From now on the probe names this edition in its answers."""
        self._edition = edition

    def plan(self, sweep: Sweep, beside: str = KEY) -> None:
        """Leaves the plan of a sweep, as discover does beside its batches, in the moment in which it starts."""
        self._monkeypatch.setattr(clock, "now", lambda: sweep.started_at)
        s3.put(self.bucket, sweep_key(beside), dump(Plan(sweep)))

    def observe(self, batch: Batch, sweep: Sweep = SWEEP, *seen: Observation) -> BatchResult:
        """Puts a batch, opens the door with a probe that saw these, and reads what it left for the report.

        What a full sweep lists, it lists when it starts; and all is looked at then.
        """
        self.plan(sweep)
        s3.put(self.bucket, KEY, dump(listed(batch, sweep.started_at) if sweep.depth is Depth.FULL else batch))
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
        remembered = (item for item in items if not item["pk"]["S"].startswith("noted "))
        return sorted(remembered, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def findings(self, key: str = ORDERS_KEY) -> tuple[RememberedFinding, ...]:
        return dynamodb.read(self.table, key, clock.now()).findings

    def statuses(self, key: str = ORDERS_KEY) -> dict[CheckId, Status]:
        return {each.finding.check: each.finding.status for each in self.findings(key)}

    def clients(self, key: str = ORDERS_KEY) -> set[str]:
        return {each.client.who.application for each in dynamodb.read(self.table, key, clock.now()).clients}

    def known(self) -> KnownDatabases:
        return dynamodb.known(self.table, None, clock.now())


def listed(batch: Batch, at: datetime) -> Batch:
    """The batch as a sweep has it that listed the account then."""
    databases = tuple(replace(each, listed_at=at) for each in batch.databases)
    return replace(
        batch, databases=databases, listings=tuple(replace(each, listed_at=at) for each in batch.listings)
    )


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
            "EVIDENCE_DAYS": "35",
            "PUBLISH": "EVERYTHING",
            "POWERTOOLS_SERVICE_NAME": "tlscheck",
        }.items():
            monkeypatch.setenv(name, value)
        yield Stage(account, standin, table, bucket, monkeypatch)


def test_a_look_becomes_clients_findings_and_a_verdict(stage: Stage) -> None:
    (row,) = stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS).databases
    assert (row.key, row.verdict, row.tls_clients, row.plaintext_clients) == (
        ORDERS_KEY,
        Verdict.FIX_CLIENTS,
        1,
        1,
    )
    assert stage.statuses() == {
        CheckId.FORCE_SSL: Status.FAILED,
        CheckId.CA: Status.PASSED,
        CheckId.ROTATION: Status.PASSED,
        CheckId.TLS_VERSIONS: Status.PASSED,
        CheckId.UPGRADE: Status.INFORMATIONAL,
        CheckId.PASSWORD_HASHES: Status.PASSED,
        CheckId.CONNECTION_LOG: Status.INFORMATIONAL,
        CheckId.SERVER_CERTIFICATE: Status.PASSED,
        CheckId.PLAINTEXT_CLIENTS: Status.FAILED,
        CheckId.TLS_CLIENTS: Status.INFORMATIONAL,
        CheckId.LOST_ENCRYPTION: Status.NOT_OBSERVED,
        CheckId.REFUSING_CLIENTS: Status.NOT_OBSERVED,
        CheckId.NOT_OBSERVED: Status.PASSED,
    }
    assert stage.clients() == {"orders-api", "billing-cron"}
    assert {item["pk"]["S"] for item in stage.items()} == {ORDERS_KEY}
    assert {item["sk"]["S"].split("#")[0] for item in stage.items()} == {
        *("client", "finding", "look", "log", "database"),
    }
    assert stage.known().databases == listed(ORDERS_BATCH, NOW).databases


def test_how_far_it_came_with_the_servers_is_left_to_be_counted(stage: Stage) -> None:
    assert stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS).sights == {Sight.SEEN: 1}
    # Nobody went there.
    assert stage.observe(ORDERS_BATCH).sights == {Sight.NO_PROBE: 1}
    # The probe is there, and says nothing of it.
    other = replace(TWO_CLIENTS, arn="arn:aws:rds:us-east-1:111122223333:db:other")
    assert stage.observe(ORDERS_BATCH, SWEEP, other).sights == {Sight.PROBE_FAILED: 1}


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
    assert (row.tls_clients, row.plaintext_clients) == (None, None)
    assert stage.statuses()[CheckId.FORCE_SSL] is Status.PASSED
    assert stage.statuses()[CheckId.SERVER_CERTIFICATE] is Status.NOT_OBSERVED


def test_a_cluster_is_judged_without_being_connected_to(stage: Stage) -> None:
    both = (cluster(), member(status="stopped"))
    _, row = stage.observe(Batch("us-east-1", "vpc-0a1b2c3d", both)).databases
    assert (row.key, row.verdict) == (LEDGER_KEY, Verdict.CLEAR)
    others = {check: each for check, each in stage.statuses(LEDGER_KEY).items() if check != CheckId.CONNECTION_LOG}
    assert set(others.values()) == {Status.PASSED}
    assert {CheckId.FORCE_SSL, CheckId.CA, CheckId.NOT_OBSERVED} <= stage.statuses(LEDGER_KEY).keys()
    assert CheckId.SERVER_CERTIFICATE not in stage.statuses(LEDGER_KEY)


def test_a_cluster_is_judged_by_the_looks_at_its_members(stage: Stage) -> None:
    taken = replace(observation(member().arn), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, "It asked."))
    rows = stage.observe(Batch("us-east-1", "vpc-0a1b2c3d", (cluster(), member())), SWEEP, taken).databases
    assert [(row.identifier, row.verdict, row.enforcement) for row in rows] == [
        ("ledger-1", Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED),
        ("ledger", Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED),
    ]
    assert stage.statuses(LEDGER_KEY)[CheckId.FORCE_SSL] is Status.FAILED


def test_a_cluster_whose_member_is_left_out_is_judged_by_what_is_kept_of_it(stage: Stage) -> None:
    taken = replace(observation(member().arn), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, "It asked."))
    ids = {"ledger-1": "db-LEDGER1"}
    stage.observe(Batch("us-east-1", "vpc-0a1b2c3d", (cluster(member_ids=ids), member())), SWEEP, taken)
    later = replace(SWEEP, started_at=NOW + DAY)
    (row,) = stage.observe(Batch("us-east-1", None, (cluster(member_ids=ids),)), later).databases
    assert (row.verdict, row.enforcement) == (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED)
    assert "2026-11-24" in row.reason


def test_a_batch_that_is_observed_again_within_the_hour_leaves_the_table_as_it_is(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    before = stage.items()
    for minutes in (0, 20):
        stage.observe(ORDERS_BATCH, replace(SWEEP, started_at=NOW + timedelta(minutes=minutes)), TWO_CLIENTS)
        assert stage.items() == before


def test_an_older_sweep_that_comes_late_adds_whom_it_saw_and_changes_nothing_else(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    before = stage.items()
    fixed = replace(ORDERS_BATCH, databases=(database(),))
    older = replace(SWEEP, started_at=NOW - HOUR)
    (row,) = stage.observe(fixed, older, observation(look=look(sessions("another")))).databases
    added = [item["sk"]["S"].split("#")[0] for item in stage.items() if item not in before]
    assert added == ["client", "finding"]
    assert stage.clients() == {"orders-api", "billing-cron", "another"}
    (told,) = (each for each in stage.findings() if each.finding.check is CheckId.TLS_CLIENTS)
    assert "another" in told.finding.reason
    assert stage.statuses()[CheckId.FORCE_SSL] is Status.FAILED
    assert (row.verdict, row.plaintext_clients) == (Verdict.FIX_CLIENTS, 1)


def test_a_sweep_repeated_after_it_broke_off_leaves_what_one_whole_sweep_would(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    whole = stage.items()
    table = storage.client_of(stage.account, "dynamodb")
    for item in whole[::2]:
        table.delete_item(TableName=stage.table, Key={name: item[name] for name in ("pk", "sk")})
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    assert stage.items() == whole


def test_a_quiet_look_is_written_while_an_older_one_may_still_be(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    later = replace(SWEEP, started_at=NOW + timedelta(minutes=20))
    other = Running("sweeps/nightly-0/batches/0001.json", NOW, NOW + DAY, key_digests([ORDERS_KEY]))
    dynamodb.begin(stage.table, other)
    stage.observe(ORDERS_BATCH, later, TWO_CLIENTS)
    looked = dynamodb.read(stage.table, ORDERS_KEY, clock.now()).look
    assert looked is not None
    assert looked.at == later.started_at
    assert dynamodb.running(stage.table, clock.now()) == (other,)


def test_each_looks_moment_is_kept_also_where_nothing_else_is_written(stage: Stage) -> None:
    moments = [NOW + timedelta(minutes=each) for each in (0, 20, 40, 62)]
    for at in moments:
        stage.observe(listed(ORDERS_BATCH, NOW), replace(SWEEP, started_at=at), TWO_CLIENTS)
    kept = dynamodb.read(stage.table, ORDERS_KEY, clock.now()).look
    assert kept is not None
    assert kept.looks == tuple(moments)


def test_the_same_an_hour_later_is_not_announced_again(stage: Stage) -> None:
    (first,) = stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS).databases
    assert (first.announced == tuple(each.check for each in first.findings), first.verdict_announced) == (
        True,
        True,
    )
    assert {each.announced_at for each in stage.findings()} == {NOW}
    later = replace(SWEEP, started_at=NOW + HOUR)
    (row,) = stage.observe(ORDERS_BATCH, later, TWO_CLIENTS).databases
    assert {each.announced_at for each in stage.findings()} == {NOW}
    assert (row.announced, row.worse, row.verdict_announced) == ((), (), False)


def test_what_a_hub_lacks_is_sent_again_by_a_full_sweep(stage: Stage) -> None:
    batch = replace(ORDERS_BATCH, listings=(RegionListing(REGION, "us-east-1", 1),))
    stage.observe(batch, SWEEP, TWO_CLIENTS)
    assert dynamodb.delivered(stage.table, ORDERS_KEY, "ca", NOW, NOW)
    later = replace(SWEEP, started_at=NOW + HOUR)
    hubs: dict[str, Hub | Gap] = {"us-east-1": Hub(NOW - DAY)}
    stage.observe(replace(batch, hubs=hubs), later, TWO_CLIENTS)
    again = {each.finding.check for each in stage.findings() if each.sent_at == later.started_at}
    assert again == stage.statuses().keys() - {CheckId.CA}
    assert {each.sent_at for each in stage.findings(REGION)} == {later.started_at}
    assert {each.announced_at for each in stage.findings()} == {NOW}


def test_what_ended_and_was_refused_then_is_sent_again_where_there_is_a_hub(stage: Stage) -> None:
    listings = (RegionListing(REGION, "us-east-1", 0, vanished=(ORDERS_KEY,)),)
    hubs: dict[str, Hub | Gap] = {"us-east-1": Hub(NOW - DAY)}
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    stage.observe(Batch("us-east-1", None, (), listings, hubs=hubs), replace(SWEEP, started_at=NOW + HOUR))
    dynamodb.refused(stage.table, ORDERS_KEY, "ca", Gap("", "AccessDenied: no"), NOW + HOUR)
    dynamodb.delivered(stage.table, ORDERS_KEY, "force-ssl", NOW + HOUR, NOW + HOUR)

    def sent(days: int, hub: Hub) -> dict[str, datetime]:
        batch = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 0),), hubs={"us-east-1": hub})
        stage.observe(batch, replace(SWEEP, started_at=NOW + days * DAY))
        found = {each.finding.check: each for each in stage.findings()}
        assert all(each.archived_at == NOW + HOUR for each in found.values())
        return {check: found[CheckId(check)].sent_at for check in ("ca", "force-ssl")}

    assert sent(1, Hub(None)) == {"ca": NOW + HOUR, "force-ssl": NOW + HOUR}
    assert sent(2, Hub(NOW - DAY)) == {"ca": NOW + 2 * DAY, "force-ssl": NOW + HOUR}
    (item,) = (each for each in stage.items() if each["sk"]["S"] == "finding#ca" and "archived_at" in each)
    assert item["due"]["S"] == (NOW + 2 * DAY).isoformat(timespec="microseconds")
    dynamodb.delivered(stage.table, ORDERS_KEY, "ca", NOW + 2 * DAY, NOW + 2 * DAY)
    assert sent(3, Hub(NOW - DAY)) == {"ca": NOW + 2 * DAY, "force-ssl": NOW + HOUR}


def test_where_nothing_is_wanted_what_ended_is_sent_until_a_hub_takes_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks then whether there is one."""
    listings = (RegionListing(REGION, "us-east-1", 0, vanished=(ORDERS_KEY,)),)
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    monkeypatch.setenv("SECURITY_HUB", "DISABLED")
    stage.observe(Batch("us-east-1", None, (), listings), replace(SWEEP, started_at=NOW + HOUR))
    dynamodb.refused(stage.table, ORDERS_KEY, "ca", Gap("", "InvalidAccess: no"), NOW + HOUR)
    again = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 0),))
    stage.observe(again, replace(SWEEP, started_at=NOW + DAY))
    assert {each.finding.check: each.sent_at for each in stage.findings()}[CheckId.CA] == NOW + DAY


def test_a_region_that_the_owner_leaves_out_ends_and_nothing_is_said_of_it(stage: Stage) -> None:
    batch = replace(ORDERS_BATCH, listings=(RegionListing(REGION, "us-east-1", 1),))
    stage.observe(batch, SWEEP, TWO_CLIENTS)
    left_out = RegionListing(REGION, "us-east-1", 0, vanished=(ORDERS_KEY,), is_left_out=True)
    later = replace(SWEEP, started_at=NOW + DAY)
    result = stage.observe(Batch("us-east-1", None, (), (left_out,)), later)
    assert (result.listings, result.refused, len(result.vanished)) == ((), {}, 1)
    assert all(each.archived_at for each in (*stage.findings(), *stage.findings(REGION)))
    assert all(each.is_ended for each in (*stage.findings(), *stage.findings(REGION)) if each.sent)


def test_what_could_not_be_looked_at_again_stays_failed(stage: Stage) -> None:
    wrong = observation(handshake=handshake(HandshakeOutcome.WRONG_NAME), look=look(outcome=LookOutcome.NOT_TRIED))
    stage.observe(ORDERS_BATCH, SWEEP, wrong)
    (row,) = stage.observe(ORDERS_BATCH, replace(SWEEP, started_at=NOW + DAY)).databases
    assert stage.statuses()[CheckId.SERVER_CERTIFICATE] is Status.FAILED
    assert row.verdict is Verdict.FIX_DATABASE
    assert "Since 2026-11-25 it could not be looked at again." in row.reason


def test_a_sample_looks_at_connections_and_leaves_the_rest(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, observation())
    sample = Sweep("nightly-1", NOW + HOUR, Depth.SAMPLE)
    stage.observe(listed(ORDERS_BATCH, NOW), sample, TWO_CLIENTS)
    observed = {each.finding.check for each in stage.findings() if each.observed_at == sample.started_at}
    # Whom TLS enforcement and an upgrade cut off is judged again, since it saw somebody without TLS.
    assert observed == {
        CheckId.FORCE_SSL,
        CheckId.UPGRADE,
        CheckId.SERVER_CERTIFICATE,
        CheckId.PLAINTEXT_CLIENTS,
        CheckId.TLS_CLIENTS,
        CheckId.LOST_ENCRYPTION,
        CheckId.REFUSING_CLIENTS,
        CheckId.NOT_OBSERVED,
    }
    assert stage.statuses()[CheckId.PLAINTEXT_CLIENTS] is Status.FAILED


def test_a_sample_of_a_database_that_no_full_sweep_listed_writes_nothing(stage: Stage) -> None:
    sample = Sweep("nightly-1", NOW, Depth.SAMPLE)
    assert stage.observe(listed(ORDERS_BATCH, NOW), sample, TWO_CLIENTS).databases == ()
    assert stage.items() == []


def test_a_database_that_is_gone_is_archived_and_forgotten_and_nothing_else(stage: Stage) -> None:
    stage.observe(replace(ORDERS_BATCH, databases=(database(), cluster())), SWEEP)
    listing = RegionListing(REGION, "us-east-1", 1, vanished=(ORDERS_KEY,))
    later = replace(SWEEP, started_at=NOW + DAY)
    assert stage.observe(Batch("us-east-1", None, (), (listing,)), later).vanished == (ORDERS,)
    assert {each.archived_at for each in stage.findings()} == {later.started_at}
    assert {each.archived_at for each in stage.findings(LEDGER_KEY)} == {None}
    assert [each.arn for each in stage.known().databases] == [LEDGER]
    assert [each.arn for each in stage.known().gone] == [ORDERS]


@pytest.mark.parametrize("hours", [0, -1])
def test_a_repeated_or_older_sweep_archives_no_database(stage: Stage, hours: int) -> None:
    stage.observe(ORDERS_BATCH, SWEEP)
    listing = RegionListing(REGION, "us-east-1", 1, vanished=(ORDERS_KEY,))
    older = replace(SWEEP, started_at=NOW + hours * HOUR)
    assert stage.observe(Batch("us-east-1", None, (), (listing,)), older).vanished == ()
    assert {each.archived_at for each in stage.findings()} == {None}
    assert [each.arn for each in stage.known().databases] == [ORDERS]


def test_an_item_that_cannot_be_read_back_costs_its_database_a_reason_and_its_neighbour_nothing(
    stage: Stage,
) -> None:
    other = database(arn=f"{ORDERS}-2", identifier="orders-prod-2", resource_id="db-OTHER")
    both = replace(ORDERS_BATCH, databases=(database(), other))
    table = storage.client_of(stage.account, "dynamodb")
    spoilt = {"pk": {"S": ORDERS_KEY}, "sk": {"S": "client#0123"}, "version": {"N": "1"}}
    table.put_item(TableName=stage.table, Item=spoilt)
    rows = stage.observe(both, SWEEP, observation(), observation(other.arn)).databases
    assert {row.identifier: row.verdict for row in rows} == {
        "orders-prod": Verdict.NOT_OBSERVED,
        "orders-prod-2": Verdict.CLEAR,
    }
    assert stage.statuses()[CheckId.FORCE_SSL] is Status.PASSED


def test_a_database_that_cannot_be_judged_shows_what_is_known_of_it_and_its_neighbour_is_judged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = database(arn=f"{ORDERS}-2", identifier="orders-prod-2", resource_id="db-OTHER")
    both = replace(ORDERS_BATCH, databases=(database(force_ssl=NOT_ENFORCED), other))
    stage.observe(both, SWEEP, TWO_CLIENTS, observation(other.arn))
    run = dynamodb.run

    def refused(name: str, steps: Any, *more: Any) -> Any:
        if steps.gi_frame.f_locals.get("hand") and steps.gi_frame.f_locals["hand"].database.arn == ORDERS:
            raise ValueError("no")
        return run(name, steps, *more)

    monkeypatch.setattr(dynamodb, "run", refused)
    later = replace(SWEEP, started_at=NOW + DAY)
    first, second = stage.observe(both, later, observation(), observation(other.arn)).databases
    assert (first.error, first.verdict, first.plaintext_clients) == ("ValueError", Verdict.FIX_CLIENTS, 1)
    assert (second.error, second.verdict) == ("", Verdict.CLEAR)


def test_a_database_whose_memory_cannot_be_read_is_not_called_one_without_memory(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)

    def slow(*_: Any) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "Query")

    monkeypatch.setattr(dynamodb, "run", slow)
    monkeypatch.setattr(dynamodb, "read", slow)
    (row,) = stage.observe(ORDERS_BATCH, replace(SWEEP, started_at=NOW + DAY), TWO_CLIENTS).databases
    assert (row.verdict, row.error) == (Verdict.NOT_OBSERVED, "ThrottlingException: slow")
    assert row.reason == (
        "It was not judged in this sweep: ThrottlingException: slow. "
        "What is remembered of it could not be read whole: dynamodb:Query: ThrottlingException: slow."
    )


def test_a_cluster_that_cannot_be_judged_is_told_by_its_members(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch("us-east-1", "vpc-0a1b2c3d", (cluster(), member()))
    takes = replace(observation(member().arn), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
    run = dynamodb.run

    def refused(name: str, steps: Any, *more: Any) -> Any:
        if (hand := steps.gi_frame.f_locals.get("hand")) and hand.database.arn == LEDGER:
            raise ValueError("no")
        return run(name, steps, *more)

    monkeypatch.setattr(dynamodb, "run", refused)
    rows = stage.observe(batch, SWEEP, takes).databases
    assert {row.identifier: (row.enforcement, row.error) for row in rows} == {
        "ledger-1": (Enforcement.NOT_ENFORCED, ""),
        "ledger": (Enforcement.NOT_ENFORCED, "ValueError"),
    }


def test_a_region_that_cannot_be_judged_costs_its_databases_and_those_that_are_gone_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    run = dynamodb.run

    def refused(name: str, steps: Any, *more: Any) -> Any:
        if "is_contended" in steps.gi_frame.f_locals or steps.gi_frame.f_locals.get("key") == "no-key":
            raise ValueError("no")
        return run(name, steps, *more)

    monkeypatch.setattr(dynamodb, "run", refused)
    listing = RegionListing(REGION, "us-east-1", 1, vanished=("no-key", ORDERS_KEY))
    other = database(arn=f"{ORDERS}-2", identifier="orders-prod-2", resource_id="db-OTHER")
    batch = Batch("us-east-1", "vpc-0a1b2c3d", (other,), (listing,))
    result = stage.observe(batch, replace(SWEEP, started_at=NOW + DAY), observation(other.arn))
    assert [row.error for row in result.databases] == [""]
    assert [(each.check, each.status) for each in result.listings] == [(CheckId.NOT_OBSERVED, Status.NOT_OBSERVED)]
    assert result.listings[0].reason == "What this sweep listed of the Region was not judged: ValueError."
    assert result.vanished == (ORDERS,)


def test_a_batch_that_is_written_is_not_lost_because_its_end_could_not_be_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "DeleteItem")

    monkeypatch.setattr(dynamodb, "end", slow)
    assert stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS).databases[0].error == ""


def test_what_a_batch_announced_before_it_was_lost_is_told_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = s3.put

    def killed(bucket: str, key: str, text: str) -> None:
        if "/results/" in key:
            raise RuntimeError("killed")
        put(bucket, key, text)

    with monkeypatch.context() as context:
        context.setattr(s3, "put", killed)
        with pytest.raises(RuntimeError):
            stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    event = {"batch": KEY, "sweep": to_document(SWEEP), "error": {"Error": "Sandbox.Timedout", "Cause": "late"}}
    stage.open(event)
    (row,) = stage.result(KEY).databases
    assert (row.verdict, row.verdict_announced, row.worse) == (
        Verdict.FIX_CLIENTS,
        True,
        ("force-ssl", "plaintext-clients"),
    )
    assert set(row.announced) == set(stage.statuses())
    # A later one that is lost has no news.
    later = replace(SWEEP, started_at=NOW + HOUR)
    stage.plan(later)
    stage.open(event | {"sweep": to_document(later)})
    (row,) = stage.result(KEY).databases
    assert (row.verdict, row.verdict_announced, row.worse, row.announced) == (Verdict.FIX_CLIENTS, False, (), ())


def test_a_region_with_a_gap_is_a_finding(stage: Stage) -> None:
    gap = Gap("rds:DescribeDBInstances", "AccessDenied: not authorized")
    batch = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 0, (gap,)),))
    result = stage.observe(batch)
    assert {each.check: each.status for each in result.listings} == stage.statuses(REGION)
    assert stage.statuses(REGION) == dict.fromkeys(
        (CheckId.NOT_OBSERVED, CheckId.TRUST_STORE, CheckId.DEFAULT_CA), Status.NOT_OBSERVED
    )


BY_SCP = "AccessDenied: User: x is not authorized with an explicit deny in a service control policy"
DENIED = tuple(
    Gap(call, BY_SCP, GapCause.ORGANISATION) for call in ("rds:DescribeDBClusters", "rds:DescribeDBInstances")
)


@pytest.mark.parametrize("gaps", [(), DENIED], ids=["empty", "denied"])
def test_a_region_where_no_database_is_tells_no_hub_and_what_it_told_ends(
    stage: Stage, gaps: tuple[Gap, ...]
) -> None:
    """Its findings stand in the result, for the report: nothing is written of it, and what was is archived."""
    listing = RegionListing(REGION, "us-east-1", 0, gaps)
    with_one = Batch("us-east-1", None, (), (RegionListing(REGION, "us-east-1", 1),))
    result = stage.observe(Batch("us-east-1", None, (), (listing,)))
    assert {each.check.value for each in result.listings} == {"not-observed", "trust-store", "default-ca"}
    assert result.refused == ({"us-east-1": DENIED[0]} if gaps else {})
    assert stage.findings(REGION) == ()
    stage.observe(with_one, replace(SWEEP, started_at=NOW + DAY))
    assert len([each for each in stage.findings(REGION) if each.archived_at is None]) == 3
    stage.observe(Batch("us-east-1", None, (), (listing,)), replace(SWEEP, started_at=NOW + 2 * DAY))
    assert [each.archived_at for each in stage.findings(REGION)] == [NOW + 2 * DAY] * 3
    stage.observe(with_one, replace(SWEEP, started_at=NOW + 3 * DAY))
    assert [each.archived_at for each in stage.findings(REGION)] == [None] * 3


def test_a_denied_region_where_a_database_was_still_says_so(stage: Stage) -> None:
    listing = RegionListing(REGION, "us-east-1", 0, DENIED)
    stage.observe(Batch("us-east-1", None, (), (listing,), (database(),)))
    assert stage.statuses(REGION)[CheckId.NOT_OBSERVED] is Status.NOT_OBSERVED


def test_what_a_listing_could_not_show_is_told_as_it_is_known_and_nothing_of_it_is_changed(stage: Stage) -> None:
    other = database(arn=f"{ORDERS}-2", identifier="orders-prod-2", resource_id="db-OTHER")
    stage.observe(replace(ORDERS_BATCH, databases=(database(), other)), SWEEP, TWO_CLIENTS, observation(other.arn))
    before = stage.items()
    listing = RegionListing(REGION, "us-east-1", 0, (Gap("rds:DescribeDBInstances", "AccessDenied: no"),))
    batch = Batch("us-east-1", None, (), (listing,), (database(), other))
    first, second = stage.observe(batch, replace(SWEEP, started_at=NOW + DAY)).databases
    why = "its Region was not listed whole: rds:DescribeDBInstances: AccessDenied: no"
    assert (first.error, first.verdict, first.plaintext_clients) == (why, Verdict.FIX_CLIENTS, 1)
    assert (second.error, second.verdict) == (why, Verdict.NOT_OBSERVED)
    assert second.reason.startswith(f"It was not judged in this sweep: {why}. On 2026-11-24 it was CLEAR. ")
    assert [each for each in stage.items() if each["pk"]["S"] != REGION] == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"batch": "sweeps/nightly-1/batches/9999.json"}, "batch"),
        ({"batch": "../../secrets.json"}, "batch"),
        ({"batch": 7}, "batch"),
        ({"sweep": {"id": "nightly-1"}}, "started_at"),
        ({"sweep": {"id": "nightly-1", "started_at": "2026-11-24T03:00:00Z", "depth": "deep"}}, "depth"),
        ({"sweep": {"id": "nightly-1", "started_at": "2026-11-24T03:00:00Z", "depth": "sample"}}, "sweep.depth"),
        ({"sweep": {"id": "nightly-1", "started_at": "2026-11-24T02:00:00Z", "depth": "full"}}, "started_at"),
        ({"sweep": {"id": "nightly-1", "started_at": "2026-11-25T03:00:00Z", "depth": "full"}}, "started_at"),
        ({"sweep": {"id": "nightly-2", "started_at": "2026-11-24T03:00:00Z", "depth": "full"}}, "sweep.id"),
        (
            {
                "batch": "sweeps/nightly-2/batches/0001.json",
                "sweep": {"id": "nightly-2", "started_at": "2026-11-24T03:00:00Z", "depth": "full"},
            },
            "sweep.id",
        ),
        ({"databases": []}, "databases"),
    ],
)
def test_a_wrong_event_names_its_field_and_changes_nothing(
    stage: Stage, change: dict[str, Any], field: str
) -> None:
    stage.plan(SWEEP)
    s3.put(stage.bucket, KEY, dump(ORDERS_BATCH))
    with pytest.raises(BadRequest, match=field):
        stage.open({"batch": KEY, "sweep": to_document(SWEEP)} | change)
    assert stage.items() == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("observe_*.json")), ids=lambda path: path.stem)
def test_every_event_of_the_console_is_observed(stage: Stage, path: Path) -> None:
    event = json.loads(path.read_text())
    began = event["sweep"]
    started_at = datetime.fromisoformat(began["started_at"])
    stage.observe(ORDERS_BATCH, replace(SWEEP, started_at=started_at - DAY))
    stage.plan(Sweep(began["id"], started_at, Depth(began["depth"])), event["batch"])
    s3.put(stage.bucket, event["batch"], dump(ORDERS_BATCH))
    assert stage.open(event) == {"batch": event["batch"], "databases": 1}
    assert len(stage.result(event["batch"]).databases) == 1


BUSY = "TooManyRequestsException: Rate Exceeded."


def test_while_the_probe_is_busy_nothing_is_written_and_then_all_is(stage: Stage) -> None:
    """Modelled: the emulator has no limit, and nothing pends."""
    stage.plan(SWEEP)
    s3.put(stage.bucket, KEY, dump(listed(ORDERS_BATCH, NOW)))
    event = {"batch": KEY, "sweep": to_document(SWEEP)}
    with refusing("lambda", "Invoke", "TooManyRequestsException"), pytest.raises(ProbeBusy, match=BUSY):
        stage.open(event, stage.probe)
    assert stage.items() == []
    assert s3.get(stage.bucket, result_key(KEY)) is None
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    assert stage.clients() == {"orders-api", "billing-cron"}


def test_a_probe_that_was_busy_for_too_long_costs_what_it_alone_could_see(stage: Stage) -> None:
    stage.observe(ORDERS_BATCH, SWEEP, TWO_CLIENTS)
    later = Sweep("nightly-1", NOW + DAY, Depth.FULL)
    stage.plan(later)
    s3.put(stage.bucket, KEY, dump(listed(ORDERS_BATCH, NOW + DAY)))
    cause = json.dumps({"errorType": "ProbeBusy", "errorMessage": f"the probe is busy: {BUSY}"})
    error = {"Error": "ProbeBusy", "Cause": cause}
    stage.open({"batch": KEY, "sweep": to_document(later), "error": error}, stage.probe)
    result = stage.result(KEY)
    assert (result.lost, result.sweep_started_at) == ("", NOW + DAY)
    (row,) = result.databases
    assert row.error == ""
    told = {each.check: each.reason for each in row.findings}
    assert told[CheckId.NOT_OBSERVED].count(f"the probe is busy: {BUSY}") == 1
    # What needs no connection is judged, and who connected is remembered.
    assert stage.statuses()[CheckId.FORCE_SSL] is Status.FAILED
    assert stage.clients() == {"orders-api", "billing-cron"}


def sleeping(monkeypatch: pytest.MonkeyPatch, capacity: float, connections: float) -> Batch:
    """A batch of an instance that pauses and its cluster; CloudWatch says this of the minute before, whenever."""

    def measured(region: str, identifiers: list[str]) -> dict[str, Measured]:
        assert (region, identifiers) in [("us-east-1", ["ledger-1"]), ("us-east-1", [])]
        began = clock.now() - timedelta(minutes=1)
        return {"ledger-1": Measured(((began, capacity),), ((began, connections),))}

    monkeypatch.setattr("tlscheck.edges.looking.cloudwatch.measured", measured)
    traits = (Trait.SERVERLESS_V2, Trait.SCALES_TO_ZERO)
    ids = {"ledger-1": "db-LEDGER1"}
    both = (cluster(traits=traits, member_ids=ids), member(traits=traits, instance_class="db.serverless"))
    return Batch("us-east-1", "vpc-0a1b2c3d", both)


def test_one_that_is_left_asleep_says_so_and_what_to_do_and_all_else_is_judged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = sleeping(monkeypatch, 0.0, 0.0)
    row, _ = stage.observe(batch, SWEEP, observation(member().arn)).databases
    assert row.verdict is Verdict.NOT_OBSERVED
    (finding,) = (each for each in row.findings if each.check is CheckId.NOT_OBSERVED)
    assert finding.reason == (
        "Not looked at: server: it may pause at 0 ACUs, and a connection would wake it: its capacity is 0."
    )
    assert finding.told_step == (
        'While ledger-1 is in use, start a sweep with {"databases": ["ledger-1"]}: it is looked at then. '
        "Or deploy with WakePausedDatabases=ENABLED, and each full sweep wakes it."
    )
    key = "aws:111122223333:us-east-1:db-LEDGER1"
    assert {check: status for check, status in stage.statuses(key).items() if status is not Status.PASSED} == {
        CheckId.SERVER_CERTIFICATE: Status.NOT_OBSERVED,
        CheckId.PLAINTEXT_CLIENTS: Status.NOT_OBSERVED,
        CheckId.TLS_CLIENTS: Status.NOT_OBSERVED,
        CheckId.LOST_ENCRYPTION: Status.NOT_OBSERVED,
        CheckId.REFUSING_CLIENTS: Status.NOT_OBSERVED,
        CheckId.NOT_OBSERVED: Status.NOT_OBSERVED,
    }
    assert {CheckId.CA, CheckId.ROTATION} <= stage.statuses(key).keys()
    assert stage.statuses(LEDGER_KEY)[CheckId.FORCE_SSL] is Status.PASSED


def test_without_the_right_to_ask_cloudwatch_it_says_which_right_is_missing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = sleeping(monkeypatch, 2.0, 1.0)
    denied = Gap("cloudwatch:GetMetricData", "AccessDenied: no")
    monkeypatch.setattr("tlscheck.edges.looking.cloudwatch.measured", lambda *_: {"ledger-1": denied})
    row, _ = stage.observe(batch, SWEEP, observation(member().arn)).databases
    (finding,) = (each for each in row.findings if each.check is CheckId.NOT_OBSERVED)
    assert finding.reason.endswith("would wake it: cloudwatch:GetMetricData: AccessDenied: no.")
    assert finding.told_step.startswith("Let Observe's role call cloudwatch:GetMetricData in us-east-1. While ")


def test_a_sample_changes_nothing_of_one_that_may_pause_awake_or_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = observation(member().arn, look=look(sessions("billing-cron", tls=False)))
    batch = sleeping(monkeypatch, 2.0, 1.0)
    row, _ = stage.observe(batch, SWEEP, seen).databases
    assert row.verdict is Verdict.FIX_CLIENTS
    before = stage.items()
    sample = replace(SWEEP, started_at=NOW + DAY, depth=Depth.SAMPLE)
    batch = replace(batch, databases=stage.known().databases)
    rows = stage.observe(batch, sample, observation(member().arn)).databases
    assert [each.identifier for each in rows] == ["ledger"]
    of_member = "aws:111122223333:us-east-1:db-LEDGER1"
    assert [each for each in stage.items() if each["pk"]["S"] == of_member] == [
        each for each in before if each["pk"]["S"] == of_member
    ]


def test_others_on_the_same_parameter_group_and_their_clients_are_named_before_it_is_changed(stage: Stage) -> None:
    crm = database(
        arn=f"{ORDERS}-crm", identifier="crm", resource_id="db-CRM", force_ssl=NOT_ENFORCED, endpoint=None
    )
    both = (replace(crm, endpoint=ORDERS_BATCH.databases[0].endpoint), ORDERS_BATCH.databases[0])
    (batch,) = with_groups([replace(ORDERS_BATCH, databases=both)], both)
    erp = replace(observation(look=look(sessions("erp", tls=False))), arn=crm.arn)
    stage.observe(batch, SWEEP, erp, observation())
    with watched() as calls:
        stage.observe(batch, replace(SWEEP, started_at=NOW + DAY), erp, observation())
    assert [each.name for each in calls].count("dynamodb:BatchGetItem") == 1
    (finding,) = (each.finding for each in stage.findings() if each.finding.check is CheckId.FORCE_SSL)
    # crm comes after it in the batch: what is known of it is of the sweep before.
    assert finding.next_step == (
        'Move to TLS first: at crm, "erp" as "orders" in "orders" from 10.0.1.5, last seen without TLS on '
        "2026-11-24. The parameter group orders-pg17 is also that of crm: this changes them all. "
        "This restarts the server, which interrupts every connection. What else waits in its parameter group is "
        "applied with it. Then:"
    )
    assert finding.commands


def test_a_batch_of_before_gives_no_command_over_the_heads_of_others_on_the_group(stage: Stage) -> None:
    batch = load(Batch, (EVENTS.parent / "tests" / "fixtures" / "documents_of_0_4_0.json").read_text())
    crm, orders, *_ = batch.databases
    batch = replace(batch, databases=(crm, orders))
    erp = replace(observation(look=look(sessions("erp", tls=False))), arn=crm.arn)
    stage.observe(batch, SWEEP, erp, observation())
    (finding,) = (each.finding for each in stage.findings() if each.finding.check is CheckId.FORCE_SSL)
    assert (finding.status, finding.commands) == (Status.FAILED, ())
    assert finding.next_step == (
        "Who else is on orders-pg17 is not known (an earlier version: it did not ask; the next full sweep does). "
        "No command is given until then: rds.force_ssl=1 cuts off whoever still comes so. Or give orders-prod a "
        "parameter group of its own, so that it changes alone."
    )
