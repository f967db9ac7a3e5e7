"""What is kept of a server's log beside its clients, as an item, and back.

As short as can be, since it is written hourly, and an item holds 400 KB: lists are one text each, stretches are
told by how long after each other they are, moments are microseconds in hex, and texts of strangers are quoted,
so that none holds a space or a line's end.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from urllib.parse import quote, unquote

from tlscheck.edges.aws.items import EPOCH, Item, epoch, moment_of, moment_or_none, version_of, without_none
from tlscheck.ledger import retention
from tlscheck.ledger.lateness import DAY, SECOND
from tlscheck.ledger.logged import Fallback, FileMark, Hole, LeftOut, LockedOut, Logged, Met, Stretch
from tlscheck.log.event import Rejection
from tlscheck.verdict.remembered import KeptLog

LOG = "log"


LOG_ATTRIBUTES: tuple[str, ...] = (
    *("covered_spans", "hole_spans", "rejections", "locked_out", "fallbacks", "unread", "a_day", "a_day_until"),
    *("left_out", "read_at", "late", "again", "marks", "expires_at"),
)


def log_item(kept: KeptLog) -> dict[str, Any]:
    """Its attributes; what there is nothing of has none."""
    logged = kept.logged
    newest = max(_moments(logged), default=None)
    return without_none(
        {
            "covered_spans": _stretches(logged.covered) or None,
            "hole_spans": _text(
                f"{_quoted(why)} {_stretches(each.stretch for each in logged.holes if each.why == why)}"
                for why in sorted({each.why for each in logged.holes})
            ),
            "rejections": _text(
                f"{_met(when)} {_quoted(rejection.value)} {_quoted(address)}"
                for (rejection, address), when in sorted(logged.rejections.items())
            ),
            "locked_out": _text(
                " ".join((_met(when), *map(_quoted, (of.address, of.user, of.database))))
                for of, when in sorted(logged.locked_out.items(), key=lambda each: repr(each[0]))
            ),
            "fallbacks": _text(
                " ".join((_met(when), *map(_quoted, (of.address, of.user, of.database, of.application))))
                for of, when in sorted(logged.fallbacks.items(), key=lambda each: repr(each[0]))
            ),
            "unread": {why: _hex(when) for why, when in logged.unread.items()} or None,
            "a_day": None if logged.a_day is None else repr(logged.a_day),
            "a_day_until": moment_or_none(logged.a_day_until),
            "left_out": {what: _hex(when) for what, when in logged.left_out.items()} or None,
            "read_at": moment_or_none(logged.read_at),
            "marks": _text(
                f"{_hex(each.at)} {each.size} {_quoted(each.marker)} {_quoted(each.name)}" for each in logged.marks
            ),
            "late": _late(logged.late),
            "again": None if logged.again is None else _seconds(logged.again),
            "expires_at": epoch(newest + retention.FINDINGS) if newest else None,
        }
    )


def log_of(item: Item) -> KeptLog:
    """What an item keeps. Raises one of UNREADABLE when it is none of ours."""
    return KeptLog(
        item["pk"],
        Logged(
            covered=tuple(_stretches_of(item.get("covered_spans", "").split())),
            holes=tuple(sorted(_holes_of(item), key=lambda hole: (hole.stretch.since, hole.why))),
            rejections={
                (Rejection(unquote(rejection)), unquote(address)): _met_of(first, last)
                for first, last, rejection, address in _lines(item, "rejections")
            },
            locked_out={
                LockedOut(*map(unquote, (address, user, database))): _met_of(first, last)
                for first, last, address, user, database in _lines(item, "locked_out")
            },
            fallbacks={
                Fallback(*map(unquote, (address, user, database, application))): _met_of(first, last)
                for first, last, address, user, database, application in _lines(item, "fallbacks")
            },
            unread={why: _of_hex(when) for why, when in item.get("unread", {}).items()},
            a_day=float(item["a_day"]) if "a_day" in item else None,
            a_day_until=moment_of(item.get("a_day_until")),
            left_out=_left_out_of(item),
            read_at=moment_of(item.get("read_at")),
            marks=tuple(
                FileMark(unquote(name), unquote(marker), _of_hex(at), int(size))
                for at, size, marker, name in _lines(item, "marks")
            ),
            late=_late_of(item.get("late", "")),
            again=int(item["again"], 16) * SECOND if "again" in item else None,
        ),
        version_of(item),
    )


def _left_out_of(item: Item) -> dict[LeftOut, datetime]:
    found = item.get("left_out")
    if isinstance(found, Mapping):
        return {LeftOut(what): _of_hex(when) for what, when in found.items()}
    # As it was kept at first: that it was so, not of what, nor when; it was when that was read at the latest.
    read_at = moment_of(item.get("read_at"))
    return dict.fromkeys(LeftOut, read_at) if found and read_at else {}


def newest_of(kept: KeptLog) -> datetime | None:
    """The newest moment in it."""
    return max(_moments(kept.logged), default=None)


def _moments(logged: Logged) -> Iterator[datetime]:
    yield from (each.until for each in logged.covered)
    for met in (logged.rejections, logged.locked_out, logged.fallbacks):
        yield from (each.last for each in met.values())
    if logged.read_at:
        yield logged.read_at


def _text(lines: Iterable[str]) -> str | None:
    return "\n".join(lines) or None


def _lines(item: Item, name: str) -> Iterator[list[str]]:
    return (line.split(" ") for line in item.get(name, "").split("\n") if line)


def _quoted(text: str) -> str:
    return quote(text, safe=":.,/()'-_")


def _holes_of(item: Item) -> Iterator[Hole]:
    for why, *spans in _lines(item, "hole_spans"):
        yield from (Hole(each, unquote(why)) for each in _stretches_of(spans))


def _stretches(stretches: Iterable[Stretch]) -> str:
    """How long after the one before each begins, and how long it is: 400 days may have thousands of them."""
    spans, before = list[str](), EPOCH
    for each in stretches:
        spans += _span(each.since - before), _span(each.until - each.since)
        before = each.until
    return " ".join(spans)


def _stretches_of(spans: Iterable[str]) -> Iterator[Stretch]:
    before = EPOCH
    for after, length in batched(map(_span_of, spans), 2):  # one without its other half fails by itself
        yield Stretch(before + after, before + after + length)
        before += after + length


def _span(span: timedelta) -> str:
    """Seconds in hex, and what is no whole number of them as microseconds: `e10`, `7a2c1u`."""
    seconds, rest = divmod(span, SECOND)
    return f"{span // timedelta.resolution:x}u" if rest else f"{seconds:x}"


def _span_of(text: str) -> timedelta:
    number = int(text.removesuffix("u"), 16)
    return number * (timedelta.resolution if text.endswith("u") else SECOND)


def _met(met: Met) -> str:
    return f"{_hex(met.first)} {_hex(met.last)}"


def _met_of(first: str, last: str) -> Met:
    return Met(_of_hex(first), _of_hex(last))


def _late(late: Mapping[datetime, timedelta]) -> str | None:
    """Its first day, and the seconds of that and of each day after it: `5041 2a - 3c`."""
    if not late:
        return None
    first = min(late)
    days = (first + number * DAY for number in range((max(late) - first).days + 1))
    return " ".join((f"{(first - EPOCH).days:x}", *(_seconds(late[day]) if day in late else "-" for day in days)))


def _late_of(text: str) -> dict[datetime, timedelta]:
    day, *lags = text.split() or ["0"]
    first = EPOCH + int(day, 16) * DAY
    return {first + number * DAY: int(lag, 16) * SECOND for number, lag in enumerate(lags) if lag != "-"}


def _seconds(span: timedelta) -> str:
    return f"{span // SECOND:x}"


def _hex(moment: datetime) -> str:
    return f"{(moment - EPOCH) // timedelta.resolution:x}"


def _of_hex(text: str) -> datetime:
    return EPOCH + int(text, 16) * timedelta.resolution
