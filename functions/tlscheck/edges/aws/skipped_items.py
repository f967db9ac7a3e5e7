"""A sample that looked at nothing beside another sweep, as an item, and back: all of them under one key."""

from datetime import datetime
from typing import Any

from tlscheck.edges.aws.items import UNREADABLE, Item, epoch, moment
from tlscheck.inventory.overlap import SkippedSample
from tlscheck.ledger import retention

KEY = "skipped"

TOLD = "told_by"


def place_of(skipped: SkippedSample) -> tuple[str, str]:
    """Its key and sort key: the same however often a sample skips."""
    return KEY, skipped.id


def skipped_item(skipped: SkippedSample) -> dict[str, Any]:
    """Its attributes, but who told of it."""
    expires = skipped.started_at + retention.SKIPPED
    return {"at": moment(skipped.started_at), "reason": skipped.reason, "expires_at": epoch(expires)}


def skipped_of(item: Item) -> SkippedSample | None:
    """The sample of an item; None of one that cannot be read."""
    try:
        return SkippedSample(item["sk"], datetime.fromisoformat(item["at"]), item["reason"], item.get(TOLD))
    except UNREADABLE:
        return None
