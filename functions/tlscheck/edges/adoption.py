"""What 0.1.0 and 0.2.0 remembered of a database under its ARN, taken over under its key by the first sweep.

Each step may be the last that is done: whoever adopts next does it all again, and what is done already changes
nothing. The earlier `database` item is marked at the very end. This module goes when by_kind does.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, earlier_items, table
from tlscheck.edges.aws.database_items import DATABASE, document_of
from tlscheck.edges.aws.earlier_items import ADOPTED, VANISHED
from tlscheck.edges.aws.finding_items import DUE
from tlscheck.edges.aws.items import Item, moment
from tlscheck.edges.aws.table import Table
from tlscheck.edges.condition import Condition
from tlscheck.inventory.database import Database
from tlscheck.ledger.client import Client
from tlscheck.ledger.sightings import changed, learn
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, Remembered, item_name
from tlscheck.verdict.steps import Drop, Read, Steps, Write

MOST_TRIES = 3


def adopt(name: Table, database: Database, memory: timedelta) -> None:
    """Takes over what the table of this name remembers under the database's ARN, if anything.

    Where that was another database, which had the name before, it is taken over under that one's key.
    """
    _adopt(name, database.arn, database.key, memory, clock.now())


def adopt_gone(name: Table, earlier_index: str | None, keys: Iterable[str], memory: timedelta) -> None:
    """The same for databases that are gone, of which only the keys are known."""
    if not earlier_index or not (wanted := set(keys)):
        return
    for item in table.items_in(name, earlier_index, "kind", DATABASE):
        database = document_of(item)
        if isinstance(database, Database) and database.key in wanted:
            _adopt(name, database.arn, database.key, memory, clock.now())


def adopted(
    key: str, clients: tuple[Client, ...], findings: tuple[RememberedFinding, ...], at: datetime
) -> Steps[bool]:
    """Writes clients and findings under a key, but for what is there and no older; whether nobody came between."""
    for _ in range(MOST_TRIES):
        own = yield Read(key)
        assert isinstance(own, Remembered)  # noqa: S101 - what a Read is answered with
        versions = {each.client.who: each for each in own.clients}
        before = tuple(each.client for each in own.clients)
        written, gone = changed(before, learn(before, clients))
        # What is there and cannot be read stays, and keeps nobody from the end.
        unreadable = {gap.operation for gap in own.unreadable}
        there = {item_name(each): each for each in own.findings}
        steps: list[Write | Drop] = [
            _write(each, versions[each.who].version if each.who in versions else None, at)
            for each in written
            if item_name(each) not in unreadable
        ]
        steps += [
            _write(each, known.version if known else None, at)
            for each in findings
            for known in (there.get(item_name(each)),)
            if item_name(each) not in unreadable
            and (known is None or (known.version is not None and known.observed_at < each.observed_at))
        ]
        steps += [Drop(versions[each.who]) for each in gone]
        done = True
        for step in steps:
            done = bool((yield step)) and done
        if done:
            return True
    return False


def _adopt(name: Table, arn: str, present: str, memory: timedelta, now: datetime) -> None:
    marker = next(table.items_of(name, arn, DATABASE), None)
    if marker is None:
        # Nobody knows whose it was: it expired, and clients are remembered for longer.
        if next(table.items_of(name, present, DATABASE), None) is not None:
            return
    elif "version" in marker or marker.get("kind", DATABASE) not in {DATABASE, VANISHED}:
        return
    items = list(table.items_of(name, arn))
    database = earlier_items.database_of(marker, now) if marker else None
    key = database.key if database else present
    clients = tuple(earlier_items.clients_of(items, key, now))
    findings = tuple(earlier_items.findings_of(items, key, now))
    if not dynamodb.run(name, adopted(key, clients, findings, now), memory):
        return
    if key != arn:
        _archive(name, arn, items, now)
    if database:
        kept = dynamodb.read(name, key, now).database
        if kept is None or _is_older(kept, database):
            dynamodb.apply(name, _write(database, kept.version if kept else None, now), memory, now)
    if marker and key != arn:
        table.change(name, (arn, DATABASE), {"kind": ADOPTED}, (), _as_read(marker))


def _archive(name: Table, arn: str, items: Iterable[Item], now: datetime) -> None:
    """Security Hub knows them by their ARN: there they end, once."""
    at = moment(now)
    ended = {"archived_at": at, "announced_at": at, "observed_at": at, DUE: at}
    once = Condition("attribute_not_exists(archived_at) AND attribute_not_exists(version)")
    for sort in earlier_items.active(items):
        table.change(name, (arn, sort), ended, (), once)


def _is_older(kept: KeptDatabase, earlier: KeptDatabase) -> bool:
    """Whether the earlier version listed it since: somebody went back to it, and forward again."""
    return bool(kept.listed_at and earlier.listed_at and kept.listed_at < earlier.listed_at)


def _as_read(marker: Item) -> Condition:
    if "kind" in marker:
        return Condition("kind = :kind", {":kind": marker["kind"]})
    return Condition("attribute_exists(pk) AND attribute_not_exists(kind)")


def _write(noun: Client | RememberedFinding | KeptDatabase, over: int | None, at: datetime) -> Write:
    return Write(noun, over, max(int(at.timestamp() * 1_000_000), 0 if over is None else over + 1))
