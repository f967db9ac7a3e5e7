"""A stretch of a server's log, line by line, in any of the forms in which PostgreSQL 10 to 18 write it."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from tlscheck.log.event import LineOrigin, LogEvent, Unread
from tlscheck.log.message import PHRASES, Speaker, said
from tlscheck.log.prefix import compiled

DEFAULT_PREFIX = "%t:%r:%u@%d:[%p]:"
"""RDS's own, up to PostgreSQL 15; from 16 on `%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a` (RDS User Guide)."""


def events(texts: Iterable[str], prefix: str, own: str = "") -> Iterator[LogEvent | Unread]:
    """What the texts say, each an event of the log service: a line, or one with the lines that belong to it.

    stderr with this log_line_prefix, and csvlog, may be mixed. What is not about connections is left out; what
    might be and could not be understood is an Unread. No statement, DETAIL or CONTEXT is in what comes. `own`: the
    user of our own looks.
    """
    beginning = compiled(prefix)
    read = re.compile(rf"{beginning.expression}[^\s:]{{1,32}}:  (?:[0-9A-Z]{{5}}: )?(?P<message>.*)").fullmatch
    for text in texts:
        if not any(phrase in text for phrase in PHRASES):
            continue
        for line in text.split("\n") if "\n" in text else (text,):
            if line.startswith("\t") or not any(phrase in line for phrase in PHRASES):
                continue
            found = read(line)
            event = _event(found, own) if found else Unread.PREFIX
            if event is not None:
                yield event


def _event(found: re.Match[str], own: str) -> LogEvent | Unread | None:
    groups = found.groupdict()
    if not {"t", "h", "u", "d"} <= groups.keys():
        return Unread.NO_ADDRESS
    at = _moment(groups["t"])
    if at is None:
        return Unread.ZONE
    address = "" if groups["h"] == "[local]" else groups["h"]
    origin = LineOrigin(at, address, _number(groups.get("port")), _number(groups.get("p")))
    return said(groups["message"], Speaker(origin, groups["u"], groups["d"], own))


def _number(text: str | None) -> int | None:
    return int(text) if text else None


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    moment, _, zone = text.rpartition(" ")
    if zone not in {"UTC", "GMT"}:
        return None
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)
