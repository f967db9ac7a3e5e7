"""What 7d35913 remembered is taken over by the first sweep, once, wherever an adoption was cut off before.

tests/fixtures/table_of_7d35913.json holds items that its own code wrote.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from tlscheck.edges import adoption, clock, observing
from tlscheck.edges.aws import dynamodb, probes, session, table
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.inventory.batch import Depth, Sweep, in_batches
from tlscheck.inventory.database import Database
from tlscheck.ledger.client import Sort
from tlscheck.verdict.remembered import Remembered

from tests import storage
from tests.kept import DAY, listed
from tests.local_aws.emulator.account import EmulatedAccount

ITEMS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures" / "table_of_7d35913.json").read_text()
)["items"]
ACCOUNT = "123456789012:eu-central-1"
ARN = "arn:aws:rds:eu-central-1:123456789012:db:orders-prod"
KEY = f"aws:{ACCOUNT}:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MEMORY = 400 * DAY
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
SAMPLE = datetime(2026, 11, 24, 11, tzinfo=UTC)
"""The hour of the last sample, at 11:45."""

FULL = datetime(2026, 11, 24, 4, 0, 7, 250000, tzinfo=UTC)
ORDERS = listed(
    arn=ARN,
    region="eu-central-1",
    resource_id="db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    listed_at=NOW - timedelta(minutes=5),
)


@pytest.fixture
def name(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with storage.table(account) as name:
        yield name


def fill(account: EmulatedAccount, name: str, *arns: str) -> None:
    for item in ITEMS:
        if not arns or item["pk"]["S"] in arns:
            storage.client_of(account, "dynamodb").put_item(TableName=name, Item=item)


def scanned(account: EmulatedAccount, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    pages = storage.client_of(account, "dynamodb").get_paginator("scan").paginate(TableName=name)
    return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def adopted(account: EmulatedAccount, name: str, database: Database = ORDERS) -> Remembered:
    fill(account, name, database.arn)
    adoption.adopt(name, database, MEMORY)
    return dynamodb.read(name, database.key, NOW)


def test_clients_are_taken_over_with_their_addresses_each_with_its_moments(
    account: EmulatedAccount, name: str
) -> None:
    known = {
        (each.client.who.user, each.client.who.application): each.client for each in adopted(account, name).clients
    }
    web = known["web", "web"]
    assert web.tls is not None
    assert web.plaintext is not None
    assert (web.who.key, web.who.name, web.who.sort) == (KEY, "orders", Sort.CLIENT)
    assert web.tls.addresses == {"10.0.1.5": SAMPLE, "10.0.1.6": SAMPLE - DAY, "10.0.1.7": SAMPLE}
    assert web.plaintext.addresses == {"10.0.1.7": datetime(2026, 11, 9, 4, tzinfo=UTC)}
    assert web.tls.protocols == {"TLSv1.2": SAMPLE, "TLSv1.3": SAMPLE}
    assert web.first_seen == datetime(2026, 10, 25, 4, tzinfo=UTC)
    assert web.last_seen == SAMPLE
    billing = known["billing", "billing-cron"]
    assert billing.tls is None
    assert billing.plaintext is not None
    assert billing.plaintext.addresses == {
        "10.0.2.9": datetime(2026, 11, 2, 4, tzinfo=UTC),
        "": datetime(2026, 11, 3, 4, tzinfo=UTC),
    }


def test_names_that_change_are_folded_and_those_who_had_not_logged_in_are_dropped(
    account: EmulatedAccount, name: str
) -> None:
    clients = [each.client for each in adopted(account, name).clients]
    (fold,) = (each for each in clients if each.who.sort is Sort.FOLD)
    assert (fold.who.user, fold.who.application) == ("reports", "report-#")
    assert fold.tls is not None
    assert len(fold.tls.spellings) == 25
    assert fold.tls.addresses == {"10.0.3.3": SAMPLE}
    assert len(clients) == 3
    assert all(each.who.user for each in clients)


def test_findings_keep_their_dates_and_no_hub_has_them_under_their_new_id(
    account: EmulatedAccount, name: str
) -> None:
    remembered = adopted(account, name)
    found = {each.finding.check.value: each for each in remembered.findings}
    assert found.keys() == {"ca", "force-ssl", "server-certificate"}
    ca = found["ca"]
    assert (ca.finding.key, ca.finding.resource, ca.finding.status.value) == (KEY, ARN, "FAILED")
    assert ca.first_observed_at == FULL - 40 * DAY
    assert ca.changed_at == FULL - 20 * DAY
    assert ca.announced_at == FULL - 6 * DAY
    assert (
        ca.observed_at == ca.basis.listed_at == ca.basis.looked_at == datetime(2026, 11, 24, 11, 45, 2, tzinfo=UTC)
    )
    assert found["server-certificate"].not_observed_reason == "probe timed out"
    assert all(each.delivered_at is None and each.archived_at is None for each in remembered.findings)
    # The sweep that takes them over sends what belongs there.
    assert all(each.sent is None and each.delivered is None for each in remembered.findings)
    items = scanned(account, name)
    assert [sk for (pk, sk), item in items.items() if pk == KEY and "due" in item] == []


def test_the_old_findings_are_archived_and_their_database_is_marked(account: EmulatedAccount, name: str) -> None:
    adopted(account, name)
    items = scanned(account, name)
    ended = {sk: item for (pk, sk), item in items.items() if pk == ARN and sk.startswith("finding#")}
    archived = {sk: item["archived_at"]["S"] for sk, item in ended.items()}
    now = "2026-11-24T12:30:00.000000+00:00"
    assert archived == {
        "finding#ca": now,
        "finding#force-ssl": now,
        "finding#quantum-safe": now,
        "finding#server-certificate": now,
        # Archived already, and so told.
        "finding#tls-clients": "2026-11-23T04:00:07.250000+00:00",
    }
    assert [sk for sk, item in ended.items() if "due" not in item] == ["finding#tls-clients"]
    assert items[ARN, "database"]["kind"] == {"S": "adopted"}
    told = dynamodb.sent({"dynamodb": {"NewImage": ended["finding#ca"], "OldImage": old("finding#ca")}})
    assert told is not None
    assert (told.finding.key, told.finding.resource, told.archived_at) == (ARN, ARN, NOW)


def old(sk: str) -> dict[str, Any]:
    (item,) = (each for each in ITEMS if (each["pk"]["S"], each["sk"]["S"]) == (ARN, sk))
    return item


def test_a_database_keeps_its_verdict_and_when_it_was_listed(account: EmulatedAccount, name: str) -> None:
    kept = adopted(account, name).database
    assert kept is not None
    assert (kept.is_listed, kept.verdict, kept.verdict_reason) == (True, "FIX_DATABASE", "It is FIX_DATABASE.")
    assert kept.announced_verdict == "FIX_DATABASE"
    assert kept.listed_at == datetime(2026, 11, 24, 4, 0, 7, tzinfo=UTC)
    assert isinstance(kept.database, Database)
    assert (kept.database.key, kept.database.listed_at) == (KEY, kept.listed_at)


class Cut(Exception):  # noqa: N818 - what happens to an adoption
    """The function ended here."""


def test_an_adoption_that_is_cut_off_anywhere_is_done_once_by_the_next(
    account: EmulatedAccount, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = None
    change, told, left = table.change, list[tuple[str, str]](), [0]

    def cut(table_name: str, place: tuple[str, str], values: Any, *rest: Any) -> bool:
        if left[0] == 0:
            raise Cut
        left[0] -= 1
        done = change(table_name, place, values, *rest)
        if done and "due" in values:
            told.append(place)
        return done

    monkeypatch.setattr(table, "change", cut)
    few = [each for each in ITEMS if each["pk"]["S"] == ARN and not is_many(each)]
    for writes in range(100):
        told.clear()
        for item in few:
            storage.client_of(account, "dynamodb").put_item(TableName=name, Item=item)
        left[0] = writes
        is_cut = False
        try:
            adoption.adopt(name, ORDERS, MEMORY)
        except Cut:
            is_cut = True
            left[0] = 1000
            adoption.adopt(name, ORDERS, MEMORY)
        adoption.adopt(name, ORDERS, MEMORY)
        found = scanned(account, name)
        whole = whole or found
        assert found == whole
        assert sorted(told) == sorted({*told}), f"after {writes} writes"
        assert len(told) == 4
        for pk, sk in found:
            storage.client_of(account, "dynamodb").delete_item(
                TableName=name, Key={"pk": {"S": pk}, "sk": {"S": sk}}
            )
        if not is_cut:
            assert writes > 10
            return
    pytest.fail("it never ended")


def is_many(item: dict[str, Any]) -> bool:
    """One of the 25 names that fold, which are many writes and of one sort."""
    return "application" in item and item["application"]["S"].startswith("report-")


def test_what_another_sweep_wrote_meanwhile_stays(account: EmulatedAccount, name: str) -> None:
    first = adopted(account, name)
    fill(account, name, ARN)
    adoption.adopt(name, ORDERS, MEMORY)
    assert dynamodb.read(name, KEY, NOW) == first


def test_a_database_that_had_the_name_before_is_taken_over_under_its_own_key(
    account: EmulatedAccount, name: str
) -> None:
    restored = listed(arn=ARN, region="eu-central-1", resource_id="db-RESTORED")
    assert adopted(account, name, restored) == Remembered(restored.key)
    before = dynamodb.read(name, KEY, NOW)
    assert len(before.clients) == 3
    assert before.database is not None
    assert before.database.is_listed


def test_a_database_whose_api_names_no_resource_id_stays_under_its_arn(
    account: EmulatedAccount, name: str
) -> None:
    arn = "arn:aws:rds:eu-central-1:123456789012:db:unnamed"
    fill(account, name, arn)
    (database,) = (each for each in dynamodb.known(name, "by_kind", NOW).databases if each.arn == arn)
    assert database.key == arn
    adoption.adopt(name, database, MEMORY)
    remembered = dynamodb.read(name, arn, NOW)
    assert [each.client.who.application for each in remembered.clients] == ["web"]
    assert [(each.finding.key, each.archived_at) for each in remembered.findings] == [(arn, None)]
    assert remembered.database is not None
    assert (remembered.database.verdict, remembered.unreadable) == ("NOT_OBSERVED", ())
    before = scanned(account, name)
    adoption.adopt(name, database, MEMORY)
    assert scanned(account, name) == before
    assert "kind" not in before[arn, "database"]


def test_one_that_is_gone_is_taken_over_by_its_key(account: EmulatedAccount, name: str) -> None:
    fill(account, name)
    key = f"aws:{ACCOUNT}:db-GONE"
    adoption.adopt_gone(name, "by_kind", [key], MEMORY)
    remembered = dynamodb.read(name, key, NOW)
    assert [each.client.who.application for each in remembered.clients] == ["old"]
    assert [each.finding.check for each in remembered.findings] == ["ca"]
    assert remembered.database is not None
    assert dynamodb.read(name, KEY, NOW) == Remembered(KEY)
    before = scanned(account, name)
    adoption.adopt_gone(name, None, [KEY], MEMORY)
    adoption.adopt_gone(name, "by_kind", [], MEMORY)
    assert scanned(account, name) == before


def test_a_region_keeps_its_findings_where_they_lie(account: EmulatedAccount, name: str) -> None:
    region = "arn:aws:rds:eu-central-1:123456789012:region"
    fill(account, name, region)
    (found,) = dynamodb.read(name, region, NOW).findings
    assert (found.finding.key, found.finding.check, found.version) == (region, "trust-store", None)


def test_databases_are_known_once_before_and_after_they_are_taken_over(
    account: EmulatedAccount, name: str
) -> None:
    fill(account, name)
    before = dynamodb.known(name, "by_kind", NOW)
    assert {each.identifier for each in before.databases} == {"orders-prod", "orders-proxy", "unnamed", "gone"}
    for each in before.databases:
        adoption.adopt(name, each, MEMORY)
    after = dynamodb.known(name, "by_kind", NOW)
    assert {each.key for each in after.databases} == {each.key for each in before.databases}
    assert len(after.databases) == 4
    assert dynamodb.known(name, None, NOW) == after
    assert (before.unreadable, before.gone, after.unreadable, after.gone) == ((), (), (), ())


def test_a_sample_takes_over_what_no_full_sweep_listed_since_and_asks_no_more_of_the_rest(
    account: EmulatedAccount, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known() -> Database:
        (found,) = (
            each for each in dynamodb.known(name, "by_kind", NOW).databases if each.identifier == "orders-prod"
        )
        return found

    fill(account, name, ARN)
    monkeypatch.setattr(probes, "look", lambda *asked: probes.unasked(asked[-1], "nobody looks in this test"))
    asked: list[str] = []
    session.client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.Query",
        lambda params, **_: asked.append(params["ExpressionAttributeValues"].get(":pk", {}).get("S", "an index")),
    )
    environment = ObserveEnvironment(name, "bucket", "tlscheck", "", MEMORY, 35 * DAY, earlier_index="by_kind")
    of_samples = []
    for number in (1, 2):
        database = known()
        asked.clear()
        sweep = Sweep(f"s-{number}", NOW - timedelta(seconds=20), Depth.SAMPLE)
        (batch,) = in_batches([database])
        observing.observe(batch, f"samples/s-{number}/batches/0001.json", sweep, environment)
        of_samples.append((database.listed_at is None, set(asked)))
        assert len(dynamodb.read(name, KEY, NOW).clients) == 3
    assert of_samples == [(True, {ARN, KEY, "running"}), (False, {KEY, "running"})]


def test_one_item_that_cannot_be_read_costs_no_other(account: EmulatedAccount, name: str) -> None:
    fill(account, name, ARN)
    broken = old("finding#ca") | {"status": {"S": "MUTED"}}
    strange = {"pk": ARN, "sk": "client#f", "kind": "client", "user": "u"}
    client = storage.client_of(account, "dynamodb")
    client.put_item(TableName=name, Item=broken)
    client.put_item(
        TableName=name, Item={each: TypeSerializer().serialize(text) for each, text in strange.items()}
    )
    adoption.adopt(name, ORDERS, MEMORY)
    remembered = dynamodb.read(name, KEY, NOW)
    assert {each.finding.check.value for each in remembered.findings} == {"force-ssl", "server-certificate"}
    assert len(remembered.clients) == 3


def test_clients_that_outlived_their_database_are_taken_over(account: EmulatedAccount, name: str) -> None:
    fill(account, name, ARN)
    storage.client_of(account, "dynamodb").delete_item(
        TableName=name, Key={"pk": {"S": ARN}, "sk": {"S": "database"}}
    )
    adoption.adopt(name, ORDERS, MEMORY)
    remembered = dynamodb.read(name, KEY, NOW)
    assert (len(remembered.clients), remembered.database) == (3, None)


def test_where_nothing_was_remembered_nothing_is_written(account: EmulatedAccount, name: str) -> None:
    adoption.adopt(name, ORDERS, MEMORY)
    assert scanned(account, name) == {}
