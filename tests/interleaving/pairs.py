"""All pairs of sweeps whose every order is gone through: what each sees, how deep it is, and what it lists."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from tlscheck.inventory.database import Database

from tests.examples import NOW
from tests.interleaving.every import few_checks, wrong_ends
from tests.interleaving.rules import RULES
from tests.interleaving.stories import DAY, HOUR, LISTED, LOOKS, begin, remembered
from tests.interleaving.sweeps import Depths, Plot
from tests.memory_table import MemoryTable

DEPTHS = ((Depths.SAMPLE, Depths.SAMPLE), (Depths.FULL, Depths.SAMPLE))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sweeps by what they see; either looks first in half of all orders."""

    looks: tuple[str, str]
    depths: tuple[Depths, Depths]


def pairs() -> Iterator[Pair]:
    """Every two looks, as samples and as a full sweep beside a sample."""
    for depths in DEPTHS:
        for looks in combinations_with_replacement(LOOKS, 2):
            yield Pair(looks, depths)
            if depths[0] is not depths[1] and looks[0] != looks[1]:
                yield Pair((looks[1], looks[0]), depths)


def orders_of(pair: Pair) -> tuple[int, list[str]]:
    """How many orders of its steps a pair has, and what is wrong at the end of any."""
    table = MemoryTable(RULES.memory, NOW - DAY)
    base = LISTED["enforced"]
    with few_checks():
        begin(table, Plot("first", Depths.FULL, LOOKS["legacy comes with TLS"], base))
    plots = [
        Plot(name, depth, LOOKS[seen], base)
        for name, depth, seen in zip("ab", pair.depths, pair.looks, strict=True)
    ]
    known = remembered(table, base.key).database
    if known is None or not isinstance(known.database, Database):
        raise TypeError("a full sweep left it")
    # A full sweep listed it an hour ago; a sample has it from the table.
    listed = [
        replace(base, listed_at=NOW - HOUR) if depth is Depths.FULL else known.database for depth in pair.depths
    ]
    ends, wrong = wrong_ends(table, plots, listed)
    return ends.orders, wrong
