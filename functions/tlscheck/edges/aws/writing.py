"""A noun written as its item, over the version that was read, and a client's taken away."""

from datetime import timedelta
from typing import Any

from tlscheck.edges.aws import client_items, finding_items, table
from tlscheck.edges.aws.client_items import client_item
from tlscheck.edges.aws.database_items import (
    DATABASE,
    DATABASE_ATTRIBUTES,
    LOOK,
    LOOK_ATTRIBUTES,
    OF_DOCUMENT,
    database_item,
    look_item,
)
from tlscheck.edges.aws.finding_items import DUE, finding_item
from tlscheck.edges.aws.table import Condition, Place
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, KeptLook
from tlscheck.verdict.steps import Drop, Write

EARLIER = ("kind",)
"""What an item of before 0.3.0 has, and one of later not."""

_NEW = "attribute_not_exists(version)"
_MOVED = "(attribute_not_exists(announced_at) OR announced_at <> :announced_at)"
_STAYED = "announced_at = :announced_at"


def place_of(noun: Client | RememberedFinding | KeptLook | KeptDatabase) -> Place:
    """Where the item of a noun lies."""
    match noun:
        case Client(who):
            return who.key, client_items.PREFIX + who.digest()
        case RememberedFinding(finding):
            return finding.key, finding_items.PREFIX + finding.check
        case KeptLook(key):
            return key, LOOK
        case KeptDatabase(key):
            return key, DATABASE


def write(name: str, step: Write, memory: timedelta) -> bool:
    """Sets what is the noun's own, and leaves what Publish wrote; False where the item is of another version."""
    noun = step.noun
    match noun:
        case Client():
            values, gone = client_item(noun, memory), client_items.ATTRIBUTES
        case KeptLook():
            values, gone = look_item(noun), LOOK_ATTRIBUTES
        case KeptDatabase():
            values, gone = database_item(noun, memory), DATABASE_ATTRIBUTES
            if isinstance(noun.database, Gap):
                gone = tuple(each for each in gone if each not in OF_DOCUMENT)
        case RememberedFinding():
            return _write_finding(name, step, noun)
    values["version"] = step.version
    return table.change(name, place_of(noun), values, (*gone, *EARLIER), _over(step.over))


def drop(name: str, step: Drop) -> bool:
    """Takes a client away; False where its item is of another version."""
    return table.delete(name, place_of(step.client.client), _over(step.client.version))


def _write_finding(name: str, step: Write, noun: RememberedFinding) -> bool:
    """It is announced when `announced_at` moves; only the item says for certain whether this write moves it."""
    values = finding_item(noun) | {"version": step.version}
    gone = (*finding_items.ATTRIBUTES, *EARLIER)
    loud = _MOVED, values | {DUE: values["announced_at"]}, gone
    quiet = _STAYED, values, (*gone, DUE)
    # The likelier first.
    for moved, attributes, removed in (loud, quiet) if step.over is None else (quiet, loud):
        over = _over(step.over)
        told = {**over.values, ":announced_at": values["announced_at"]}
        condition = Condition(f"{over.expression} AND {moved}", told)
        if table.change(name, place_of(noun), attributes, removed, condition):
            return True
    return False


def _over(version: int | None) -> Condition:
    if version is None:
        return Condition(_NEW)
    values: dict[str, Any] = {":over": version}
    return Condition("version = :over", values)
