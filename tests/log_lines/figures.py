"""How many of the recorded lines are read as their clients' doings say, and what statements leave behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from tlscheck.log.event import Connected, LogEvent, Unread
from tlscheck.log.lines import events

from tests.log_lines.attempts import Says
from tests.log_lines.recorded import Line, Record, records

OWN = "tlscheck"


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that was read otherwise than its client's doings say."""

    record: Record
    line: Line
    read: tuple[LogEvent | Unread, ...]


def real_lines() -> int:
    """How many lines of real servers are read right; raises AssertionError with those that are not."""
    wrong = list(misread())
    if wrong:
        shown = "\n".join(
            f"{each.record.major} {each.record.form}: {each.line} -> {each.read}" for each in wrong[:20]
        )
        raise AssertionError(f"{len(wrong)} lines are misread:\n{shown}")
    return sum(len(record.lines) for record in records())


def misread() -> Iterator[Misread]:
    """Those that are not; each is read after the line before it, as a log service delivers them."""
    for record in records():
        for line, read in zip(record.lines, by_line(record), strict=True):
            if not is_right(line, read):
                yield Misread(record, line, read)


def by_line(record: Record) -> Iterator[tuple[LogEvent | Unread, ...]]:
    """What comes of each of a record's lines, of all read as one stretch."""
    taken: list[int] = []

    def texts() -> Iterator[str]:
        for number, line in enumerate(record.lines):
            taken.append(number)
            yield line.text

    found: dict[int, list[LogEvent | Unread]] = {}
    for event in events(texts(), record.prefix, OWN):
        found.setdefault(taken[-1], []).append(event)
    return (tuple(found.get(number, ())) for number in range(len(record.lines)))


def is_right(line: Line, read: tuple[LogEvent | Unread, ...]) -> bool:
    """Whether exactly that was read; that a line is not understood is nothing."""
    told = [each for each in read if not isinstance(each, Unread)]
    if line.says is None:
        return not told
    if line.says["what"] == "unread":
        return read == (Unread.LANGUAGE,)
    if line.is_hostile and not told:
        return True
    return len(read) == 1 and [_as_said(each) for each in told] == [line.says]


def _as_said(event: LogEvent) -> Says:
    origin = event.origin
    said: dict[str, str | int | bool | None] = {"address": origin.address, "port": origin.port or 0}
    said |= {"user": event.user, "database": event.database}
    if isinstance(event, Connected):
        said |= {"what": "connected", "application": event.application, "protocol": event.protocol}
        return said | {"kind": str(event.kind), "doubtful": event.is_doubtful}
    return said | {"what": "rejected", "rejection": str(event.rejection)}


def statement_bytes_kept() -> int:
    """Bytes of statements, and of what they quote, in all that is read of all lines."""
    kept = 0
    for record in records():
        for event in events((line.text for line in record.lines), record.prefix, OWN):
            kept += sum(len(text) for text in _texts(event) if "secret" in text)
    return kept


def _texts(event: LogEvent | Unread) -> Iterator[str]:
    if isinstance(event, Unread):
        yield event
        return
    yield from (event.origin.address, event.user, event.database)
    if isinstance(event, Connected):
        yield from (event.application, event.protocol or "")
