"""A database and the verdict on it as the table keeps them, and whether people are told."""

from dataclasses import replace
from datetime import datetime

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.verdict.announce import Announced, Telling, changes_of, telling
from tlscheck.verdict.in_hand import InHand
from tlscheck.verdict.readiness import Readiness, Verdict
from tlscheck.verdict.remembered import KeptDatabase

_RANKS = {verdict.value: -place for place, verdict in enumerate(Verdict)}
"""The most pressing stands first."""


def kept_verdict(
    before: KeptDatabase | None, hand: InHand, database: Database, ready: Readiness, at: datetime
) -> tuple[KeptDatabase, Telling]:
    """What to keep after this judgement. A sample neither changes the database nor keeps it alive."""
    if before is None or not before.is_listed:
        before = replace(before or KeptDatabase(database.key, database, is_listed=True), announced_verdict="")
    is_full = hand.sweep.depth is Depth.FULL
    changes = changes_of(before.changes, at, changed=before.verdict not in {"", ready.verdict.value})
    after = replace(
        before,
        database=database if is_full else before.database,
        is_listed=True,
        verdict=ready.verdict.value,
        verdict_reason=ready.reason,
        changes=changes,
        listed_at=_later(before.listed_at, database.listed_at) if is_full else before.listed_at,
    )
    tells = _telling(before, after, at)
    if not tells.is_due:
        return after, tells
    flaps_told_at = at if tells.flaps else before.flaps_told_at
    return replace(after, announced_verdict=after.verdict, announced_at=at, flaps_told_at=flaps_told_at), tells


def _telling(before: KeptDatabase, after: KeptDatabase, at: datetime) -> Telling:
    if before.announced_verdict not in _RANKS:
        return Telling(is_due=True)
    told = Announced(
        _RANKS[before.announced_verdict], before.announced_at or at, after.changes, before.flaps_told_at
    )
    return telling(told, _RANKS[after.verdict], at, differs=False)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)
