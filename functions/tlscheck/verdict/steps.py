"""The steps by which a sweep reads and writes the table: one item each, so that others may come between them."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLook, Remembered


@dataclass(frozen=True, slots=True)
class Read:
    """All that is remembered under a key."""

    key: str


@dataclass(frozen=True, slots=True)
class Write:
    """One item, over the version that was read: it is not written when another wrote it meanwhile."""

    noun: Client | RememberedFinding | KeptLook | KeptDatabase
    over: int | None
    """Version that the item had when it was read; None where there was none."""

    version: int
    """The one that it gets: microseconds since 1970, or one more than `over` where that is later."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A client whose traces another item has now."""

    client: KeptClient


type Step = Read | Write | Drop
type Reply = Remembered | bool
"""Of a Read what is remembered; of the others whether it was done."""

type Steps[T] = Generator[Step, Reply, T]


@dataclass(frozen=True, slots=True)
class Running:
    """A batch that is being looked at, or a full sweep that is under way: while it is, others write what they see.

    What a quiet look leaves unwritten must not let an older look win: an older one that may still write is here.
    """

    id: str
    began: datetime
    until: datetime
    """When it is over for certain: a function's time-out later, or a state machine's."""

    keys: frozenset[str] = field(default_factory=frozenset)
    """Digests of the keys of its databases (8 hex digits each); of a full sweep none: it is about all."""

    @property
    def is_sweep(self) -> bool:
        """Whether it is a full sweep, which lists, and not a batch, in which servers are looked at."""
        return not self.keys


def key_digests(keys: Iterable[str]) -> frozenset[str]:
    """8 hex digits of each key: two that share them are only written once more than they need be."""
    return frozenset(sha256(key.encode()).hexdigest()[:8] for key in keys)


def may_be_overtaken(mine: Running, sweep: Sweep, others: Iterable[Running]) -> bool:
    """Whether an older look, or in a full sweep an older listing, than this batch's may still be written.

    A batch of these databases that runs beside it may have looked earlier; another full sweep may have listed
    earlier.
    """
    for each in others:
        if each.is_sweep and sweep.depth is Depth.FULL and each.id != sweep.id:
            return True
        if each.id != mine.id and each.keys & mine.keys:
            return True
    return False
