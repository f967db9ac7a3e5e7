"""All orders of the steps of two sweeps, by the states that they lead to: many lead to one, which is met once.

What a sweep does next is decided by what it read last, what it was answered since, and what others came before.
So a state is that of both sweeps, and what the table holds; versions count by who has which, not by their
numbers. Orders are counted as the ways through the states.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from unittest import mock

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.ledger.bounds import ledger_of
from tlscheck.verdict import judgement, remembering
from tlscheck.verdict.in_hand import InHand, Known
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.registry import REGISTRY
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Read, Reply, Running, key_digests, may_be_overtaken
from tlscheck.verdict.tries import Tries

from tests.interleaving.sweeps import LONG, Plot, hand_of
from tests.memory_table import MemoryTable

APART = timedelta(minutes=7)
"""Between the look of the sweep that looks first and that of the other."""

NOT_BEGUN, BEGUN, LOOKED, WRITING, DONE = range(5)


@dataclass(frozen=True, slots=True)
class Way:
    """How far a sweep is."""

    stage: int = NOT_BEGUN
    looked_at: datetime | None = None
    is_contended: bool = False
    answers: tuple[Reply, ...] = ()
    """What it was answered since it read last, that included."""

    failed: tuple[str, ...] = ()
    """Items that the other came before, as often as it did."""


@dataclass(slots=True)
class State:
    """What the table holds, and how far both are."""

    table: MemoryTable
    ways: tuple[Way, Way]
    orders: int = 1
    """How many orders of steps lead here."""


@dataclass(slots=True)
class Ends:
    """Where all orders end."""

    states: list[State] = field(default_factory=list)
    met: int = 0

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return sum(each.orders for each in self.states)


CHECKS = ("server-certificate", "plaintext-clients")
"""Judged alone: each is one step more, and others are written as these are."""


@contextmanager
def few_checks() -> Iterator[None]:
    """Judges by CHECKS alone: also what the table begins with, else a full sweep archives all others."""
    few = tuple(each for each in REGISTRY if each.check.id in CHECKS)
    with mock.patch.object(judgement, "REGISTRY", few):
        yield


def every_order(table: MemoryTable, plots: Sequence[Plot], listed: Sequence[Database]) -> Ends:
    """The ends of all orders in which two sweeps can do their steps, the databases being listed already."""
    with (
        few_checks(),
        mock.patch.object(remembering, "judge", _remembering(judgement.judge)),
    ):
        return _every_order(table, plots, listed)


def _remembering(
    judge: Callable[[InHand, Known], Judgement | None],
) -> Callable[[InHand, Known], Judgement | None]:
    """The judge, who says the same of the same: most states differ in what was written since."""
    judged: dict[tuple[str, datetime, bool, int], tuple[Known, Judgement | None]] = {}

    def judge_once(hand: InHand, known: Known) -> Judgement | None:
        what = hand.sweep.id, hand.looked_at, hand.is_contended, id(known.own)
        if what not in judged:
            judged[what] = known, judge(hand, known)
        return judged[what][1]

    return judge_once


def _every_order(table: MemoryTable, plots: Sequence[Plot], listed: Sequence[Database]) -> Ends:
    ends = Ends()
    front = {"": State(table, (Way(), Way()))}
    while front:
        following: dict[str, State] = {}
        for state in front.values():
            ends.met += 1
            unfinished = [index for index in (0, 1) if state.ways[index].stage != DONE]
            if not unfinished:
                ends.states.append(state)
            for index in unfinished:
                after = _after(state, index, plots[index], listed[index])
                same = following.setdefault(_name(after), after)
                if same is not after:
                    same.orders += after.orders
        front = following
    return ends


def _after(state: State, index: int, plot: Plot, listed: Database) -> State:
    table, way = state.table.copy(), state.ways[index]
    mine = Running(f"batch {plot.name}", table.now, table.now + LONG, key_digests([listed.key]))
    match way.stage:
        case 0:
            table.begin(mine)
            way = replace(way, stage=BEGUN)
        case 1:
            is_second = state.ways[1 - index].looked_at is not None
            way = replace(way, stage=LOOKED, looked_at=table.now + APART if is_second else table.now)
        case 2:
            sweep = Sweep(plot.name, table.now, Depth(plot.depth))
            way = replace(way, stage=WRITING, is_contended=may_be_overtaken(mine, sweep, table.running()))
        case _:
            way = _step(table, way, plot, listed, mine)
    return State(table, (way, state.ways[1]) if index == 0 else (state.ways[0], way), state.orders)


def _step(table: MemoryTable, way: Way, plot: Plot, listed: Database, mine: Running) -> Way:
    if way.looked_at is None:
        raise ValueError("it writes before it looked")
    tries = Tries(Counter(way.failed))
    steps = remember(hand_of(plot, listed, way.looked_at, is_contended=way.is_contended), tries)
    try:
        step = next(steps)
        for answer in way.answers:
            step = steps.send(answer)
    except StopIteration:
        table.end(mine)
        return replace(way, stage=DONE, answers=())
    failed = tuple(sorted(tries.of_items.elements()))
    answers = () if isinstance(step, Read) else way.answers
    return replace(way, answers=(*answers, table.apply(step)), failed=failed)


def _name(state: State) -> str:
    """What two states have in common from which the same follows."""
    rows = [
        (sort, _told(row.noun), row.version)
        for _, of in sorted(state.table.rows.items())
        for sort, row in sorted(of.items())
    ]
    known = [_read(way.answers) for way in state.ways]
    numbers: dict[tuple[str, int], int] = {}
    told = [(sort, noun, _number(numbers, sort, version)) for sort, noun, version in rows]
    for versions in known:
        told += [(sort, "", _number(numbers, sort, version)) for sort, version in versions]
    ways = [(way.stage, way.looked_at, way.is_contended, way.failed, _plain(way.answers)) for way in state.ways]
    return repr((told, sorted(state.table.under_way), ways))


def _number(numbers: dict[tuple[str, int], int], sort: str, version: int) -> int:
    return numbers.setdefault((sort, version), sum(1 for other, _ in numbers if other == sort))


def _read(answers: Iterable[Reply]) -> list[tuple[str, int]]:
    """Versions that a sweep read last, by item."""
    found: list[tuple[str, int]] = []
    for each in answers:
        if isinstance(each, Remembered):
            found += [(f"client#{kept.client.who.digest()}", kept.version or 0) for kept in each.clients]
            found += [(f"finding#{kept.finding.check}", kept.version or 0) for kept in each.findings]
            found += [("look", each.look.version or 0)] if each.look else []
            found += [("database", each.database.version or 0)] if each.database else []
    return found


def _plain(answers: Iterable[Reply]) -> str:
    """What it was answered, but for the numbers of versions."""
    return repr([_told(each) if isinstance(each, Remembered) else each for each in answers])


_TOLD: dict[int, tuple[object, str]] = {}
"""Reprs of what is frozen, beside itself so that its id stays its own: most states share most of it."""


def _told(noun: object) -> str:
    if id(noun) not in _TOLD:
        _TOLD[id(noun)] = noun, repr(_unversioned(noun) if isinstance(noun, Remembered) else noun)
    return _TOLD[id(noun)][1]


def _unversioned(answer: Remembered) -> Remembered:
    return replace(
        answer,
        clients=tuple(replace(each, version=None) for each in answer.clients),
        findings=tuple(replace(each, version=None) for each in answer.findings),
        look=replace(answer.look, version=None) if answer.look else None,
        database=replace(answer.database, version=None) if answer.database else None,
    )


def wrong_ends(table: MemoryTable, plots: Sequence[Plot], listed: Sequence[Database]) -> tuple[Ends, list[str]]:
    """The ends of all orders, and what at any of them is not as one after the other leaves it."""
    ends, wrong = every_order(table, plots, listed), []
    serial: dict[bool, str] = {}
    for state in ends.states:
        first = state.ways[0].looked_at == table.now
        if first not in serial:
            one = table.copy()
            order = (0, 1) if first else (1, 0)
            with few_checks():
                for index in order:
                    looked_at = state.ways[index].looked_at or table.now
                    one.run(remember(hand_of(plots[index], listed[index], looked_at, is_contended=True)))
            serial[first] = _left(one, listed[0].key)
        if _left(state.table, listed[0].key) != serial[first]:
            wrong.append(f"{_left(state.table, listed[0].key)} and not {serial[first]}")
    return ends, wrong


def _left(table: MemoryTable, key: str) -> str:
    found = table.apply(Read(key))
    if not isinstance(found, Remembered):
        raise TypeError("what is read is remembered")
    findings = sorted(
        (each.finding.check, each.finding.status, each.finding.reason, each.not_observed_since is not None)
        for each in found.findings
        if each.finding.check in CHECKS
    )
    return repr((ledger_of(each.client for each in found.clients), findings))
