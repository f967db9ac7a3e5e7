"""The steps by which a sweep reads and writes the table: one item each, so that others may come between them."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import (
    KeptClient,
    KeptDatabase,
    KeptLog,
    KeptLook,
    KeptLooks,
    Remembered,
    item_name,
)
from tlscheck.verdict.sharing import FindingsByKey


@dataclass(frozen=True, slots=True)
class Read:
    """All that is remembered under a key."""

    key: str


@dataclass(frozen=True, slots=True)
class ReadCallers:
    """The findings of servers that say whom a change would cut off: of all these keys at once."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """One item, over the version that was read: it is not written when another wrote it meanwhile."""

    noun: Client | RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase
    over: int | None
    """Version that the item had when it was read; None where there was none."""

    version: int
    """The one that it gets: microseconds since 1970, or one more than `over` where that is later."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A client whose traces another item has now."""

    client: KeptClient


type Step = Read | ReadCallers | Write | Drop
type Reply = Remembered | FindingsByKey | Gap | bool
"""Of a Read what is remembered, of ReadCallers the findings by key that could be read, or why none could; of the
others whether it was done."""

type Steps[T] = Generator[Step, Reply, T]


def all_of(key: str) -> Steps[Remembered]:
    """All that is remembered under a key."""
    answer = yield Read(key)
    assert isinstance(answer, Remembered)  # noqa: S101 - what a Read is answered with
    return answer


def callers_of(keys: tuple[str, ...]) -> Steps[FindingsByKey | Gap]:
    """Whom a change of these servers would cut off."""
    answer = yield ReadCallers(keys)
    assert not isinstance(answer, Remembered | bool)  # noqa: S101 - what ReadCallers is answered with
    return answer


def write_over(
    noun: RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase, at: datetime, own: Remembered
) -> Write:
    """The noun as it is written at this moment over what was read of its key."""
    # A state that could not be read back is made anew, over what there is.
    over = own.versions.get(item_name(noun)) if noun.version is None else noun.version
    return Write(noun, over, version_over(over, at))


def version_over(over: int | None, at: datetime) -> int:
    """The version of what is written at this moment over this one."""
    # By the moment: an item that expired and was made anew has none of its earlier versions.
    return max(int(at.timestamp() * 1_000_000), 0 if over is None else over + 1)


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
