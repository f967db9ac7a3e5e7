"""Whether what is to be remembered differs from what is and is worth a write: hourly where nothing changed.

`always`: also within the hour, so that an older look that may still be written finds that there was a newer one.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from tlscheck.inventory.database import Database
from tlscheck.ledger.joining import hour
from tlscheck.ledger.lateness import within
from tlscheck.ledger.logged import Logged, Met, Stretch
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook

HOUR = 3600
"""Seconds."""


def is_news(before: RememberedFinding, after: RememberedFinding, *, always: bool) -> bool:
    """Whether a finding says something new, or is an hour older than the one that is remembered.

    One that rests on later facts than this sweep's stays as it is.
    """
    if after == before:
        return False
    moments = {"observed_at": before.observed_at, "basis": before.basis, "concluded_at": before.concluded_at}
    if replace(after, **moments, changes=before.changes) != before:  # type: ignore[arg-type]  # each is of its field
        return True
    if after.basis == before.basis:
        # A look that was overtaken: it could judge what the newest could not.
        return after.concluded_at != before.concluded_at
    return always or not is_same_hour(before.observed_at, after.observed_at)


def is_news_of_look(before: KeptLook, after: KeptLook, *, always: bool) -> bool:
    """The same of a look; what a word said counts, not when it was said again."""
    if after == before:
        return False
    return (
        _said(before) != _said(after)
        or (always and (after.at, after.looks) != (before.at, before.looks))
        or not is_same_hour(before.at, after.at)
    )


def is_news_of_log(before: KeptLog, after: KeptLog) -> bool:
    """The same of what a log said: what was read within the hour and is not kept is read again."""
    return after != before and _read(before.logged) != _read(after.logged)


def is_news_of_database(before: KeptDatabase, after: KeptDatabase, *, always: bool) -> bool:
    """The same of a database as it was listed, whatever its verdict."""
    is_moved = after.listed_at != before.listed_at
    if _document(before) != _document(after) or (always and is_moved):
        return True
    return is_moved and not is_same_hour(before.listed_at, after.listed_at)


def is_same_hour(one: datetime | None, other: datetime | None) -> bool:
    """Whether two moments lie in the same hour; two that are not known do."""
    if one is None or other is None:
        return one is other
    return int(one.timestamp()) // HOUR == int(other.timestamp()) // HOUR


def _said(look: KeptLook) -> object:
    word = replace(look.word, at=None) if look.word else None
    # A word of an earlier look is another thing than one of this one.
    is_new = look.word is not None and look.word.at == look.at
    return look.observation, look.left_out, look.watched, word, is_new


def _read(logged: Logged) -> object:
    """What it says, to the hour; nor the minutes."""
    return (
        [_hours(each) for each in logged.covered],
        [(_hours(each.stretch), each.why) for each in logged.holes],
        {what: _met(when) for what, when in logged.rejections.items()},
        {what: _met(when) for what, when in logged.locked_out.items()},
        {what: _met(when) for what, when in logged.fallbacks.items()},
        {why: hour(when) for why, when in logged.unread.items()},
        logged.a_day is None,
        {what: hour(when) for what, when in logged.left_out.items()},
        logged.read_at and hour(logged.read_at),
        within(max(logged.late.values(), default=timedelta())),
        logged.again,
    )


def _hours(stretch: Stretch) -> object:
    return hour(stretch.since), hour(stretch.until)


def _met(met: Met) -> object:
    return hour(met.first), hour(met.last)


def _document(kept: KeptDatabase) -> object:
    document = replace(kept.database, listed_at=None) if isinstance(kept.database, Database) else kept.database
    return document, kept.is_listed
