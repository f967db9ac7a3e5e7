"""All orders of the steps of two sweeps, by the states that they lead to: many orders lead to one, which is met once.

A sweep does what it does by the answers that it got. So a state is what the table holds and what each sweep was
answered; from it the same follows, whatever order led there. Orders are counted as ways through the states.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tlscheck.inventory.database import Database
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Reply, Running, Steps, key_digests, may_be_overtaken

from tests.interleaving.sweeps import LONG, Depths, Plot, hand_of
from tests.memory_table import MemoryTable

APART = timedelta(minutes=7)
"""Between the look of the first sweep that looks and that of the second."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a sweep is: what it was answered, each a repr, which is all that decides what it does next."""

    looked_at: datetime | None = None
    is_contended: bool | None = None
    answers: tuple[Reply, ...] = ()
    stage: int = 0
    """0: not begun; 1: registered; 2: looked; 3: judging and writing; 4: done."""


@dataclass(slots=True)
class State:
    """What the table holds, and how far both are."""

    table: MemoryTable
    ways: tuple[Way, Way]
    orders: int = 1
    """How many orders of steps led here."""


@dataclass(slots=True)
class Ends:
    """Where all orders end."""

    states: list[State] = field(default_factory=list)
    met: int = 0

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return sum(each.orders for each in self.states)


def every_order(table: MemoryTable, plots: Sequence[Plot], listed: Sequence[Database]) -> Ends:
    """The ends of all orders in which two sweeps can do their steps, the databases listed already."""
    ends = Ends()
    front: dict[object, State] = {}
    start = State(table, (Way(), Way()))
    front[_name(start)] = start
    while front:
        following: dict[object, State] = {}
        for state in front.values():
            ends.met += 1
            nexts = [index for index in (0, 1) if state.ways[index].stage < 4]
            if not nexts:
                ends.states.append(state)
            for index in nexts:
                after = _after(state, index, plots, listed)
                name = _name(after)
                if name in following:
                    following[name].orders += after.orders
                else:
                    following[name] = after
        front = following
    return ends


def _after(state: State, index: int, plots: Sequence[Plot], listed: Sequence[Database]) -> State:
    table, way, plot = state.table.copy(), state.ways[index], plots[index]
    mine = Running(f"batch {plot.name}", table.now, table.now + LONG, key_digests([listed[index].key]))
    match way.stage:
        case 0:
            table.begin(mine)
            way = replace(way, stage=1)
        case 1:
            other = state.ways[1 - index].looked_at
            way = replace(way, stage=2, looked_at=table.now + APART if other else table.now)
        case 2:
            way = replace(way, stage=3, is_contended=may_be_overtaken(mine, plot.name, table.running()))
        case _:
            way = _step(table, way, plot, listed[index], mine)
    ways = (way, state.ways[1]) if index == 0 else (state.ways[0], way)
    return State(table, ways, state.orders)


def _step(table: MemoryTable, way: Way, plot: Plot, listed: Database, mine: Running) -> Way:
    assert way.looked_at is not None
    steps = remember(hand_of(plot, listed, way.looked_at, is_contended=bool(way.is_contended)))
    try:
        step = next(steps)
        for answer in way.answers:
            step = steps.send(answer)
    except StopIteration:
        table.end(mine)
        return replace(way, stage=4)
    return replace(way, answers=(*way.answers, table.apply(step)))


def _name(state: State) -> object:
    rows = tuple(
        (key, sort, repr(row.noun), row.version)
        for key, of in sorted(state.table.rows.items())
        for sort, row in sorted(of.items())
    )
    return rows, tuple(sorted(state.table.under_way)), tuple(map(repr, state.ways))


__all__ = ["APART", "Depths", "Ends", "Iterator", "Judgement", "State", "Steps", "every_order"]
