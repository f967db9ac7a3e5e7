"""Who is connected, and what is told of them: bounded, whoever comes."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.limits import Limits
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.direction import Direction

_NOISE = {Ended.SILENT, Ended.CUT, Ended.NOT_UNDERSTOOD, Ended.CANCELLED}


@dataclass(slots=True)
class Reception:
    """What all conversations of a rehearsal share."""

    direction: Direction
    forger: Forger
    limits: Limits
    loop: asyncio.AbstractEventLoop
    began: float
    left_out: int = 0
    """Contacts that were not told, being too many."""

    _present: dict[str, dict[int, Callable[[], None]]] = field(default_factory=dict)
    """Of each address, by accept, how to cut a connection off."""

    _count: int = 0
    _came: int = 0
    _told: int = 0
    _told_of: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def at(self) -> float:
        """Seconds since the rehearsal began."""
        return self.loop.time() - self.began

    @property
    def is_busy(self) -> bool:
        """Whether anybody is connected."""
        return bool(self._present)

    @property
    def present(self) -> int:
        """How many connections there are now."""
        return self._count

    def admit(self, address: str, cut: Callable[[], None]) -> int:
        """One more connection, and its number; where there are too many, another is cut off."""
        while self._count >= self.limits.connections:
            self._cut_oldest(max(self._present, key=lambda each: len(self._present[each])))
        while len(self._present.get(address, ())) >= self.limits.of_an_address:
            self._cut_oldest(address)
        self._came += 1
        self._count += 1
        self._present.setdefault(address, {})[self._came] = cut
        return self._came

    def leave(self, address: str, number: int) -> None:
        """It is gone; no matter how often that is said."""
        there = self._present.get(address, {})
        if there.pop(number, None):
            self._count -= 1
        if not there:
            self._present.pop(address, None)

    def cut_all(self) -> None:
        """Nobody is left."""
        for address in list(self._present):
            while address in self._present:
                self._cut_oldest(address)

    def tell(self, contact: Contact) -> None:
        """Tell of a connection that has ended, unless strangers have been told of too often."""
        is_noise = contact.ended in _NOISE
        whose = (contact.address, is_noise)
        most = self.limits.told_noise if is_noise else self.limits.told_of_an_address
        if self._told >= self.limits.told or self._told_of[whose] >= most:
            self.left_out += 1
            return
        self._told += 1
        self._told_of[whose] += 1
        self.direction.met(contact)

    def _cut_oldest(self, address: str) -> None:
        number = next(iter(self._present[address]))
        cut = self._present[address][number]
        self.leave(address, number)
        cut()
