"""Items that 0.1.0 and 0.2.0 wrote, under a database's ARN: read as the nouns of now, under its key.

A client was one item an address, and its moments those of sweeps. Whether it came with TLS or without when it was
seen first nobody kept: so both traces have that moment. This module goes when by_kind does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from tlscheck.edges.aws.client_items import PREFIX
from tlscheck.edges.aws.database_items import document_of
from tlscheck.edges.aws.finding_items import PREFIX as FINDING
from tlscheck.edges.aws.finding_items import finding_of, is_known_check
from tlscheck.edges.aws.items import UNREADABLE, Item, has_been, is_expired, moment_of
from tlscheck.inventory.gap import Gap
from tlscheck.ledger import retention
from tlscheck.ledger.client import Client, Trace, Who
from tlscheck.ledger.joining import hour
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase

DATABASE = "database"
VANISHED = "vanished"
ADOPTED = "adopted"
"""What `kind` says of a database: full sweeps find it, or do no more; or another item stands for it now."""


def clients_of(items: Iterable[Item], key: str, now: datetime) -> Iterator[Client]:
    """The clients that are still remembered; not those without a user, who had not logged in yet."""
    for item in items:
        try:
            if _is_earlier(item, PREFIX, now) and item["user"]:
                yield _client(item, key, now)
        except UNREADABLE:
            continue


def findings_of(items: Iterable[Item], key: str, now: datetime) -> Iterator[RememberedFinding]:
    """The findings of a database that is not gone: with their dates, and what they are remembered under now."""
    for item in items:
        try:
            if _is_earlier(item, FINDING, now) and is_known_check(item) and "archived_at" not in item:
                found = finding_of(item)
                has_been(found.observed_at, now)
                yield replace(
                    found, finding=replace(found.finding, key=key), sent=None, delivered_at=None, refused=""
                )
        except UNREADABLE:
            continue


def active(items: Iterable[Item]) -> Iterator[str]:
    """Sort keys of findings that a Security Hub may hold as active, also of checks that this version has not."""
    for item in items:
        if item["sk"].startswith(FINDING) and "version" not in item and "archived_at" not in item:
            yield item["sk"]


def database_of(item: Item, now: datetime) -> KeptDatabase | None:
    """The database, with the verdict that people know; None where its document cannot be read.

    A full sweep let it expire 30 days after its start, and a sample did not: so when it was listed is known.
    """
    document = document_of(item)
    if isinstance(document, Gap):
        return None
    try:
        is_listed = item["kind"] == DATABASE
        listed_at = datetime.fromtimestamp(int(item["expires_at"]), tz=UTC) - retention.DATABASES
        at = listed_at if is_listed else datetime.fromisoformat(item["observed_at"])
        return KeptDatabase(
            key=document.key,
            database=replace(document, listed_at=_past(listed_at, now)),
            is_listed=is_listed,
            verdict=item["verdict"],
            verdict_reason=item["verdict_reason"],
            announced_verdict=item["verdict"],
            listed_at=_past(at, now),
        )
    except UNREADABLE:
        return None


def _is_earlier(item: Item, prefix: str, now: datetime) -> bool:
    return item["sk"].startswith(prefix) and "version" not in item and not is_expired(item, now)


def _past(when: datetime, now: datetime) -> datetime | None:
    """None of a moment that is still to come: with it, no listing until then would count."""
    try:
        has_been(when, now)
    except ValueError:
        return None
    return when


def _client(item: Item, key: str, now: datetime) -> Client:
    who = Who(key, item["name"], item["user"], item["application"])
    first, tls, plaintext = (moment_of(item.get(each)) for each in ("first_seen", "last_tls", "last_plaintext"))
    if first is None:
        raise ValueError("a client that was never seen")
    # Where a moment is still to come, it was without TLS until now, and with TLS when it was seen first.
    if tls:
        tls = _past(tls, now) or _past(first, now)
    if plaintext:
        plaintext = min(plaintext, now)
    if tls is None and plaintext is None:
        raise ValueError("a client that was never seen")
    return Client(
        who,
        _trace(item, first, tls, tuple(item["protocols"])) if tls else None,
        _trace(item, first, plaintext) if plaintext else None,
    )


def _trace(item: Item, first: datetime, last: datetime, protocols: Iterable[str] = ()) -> Trace:
    first, at = hour(first), hour(last)
    return Trace(min(first, at), at, {item["address"]: at}, None, dict.fromkeys(protocols, at))
