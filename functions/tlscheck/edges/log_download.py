"""One server's log read from its files through RDS's API, where it is not exported and the owner allows that.

The API is the account's, and all its tools share what a Region allows of it: so a sample reads no sooner than it
must, each server has so many calls, and in a Region that throttles no other server of the batch is asked for.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tlscheck.edges.aws import log_files
from tlscheck.edges.aws.log_files import MOST_LINES, FileRefusedError, Portion
from tlscheck.edges.unread import NO_TIME, silence, unread
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.log_files import OVERLAP, Filed, LogFile, filed, is_due, newest_marks, reach_of_files, to_read
from tlscheck.ledger.log_place import log_place
from tlscheck.ledger.logged import NOTHING_READ, FileMark, Hole, Logged, Reading, Stretch
from tlscheck.ledger.reading_plan import NOT_YET, Reach, Rhythm, holes, reach, windows
from tlscheck.ledger.tally import Tally
from tlscheck.log.beginnings import Beginnings
from tlscheck.log.event import Unread
from tlscheck.log.portions import TRUNCATED, Portions

MOST_CALLS = 20
"""Of DownloadDBLogFilePortion, for one server in one sweep: 1 MB each, as pages of CloudWatch Logs."""

PORTION = 1024**2
"""Bytes that a portion has at most: a line that does not fit any more is cut."""

MOST_BYTES = 100 * 1024**2
"""Of a file that is begun: what is longer would never be read to its end before it is removed."""

WHOLE = 0.9
"""Of the bytes that were listed: what is no text may take fewer in an answer than in its file."""

NO_FILES = "it has no log files"
TOO_LONG = "its log files are too long to be read through RDS's API"
SHORT = "RDS's API ended its log file before its end"
CUT = "a line of it is longer than RDS's API gives"


@dataclass(frozen=True, slots=True)
class Downloads:
    """Leave to download log files, for one batch."""

    evidence: timedelta
    user: str
    """Database user of our own looks."""

    is_full: bool
    throttled: dict[str, str] = field(default_factory=dict)
    """Regions that may not be asked again now, and what they answered."""


@dataclass(slots=True)
class _Server:
    """One server, as its files are read."""

    database: Database
    tally: Tally
    beginnings: Beginnings
    until: float
    """Of time.monotonic()."""

    calls: int = 0
    lines: int = MOST_LINES * 2 // 5
    """To ask for at once: of so many of 260 bytes none is cut."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why a file was read no further."""

    why: str
    ends_all: bool = False
    """Whether other files are not to be asked for either."""

    cause: GapCause | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """How far a file was read; without a stop to its end."""

    mark: FileMark
    until: datetime
    stop: _Stop | None = None


def read(database: Database, logged: Logged, downloads: Downloads, now: datetime, until: float) -> Reading:
    """What a server's files say that is not known yet, until `until` of time.monotonic()."""
    place = log_place(database)
    if place is None or not (downloads.is_full or is_due(logged, now)):
        return NOTHING_READ
    whole = reach(now, downloads.evidence)
    throttled = downloads.throttled.get(database.region)
    if (why := throttled or (NO_TIME if time.monotonic() > until else None)) is not None:
        return unread(logged, whole, why, now)
    listed = log_files.listed(database.region, database.identifier, whole.asked.since, until)
    if isinstance(listed, Gap):
        _note(listed.cause, listed.told, database, downloads)
        return unread(logged, whole, listed.told, now)
    times = filed(listed, now)
    if not times:
        return unread(logged, whole, NO_FILES, now)
    span = reach_of_files(now, downloads.evidence, times[-1].stretch.since)
    beginnings = Beginnings(place.prefixes, place.prefix, downloads.user)
    server = _Server(database, Tally(database.key, span.readable), beginnings, until)
    return _times(server, logged, times, span, downloads)


