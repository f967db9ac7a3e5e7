"""A noun written as its item, over the version that was read, and a client's taken away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges.aws import client_items, finding_items, table
from tlscheck.edges.aws.client_items import client_item
from tlscheck.edges.aws.database_items import (
    DATABASE_ATTRIBUTES,
    LOOK_ATTRIBUTES,
    LOOKS_ATTRIBUTES,
    OF_DOCUMENT,
    OF_LISTING,
    database_item,
    look_item,
    looks_item,
)
from tlscheck.edges.aws.finding_items import DUE, OF_DELIVER, OF_REFUSAL, finding_item
from tlscheck.edges.aws.items import epoch, moment
from tlscheck.edges.aws.log_items import LOG_ATTRIBUTES, log_item
from tlscheck.edges.aws.table import Table
from tlscheck.edges.condition import Condition
from tlscheck.edges.ledger_file import ItemKey
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook, KeptLooks, item_name
from tlscheck.verdict.steps import Drop, Write

EARLIER = ("kind",)
"""What an item of before 0.3.0 has, and one of later not."""


NONE = "(attribute_not_exists(version) OR NOT attribute_type(version, :number))"
"""Of an item without a version that a sweep gave it: where there is none, of before 0.3.0, or changed by hand."""


def place_of(noun: Client | RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase) -> ItemKey:
    """Where the item of a noun lies."""
    match noun:
        case Client(who):
            return who.key, item_name(noun)
        case RememberedFinding(finding):
            return finding.key, item_name(noun)
        case KeptLook(key) | KeptLooks(key) | KeptLog(key) | KeptDatabase(key):
            return key, item_name(noun)


def write(name: Table, step: Write, memory: timedelta, now: datetime) -> bool:
    """Sets what is the noun's own, and leaves what Deliver wrote; False where the item is of another version.

    What has expired is there no more for who reads, so it is written over like what never was.
    """
    noun, place = step.noun, place_of(step.noun)
    values, gone = _attributes(step, memory)
    values["version"] = step.version
    gone = (*gone, *EARLIER)
    if not isinstance(noun, RememberedFinding):
        return table.change(name, place, values, gone, _over(step.over, now))
    if noun.sent is None:
        # What was never sent was not refused either.
        gone = (*gone, DUE, *(OF_DELIVER if step.over is None else OF_REFUSAL))
        return table.change(name, place, values, gone, _over(step.over, now))
    # Sent is what moves sent_at, and only the item says whether this write does. The likelier first.
    sent_at = moment(noun.sent.at)
    if step.over is None:
        return table.change(
            name, place, values | {DUE: sent_at}, (*gone, *OF_DELIVER), _moved(sent_at, now)
        ) or table.change(name, place, values, (*gone, DUE), _stayed(sent_at, NONE, {":number": "N"}))
    return table.change(
        name, place, values, (*gone, DUE), _stayed(sent_at, "version = :over", {":over": step.over})
    ) or table.change(name, place, values | {DUE: sent_at}, gone, _over(step.over, now))


def _attributes(step: Write, memory: timedelta) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is the noun's own, and the names of all that could be."""
    match step.noun:
        case Client() as client:
            return client_item(client, memory), client_items.ATTRIBUTES
        case KeptLook() as look:
            return look_item(look), LOOK_ATTRIBUTES
        case KeptLooks() as looks:
            return looks_item(looks), LOOKS_ATTRIBUTES
        case KeptLog() as log:
            return log_item(log), LOG_ATTRIBUTES
        case RememberedFinding() as finding:
            return finding_item(finding), finding_items.ATTRIBUTES
        case KeptDatabase() as kept:
            stays = OF_DOCUMENT if isinstance(kept.database, Gap) else OF_LISTING
            if step.over is None:
                stays = frozenset()
            return database_item(kept, memory), tuple(each for each in DATABASE_ATTRIBUTES if each not in stays)


def drop(name: Table, step: Drop, now: datetime) -> bool:
    """Takes a client away; False where its item is of another version."""
    return table.delete(name, place_of(step.client.client), _over(step.client.version, now))


def _over(version: int | None, now: datetime) -> Condition:
    if version is None:
        return Condition(f"{NONE} OR expires_at <= :now", {":number": "N", ":now": epoch(now)})
    return Condition("version = :over", {":over": version})


SAME = (
    "(sent_at = :sent_at OR attribute_not_exists(sent_at) AND announced_at = :sent_at"
    " AND (attribute_exists(delivered_at) OR attribute_not_exists(version)))"
)
"""Of an item that was sent last at that moment: until 0.3.0 when it was announced."""


def _moved(sent_at: str, now: datetime) -> Condition:
    return Condition(
        f"{NONE} AND NOT {SAME} OR expires_at <= :now",
        {":number": "N", ":sent_at": sent_at, ":now": epoch(now)},
    )


def _stayed(sent_at: str, version: str, values: Mapping[str, Any]) -> Condition:
    return Condition(f"{version} AND {SAME}", {":sent_at": sent_at, **values})
