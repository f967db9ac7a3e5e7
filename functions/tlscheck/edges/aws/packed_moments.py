"""Many moments in few bytes: the first in seconds since 1970, of each other the seconds since the one before it.

Each number in groups of seven bits, the lowest first; the eighth bit says that another follows. So a look every
quarter of an hour takes two bytes, and a day of them 192.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

_MORE = 0x80
_LONGEST = 5
"""Groups of a number: more than seconds since 1970 need."""


def packed(moments: Iterable[datetime]) -> bytes:
    """The moments, which are in order and whole seconds."""
    seconds = [0, *(int(each.timestamp()) for each in moments)]
    return b"".join(_group(after - before) for before, after in pairwise(seconds))


def unpacked(text: bytes) -> tuple[datetime, ...]:
    """The same back. Raises ValueError or OverflowError of what `packed` did not make."""
    at, found = 0, []
    for each in _numbers(text):
        at += each
        found.append(datetime.fromtimestamp(at, UTC))
    return tuple(found)


def _group(number: int) -> bytes:
    groups = bytearray()
    while number >= _MORE:
        groups.append(number % _MORE | _MORE)
        number //= _MORE
    groups.append(number)
    return bytes(groups)


def _numbers(text: bytes) -> Iterator[int]:
    number = groups = 0
    for byte in text:
        number |= (byte % _MORE) << (7 * groups)
        groups += 1
        if groups > _LONGEST:
            raise ValueError("a moment is too long")
        if byte < _MORE:
            yield number
            number = groups = 0
    if groups:
        raise ValueError("a moment is cut off")