def _times(
    server: _Server, logged: Logged, times: tuple[Filed, ...], span: Reach, downloads: Downloads
) -> Reading:
    """What the files of all these times say, as far as it is not known yet."""
    now, known = span.asked.until, {each.name: each for each in logged.marks}
    asked = windows(logged, span, Rhythm(OVERLAP, is_full=False))
    done, found, marks = list[Stretch](), list[Hole](), list[FileMark]()
    for each in to_read(times, asked):
        starts = [known.get(file.name, file.mark) for file in each.files]
        ends = [
            _file(server, file, start, each.stretch.until) for file, start in zip(each.files, starts, strict=True)
        ]
        marks += [end.mark for end in ends]
        done.append(Stretch(max(start.at for start in starts), min(end.until for end in ends)))
        stops = [end.stop for end in ends if end.stop]
        found += [Hole(each.stretch, stop.why) for stop in stops]
        if last := next((stop for stop in stops if stop.ends_all), None):
            _note(last.cause, last.why, server.database, downloads)
            found.append(Hole(span.readable, last.why))
            break
    done = [each for each in done if each.since < each.until]
    reading = server.tally.reading(done, holes(logged, done, found, span), now, silence(server.database))
    return replace(reading, logged=replace(reading.logged, marks=newest_marks(logged.marks, marks)))


def _file(server: _Server, file: LogFile, start: FileMark, until: datetime) -> _Read:
    """Reads a file on from where it was read to; what it says is added."""
    if file.size < start.size:
        start = file.mark
    if file.size - start.size > MOST_BYTES:
        return _Read(start, start.at, _Stop(TOO_LONG))
    found = _followed(server, file, start, until)
    is_refused = found.stop is not None and not found.stop.ends_all and found.mark == start
    # Markers are not said to last.
    return _followed(server, file, file.mark, until) if is_refused and start != file.mark else found


def _followed(server: _Server, file: LogFile, start: FileMark, until: datetime) -> _Read:
    """The portions of a file from there on, added."""
    server.beginnings.begin()
    portions, mark, read_until = Portions(is_csv=file.is_csv), start, start.at
    marker, size = begin = start.marker, start.size
    while True:
        found = _portion(server, file.name, marker, file.size - size)
        if isinstance(found, _Stop):
            # Where no line of a connection is in all that was read, it goes on behind it all the same.
            further = FileMark(file.name, begin[0], read_until, begin[1])
            return _Read(further if mark == start and found.ends_all else mark, read_until, found)
        events = server.beginnings.events(portions.texts(found.text, is_last=found.is_last))
        server.tally.add([*events, Unread.CUT] if portions.lacks else events)
        if portions.is_lost:
            return _Read(mark, read_until, _Stop(CUT))
        if moments := [each.origin.at for each in events if not isinstance(each, Unread)]:
            # From the newest lines of connections on: what lies between them and the next ones is covered by both.
            read_until = max(read_until, min(*moments, until))
            mark = FileMark(
                file.name, begin[0], read_until if begin[0] != file.mark.marker else start.at, begin[1]
            )
        marker, size = found.marker, size + len(found.text.encode(errors="replace"))
        if found.is_last:
            is_short = not portions.is_cut and size < file.size * WHOLE
            return _Read(mark, read_until, _Stop(SHORT)) if is_short else _Read(mark, until)
        if portions.is_between:
            begin = marker, size


def _portion(server: _Server, name: str, marker: str, left: int) -> Portion | _Stop:
    """A portion of a file of which `left` bytes are left; else why there is none.

    Where the service cut its last line, fewer lines are asked for, and that one comes whole in the next portion.
    """
    database = server.database
    while True:
        if time.monotonic() > server.until:
            return _Stop(NO_TIME, ends_all=True)
        if server.calls >= MOST_CALLS:
            return _Stop(NOT_YET, ends_all=True)
        server.calls += 1
        lines = MOST_LINES if left < PORTION else server.lines
        try:
            found = log_files.portion(database.region, database.identifier, name, marker, lines)
        except FileRefusedError as refused:
            return _Stop(str(refused))
        if isinstance(found, Gap):
            return _Stop(found.told, ends_all=True, cause=found.cause)
        whole = _lines_before_cut(found.text)
        if whole:
            server.lines = max(1, whole * 3 // 4)
            left = PORTION
            continue
        if len(found.text) < PORTION // 2:
            server.lines = min(MOST_LINES, server.lines * 2)
        return found


def _lines_before_cut(text: str) -> int:
    """How many whole lines a portion has whose last line the service cut; 0 where it cut none."""
    *before, last = text.removesuffix("\n").split("\n")
    return len(before) if last.endswith(TRUNCATED) else 0


def _note(cause: GapCause | None, why: str, database: Database, downloads: Downloads) -> None:
    if cause is GapCause.THROTTLED:
        downloads.throttled[database.region] = why
