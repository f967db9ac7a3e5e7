"""One server's log read, from its newest part back, as far as its share of a sweep's time and pages reaches.

What that does not reach is a hole with its reason, which the next sweep goes on with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from aws_lambda_powertools import Logger

from tlscheck.edges import log_download
from tlscheck.edges.aws import cloudwatch_logs, logs_insights
from tlscheck.edges.aws.cloudwatch_logs import NotReadableError, Page
from tlscheck.edges.aws.logs_insights import TooManyRowsError
from tlscheck.edges.log_pace import LogTime
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.edges.unread import silence, unread
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.fallbacks import WITHIN
from tlscheck.ledger.lateness import latest_of_days, note
from tlscheck.ledger.log_place import NOT_EXPORTED, LogPlace, log_place
from tlscheck.ledger.log_price import (
    GB,
    HELD_BACK,
    MOST_PAGES,
    NO_GROUP,
    SPENT,
    USD_A_GB,
    FirstReadBudget,
)
from tlscheck.ledger.logged import NOTHING_READ, Hole, Logged, Reading, Stretch
from tlscheck.ledger.reading_plan import (
    DAY,
    DENSE,
    TOO_MUCH,
    LogGroup,
    halves,
    holes,
    reach,
    windows,
)
from tlscheck.ledger.tally import Tally
from tlscheck.log import insights
from tlscheck.log.beginnings import Beginnings
from tlscheck.log.insights import LINE_PREFIX
from tlscheck.log.lines import events

logger = Logger(child=True)


@dataclass(slots=True)
class _Server:
    """One server's log, as it is read."""

    database: Database
    place: LogPlace
    tally: Tally
    user: str
    left: LogTime
    now: datetime
    beginnings: Beginnings
    pages: int = 0
    """But for the first of each window, which what is estimated of it allows, too."""

    counts: bool = False
    """Whether it is counted at the service from here on."""

    group: LogGroup | Gap | None = None
    budget: FirstReadBudget = field(default_factory=FirstReadBudget)
    late: dict[datetime, timedelta] = field(default_factory=dict)
    """As Logged's."""

    connections: int = 0
    counted: timedelta = field(default_factory=timedelta)
    """How much time was counted there, and the connections of it."""

    longest: timedelta = DAY
    """What to count at once: of more there are too many rows."""

    done: list[Stretch] = field(default_factory=list)
    """What was read to its end."""

    found: list[Hole] = field(default_factory=list)


def read(database: Database, logged: Logged, terms: ReadingTerms, now: datetime, until: float) -> Reading:
    """What a server's log says that is not known yet, or may not be, until `until` of time.monotonic()."""
    place, now = log_place(database), now.replace(microsecond=0)
    if place is None:
        return NOTHING_READ
    if place.is_exported is False and terms.downloads is not None:
        return log_download.read(database, logged, terms.downloads, now, until)
    if place.is_exported is False:
        return unread(logged, reach(now, terms.evidence), NOT_EXPORTED, now)
    time_left = LogTime(until, terms.pace)
    if over := time_left.over():
        return unread(logged, reach(now, terms.evidence), over, now)
    group = None
    if terms.rhythm.is_full or logged.read_at is None:
        group = _described(place.group, database, time_left)
        if group is None:
            return unread(logged, reach(now, terms.evidence), NO_GROUP.format(place.group), now)
    # Where it may not be described, it may be read all the same.
    known = None if isinstance(group, Gap) else group
    span = reach(now, terms.evidence, known, place.anothers_until, place.created_at)
    beginnings = Beginnings(place.prefixes, place.prefix, terms.user)
    tally = Tally(database.key, span.readable)
    server = _Server(database, place, tally, terms.user, time_left, now, beginnings)
    server.counts = known is not None and not known.is_readable
    server.group, server.budget = group, FirstReadBudget(terms.first_read, asker=terms.asker)
    for window in windows(logged, span, terms.rhythm):
        if (why := _window(server, window)) is not None:
            server.found += Hole(window, why), Hole(span.readable, why)
            break
    left = holes(logged, server.done, server.found, span)
    return _measured(server.tally.reading(server.done, left, now, silence(database)), server, now)


def _measured(found: Reading, server: _Server, now: datetime) -> Reading:
    """With how late its lines were; of what was counted the tally has a line for many connections."""
    found = replace(found, logged=replace(found.logged, late=latest_of_days([server.late])))
    if server.counted < DAY:
        return found
    a_day = server.connections * (DAY / server.counted)
    return replace(found, logged=replace(found.logged, a_day=a_day, a_day_until=now))


