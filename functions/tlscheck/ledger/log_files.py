"""The files that a server writes its log to, each of a time of its own: from its name's moment to the next one's.

RDS's log_filename is `postgresql.log.%Y-%m-%d`, `...-%H` or `...-%H%M`, in UTC; csvlog adds `.csv` (RDS User
Guide, "Parameters for logging in RDS for PostgreSQL"). Files are kept for one to seven days
(rds.log_retention_period). Lines are in a file in the order in which they were written, and none comes late.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from tlscheck.ledger.logged import FileMark, Hole, Logged, Stretch
from tlscheck.ledger.reading_plan import Reach
from tlscheck.ledger.stretches import common

FILES = "error/postgresql.log"
"""What the names of all of them hold."""

KEPT = "its log files are kept for some days only (rds.log_retention_period)"

EVERY = timedelta(minutes=40)
"""Samples read a log no more often: its files are kept for a day at least, and what is younger than an hour when
it is judged counts as on its way (verdict/log_cover.py). Less than that, since samples come in steps."""

OVERLAP = timedelta(minutes=1)
"""No line comes late into a file; but an alert and the session that it led to may lie in two."""

MOST_MARKS = 6
"""More than are written to at once: what is without one is read from its beginning."""

_NAME = re.compile(r"error/postgresql\.log\.(\d{4}-\d\d-\d\d)(?:-(\d\d)(\d\d)?)?(\.csv)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file, as it was listed."""

    name: str
    begins: datetime
    size: int
    """Bytes."""

    is_csv: bool

    @property
    def mark(self) -> FileMark:
        """Of which nothing was read."""
        return FileMark(self.name, "0", self.begins)


@dataclass(frozen=True, slots=True)
class Filed:
    """Files of one time: with csvlog there are two, which say the same."""

    stretch: Stretch
    files: tuple[LogFile, ...]


def log_file(name: str, size: int) -> LogFile | None:
    """A file by its name; None: it does not tell of what time it is."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    day, hour, minute, csv = found.groups()
    try:
        begins = datetime.fromisoformat(f"{day} {hour or '00'}:{minute or '00'}").replace(tzinfo=UTC)
    except ValueError:
        return None
    return LogFile(name, begins, size, csv is not None)


def filed(files: Iterable[LogFile], now: datetime) -> tuple[Filed, ...]:
    """All of them by their times, newest first; the newest is still written to."""
    ordered = sorted((each for each in files if each.begins <= now), key=lambda each: (each.begins, each.name))
    groups = [(begins, tuple(some)) for begins, some in groupby(ordered, key=lambda each: each.begins)]
    found, until = list[Filed](), now
    for begins, some in reversed(groups):
        found.append(Filed(Stretch(begins, until), some))
        until = begins
    return tuple(found)


def to_read(times: Sequence[Filed], asked: Iterable[Stretch]) -> tuple[Filed, ...]:
    """Those of the time that is asked for, and the next newer one of each: what lies between the last line of one
    and the first of the other is covered only where both are read."""
    asked, found, newer = tuple(asked), list[Filed](), None
    for each in times:
        is_asked = bool(common([each.stretch], asked))
        if is_asked and newer is not None:
            found.append(newer)
        if is_asked:
            found.append(each)
        newer = None if is_asked else each
    return tuple(found)


def is_due(logged: Logged, now: datetime) -> bool:
    """Whether a sample is to read again."""
    return logged.read_at is None or now - logged.read_at >= EVERY


def reach_of_files(now: datetime, evidence: timedelta, since: datetime) -> Reach:
    """What can be read of EvidenceDays where the oldest file begins at `since`."""
    asked = Stretch(now - evidence, now)
    if since <= asked.since:
        return Reach(asked, asked.since)
    return Reach(asked, since, (Hole(Stretch(asked.since, since), KEPT),))


def newest_marks(*marks: Iterable[FileMark]) -> tuple[FileMark, ...]:
    """Of each file the last one given, and of so many the newest files'."""
    by_name = {each.name: each for some in marks for each in some}
    return tuple(by_name[name] for name in sorted(by_name)[-MOST_MARKS:])
