"""What it costs to read servers' logs: how much a sweep may ask for, and what a reading would, before it is done.

How much of a log is of some time is known from the size of its group alone, as if it had grown evenly and been
compressed no better than AWS assumes, and of a group that servers share each is told all of it: so it is at most
about so much. Once something was counted, what was scanned for that takes the place of the assumption.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.preview import PreviewedLog, PreviewedLogs
from tlscheck.ledger.log_place import NOT_EXPORTED, log_place
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.ledger.reading_plan import AGAIN, TOO_MUCH, LogGroup, Rhythm, reach, windows
from tlscheck.wire.asker import CALLER, STACK, Asker
from tlscheck.wording import counted, joined, listed

MB, GB = 1024**2, 1024**3

MOST_PAGES = 20
"""Of one server in one sweep, 1 MB each, beside one for each day: some 100,000 connections. What has more is
counted at the service."""

MOST_SCANNED = 20 * GB
"""Bytes that Logs Insights may scan of one server in one sweep: 0.10 USD at 0.005 for a GB (us-east-1)."""

USD_A_GB = 0.005
"""aws.amazon.com/cloudwatch/pricing, Logs Insights in us-east-1: other Regions ask up to twice as much."""

WRITTEN = 1 / 0.15
"""Bytes that were written, for each that DescribeLogGroups says is stored. What is stored is compressed, and AWS's
price calculator takes it for 15 % ("Storage compression factor"); Logs Insights scans, and is paid for, what was
written (bytesScanned: "bytes in the log events"), and a page holds that, too."""

FIRST_READ = 20.0 * GB
"""LogFirstReadGB where the owner says nothing."""

SPENT = "not read yet: Logs Insights scans no more of it in one sweep"

HELD_BACK = tuple(f"{each.first_read} lets Logs Insights" for each in (STACK, CALLER))
"""What the reason of what is not counted for its price begins with."""

NO_GROUP = "there is no log group {}"

CALLS_OF_A_QUERY = 3
"""StartQuery, and GetQueryResults some times."""

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class LogTerms:
    """How logs are read, and for how much."""

    evidence: timedelta
    rhythm: Rhythm
    first_read: float
    """Bytes: LogFirstReadGB."""


@dataclass(frozen=True, slots=True)
class LogEstimate:
    """What a sweep, and those that go on with it, would ask for one server's log: at most so much."""

    database: Database
    group: str
    is_first: bool
    """Whether nothing of it was read before."""

    size: float
    """Bytes of the time that is not read yet, or read again."""

    calls: int
    counted: float
    """Bytes that Logs Insights would scan; 0: it is read page by page."""

    held_back: float
    """Bytes that LogFirstReadGB keeps it from scanning."""


@dataclass(slots=True)
class FirstReadBudget:
    """What Logs Insights may scan of one server's log in one sweep, and what it did."""

    first_read: float = FIRST_READ
    """Bytes: LogFirstReadGB."""

    written: float = WRITTEN
    """Bytes for each that is stored, by what was scanned last."""

    scanned: float = 0.0

    asker: Asker = STACK

    def about(self, group: LogGroup, window: Stretch, now: datetime) -> float:
        """Bytes that it would scan for that time."""
        return self.written * group.bytes_of(window, now)

    def why_not(self, group: LogGroup, window: Stretch, now: datetime) -> str:
        """Why it is not to count that; empty: it is.

        What is read again anyway is not held back; of what is older so much is counted, the newest first, that
        with it no more than `first_read` bytes are scanned.
        """
        about = self.about(group, window, now)
        if about > MOST_SCANNED:
            return f"{TOO_MUCH}: an hour of it is more than {MOST_SCANNED / GB:.0f} GB"
        if window.since < now - AGAIN and self.about(group, Stretch(window.since, now), now) > self.first_read:
            what = f"count no more than the newest {self.first_read / GB:g} GB of it"
            return f"{self.asker.first_read} lets Logs Insights {what}"
        return SPENT if self.scanned + about > MOST_SCANNED else ""

    def spend(self, group: LogGroup, window: Stretch, now: datetime, scanned: float) -> None:
        """`scanned`: what it scanned for that time, after which what is left is estimated; 0: it does not say."""
        stored = group.bytes_of(window, now)
        self.scanned += scanned or self.written * stored
        self.written = scanned / stored if scanned and stored else self.written


