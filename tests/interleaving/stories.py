"""Several sweeps at once, played in one order of their steps; and one after the other, which must come to the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from random import Random

from tlscheck.ledger.bounds import ledger_of
from tlscheck.ledger.client import Client
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.remembering import remember

from tests.examples import NOW, handshake, look, observation, sessions
from tests.interleaving.sweeps import Played, Plot, hand_of, play
from tests.memory_table import MemoryTable

from tlscheck.inventory.database import Database  # isort: skip
from tests.examples import NOT_ENFORCED, database  # isort: skip
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation  # isort: skip

STANDING = frozenset({Status.FAILED, Status.WARNING})

LOOKS: dict[str, Observation] = {
    "legacy comes without TLS": observation(look=look(sessions("legacy", tls=False), sessions())),
    "legacy comes with TLS": observation(look=look(sessions("legacy"), sessions())),
    "its certificate has expired": observation(
        handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(outcome=LookOutcome.NOT_TRIED)
    ),
    "the probe timed out": observation(
        handshake=handshake(HandshakeOutcome.TIMED_OUT, "no answer", chain=()),
        look=look(outcome=LookOutcome.NOT_TRIED),
    ),
    "sessions are hidden": observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR, detail="needs pg_monitor")),
}
LISTED: dict[str, Database] = {"enforced": database(), "not enforced": database(force_ssl=NOT_ENFORCED)}


@dataclass(slots=True)
class Story:
    """What came of several sweeps at once, and what they left on the table."""

    table: MemoryTable
    played: list[Played]
    faults: list[str] = field(default_factory=list)


def first_table(begun: Plot) -> MemoryTable:
    """A table on which one full sweep left what it saw, a day ago."""
    table = MemoryTable(timedelta(days=400), NOW - timedelta(days=1))
    played = Played(begun)
    for _ in play(begun, table, played):
        table.now += timedelta(seconds=20)
    return table


def together(
    table: MemoryTable,
    plots: Sequence[Plot],
    order: Iterable[int],
    ticks: Iterator[timedelta],
    cut: int | None = None,
) -> Story:
    """The sweeps at once: `order` names whose step is next, and each step takes its tick.

    What remains of any at the end is done in turn. A sweep that is `cut` ends at its next step after half of them.
    """
    played = [Played(plot) for plot in plots]
    running = [play(each.plot, table, each) for each in played]
    for index in order:
        _step(table, played, running, index, ticks)
    if cut is not None:
        played[cut].is_cut = not played[cut].is_over
    for index, each in enumerate(played):
        while not each.is_over and not each.is_cut:
            _step(table, played, running, index, ticks)
    return Story(table, played)


def _step(table: MemoryTable, played: list[Played], running: list, index: int, ticks: Iterator[timedelta]) -> None:  # type: ignore[type-arg]
    if played[index].is_over or played[index].is_cut:
        return
    table.now += next(ticks)
    next(running[index], None)


def in_turn(table: MemoryTable, story: Story) -> MemoryTable:
    """The same looks, one sweep after the other in the order in which they looked."""
    looked = [each for each in story.played if each.looked_at and each.listed and not each.is_cut]
    for each in sorted(looked, key=lambda one: one.looked_at or NOW):
        assert each.listed and each.looked_at
        table.now = each.looked_at
        table.run(remember(hand_of(each.plot, each.listed, each.looked_at, is_contended=True)))
    table.now = story.table.now
    return table


def ledger(table: MemoryTable, key: str) -> tuple[Client, ...]:
    """All clients that the table holds."""
    nouns = (row.noun for row in table.rows.get(key, {}).values())
    return ledger_of(noun for noun in nouns if isinstance(noun, Client))


def statuses(table: MemoryTable, key: str) -> dict[CheckId, tuple[Status, str, bool]]:
    """What every finding that is not archived says."""
    from tlscheck.verdict.finding import RememberedFinding

    nouns = (row.noun for row in table.rows.get(key, {}).values())
    return {
        noun.finding.check: (noun.finding.status, noun.finding.reason, noun.not_observed_since is not None)
        for noun in nouns
        if isinstance(noun, RememberedFinding) and noun.archived_at is None
    }


def orders_of_two(one: int, other: int) -> Iterator[tuple[int, ...]]:
    """All orders of that many steps of two sweeps."""
    for chosen in combinations(range(one + other), one):
        first = frozenset(chosen)
        yield tuple(0 if place in first else 1 for place in range(one + other))


def ticks_of(random: Random) -> Iterator[timedelta]:
    """Seconds mostly, and now and then the better part of an hour."""
    while True:
        yield timedelta(seconds=random.choice((1, 2, 5, 30, 300, 1500, 3000)))
