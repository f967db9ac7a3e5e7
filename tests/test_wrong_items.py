"""Items with wrong moments or versions, by an earlier fault or by hand, keep no later sweep from its word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.edges import adoption, clock
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.documents import dump
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.in_hand import InHand, Rules
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import remember, remember_region

from tests import storage
from tests.examples import NOT_ENFORCED, database, look, observation, sessions
from tests.kept import DAY
from tests.local_aws.emulator.account import EmulatedAccount
from tests.test_adoption import ACCOUNT, ARN, ITEMS, KEY, MEMORY, NOW, fill, scanned

FUTURE = datetime(2126, 11, 26, 4, tzinfo=UTC)
REGION = "arn:aws:rds:eu-central-1:123456789012:region"
RULES = Rules("tlscheck", MEMORY, 35 * DAY)
ENFORCED_NOW = database(
    arn=ARN,
    region="eu-central-1",
    resource_id="db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    listed_at=NOW - timedelta(minutes=5),
)
NOT_ENFORCED_NOW = replace(ENFORCED_NOW, force_ssl=NOT_ENFORCED)


@pytest.fixture
def name(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with storage.table(account) as name:
        yield name


def put(account: EmulatedAccount, name: str, item: dict[str, Any]) -> None:
    storage.client_of(account, "dynamodb").put_item(TableName=name, Item=item)


def swept(name: str, of: Database, at: datetime = NOW) -> Judgement:
    """What Observe does of a database in a full sweep; one client is connected, with TLS."""
    adoption.adopt(name, of, MEMORY)
    seen = observation(arn=of.arn, look=replace(look(sessions("web")), at=at))
    judgement = dynamodb.run(name, remember(InHand(Sweep("s", at, Depth.FULL), RULES, of, seen, at)), MEMORY)
    assert judgement is not None
    return judgement


def said(remembered: Remembered) -> dict[str, str]:
    return {each.finding.check.value: each.finding.status.value for each in remembered.findings}


def test_what_an_earlier_version_took_over_from_the_future_freezes_nothing(
    account: EmulatedAccount, name: str
) -> None:
    """0.1.0's Observe took any start of a sweep, and all that it wrote then bore that moment."""
    for item in ITEMS:
        if item["pk"]["S"] != ARN:
            continue
        told: dict[str, Any] = {
            each: {"S": FUTURE.isoformat()} for each in ("observed_at", "changed_at") if each in item
        }
        if item.get("user") == {"S": "billing"}:
            told["last_plaintext"] = {"S": FUTURE.isoformat()}
        if item.get("user") == {"S": "web"} and "last_tls" in item:
            told["last_tls"] = {"S": FUTURE.isoformat()}
        if item["sk"]["S"] == "database":
            told["expires_at"] = {"N": str(int((FUTURE + 30 * DAY).timestamp()))}
        put(account, name, item | told)
    judgement = swept(name, NOT_ENFORCED_NOW)
    remembered = dynamodb.read(name, KEY, NOW)
    assert (said(remembered)["force-ssl"], judgement.error, remembered.unreadable) == ("FAILED", "", ())
    assert remembered.database is not None
    assert remembered.database.listed_at == NOW - timedelta(minutes=5)
    clients = {
        each.client.who.user: each.client for each in remembered.clients if each.client.who.user != "orders"
    }
    billing, web = clients["billing"].plaintext, clients["web"].tls
    assert billing is not None
    assert web is not None
    assert billing.last == NOW.replace(minute=0)
    assert web.last < NOW - 20 * DAY, "when it came with TLS is not known but for the first time"


def test_a_sample_may_be_the_first_that_meets_them(account: EmulatedAccount, name: str) -> None:
    fill(account, name, ARN)
    item = next(each for each in ITEMS if (each["pk"]["S"], each["sk"]["S"]) == (ARN, "database"))
    put(account, name, item | {"expires_at": {"N": str(int((FUTURE + 30 * DAY).timestamp()))}})
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    kept = dynamodb.read(name, KEY, NOW).database
    assert kept is not None
    assert (kept.is_listed, kept.listed_at, kept.verdict) == (True, None, "FIX_DATABASE")


@pytest.mark.parametrize("sort", ["finding#force-ssl", "look", "database"])
def test_what_is_still_to_come_is_named_and_judged_anew(account: EmulatedAccount, name: str, sort: str) -> None:
    swept(name, ENFORCED_NOW)
    item = scanned(account, name)[KEY, sort]
    told: dict[str, Any] = {
        each: {"S": f"{FUTURE.isoformat(timespec='microseconds')}"}
        for each in ("observed_at", "listed_at", "looked_at")
        if each in item
    }
    if sort == "look":
        told["document"] = {"S": item["document"]["S"].replace('"at":"2026-11-24', '"at":"2126-11-24')}
    put(account, name, item | told)
    (gap,) = dynamodb.read(name, KEY, NOW).unreadable
    assert gap.operation == sort
    assert gap.reason.startswith("ValueError: its moment is still to come: 2126-11-2")
    later = NOW + timedelta(minutes=2)
    swept(name, replace(NOT_ENFORCED_NOW, listed_at=later), later)
    remembered = dynamodb.read(name, KEY, NOW)
    assert (said(remembered)["force-ssl"], remembered.unreadable) == ("FAILED", ())
    assert remembered.database is not None
    assert remembered.look is not None
    assert remembered.database.listed_at == later
    # A look of the same hour that shows the same is not written.
    assert remembered.look.at == (later if sort == "look" else NOW)


