"""What items hold, each read for itself: one that cannot be read back is named, and costs nothing else."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tlscheck.edges.aws import client_items, finding_items
from tlscheck.edges.aws.client_items import client_of
from tlscheck.edges.aws.database_items import DATABASE, LOOK, LOOKS, database_of, document_of, look_of, looks_of
from tlscheck.edges.aws.finding_items import finding_of, is_known_check
from tlscheck.edges.aws.items import UNREADABLE, Item, has_been, is_expired, unreadable, version_of
from tlscheck.edges.aws.log_items import LOG, log_of, newest_of
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLog, KeptLook, KeptLooks, Remembered

_STATES: Mapping[str, Callable[[Item], Any]] = {LOOK: look_of, LOOKS: looks_of, LOG: log_of, DATABASE: database_of}
"""Sort key to what reads the item, of what a key has one of."""


def remembered(key: str, items: Iterable[Item], now: datetime) -> Remembered:
    """What the items of a key hold.

    Of items that an earlier version wrote only findings are read (a Region's have kept their key): see adoption.
    """
    clients: list[KeptClient] = []
    findings: list[RememberedFinding] = []
    gaps: list[Gap] = []
    versions: dict[str, int] = {}
    states: dict[str, Any] = {}
    for item in items:
        sort: str = item["sk"]
        try:
            if is_expired(item, now):
                continue
            if sort.startswith(finding_items.PREFIX):
                findings += [_past(finding_of(item), now)] if is_known_check(item) else []
            elif "version" not in item:
                continue
            elif sort.startswith(client_items.PREFIX):
                clients.append(KeptClient(_past(client_of(item), now), version_of(item)))
            elif sort in _STATES:
                states[sort] = _past(_STATES[sort](item), now)
        except UNREADABLE as error:
            gaps.append(unreadable(sort, error))
            if isinstance(version := item.get("version"), Decimal):
                versions[sort] = int(version)
    return Remembered(
        key,
        tuple(clients),
        tuple(findings),
        states.get(LOOK),
        states.get(DATABASE),
        tuple(gaps),
        versions,
        looks=states.get(LOOKS),
        log=states.get(LOG),
    )


def told(items: Iterable[Item], now: datetime) -> dict[str, tuple[RememberedFinding, ...]]:
    """Key to the findings of these items; those that cannot be read, or have expired, are left out."""
    found: dict[str, tuple[RememberedFinding, ...]] = {}
    for item in items:
        try:
            if not is_expired(item, now):
                finding = _past(finding_of(item), now)
                found[finding.finding.key] = (*found.get(finding.finding.key, ()), finding)
        except UNREADABLE:
            continue
    return found


def _past[T: (Client, RememberedFinding, KeptLook, KeptLooks, KeptLog, KeptDatabase)](noun: T, now: datetime) -> T:
    """The noun. Raises ValueError of one that is still to come: it would outlast all that is seen until then."""
    match noun:
        case Client():
            moments: tuple[datetime | None, ...] = (noun.last_seen,)
        case RememberedFinding(observed_at=observed_at, announced_at=announced_at, basis=basis, sent=sent):
            sent_at = sent.at if sent else None
            moments = (observed_at, announced_at, basis.listed_at, basis.looked_at, sent_at)
        case KeptLook():
            moments = (noun.at, *noun.looks[-1:])
        case KeptLooks():
            moments = noun.moments[-1:]
        case KeptLog():
            moments = (newest_of(noun),)
        case KeptDatabase(database=database, listed_at=listed_at):
            moments = (listed_at, database.listed_at if isinstance(database, Database) else None)
    for each in moments:
        has_been(each, now)
    return noun


def known(
    listed: Iterable[Item],
    gone: Iterable[Item],
    earlier: Iterable[Item],
    earlier_gone: Iterable[Item],
    now: datetime,
) -> KnownDatabases:
    """The databases that items hold, each once: by its own item, rather than by an earlier version's."""
    gaps: dict[str, Gap] = {}
    looked_at, left, before, left_before = (
        _databases(items, now, gaps) for items in (listed, gone, earlier, earlier_gone)
    )
    left = {key: each for key, each in left.items() if key not in looked_at}
    looked_at |= {key: each for key, each in before.items() if key not in looked_at and key not in left}
    left = {key: each for key, each in left_before.items() if key not in looked_at} | left
    return KnownDatabases(tuple(looked_at.values()), tuple(left.values()), tuple(gaps.values()))


def _databases(items: Iterable[Item], now: datetime, gaps: dict[str, Gap]) -> dict[str, Database]:
    found: dict[str, Database] = {}
    for item in items:
        try:
            if is_expired(item, now):
                continue
            database = document_of(item)
            if isinstance(database, Gap):
                gaps[item["pk"]] = database
                continue
            has_been(database.listed_at, now)
            found[database.key] = database
        except UNREADABLE as error:
            gaps[item["pk"]] = unreadable(item["pk"], error)
    return found
