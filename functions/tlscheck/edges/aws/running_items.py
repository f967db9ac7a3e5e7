"""A batch or a full sweep that is under way, as an item, and back: all of them under one key."""

from datetime import UTC, datetime
from typing import Any

from tlscheck.edges.aws.items import UNREADABLE, Item, epoch, moment
from tlscheck.verdict.steps import Running

KEY = "running"

_BYTES = 4
"""Of a key's digest."""


def running_item(running: Running) -> dict[str, Any]:
    """Its attributes; it expires when it is over for certain, and counts no more from that moment on."""
    return {
        "began": moment(running.began),
        "until": moment(running.until),
        "keys": bytes.fromhex("".join(sorted(running.keys))),
        "expires_at": epoch(running.until),
    }


def running_of(item: Item) -> Running:
    """The batch or sweep of an item. One that cannot be read may be about everything, and since ever, until it
    expires: others then write what they see, which is never wrong."""
    try:
        keys = bytes(item["keys"])
        return Running(
            id=item["sk"],
            began=datetime.fromisoformat(item["began"]),
            until=datetime.fromisoformat(item["until"]),
            keys=frozenset(keys[start : start + _BYTES].hex() for start in range(0, len(keys), _BYTES)),
        )
    except UNREADABLE:
        return Running(item["sk"], datetime.min.replace(tzinfo=UTC), _expiry(item))


def _expiry(item: Item) -> datetime:
    try:
        return datetime.fromtimestamp(int(item["expires_at"]), tz=UTC)
    except (*UNREADABLE, OSError):
        return datetime.max.replace(tzinfo=UTC)
