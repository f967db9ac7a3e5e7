"""When a batch looked at its servers, as one item for all of them, and back.

Where a look shows nothing new within an hour nothing is written of its database. So its moment is noted here until
the next look that writes something: one write for a batch, and not one for each of its servers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tlscheck.edges.aws import table
from tlscheck.edges.aws.items import UNREADABLE, Item, epoch, moment
from tlscheck.edges.aws.table import Table
from tlscheck.ledger import retention

_DIGEST, _SECONDS = 6, 2
"""Bytes of a database's key, and of its moment: seconds since its batch began."""


@dataclass(frozen=True, slots=True)
class BatchLooks:
    """When a batch showed everybody at which of its servers."""

    network: str
    """Of its batch, and the Region before it: whose looks are read together."""

    batch: str
    """Its key."""

    began: datetime
    moments: Mapping[str, datetime]
    """By key of the database."""


def note(name: Table, noted: BatchLooks) -> None:
    """Keeps for some hours when a batch looked at its servers, in the table of this name."""
    table.change(name, place_of(noted), noted_item(noted))


def noted_of(name: Table, network: str, keys: Collection[str], now: datetime) -> dict[str, tuple[datetime, ...]]:
    """Key to when it was looked at in these hours, so far as it was noted; of these keys, in this network."""
    return moments_of(table.items_since(name, key_of(network), sort_since(now)), keys)


def place_of(noted: BatchLooks) -> tuple[str, str]:
    """Where its item lies: in the order of time."""
    return key_of(noted.network), f"{moment(noted.began)} {noted.batch}"


def key_of(network: str) -> str:
    """Under what the looks at a network's servers lie."""
    return f"noted {network}"


def sort_since(now: datetime) -> str:
    """The sort key from which on they are read."""
    return moment(now - retention.NOTED)


def noted_item(noted: BatchLooks) -> dict[str, Any]:
    """Its attributes."""
    seen = b"".join(
        _digest(key) + (epoch(at) - epoch(noted.began)).to_bytes(_SECONDS)
        for key, at in sorted(noted.moments.items())
    )
    return {"began": moment(noted.began), "seen": seen, "expires_at": epoch(noted.began + retention.NOTED)}


def moments_of(items: Iterable[Item], keys: Iterable[str]) -> dict[str, tuple[datetime, ...]]:
    """Key to when it was looked at, of these keys. An item that cannot be read back costs its own moments."""
    known = {_digest(key): key for key in keys}
    found: dict[str, list[datetime]] = {}
    for item in items:
        try:
            began, seen = epoch(datetime.fromisoformat(item["began"])), bytes(item["seen"])
        except UNREADABLE:
            continue
        for start in range(0, len(seen) - _DIGEST - _SECONDS + 1, _DIGEST + _SECONDS):
            digest, after = seen[start : start + _DIGEST], seen[start + _DIGEST : start + _DIGEST + _SECONDS]
            if digest in known:
                found.setdefault(known[digest], []).append(
                    datetime.fromtimestamp(began + int.from_bytes(after), UTC)
                )
    return {key: tuple(sorted(moments)) for key, moments in found.items()}


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()[:_DIGEST]
