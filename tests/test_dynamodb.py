"""The table in an emulated account, and a ledger in a file: an item is written only over the one that was read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.table import Table
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.inventory.account import Account
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.ledger.logged import LeftOut
from tlscheck.reporting.delivery import Undelivered
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.remembered import KeptClient, Remembered
from tlscheck.verdict.sending import Listener, Publish, handed_on, hub_wants
from tlscheck.verdict.steps import Drop, Read, Reply, Running, Write

from tests import storage
from tests.kept import ARN, DAY, HOUR, KEY, MEMORY, NOON, client, finding, kept, listed, log, look
from tests.kept_items import Items, ItemsOfDynamoDB, ItemsOfFile, ItemsOfMemory, put, raw
from tests.local_aws.emulator.account import EmulatedAccount

REGION = "arn:aws:rds:us-east-1:111122223333:region"


@pytest.fixture(params=["dynamodb", "file", "memory"])
def items(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Items]:
    if request.param == "file":
        path = tmp_path / "ledger"
        with LedgerFile(Account("aws", "111122223333", "us-east-1"), path, NOON) as ledger:
            yield ItemsOfFile(path, ledger)
    elif request.param == "memory":
        yield ItemsOfMemory(LedgerMemory())
    else:
        account = request.getfixturevalue("account")
        with storage.table(account) as name:
            yield ItemsOfDynamoDB(account, name)


@pytest.fixture
def table(items: Items) -> Table:
    return items.table


def do(table: Table, step: Read | Write | Drop, hours: int = 0) -> Reply:
    return dynamodb.apply(table, step, MEMORY, NOON + hours * HOUR)


def write(table: Table, noun: Any, over: int | None = None, version: int = 1) -> bool:
    done = do(table, Write(noun, over, version))
    assert isinstance(done, bool)
    return done


def read(table: Table, hours: int = 0, key: str = KEY) -> Remembered:
    found = do(table, Read(key), hours)
    assert isinstance(found, Remembered)
    return found


def test_what_was_written_is_read_back_with_its_version(table: Table) -> None:
    blind = finding(CheckId.FORCE_SSL, not_observed_since=NOON, not_observed_reason="no probe in vpc-0a1b2c3d")
    for number, noun in enumerate((client(), finding(), blind, look(), kept(), log()), 1):
        assert write(table, noun, None, number)
    assert read(table) == Remembered(
        KEY,
        clients=(KeptClient(client(), 1),),
        findings=(replace(finding(), version=2), replace(blind, version=3)),
        look=replace(look(), version=4),
        database=replace(kept(), version=5),
        log=replace(log(), version=6),
    )
    assert read(table, key="aws:111122223333:us-east-1:db-ANOTHER") == Remembered(
        "aws:111122223333:us-east-1:db-ANOTHER"
    )


@pytest.mark.parametrize("noun", [client(), finding(), look(), kept(), log()])
def test_an_item_is_written_only_over_the_version_that_was_read(items: Items, table: Table, noun: Any) -> None:
    assert not write(table, noun, 1, 2)
    assert items.all() == []
    assert write(table, noun, None, 1)
    assert not write(table, noun, None, 2)
    assert write(table, noun, 1, 5)
    assert not write(table, noun, 1, 6)
    (item,) = items.all()
    assert item["version"] == {"N": "5"}


def test_what_a_later_noun_has_no_more_is_taken_away(table: Table) -> None:
    write(table, finding(archived_at=NOON, announced_status=Status.PASSED, changes=(NOON,)))
    write(table, finding(), 1, 2)
    assert read(table).findings == (replace(finding(), version=2),)
    write(table, client(plaintext=client().tls))
    write(table, client(), 1, 2)
    assert read(table).clients == (KeptClient(client(), 2),)
    write(table, log(left_out={LeftOut.REFUSALS: NOON}, unread={"cut": NOON}))
    write(table, log(), 1, 2)
    assert read(table).log == replace(log(), version=2)


def test_a_client_is_dropped_only_as_it_was_read(table: Table) -> None:
    write(table, client())
    assert do(table, Drop(KeptClient(client(), 2))) is False
    assert read(table).clients == (KeptClient(client(), 1),)
    assert do(table, Drop(KeptClient(client(), 1))) is True
    assert read(table).clients == ()


def test_a_finding_is_due_exactly_when_it_is_sent_anew(items: Items, table: Table) -> None:
    write(table, finding(sent=0))
    assert raw(items, "finding#ca")["due"] == {"S": "2026-11-24T12:00:00.000000+00:00"}
    write(table, finding(sent=0, announced=1, observed=1), 1, 2)
    assert "due" not in raw(items, "finding#ca")
    write(table, finding(sent=2, observed=2), 2, 3)
    assert raw(items, "finding#ca")["due"] == {"S": "2026-11-24T14:00:00.000000+00:00"}


def test_a_sweep_leaves_what_deliver_wrote_and_deliver_what_a_sweep_wrote(items: Items, table: Table) -> None:
    write(table, finding())
    before = raw(items, "finding#ca")
    assert dynamodb.delivered(table, KEY, "ca", NOON, NOON + HOUR)
    after = raw(items, "finding#ca")
    assert after.pop("delivered_at") == {"S": "2026-11-24T13:00:00.000000+00:00"}
    assert after.pop("delivered_as") == {"S": "2026-11-24T12:00:00.000000+00:00"}
    assert after == {name: value for name, value in before.items() if name != "due"}
    assert write(table, finding(observed=2), 1, 2)
    assert read(table).findings == (
        replace(finding(observed=2), version=2, delivered_at=NOON + HOUR, delivered=NOON),
    )


def test_one_that_a_hub_refused_is_undelivered_until_it_took_it(table: Table) -> None:
    write(table, finding())
    write(table, finding(CheckId.FORCE_SSL))
    assert dynamodb.delivered(table, KEY, "ca", NOON, NOON)
    assert dynamodb.refused(table, KEY, "ca", Gap("", "InvalidInput: no"), NOON + HOUR)
    assert write(table, finding(observed=2), 1, 2)
    assert dynamodb.undelivered(table) == (
        Undelivered(KEY, ARN, "us-east-1", "ca", "InvalidInput: no", NOON + HOUR),
    )
    (ca,) = (each for each in read(table).findings if each.finding.check == "ca")
    assert (ca.refused, ca.delivered_at) == ("InvalidInput: no", NOON)
    assert dynamodb.delivered(table, KEY, "ca", NOON, NOON + 2 * HOUR)
    assert dynamodb.undelivered(table) == ()
    (ca,) = (each for each in read(table).findings if each.finding.check == "ca")
    assert (ca.refused, ca.delivered_at) == ("", NOON + 2 * HOUR)


def test_deliver_makes_no_item_where_there_is_none(items: Items, table: Table) -> None:
    assert not dynamodb.delivered(table, KEY, "ca", NOON, NOON)
    assert not dynamodb.refused(table, KEY, "ca", Gap("", "no"), NOON)
    assert items.all() == []


@pytest.mark.parametrize(
    ("sort", "damage", "reason"),
    [
        ("finding#ca", {"status": "MUTED"}, "ValueError: 'MUTED' is not a valid Status"),
        ("look", {"document": '{"key": "k"}'}, "observation: Field required"),
        ("database", {"listed": None}, "it has no listed"),
        ("client#", {"tls": {"first": 5}}, "it has no last"),
    ],
)
def test_an_item_that_cannot_be_read_costs_a_reason_and_nothing_else(
    items: Items, table: Table, sort: str, damage: dict[str, Any], reason: str
) -> None:
    for noun in (client(), client("cron"), finding(), finding(CheckId.FORCE_SSL), look(), kept()):
        write(table, noun)
    whole = read(table)
    sk = f"client#{client().who.digest()}" if sort == "client#" else sort
    attributes = raw(items, sk)
    for name, value in damage.items():
        attributes[name] = TypeSerializer().serialize(value)
        if value is None:
            del attributes[name]
    items.put(attributes)
    damaged = read(table)
    assert [each.operation for each in damaged.unreadable] == [sk]
    assert reason in damaged.unreadable[0].reason
    assert damaged.versions == {sk: 1}
    assert damaged.clients == tuple(each for each in whole.clients if f"client#{each.client.who.digest()}" != sk)
    assert damaged.findings == tuple(each for each in whole.findings if f"finding#{each.finding.check}" != sk)
    assert damaged.look == (None if sk == "look" else whole.look)
    assert damaged.database == (None if sk == "database" else whole.database)


def test_a_database_whose_document_is_of_another_version_keeps_its_verdict(items: Items, table: Table) -> None:
    write(table, kept())
    item = raw(items, "database")
    document = item["document"]["S"].replace('"traits":[]', '"traits":["SERVERLESS_V3"]')
    assert document != item["document"]["S"]
    items.put(item | {"document": {"S": document}})
    found = read(table).database
    assert found is not None
    assert isinstance(found.database, Gap)
    assert found.database.operation == KEY
    assert found.database.reason.startswith("traits.0: Input should be ")
    assert replace(found, database=listed()) == replace(kept(), version=1)
    assert write(table, replace(found, verdict="CLEAR"), 1, 2)
    after = raw(items, "database")
    assert after["document"]["S"] == document
    assert (after["verdict"], after["expires_at"]) == ({"S": "CLEAR"}, item["expires_at"])
    assert dynamodb.known(table, None, NOON) == KnownDatabases(unreadable=(found.database,))


def test_a_finding_of_a_check_that_this_version_has_not_is_passed_over(items: Items, table: Table) -> None:
    put(items, pk=KEY, sk="finding#quantum-safe", check="quantum-safe", version=1)
    assert read(table) == Remembered(KEY)


def test_what_is_expired_is_no_more_also_where_it_still_lies_there(table: Table) -> None:
    for noun in (client(), finding(), look(), kept()):
        write(table, noun)
    assert read(table, hours=30 * 24 - 1).database is not None
    assert read(table, hours=30 * 24).database is None
    assert read(table, hours=90 * 24 - 1).clients
    assert read(table, hours=90 * 24) == Remembered(KEY)
    assert dynamodb.known(table, None, NOON + 30 * DAY) == KnownDatabases()


@pytest.mark.parametrize("noun", [client(), finding(), look(), kept()])
def test_what_is_expired_is_written_over_like_what_never_was(items: Items, table: Table, noun: Any) -> None:
    write(table, noun)
    dynamodb.refused(table, KEY, "ca", Gap("", "no"), NOON)
    late = Write(noun, None, 7)
    assert dynamodb.apply(table, late, MEMORY, NOON + 29 * DAY) is False
    assert dynamodb.apply(table, late, MEMORY, NOON + 90 * DAY) is True
    (item,) = items.all()
    assert item["version"] == {"N": "7"}
    assert item.keys().isdisjoint({"refused", "delivered_at"})
    assert ("due" in item) == item["sk"]["S"].startswith("finding#")


def test_a_database_is_listed_until_it_is_gone_and_then_kept_as_long_as_its_clients(table: Table) -> None:
    write(table, kept())
    assert dynamodb.known(table, None, NOON) == KnownDatabases((listed(),))
    write(table, kept(1, is_listed=False), 1, 2)
    assert dynamodb.known(table, None, NOON + 89 * DAY) == KnownDatabases((), (listed(1),))
    write(table, kept(2), 2, 3)
    assert dynamodb.known(table, None, NOON) == KnownDatabases((listed(2),))


def test_a_sample_does_not_keep_a_database_alive(items: Items, table: Table) -> None:
    write(table, kept())
    before = raw(items, "database")["expires_at"]
    write(table, replace(kept(), announced_at=NOON + DAY, verdict="CLEAR"), 1, 2)
    assert raw(items, "database")["expires_at"] == before == {"N": str(int((NOON + 30 * DAY).timestamp()))}


def test_a_table_that_is_not_there_is_a_gap_for_a_full_sweep(account: EmulatedAccount) -> None:
    (gap,) = dynamodb.known("no-such-table", "by_kind", NOON).unreadable
    assert gap.operation == "dynamodb:Query"
    assert gap.reason.startswith("ResourceNotFoundException: ")
    assert account


def test_more_than_a_page_of_clients_is_read(table: Table) -> None:
    clients = [client(f"{number} {'x' * 4000}") for number in range(300)]
    for each in clients:
        write(table, each)
    found = {each.client.who: each.client for each in read(table).clients}
    assert found == {each.who: each for each in clients}


def test_what_is_under_way_is_known_until_it_ends_or_cannot_go_on(table: Table) -> None:
    batch = Running("nightly/0001", NOON, NOON + HOUR, frozenset({"0a1b2c3d", "ffffffff"}))
    full = Running("nightly", NOON, NOON + 3 * HOUR)
    for each in (batch, full, batch):
        dynamodb.begin(table, each)
    assert set(dynamodb.running(table, NOON)) == {batch, full}
    assert dynamodb.running(table, NOON + HOUR) == (full,)
    dynamodb.end(table, full.id)
    dynamodb.end(table, full.id)
    assert dynamodb.running(table, NOON) == (batch,)


def test_what_is_under_way_and_cannot_be_read_is_about_everything(items: Items, table: Table) -> None:
    until = NOON + HOUR
    put(items, pk="running", sk="odd", began="soon", expires_at=int(until.timestamp()))
    (odd,) = dynamodb.running(table, NOON)
    assert (odd.id, odd.keys, odd.until) == ("odd", frozenset(), until)
    assert odd.began < NOON - 1000 * DAY
    assert dynamodb.running(table, until) == ()


def image(items: Items) -> dict[str, Any]:
    return raw(items, "finding#ca")


def test_a_stream_record_is_sent_when_it_is_due(items: Items, table: Table) -> None:
    write(table, finding())
    first = image(items)
    dynamodb.delivered(table, KEY, "ca", NOON, NOON)
    told = image(items)
    write(table, finding(observed=1), 1, 2)
    silent = image(items)
    write(table, finding(observed=2, sent=2), 2, 3)
    later = image(items)
    assert dynamodb.sent({"dynamodb": {"NewImage": first}}) == replace(finding(), version=1)
    assert dynamodb.sent({"dynamodb": {"NewImage": told, "OldImage": first}}) is None
    assert dynamodb.sent({"dynamodb": {"NewImage": silent, "OldImage": told}}) is None
    assert dynamodb.sent({"dynamodb": {"NewImage": later, "OldImage": silent}}) == replace(
        finding(observed=2, sent=2), version=3, delivered_at=NOON, delivered=NOON
    )
    assert dynamodb.sent({"dynamodb": {"OldImage": first}}) is None


@pytest.mark.parametrize(
    ("status", "publish", "wish"),
    [
        ("PASSED", "FAILURES", "ARCHIVE"),
        ("INFORMATIONAL", "FAILURES", "ARCHIVE"),
        ("NOT_OBSERVED", "FAILURES", "ARCHIVE"),
        ("FAILED", "FAILURES", "NOTHING"),
        ("WARNING", "FAILURES", "NOTHING"),
        *((status, "EVERYTHING", "NOTHING") for status in ("PASSED", "INFORMATIONAL", "NOT_OBSERVED", "FAILED")),
        ("FAILED", "NOTHING", "ARCHIVE"),
    ],
)
def test_what_0_3_0_delivered_was_sent_as_everything_then_and_is_archived_once_where_it_does_not_belong(
    items: Items, table: Table, status: str, publish: str, wish: str
) -> None:
    """Its items say when they were announced and delivered, and nothing of what was sent."""
    before = finding(status=Status(status), announced_status=Status(status), sent=None)
    assert write(table, before)
    items.put(raw(items, "finding#ca") | {"delivered_at": {"S": (NOON + HOUR).isoformat(timespec="microseconds")}})
    (known,) = read(table).findings
    assert (known.sent_at, known.sent_status, known.has_arrived) == (NOON, status, True)
    listener = Listener(Publish(publish))
    assert hub_wants(known, listener, NOON + DAY) == wish
    # Written again as it is, it is not sent again.
    assert write(table, replace(known, observed_at=NOON + 2 * HOUR), 1, 2)
    assert "due" not in raw(items, "finding#ca")
    (known,) = read(table).findings
    after = handed_on(known, listener, NOON + DAY)
    assert write(table, after, 2, 3)
    assert ("due" in raw(items, "finding#ca")) is (wish == "ARCHIVE")
    (known,) = read(table).findings
    assert hub_wants(known, listener, NOON + 2 * DAY) == "NOTHING"


def test_what_no_hub_ever_took_is_sent_as_if_it_were_new(table: Table) -> None:
    assert write(table, finding(status=Status.PASSED, sent=None))
    (known,) = read(table).findings
    assert known.sent is None
    assert hub_wants(known, Listener(Publish.FAILURES), NOON + DAY) == "NOTHING"
    assert hub_wants(known, Listener(Publish.EVERYTHING), NOON + DAY) == "SEND"
