"""The table in an emulated account: only a later sweep changes what is remembered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.items import client_item, client_of, finding_item, finding_of, moment
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.ledger.client import Client, Who
from tlscheck.reporting.delivery import Delivery
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.readiness import Readiness, Verdict

from tests import storage
from tests.examples import NOW, ORDERS, REGION, client, database, plaintext_client
from tests.local_aws.emulator.account import EmulatedAccount

MEMORY = timedelta(days=90)
HOUR = timedelta(hours=1)
FINDING = Finding(ORDERS, "us-east-1", CheckId.FORCE_SSL, Status.FAILED, "rds.force_ssl is 0.", "")
REMEMBERED = RememberedFinding(FINDING, NOW, NOW, NOW, NOW)
READY = Readiness(Verdict.FIX_DATABASE, "rds.force_ssl is 0.")


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


def sweep(hours: int = 0, depth: Depth = Depth.FULL) -> Sweep:
    return Sweep("nightly", NOW + hours * HOUR, depth)


def stored(account: EmulatedAccount, table: str, sk: str) -> dict[str, Any]:
    item: dict[str, Any] = storage.client_of(account, "dynamodb").get_item(
        TableName=table, Key={"pk": {"S": ORDERS}, "sk": {"S": sk}}
    )["Item"]
    return item


def test_a_finding_of_a_check_that_this_version_has_not_is_passed_over(
    account: EmulatedAccount, table: str
) -> None:
    item = {**finding_item(REMEMBERED), "sk": "finding#quantum-safe", "check": "quantum-safe"}
    storage.client_of(account, "dynamodb").put_item(
        TableName=table, Item={name: TypeSerializer().serialize(value) for name, value in item.items()}
    )
    dynamodb.put_finding(table, REMEMBERED)
    assert dynamodb.load(table, ORDERS).findings == (REMEMBERED,)
    with pytest.raises(ValueError, match="quantum-safe"):
        finding_of(item)


def test_what_was_written_is_read_back(table: str) -> None:
    blind = replace(
        REMEMBERED,
        finding=replace(FINDING, check=CheckId.CA),
        not_observed_since=NOW,
        not_observed_reason="no probe in vpc-0a1b2c3d",
    )
    clients = {client("a"), plaintext_client("b"), client("")}
    assert all(dynamodb.put_client(table, each, MEMORY) for each in clients)
    assert all(dynamodb.put_finding(table, each) for each in (REMEMBERED, blind))
    assert dynamodb.put_database(table, database(), READY, sweep())
    remembered = dynamodb.load(table, ORDERS)
    assert set(remembered.clients) == clients
    assert set(remembered.findings) == {REMEMBERED, blind}
    assert dynamodb.load(table, "arn:of:another") == dynamodb.Remembered((), ())


@pytest.mark.parametrize("hours", [0, -1])
def test_a_repeated_or_older_sweep_changes_nothing(account: EmulatedAccount, table: str, hours: int) -> None:
    dynamodb.put_client(table, client(), MEMORY)
    dynamodb.put_finding(table, REMEMBERED)
    dynamodb.put_database(table, database(), READY, sweep())
    before = storage.client_of(account, "dynamodb").scan(TableName=table)["Items"]
    when = NOW + hours * HOUR
    assert not dynamodb.put_client(table, client(last_seen=when, protocols=("TLSv1.2",)), MEMORY)
    changed = replace(REMEMBERED, finding=replace(FINDING, status=Status.PASSED), observed_at=when)
    assert not dynamodb.put_finding(table, changed)
    assert not dynamodb.put_database(table, database(), Readiness(Verdict.CLEAR, "clear"), sweep(hours))
    assert storage.client_of(account, "dynamodb").scan(TableName=table)["Items"] == before


def test_a_later_sweep_changes_what_is_remembered(table: str) -> None:
    dynamodb.put_finding(table, REMEMBERED)
    later = replace(REMEMBERED, finding=replace(FINDING, status=Status.PASSED), observed_at=NOW + HOUR)
    assert dynamodb.put_finding(table, later)
    assert dynamodb.load(table, ORDERS).findings == (later,)


def test_a_database_is_known_as_the_last_full_sweep_found_it(table: str) -> None:
    dynamodb.put_database(table, database(), READY, sweep())
    sampled = database(engine_version="a sample did not ask")
    assert dynamodb.put_database(table, sampled, READY, sweep(1, Depth.SAMPLE))
    assert dynamodb.known_databases(table) == (database(),)
    dynamodb.put_database(table, database(engine_version="17.5"), READY, sweep(2))
    assert dynamodb.known_databases(table) == (database(engine_version="17.5"),)


def test_a_sample_does_not_keep_a_database_alive(account: EmulatedAccount, table: str) -> None:
    dynamodb.put_database(table, database(), READY, sweep())
    before = stored(account, table, "database")
    dynamodb.put_database(table, database(), Readiness(Verdict.CLEAR, "clear"), sweep(1, Depth.SAMPLE))
    after = stored(account, table, "database")
    assert after["expires_at"] == before["expires_at"]
    assert after["verdict"] == {"S": "CLEAR"}
    assert after["observed_at"] == {"S": moment(NOW + HOUR)}


def test_a_finding_that_was_archived_is_read_back_so(table: str) -> None:
    archived = replace(REMEMBERED, archived_at=NOW)
    dynamodb.put_findings(table, [archived])
    assert dynamodb.load(table, ORDERS).findings == (archived,)


@pytest.mark.parametrize(("hours", "forgotten"), [(1, True), (0, False), (-1, False)])
def test_only_a_later_sweep_forgets_a_database(table: str, hours: int, forgotten: bool) -> None:
    dynamodb.put_database(table, database(), READY, sweep())
    assert dynamodb.forget_database(table, ORDERS, NOW + hours * HOUR) is forgotten
    assert dynamodb.known_databases(table) == (() if forgotten else (database(),))


def test_a_database_that_nobody_knows_cannot_be_forgotten(account: EmulatedAccount, table: str) -> None:
    assert not dynamodb.forget_database(table, ORDERS, NOW)
    assert storage.client_of(account, "dynamodb").scan(TableName=table)["Items"] == []


def test_a_forgotten_database_that_comes_back_is_known_again(table: str) -> None:
    dynamodb.put_database(table, database(), READY, sweep())
    dynamodb.forget_database(table, ORDERS, NOW + HOUR)
    dynamodb.put_database(table, database(), READY, sweep(2))
    assert dynamodb.known_databases(table) == (database(),)


def test_what_is_remembered_expires(account: EmulatedAccount, table: str) -> None:
    dynamodb.put_client(table, client(), MEMORY)
    item = stored(account, table, f"client#{client().who.digest()}")
    assert item["expires_at"] == {"N": str(int((NOW + MEMORY).timestamp()))}


def test_more_than_a_page_of_clients_is_read(table: str) -> None:
    long = "x" * 4000
    clients = {client(who=Who(ORDERS, long, long, long, f"10.0.0.{number}")) for number in range(120)}
    for each in clients:
        dynamodb.put_client(table, each, MEMORY)
    assert set(dynamodb.load(table, ORDERS).clients) == clients


def test_a_refused_delivery_is_known_until_one_succeeds(table: str) -> None:
    refused = Delivery(REGION, "us-east-1", "AccessDeniedException: not authorized", NOW)
    assert not dynamodb.put_recovered_delivery(table, REGION, NOW)
    assert dynamodb.failed_deliveries(table) == ()
    dynamodb.put_refused_delivery(table, refused)
    assert dynamodb.failed_deliveries(table) == (refused,)
    assert dynamodb.put_recovered_delivery(table, REGION, NOW + HOUR)
    assert dynamodb.failed_deliveries(table) == ()
    assert dynamodb.load(table, REGION) == dynamodb.Remembered((), ())


def test_a_table_that_is_not_there_is_an_error(account: EmulatedAccount) -> None:
    missing = storage.client_of(account, "dynamodb").exceptions.ResourceNotFoundException
    with pytest.raises(Exception, match="ResourceNotFound") as raised:
        dynamodb.load("no-such-table", ORDERS)
    assert type(raised.value).__name__ == missing.__name__


def image(remembered: RememberedFinding) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in finding_item(remembered).items()}


def test_a_stream_record_is_announced_when_its_announcement_moved() -> None:
    later = replace(REMEMBERED, announced_at=NOW + HOUR, observed_at=NOW + HOUR)
    silent = replace(REMEMBERED, observed_at=NOW + HOUR)
    new, old = image(later), image(REMEMBERED)
    assert dynamodb.announced({"dynamodb": {"NewImage": old}}) == REMEMBERED
    assert dynamodb.announced({"dynamodb": {"NewImage": new, "OldImage": old}}) == later
    assert dynamodb.announced({"dynamodb": {"NewImage": image(silent), "OldImage": old}}) is None
    assert dynamodb.announced({"dynamodb": {"OldImage": old}}) is None


texts = st.text(max_size=80)
moments = st.datetimes(timezones=st.just(NOW.tzinfo))


@given(st.tuples(texts, texts, texts, texts), moments, st.none() | moments, st.none() | moments)
def test_any_client_survives_its_item(
    names: tuple[str, str, str, str], when: Any, last_tls: Any, last_plaintext: Any
) -> None:
    known = Client(Who(ORDERS, *names), NOW, when, last_tls, last_plaintext, ("TLSv1.2", "TLSv1.3"))
    assert client_of(client_item(known, timedelta())) == known


@given(texts, texts, st.sampled_from(Status), moments, st.none() | moments)
def test_any_finding_survives_its_item(reason: str, step: str, status: Status, when: Any, since: Any) -> None:
    found = replace(FINDING, reason=reason, next_step=step, status=status)
    known = RememberedFinding(found, NOW, when, when, NOW, since, reason)
    assert finding_of(finding_item(known)) == known


@given(moments, moments)
def test_moments_as_text_are_ordered_as_moments(one: Any, other: Any) -> None:
    assert (moment(one) < moment(other)) == (one < other)
    assert len(moment(one)) == 32