def test_a_regions_findings_from_the_future_are_judged_anew(account: EmulatedAccount, name: str) -> None:
    (item,) = (each for each in ITEMS if each["pk"]["S"] == REGION and each["sk"]["S"].startswith("finding#"))
    put(account, name, item | {"observed_at": {"S": FUTURE.isoformat(timespec="microseconds")}})
    listing = RegionListing(REGION, "eu-central-1", 1, listed_at=NOW)
    dynamodb.run(name, remember_region(listing, judge_region(listing, {}, NOW), is_contended=False), MEMORY)
    found = dynamodb.read(name, REGION, NOW)
    assert found.unreadable == ()
    assert {each.observed_at for each in found.findings} == {NOW}


@pytest.mark.parametrize("version", [{"S": "3"}, {"NULL": True}, {"L": []}])
def test_a_version_that_is_no_number_is_written_over(
    account: EmulatedAccount, name: str, version: dict[str, Any]
) -> None:
    swept(name, ENFORCED_NOW)
    items = scanned(account, name)
    for sort in ("finding#force-ssl", "finding#ca", "look", "database"):
        put(account, name, items[KEY, sort] | {"version": version})
    later = NOW + timedelta(minutes=2)
    judgement = swept(name, replace(NOT_ENFORCED_NOW, listed_at=later), later)
    remembered = dynamodb.read(name, KEY, NOW)
    assert (judgement.error, remembered.unreadable) == ("", ())
    assert said(remembered)["force-ssl"] == "FAILED"


def test_a_database_that_an_earlier_version_found_gone_is_known_as_gone(
    account: EmulatedAccount, name: str
) -> None:
    """So the one that has its name now is told of the clients that it had."""
    fill(account, name, ARN)
    put(account, name, scanned(account, name)[ARN, "database"] | {"kind": {"S": "vanished"}})
    known = dynamodb.known(name, "by_kind", NOW)
    assert ([each.key for each in known.databases], [each.key for each in known.gone]) == ([], [KEY])
    swept(name, replace(ENFORCED_NOW, resource_id="db-ANEW"))
    known = dynamodb.known(name, "by_kind", NOW)
    anew = f"aws:{ACCOUNT}:db-ANEW"
    assert ([each.key for each in known.databases], [each.key for each in known.gone]) == ([anew], [KEY])


def test_an_earlier_database_without_a_kind_is_taken_over(account: EmulatedAccount, name: str) -> None:
    fill(account, name, ARN)
    item = scanned(account, name)[ARN, "database"]
    del item["kind"]
    put(account, name, item)
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    assert len(dynamodb.read(name, KEY, NOW).clients) == 3
    assert scanned(account, name)[ARN, "database"]["kind"] == {"S": "adopted"}


def test_what_cannot_be_read_under_the_new_key_keeps_no_adoption_from_its_end(
    account: EmulatedAccount, name: str
) -> None:
    fill(account, name, ARN)
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    items = scanned(account, name)
    for sort in [sk for pk, sk in items if pk == KEY and sk.startswith(("client#", "finding#ca"))]:
        put(account, name, items[KEY, sort] | {"name": {"N": "1"}, "tls": {"S": "?"}, "status": {"S": "MUTED"}})
    fill(account, name, ARN)
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    items = scanned(account, name)
    assert items[ARN, "database"]["kind"] == {"S": "adopted"}
    assert "archived_at" in items[ARN, "finding#ca"]


def test_what_an_earlier_version_saw_after_somebody_went_back_to_it_counts(
    account: EmulatedAccount, name: str
) -> None:
    """It listed the database anew, without TLS enforced; then this version came again, and a sample first."""
    long_ago = NOW - 9 * DAY
    swept(name, replace(ENFORCED_NOW, listed_at=long_ago), long_ago)
    for item in ITEMS:
        if item["pk"]["S"] == ARN:
            seen = {"document": {"S": dump(replace(NOT_ENFORCED_NOW, listed_at=None))}, "status": {"S": "FAILED"}}
            put(account, name, item | {each: told for each, told in seen.items() if each in item})
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    remembered = dynamodb.read(name, KEY, NOW)
    assert said(remembered)["force-ssl"] == "FAILED"
    assert remembered.database is not None
    assert isinstance(remembered.database.database, Database)
    assert remembered.database.database.force_ssl == NOT_ENFORCED
    before = scanned(account, name)
    adoption.adopt(name, ENFORCED_NOW, MEMORY)
    assert scanned(account, name) == before
