"""Numbers that very many names were given, in little memory: some are forgotten, and none is mistaken for another.

A name is its hash of 64 bits. Two names share one in one of some 10^9 logs of 200,000 names, and nobody can make
them do so: the key of Python's hashes of texts is drawn at each start.
"""

from array import array
from collections.abc import Sequence

MOST = 2**19
"""Places for a name, of 10 bytes each: of 200,000 names that come in no order, 6 % are forgotten when they come
again."""

_FIRST = 2**10


class KnownNames:
    """Hash of a name to its number, 1 to 65,535.

    Each hash has a pair of places. Where both are taken, the name that was added to them first is forgotten.
    """

    def __init__(self, most: int = MOST) -> None:
        """`most`: places, a power of two."""
        self._most = most
        self._hashes: array[int]
        self._numbers: array[int]
        self._make(min(most, _FIRST))

    def number(self, name: int) -> int:
        """Its number; 0: it is not known, or not any more."""
        at = name & self._pairs
        if self._hashes[at] == name:
            return self._numbers[at]
        return self._numbers[at + 1] if self._hashes[at + 1] == name else 0

    def add(self, name: int, number: int) -> None:
        """A name that has none."""
        # More than three eighths full, every tenth name would have lost its place.
        if 8 * self._taken > 3 * len(self._numbers) and len(self._numbers) < self._most:
            self._grow()
        hashes, numbers, at = self._hashes, self._numbers, name & self._pairs
        if before := numbers[at]:
            self._taken += not numbers[at + 1]
            hashes[at + 1], numbers[at + 1] = hashes[at], before
        else:
            self._taken += 1
        hashes[at], numbers[at] = name, number

    def renumber(self, numbers: Sequence[int]) -> None:
        """Each name gets what stands in `numbers` in its number's place; the first, for none, is 0."""
        self._numbers = array("H", map(numbers.__getitem__, self._numbers))

    def _make(self, places: int) -> None:
        self._hashes = array("q", [0]) * places
        self._numbers = array("H", [0]) * places
        self._pairs = places - 2
        """Which bits of a hash tell the first place of its pair."""
        self._taken = 0

    def _grow(self) -> None:
        hashes, numbers = self._hashes, self._numbers
        self._make(2 * len(numbers))
        for name, number in zip(hashes, numbers, strict=True):
            if number:
                self.add(name, number)
