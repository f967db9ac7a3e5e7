"""What items hold, each read for itself: one that cannot be read back is named, and costs nothing else."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tlscheck.edges.aws import client_items, finding_items
from tlscheck.edges.aws.client_items import client_of
from tlscheck.edges.aws.database_items import DATABASE, LOOK, database_of, document_of, look_of
from tlscheck.edges.aws.finding_items import finding_of, is_known_check
from tlscheck.edges.aws.items import UNREADABLE, Item, is_expired, unreadable
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLook, Remembered


def remembered(key: str, items: Iterable[Item], now: datetime) -> Remembered:
    """What the items of a key hold.

    Of items that an earlier version wrote only findings are read (a Region's have kept their key): see adoption.
    """
    clients: list[KeptClient] = []
    findings: list[RememberedFinding] = []
    gaps: list[Gap] = []
    versions: dict[str, int] = {}
    look: KeptLook | None = None
    database: KeptDatabase | None = None
    for item in items:
        sort: str = item["sk"]
        try:
            if is_expired(item, now):
                continue
            if sort.startswith(finding_items.PREFIX):
                findings += [finding_of(item)] if is_known_check(item) else []
            elif "version" not in item:
                continue
            elif sort.startswith(client_items.PREFIX):
                clients.append(KeptClient(client_of(item), int(item["version"])))
            elif sort == LOOK:
                look = look_of(item)
            elif sort == DATABASE:
                database = database_of(item)
        except UNREADABLE as error:
            gaps.append(unreadable(sort, error))
            if isinstance(version := item.get("version"), Decimal):
                versions[sort] = int(version)
    return Remembered(key, tuple(clients), tuple(findings), look, database, tuple(gaps), versions)


def known(listed: Iterable[Item], gone: Iterable[Item], earlier: Iterable[Item], now: datetime) -> KnownDatabases:
    """The databases that items hold, each once: by its own item, rather than by an earlier version's."""
    gaps: dict[str, Gap] = {}
    looked_at, left, before = (_databases(items, now, gaps) for items in (listed, gone, earlier))
    left = {key: each for key, each in left.items() if key not in looked_at}
    looked_at |= {key: each for key, each in before.items() if key not in looked_at and key not in left}
    return KnownDatabases(tuple(looked_at.values()), tuple(left.values()), tuple(gaps.values()))


def _databases(items: Iterable[Item], now: datetime, gaps: dict[str, Gap]) -> dict[str, Database]:
    found: dict[str, Database] = {}
    for item in items:
        try:
            if is_expired(item, now):
                continue
        except UNREADABLE as error:
            gaps[item["pk"]] = unreadable(item["pk"], error)
            continue
        database = document_of(item)
        if isinstance(database, Gap):
            gaps[item["pk"]] = database
        else:
            found[database.key] = database
    return found
