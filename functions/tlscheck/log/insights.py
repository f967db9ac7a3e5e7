"""The log counted where it lies: a query of CloudWatch Logs Insights, and its rows as lines again.

It counts by address, user, database, hour and what the line says, in which application and TLS are; so what a line
means is told in one place (lines.py), whoever counted it. Of an hour's equal lines the last alone has its moment.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tlscheck.log.message import PHRASES
from tlscheck.log.prefix import compiled

MOST_ROWS = 10_000
"""Asked for; an answer with as many is a part of one."""

LINE_PREFIX = "%t:%r:%u@%d:[%p]:"
"""Of the lines that rows become."""

_COUNTED = "count(*) as times, max(@timestamp) as last, max(late) as latest"
_KEYS = {"h": "address", "u": "user", "d": "database"}


@dataclass(frozen=True, slots=True)
class Row:
    """Lines of one hour that are equal but for their moment, port and process."""

    line: str
    """As the last of them, its beginning as LINE_PREFIX has it."""

    count: int

    lag: timedelta | None = None
    """How long after its moment one of them reached the service at most; None: it does not say."""


def query(prefix: str, streams: str) -> str:
    """Counts the lines of the streams whose names begin so; `prefix` is their log_line_prefix."""
    beginning = compiled(prefix)
    named = re.sub(
        r"\(\?P<(\w+)>",
        lambda found: f"(?<{_KEYS[found[1]]}>" if found[1] in _KEYS else "(?:",
        re.sub(r"\(\?P=\w\)", ".*?", beginning.expression),
    )
    keys = [each for letter, each in _KEYS.items() if letter in beginning.names]
    pattern = rf"^{named}(?<level>[^\s:]{{1,64}}):  (?:[0-9A-Z]{{5}}: )?(?<said>.*)\s*$".replace("/", r"\/")
    return "\n| ".join(
        [
            "fields @timestamp, @message, toMillis(@ingestionTime) - toMillis(@timestamp) as late",
            f"filter @logStream like /^{re.escape(streams)}/ and @message like /{'|'.join(PHRASES)}/",
            f"parse @message /{pattern}/",
            f"stats {_COUNTED} by {', '.join([*keys, 'level', 'said'])}, bin(1h)",
        ]
    )


def rows(found: Iterable[Mapping[str, str]]) -> tuple[Row, ...]:
    """The rows of its answer, each field by its name. Raises ValueError where it is none of this query's."""
    return tuple(_row(each) for each in found)


def _row(fields: Mapping[str, str]) -> Row:
    if not {"times", "last"} <= fields.keys():
        raise ValueError("a row without a count or a moment")
    count, lag = int(float(fields["times"])), _lag(fields.get("latest", ""))
    if "said" not in fields:
        # It did not begin as the prefix says: lines.py says so too of a line without any beginning.
        return Row(PHRASES[0], count, lag)
    who = f"{fields.get('user', '')}@{fields.get('database', '')}"
    return Row(
        f"{_moment(fields['last'])} UTC:{fields.get('address', '')}(0):{who}:[0]:"
        f"{fields.get('level', '')}:  {fields['said']}",
        count,
        lag,
    )


def _lag(text: str) -> timedelta | None:
    """The fields of when a line arrived are promised of the class Standard alone (CloudWatch Logs User Guide,
    Supported logs and discovered fields): what has none says nothing."""
    return timedelta(milliseconds=float(text)) if text else None


def _moment(text: str) -> str:
    """A moment as the service writes it, of a field or, in milliseconds since 1970, of what a function made."""
    if re.fullmatch(r"\d{1,15}(\.0+)?", text):
        return datetime.fromtimestamp(float(text) / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S")