def estimated(
    database: Database, logged: Logged, group: LogGroup | Gap | None, terms: LogTerms, now: datetime
) -> LogEstimate | Gap | None:
    """Of one server, `logged` being what was read of it before; None of what is no server."""
    place = log_place(database)
    if place is None:
        return None
    if place.is_exported is False:
        return Gap("RDS", NOT_EXPORTED)
    if group is None:
        return Gap("logs:DescribeLogGroups", NO_GROUP.format(place.group))
    if isinstance(group, Gap):
        return group
    span = reach(now, terms.evidence, group, place.anothers_until, place.created_at)
    parts = windows(logged, span, terms.rhythm)
    size = WRITTEN * sum(group.bytes_of(each, now) for each in parts)
    is_first = logged.read_at is None
    if group.is_readable and size <= MOST_PAGES * MB:
        pages = len(parts) + math.ceil(size / MB)
        return LogEstimate(database, group.name, is_first, size, pages, 0.0, 0.0)
    budget = FirstReadBudget(terms.first_read)
    held = [each for each in parts if budget.why_not(group, each, now).startswith(HELD_BACK)]
    left = WRITTEN * sum(group.bytes_of(each, now) for each in held)
    calls = CALLS_OF_A_QUERY * (len(parts) - len(held)) + (MOST_PAGES if group.is_readable else 0)
    return LogEstimate(database, group.name, is_first, size, calls, size - left, left)


def previewed_logs(estimates: Iterable[LogEstimate | Gap], unsaid: Iterable[Gap] = ()) -> PreviewedLogs:
    """All of them together, for a person; `unsaid`: why it is not known what was read before."""
    known, gaps = list[LogEstimate](), list[Gap]()
    for each in estimates:
        if isinstance(each, LogEstimate):
            known.append(each)
        else:
            gaps.append(each)
    of_counted = [each for each in known if each.counted or each.held_back]
    counted_gb = sum(each.counted for each in of_counted) / GB
    held_gb = sum(each.held_back for each in of_counted) / GB
    largest = sorted(known, key=lambda each: (-each.size, each.database.arn))[:MOST_NAMED]
    found = PreviewedLogs(
        said="",
        servers=len(known),
        first=sum(each.is_first for each in known),
        groups=len({(each.database.region, each.group) for each in known}),
        at_most_gb=_shown(sum(each.size for each in known) / GB),
        about_calls=sum(each.calls for each in known),
        counted=len(of_counted),
        counted_at_most_gb=_shown(counted_gb),
        counted_at_most_usd=_shown(counted_gb * USD_A_GB),
        held_back_gb=_shown(held_gb),
        held_back_usd=_shown(held_gb * USD_A_GB),
        largest=tuple(map(_named, largest)),
        unknown=tuple(dict.fromkeys(each.told for each in (*unsaid, *gaps)))[:MOST_NAMED],
        not_known=len(gaps),
    )
    return replace(found, said=_said(found))


def _said(logs: PreviewedLogs) -> str:
    paged = logs.servers - logs.counted
    read = (
        f"The logs of {counted(logs.servers, 'server')} would be read, of {logs.first} for the first time: "
        f"{counted(logs.groups, 'log group')}, at most about {logs.at_most_gb:g} GB of that time, by about "
        f"{logs.about_calls:,} calls."
    )
    by = (
        f"{paged} page by page (FilterLogEvents has no price, and takes its time: a Region answers five calls a "
        f"second), and {logs.counted} counted by Logs Insights, where that is too much: at most about "
        f"{logs.counted_at_most_gb:g} GB, {logs.counted_at_most_usd:g} USD at {USD_A_GB} for a GB (us-east-1)."
    )
    held = f"LogFirstReadGB keeps it from counting another {logs.held_back_gb:g} GB, {logs.held_back_usd:g} USD."
    unknown = f"Of {counted(logs.not_known, 'server')} that is not known: {listed(logs.unknown, 3)}."
    return joined(
        read if logs.servers else "The log of no server would be read.",
        by if logs.servers else "",
        held if logs.held_back_gb else "",
        unknown if logs.not_known else "",
    )


def _named(each: LogEstimate) -> PreviewedLog:
    return PreviewedLog(
        each.database.arn,
        each.group,
        _shown(each.size / GB),
        "Logs Insights" if each.counted or each.held_back else "FilterLogEvents",
        _shown(each.counted / GB * USD_A_GB),
    )


def _shown(number: float) -> float:
    """To two digits, rounded up: what it is said of is an upper bound."""
    if number <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return float(f"{math.ceil(round(number / unit, 6)) * unit:.6g}")
