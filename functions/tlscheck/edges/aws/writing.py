"""A noun written as its item, over the version that was read, and a client's taken away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges.aws import client_items, finding_items, table
from tlscheck.edges.aws.client_items import client_item
from tlscheck.edges.aws.database_items import (
    DATABASE_ATTRIBUTES,
    LOOK_ATTRIBUTES,
    OF_DOCUMENT,
    OF_LISTING,
    database_item,
    look_item,
)
from tlscheck.edges.aws.finding_items import DUE, OF_PUBLISH, finding_item
from tlscheck.edges.aws.items import epoch, moment
from tlscheck.edges.aws.table import Condition, ItemKey
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, KeptLook, item_name
from tlscheck.verdict.steps import Drop, Write

EARLIER = ("kind",)
"""What an item of before 0.3.0 has, and one of later not."""


NONE = "(attribute_not_exists(version) OR NOT attribute_type(version, :number))"
"""Of an item without a version that a sweep gave it: where there is none, of before 0.3.0, or changed by hand."""


def place_of(noun: Client | RememberedFinding | KeptLook | KeptDatabase) -> ItemKey:
    """Where the item of a noun lies."""
    match noun:
        case Client(who):
            return who.key, item_name(noun)
        case RememberedFinding(finding):
            return finding.key, item_name(noun)
        case KeptLook(key) | KeptDatabase(key):
            return key, item_name(noun)


def write(name: str, step: Write, memory: timedelta, now: datetime) -> bool:
    """Sets what is the noun's own, and leaves what Publish wrote; False where the item is of another version.

    What has expired is there no more for who reads, so it is written over like what never was.
    """
    noun, place = step.noun, place_of(step.noun)
    match noun:
        case Client():
            values, gone = client_item(noun, memory), client_items.ATTRIBUTES
        case KeptLook():
            values, gone = look_item(noun), LOOK_ATTRIBUTES
        case KeptDatabase():
            values, gone = database_item(noun, memory), DATABASE_ATTRIBUTES
            if step.over is not None:
                stays = OF_DOCUMENT if isinstance(noun.database, Gap) else OF_LISTING
                gone = tuple(each for each in gone if each not in stays)
        case RememberedFinding():
            values, gone = finding_item(noun), finding_items.ATTRIBUTES
    values["version"] = step.version
    gone = (*gone, *EARLIER)
    if not isinstance(noun, RememberedFinding):
        return table.change(name, place, values, gone, _over(step.over, now))
    # Announced is what moves announced_at, and only the item says whether this write does. The likelier first.
    due = {DUE: values["announced_at"]}
    if step.over is None:
        return table.change(name, place, values | due, (*gone, *OF_PUBLISH), _moved(noun, now)) or table.change(
            name, place, values, (*gone, DUE), _stayed(noun, NONE, {":number": "N"})
        )
    return table.change(
        name, place, values, (*gone, DUE), _stayed(noun, "version = :over", {":over": step.over})
    ) or table.change(name, place, values | due, gone, _over(step.over, now))


def drop(name: str, step: Drop, now: datetime) -> bool:
    """Takes a client away; False where its item is of another version."""
    return table.delete(name, place_of(step.client.client), _over(step.client.version, now))


def _over(version: int | None, now: datetime) -> Condition:
    if version is None:
        return Condition(f"{NONE} OR expires_at <= :now", {":number": "N", ":now": epoch(now)})
    return Condition("version = :over", {":over": version})


def _moved(noun: RememberedFinding, now: datetime) -> Condition:
    return Condition(
        f"{NONE} AND (attribute_not_exists(announced_at) OR announced_at <> :announced_at) OR expires_at <= :now",
        {":number": "N", ":announced_at": moment(noun.announced_at), ":now": epoch(now)},
    )


def _stayed(noun: RememberedFinding, version: str, values: Mapping[str, Any] | None = None) -> Condition:
    told = {":announced_at": moment(noun.announced_at), **(values or {})}
    return Condition(f"{version} AND announced_at = :announced_at", told)
