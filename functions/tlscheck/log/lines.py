"""A stretch of a server's log, line by line, in any of the forms in which PostgreSQL 10 to 18 write it.

What can be told of who wrote a line, and what not (tried with real servers: tests/log_lines):

- Names are the client's. A login that fails is logged with them too, so they may spell a line's beginning, its
  end, or a whole line of its own (%u and %d are written raw; a message's own line ends are followed by a tab, and
  csvlog quotes them). So a line that can be read in two ways is Unread, and so is the line after one that ends in
  its own beginning, and one after which something is left over that is no line. Where the log service delivers the
  forged line alone, it is believed: names are 63 bytes each, which holds a line of a plaintext session, or of a
  refused certificate, under RDS's prefix up to 15, and none that speaks of TLS. RDS's prefix from 16 on leaves no
  room, and an older one is not believed after it (beginnings.py).
- What is said of TLS is beyond doubt where it follows names that the line's beginning gives too; after an
  application_name it may be the client's own text, and is marked so, whatever it is.
- Whoever may run SQL may log any line about its own session (RAISE LOG), csvlog excepted; that it refused the
  certificate is believed of nobody who has a name already.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from tlscheck.log import csvlog
from tlscheck.log.event import Connected, LineOrigin, LogEvent, Unread
from tlscheck.log.languages import FATAL, LOG
from tlscheck.log.message import PHRASES, Speaker, said
from tlscheck.log.prefix import Prefix, compiled
from tlscheck.log.usual import usual

DEFAULT_PREFIX = "%t:%r:%u@%d:[%p]:"
"""RDS's own, up to PostgreSQL 15; from 16 on `%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a` (RDS User Guide)."""


def events(texts: Iterable[str], prefix: str, own: str = "") -> Iterator[LogEvent | Unread]:
    """What the texts say, each an event of the log service: a line, or one with the lines that belong to it.

    stderr with this log_line_prefix, and csvlog, may be mixed. What is not about connections is left out; what
    might be and could not be understood is an Unread. No statement, DETAIL or CONTEXT is in what comes. `own`: the
    user of our own looks.
    """
    stretch = _Stretch(compiled(prefix), own)
    for text in texts:
        if "\n" in text:
            yield from stretch.several(text)
        elif (event := stretch.line(text)) is not None:
            yield event


class _Stretch:
    """Lines that follow each other."""

    def __init__(self, prefix: Prefix, own: str) -> None:
        self._prefix = prefix
        self._own = own
        self._is_torn = False
        """Whether the line before ended in its own beginning."""

    def several(self, text: str) -> Iterator[LogEvent | Unread]:
        """What a text of several lines says."""
        at = 0
        while at < len(text):
            end = text.find("\n", at)
            line = text[at : end if end >= 0 else len(text)]
            if csvlog.begins(line):
                event, at = self._record(text, at)
            else:
                event, at = self.line(line), at + len(line) + 1
                if event and not isinstance(event, Unread) and self._is_left_over(text, at):
                    event = Unread.AMBIGUOUS
            if event is not None:
                yield event

    def _is_left_over(self, text: str, at: int) -> bool:
        """Whether what follows belongs to no line: then a name ended the one before it, and may have begun it."""
        if at >= len(text) or text.startswith("\t", at):
            return False
        end = text.find("\n", at)
        following = text[at : end if end >= 0 else len(text)]
        return not self._prefix.read(following) and not csvlog.begins(following)

    def line(self, line: str) -> LogEvent | Unread | None:
        """What one line says; None: nothing that is asked here."""
        if found := self._prefix.read(line):
            event = _event(found, line, self._prefix, self._own)
            if self._is_torn:
                self._is_torn = False
                return event and Unread.AMBIGUOUS
            return event
        if line.startswith("\t"):
            return None
        if csvlog.begins(line):
            return self._record(line, 0)[0]
        self._is_torn = self._is_torn or self._prefix.opens(line) is not None
        return Unread.PREFIX if _may_matter(line) else None

    def _record(self, text: str, at: int) -> tuple[LogEvent | Unread | None, int]:
        record, end = csvlog.record(text, at)
        if record is None:
            return (Unread.CUT if _may_matter(text[at:end]) else None), end
        return _csv_event(record, self._own), end


def _may_matter(line: str) -> bool:
    return any(phrase in line for phrase in PHRASES)


def _event(found: re.Match[str], line: str, prefix: Prefix, own: str) -> LogEvent | Unread | None:
    level, message, moment, seconds, host, port, user, database, pid = prefix.told(found)
    origin = _origin(moment, seconds, host, port, pid)
    if isinstance(origin, Unread):
        return origin if _may_matter(message) and level.endswith((*LOG, *FATAL)) else None
    if user is not None and database is not None and user != own:
        plain = usual(level, message, origin, user, database)
        if plain is not None:
            return plain
    event = said(level, message, Speaker(origin, user, database, own))
    if event is not Unread.AMBIGUOUS or user is None:
        return event
    # Names that hold what stands between them: the message says again which they are.
    again = prefix.read_again(line)
    if not again or again["message"] != message:
        return event
    level, message, moment, seconds, host, port, user, database, pid = prefix.told(again)
    origin = _origin(moment, seconds, host, port, pid)
    return origin if isinstance(origin, Unread) else said(level, message, Speaker(origin, user, database, own))


def _origin(
    moment: str | None, seconds: str | None, host: str | None, port: str | None, pid: str | None
) -> LineOrigin | Unread:
    if not host:
        return Unread.NO_ADDRESS
    if moment:
        at = _moment(moment)
        if at is None:
            return Unread.ZONE
    elif seconds:
        at = datetime.fromtimestamp(int(seconds), UTC)
    else:
        return Unread.NO_MOMENT
    address = "" if host == "[local]" else host
    return LineOrigin(at, address, int(port) if port else None, int(pid) if pid else None)


def _csv_event(record: csvlog.CsvRecord, own: str) -> LogEvent | Unread | None:
    at = _moment(record.at)
    if at is None:
        return Unread.ZONE if _may_matter(record.message) else None
    host, _, port = record.source.rpartition(":")
    origin = LineOrigin(at, host, _number(port) if host else None, _number(record.pid))
    unknown = "[unknown]"
    event = said(
        record.level, record.message, Speaker(origin, record.user or unknown, record.database or unknown, own)
    )
    is_told_by_itself = isinstance(event, Connected) and record.tag != csvlog.AUTHENTICATION
    return None if is_told_by_itself else event


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


_LONGEST_NUMBER = 10
"""Digits: of a process."""


@lru_cache(maxsize=64)
def _moment(text: str) -> datetime | None:
    """To the second; None: of a zone whose distance from UTC is not known."""
    return _second(text[:19], text[text.rindex(" ") + 1 :])


@lru_cache(maxsize=4096)
def _second(moment: str, zone: str) -> datetime | None:
    away = "+00" if zone in {"UTC", "GMT"} else zone
    if not _OFFSET.fullmatch(away):
        return None
    try:
        return datetime.fromisoformat(moment + away).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_OFFSET = re.compile(r"[+-]\d\d(?:\d\d)?", re.ASCII)
