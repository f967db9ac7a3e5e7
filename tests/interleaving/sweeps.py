"""One sweep of one database as a row of steps on a table, each of which others may come before.

It is what Observe does (tlscheck.edges.observing), and before it what Discover does in a full sweep, with the time
that each step takes: the listing, the look and every item are one step each.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.logged import Reading
from tlscheck.verdict.in_hand import InHand
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import forget, remember
from tlscheck.verdict.steps import Read, Running, Step, Steps, key_digests, may_be_overtaken
from tlscheck.wire.observation import Observation

from tests.examples import ACCOUNT, database
from tests.interleaving.rules import RULES
from tests.interleaving.tables import Table

LONG = timedelta(days=2)
"""No sweep of these is so slow that it counts as over while it runs."""


class Depths(StrEnum):
    """What a sweep does."""

    FULL = "full"
    SAMPLE = "sample"
    ARCHIVE = "archive"
    """A full sweep that does not find the database any more."""


ORDERS = database()
NOTHING = Reading()


@dataclass(frozen=True, slots=True)
class Plot:
    """What one sweep will find, whenever it looks."""

    name: str
    depth: Depths
    observation: Observation
    listed: Database = ORDERS
    log: Reading = NOTHING
    """What it will read of the server's log."""


@dataclass(slots=True)
class Played:
    """What came of it."""

    plot: Plot
    listed: Database | None = None
    looked_at: datetime | None = None
    judgement: Judgement | None = None
    is_over: bool = False
    is_cut: bool = False


def play(plot: Plot, table: Table, played: Played) -> Generator[None]:
    """Does the sweep on the table, and pauses before each step."""
    if plot.depth is Depths.ARCHIVE:
        yield from _archive(plot, table, played)
    else:
        yield from _observe(plot, table, played)
    played.is_over = True


def hand_of(plot: Plot, listed: Database, looked_at: datetime, *, is_contended: bool) -> InHand:
    """What Observe hands to the judgement."""
    look = replace(plot.observation.look, at=looked_at)
    return InHand(
        Sweep(plot.name, looked_at, Depth(plot.depth)),
        RULES,
        listed,
        replace(plot.observation, look=look),
        looked_at,
        is_contended=is_contended,
        log=plot.log,
    )


def _observe(plot: Plot, table: Table, played: Played) -> Generator[None]:
    sweep = Running(f"sweep {plot.name}", table.now, table.now + LONG)
    listed = plot.listed
    yield
    if plot.depth is Depths.FULL:
        table.begin(sweep)
        yield
        listed = replace(listed, listed_at=table.now)
    else:
        # A sample is handed what the last full sweep before it left.
        listed = _known(table, listed)
    played.listed = listed
    yield
    mine = Running(f"batch {plot.name}", table.now, table.now + LONG, key_digests([listed.key]))
    table.begin(mine)
    yield
    played.looked_at = looked_at = table.now
    yield
    is_contended = may_be_overtaken(mine, Sweep(sweep.id, table.now, Depth(plot.depth)), table.running())
    hand = hand_of(plot, listed, looked_at, is_contended=is_contended)
    played.judgement = yield from _each(remember(hand), table)
    yield
    table.end(mine)
    if plot.depth is Depths.FULL:
        yield
        table.end(sweep)


def _archive(plot: Plot, table: Table, played: Played) -> Generator[None]:
    sweep = Running(f"sweep {plot.name}", table.now, table.now + LONG)
    yield
    table.begin(sweep)
    yield
    listing = RegionListing(
        f"arn:aws:rds:us-east-1:{ACCOUNT}:region", "us-east-1", 0, vanished=(plot.listed.key,), listed_at=table.now
    )
    played.listed = replace(plot.listed, listed_at=table.now)
    yield from _each(forget(plot.listed.key, listing), table)
    yield
    table.end(sweep)


def _known(table: Table, otherwise: Database) -> Database:
    found = table.apply(Read(otherwise.key))
    kept = found.database if isinstance(found, Remembered) else None
    return kept.database if kept and isinstance(kept.database, Database) else otherwise


def _each[T](steps: Steps[T], table: Table) -> Generator[None, None, T]:
    try:
        step: Step = next(steps)
        while True:
            yield
            step = steps.send(table.apply(step))
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
