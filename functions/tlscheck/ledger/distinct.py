"""How many different things there were, about, in little memory: what comes twice counts once, in any order.

The smallest of evenly spread numbers say how densely all of them lie (k minimum values): the 1,024 smallest are
kept, which tells the count to 3 % (one standard deviation), and exactly as long as there are no more.
"""

from heapq import nsmallest

KEPT = 1024
_SPREAD = 2**64


class Distinct:
    """A count of different numbers."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._smallest: set[int] = set()
        self._below = _SPREAD

    def add(self, number: int) -> None:
        """One of them: evenly spread over 64 bits, and the same each time that it comes."""
        number &= _SPREAD - 1
        if number < self._below:
            self._smallest.add(number)
            if len(self._smallest) > 2 * self._kept:
                self._shrink()

    def count(self) -> float:
        """How many there were."""
        if len(self._smallest) < self._kept:
            return len(self._smallest)
        self._shrink()
        return (self._kept - 1) * _SPREAD / (self._below - 1)

    def _shrink(self) -> None:
        self._smallest = set(nsmallest(self._kept, self._smallest))
        self._below = max(self._smallest) + 1