def _window(server: _Server, window: Stretch) -> str | None:
    """Reads one window to its end; else why that could not be done."""
    if server.counts:
        return _count(server, window)
    # An alert just before it may be of a session in it, and what is before it of another sweep, or read before.
    asked = Stretch(window.since - WITHIN, window.until)
    server.beginnings.begin()
    token: str | None = None
    while True:
        if over := server.left.over():
            return over
        if token is not None:
            if server.pages >= MOST_PAGES:
                server.counts = True
                return _count(server, window)
            server.pages += 1
        try:
            page = _page(server, asked, token)
        except NotReadableError:
            server.counts = True
            return _count(server, window)
        if not isinstance(page, Page):
            return _why(page, server)
        note(server.late, window.since, page.lag)
        server.tally.add(server.beginnings.events(page.texts))
        if (token := page.token) is None:
            server.done.append(window)
            return None


def _page(server: _Server, stretch: Stretch, token: str | None) -> Page | Gap | None:
    region, place = server.database.region, server.place
    page = partial(cloudwatch_logs.page, region, place.group, place.streams, stretch, token)
    return server.left.pace.asked(cloudwatch_logs.FILTER, region, page)


def _described(group: str, of: Database, left: LogTime) -> LogGroup | Gap | None:
    return left.pace.asked(cloudwatch_logs.DESCRIBE, of.region, partial(cloudwatch_logs.group, of.region, group))


def _count(server: _Server, window: Stretch) -> str | None:
    """Has it counted, the newest part first: what was counted is done, also where the rest cannot be."""
    if over := server.left.over():
        return over
    parts = halves(window)
    if parts and window.until - window.since > server.longest:
        return _count_each(server, parts)
    if (why := _too_dear(server, window)) is None:
        try:
            return _counted(server, window)
        except TooManyRowsError as error:
            _spend(server, window, error.scanned)
            server.longest = max((each.until - each.since for each in parts), default=server.longest)
            why = DENSE
    if parts and why.startswith(_LESS_OF_LESS):
        return _count_each(server, parts)
    if not why.startswith((DENSE, TOO_MUCH)):
        return why
    # No later sweep can tell more of that time: what is older is gone on with.
    server.found.append(Hole(window, why))
    return None


_LESS_OF_LESS = (DENSE, TOO_MUCH, SPENT, *HELD_BACK)  # so that a shorter time is tried


def _count_each(server: _Server, parts: Sequence[Stretch]) -> str | None:
    return next((why for part in parts if (why := _count(server, part))), None)


def _counted(server: _Server, window: Stretch) -> str | None:
    query = insights.query(server.beginnings.prefix, server.place.streams)
    found = logs_insights.counted(server.database.region, server.place.group, query, window, server.left)
    if found is None or isinstance(found, Gap):
        return _why(found, server)
    _spend(server, window, found.scanned)
    rows = found.rows
    server.tally.add_counted(events((row.line for row in rows), LINE_PREFIX, server.user))
    note(server.late, window.since, max((row.lag for row in rows if row.lag is not None), default=None))
    server.connections += sum(row.count for row in rows)
    server.counted += window.until - window.since
    server.done.append(window)
    return None


def _too_dear(server: _Server, window: Stretch) -> str | None:
    """Why the service is not to count that, where it is not; the price is told before it is asked for."""
    if server.group is None:
        server.group = _described(server.place.group, server.database, server.left)
    if isinstance(server.group, Gap):
        return f"what it would cost to count it is not known: {server.group.told}"
    if server.group is None:
        return NO_GROUP.format(server.place.group)
    if why := server.budget.why_not(server.group, window, server.now):
        return why
    about = server.budget.about(server.group, window, server.now)
    logger.info(
        "log counted by Logs Insights",
        database=server.database.arn,
        since=window.since.isoformat(),
        until=window.until.isoformat(),
        about_bytes=round(about),
        about_usd=round(about / GB * USD_A_GB, 6),
    )
    return None


def _spend(server: _Server, window: Stretch, scanned: float) -> None:
    if isinstance(server.group, LogGroup):
        server.budget.spend(server.group, window, server.now, scanned)


def _why(answer: Gap | None, server: _Server) -> str:
    return NO_GROUP.format(server.place.group) if answer is None else answer.told
