"""csvlog: what a server writes as comma-separated values, one record of several lines where a text has them.

Names and messages stand in quotes, each quote in them doubled: no text can spell the beginning of a record.
Source: PostgreSQL's manual, "Using CSV-Format Log Output".
"""

import re
from typing import NamedTuple

_BEGINNING = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Za-z0-9+-]{1,32},(?:"|,)')
_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^,"\n]*))([,\n]|$)')
_TO_THE_MESSAGE = 14
_MOST_FIELDS = 32
"""Of a record: 23 up to version 12, 26 since 14."""

AUTHENTICATION = "authentication"
"""command_tag of whatever is said of a client before it is let in."""


class CsvRecord(NamedTuple):
    """As much of a record as is read."""

    at: str
    user: str
    database: str
    pid: str
    source: str
    """`127.0.0.1:53826`, `[local]`."""

    tag: str
    level: str
    message: str


def begins(line: str) -> bool:
    """Whether it is the first line of a record."""
    return _BEGINNING.match(line) is not None


def record(text: str, start: int) -> tuple[CsvRecord | None, int]:
    """The record that begins there, and where the next line does; None: it ends before its message does."""
    fields: list[str] = []
    at = start
    for _ in range(_MOST_FIELDS):
        found = _FIELD.match(text, at)
        if found is None:
            # A quote that is never closed: all that is left is of this record.
            at = len(text)
            break
        quoted, plain, end = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if end != ",":
            break
    if len(fields) < _TO_THE_MESSAGE:
        return None, at
    when, user, database, pid, source, _, _, tag, _, _, _, level, _, message = fields[:_TO_THE_MESSAGE]
    return CsvRecord(when, user, database, pid, source, tag, level, message), at
