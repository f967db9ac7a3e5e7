"""A database, and the newest look at its server, as items, and back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges import documents
from tlscheck.edges.aws.items import (
    UNREADABLE,
    Item,
    epoch,
    moment_of,
    moment_or_none,
    moments,
    unreadable,
    version_of,
    without_none,
)
from tlscheck.edges.aws.packed_moments import packed, unpacked
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger import retention
from tlscheck.verdict.remembered import KeptDatabase, KeptLook, KeptLooks

DATABASE = "database"
LOOK = "look"
LOOKS = "looks"

LISTED = "listed"
"""Key of the index by_listing, which only what is asked for by it carries: databases, and findings refused."""

GONE = "gone"
"""Its value for a database that no sweep is to look at any more; DATABASE for one that sweeps look at."""

DATABASE_ATTRIBUTES: tuple[str, ...] = (
    *(LISTED, "region", "document", "verdict", "verdict_reason", "announced_verdict", "announced_at"),
    *("changes", "flaps_told_at", "listed_at", "expires_at"),
)
OF_LISTING = frozenset({"expires_at"})
"""Those of them that stay as they are where no listing is known."""

OF_DOCUMENT = OF_LISTING | {"region", "document"}
"""Those that stay as they are where the document could not be read."""

LOOK_ATTRIBUTES: tuple[str, ...] = ("document", "looks", "expires_at")
LOOKS_ATTRIBUTES: tuple[str, ...] = ("moments", "expires_at")


def database_item(kept: KeptDatabase, memory: timedelta) -> dict[str, Any]:
    """A database's attributes. One that is listed expires when no full sweep lists it any more, whatever samples
    do; one that is gone is kept for as long as its clients are, since another may have its name.

    Where its document could not be read that stays as it is, and so does when it expires.
    """
    values: dict[str, Any] = {
        LISTED: DATABASE if kept.is_listed else GONE,
        "verdict": kept.verdict,
        "verdict_reason": kept.verdict_reason,
        "announced_verdict": kept.announced_verdict or None,
        "announced_at": moment_or_none(kept.announced_at),
        "changes": moments(kept.changes) or None,
        "flaps_told_at": moment_or_none(kept.flaps_told_at),
        "listed_at": moment_or_none(kept.listed_at),
    }
    if isinstance(kept.database, Database):
        values |= {"region": kept.database.region, "document": documents.dump(kept.database)}
        if met := kept.listed_at or kept.database.listed_at:
            values["expires_at"] = epoch(met + (retention.DATABASES if kept.is_listed else memory))
    return without_none(values)


def database_of(item: Item) -> KeptDatabase:
    """The database of an item; where its document cannot be read, a Gap stands in its place.

    Raises one of UNREADABLE when it is none of ours.
    """
    return KeptDatabase(
        key=item["pk"],
        database=document_of(item),
        is_listed=item[LISTED] == DATABASE,
        verdict=item["verdict"],
        verdict_reason=item["verdict_reason"],
        announced_verdict=item.get("announced_verdict", ""),
        announced_at=moment_of(item.get("announced_at")),
        changes=tuple(datetime.fromisoformat(each) for each in item.get("changes", ())),
        flaps_told_at=moment_of(item.get("flaps_told_at")),
        listed_at=moment_of(item.get("listed_at")),
        version=version_of(item),
    )


def document_of(item: Item) -> Database | Gap:
    """The database that an item's document describes, also as an earlier version wrote it."""
    try:
        return documents.load(Database, item["document"])
    except UNREADABLE as error:
        return unreadable(item["pk"], error)


def look_item(look: KeptLook) -> dict[str, Any]:
    """A look's attributes; who was connected is not among them, since those are clients."""
    observation = replace(look.observation, look=replace(look.observation.look, sessions=()))
    return without_none(
        {
            "document": documents.dump(replace(look, observation=observation, looks=(), version=None)),
            "looks": packed(look.looks) or None,
            "expires_at": epoch(look.at + retention.FINDINGS),
        }
    )


def look_of(item: Item) -> KeptLook:
    """The look of an item. Raises one of UNREADABLE when it is none of ours."""
    look = documents.load(KeptLook, item["document"])
    return replace(look, looks=unpacked(bytes(item.get("looks", b""))), version=version_of(item))


def looks_item(looks: KeptLooks) -> dict[str, Any]:
    """When the looks of earlier days were."""
    return {"moments": packed(looks.moments), "expires_at": epoch(looks.moments[-1] + retention.FINDINGS)}


def looks_of(item: Item) -> KeptLooks:
    """The looks of an item. Raises one of UNREADABLE when it is none of ours."""
    return KeptLooks(item["pk"], unpacked(bytes(item["moments"])), version_of(item))
