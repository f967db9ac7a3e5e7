"""What is large when it is read is read after what is small, and one at a time.

An answer of two mebibytes is many times as large while it is read, and each step of that holds the interpreter:
side by side it takes as long, thirty-two times the memory, and the time of those that answer with little. What is
small does not wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock, get_ident

from tlscheck.edges.server.deadline import Deadline

LARGE = 64 * 1024
"""Characters of an answer: some 200 groups of usual names."""

GIVING_WAY_SECONDS = 1.0
"""The longest that a large answer waits for small ones: some of those may not come before their deadline."""

_AT_WORK = Lock()
_CHANGED = Condition()
_SMALL: set[int] = set()
"""The threads of looks that are under way and were not large so far."""


@contextmanager
def under_way() -> Iterator[None]:
    """Within it, this thread's look is one that large ones give way to, until it gives way itself."""
    with _CHANGED:
        _SMALL.add(get_ident())
    try:
        yield
    finally:
        _no_longer_small()


def give_way(deadline: Deadline) -> None:
    """Wait, once what arrived is large, until no small look is under way; a second, or the deadline, at most."""
    _no_longer_small()
    with _CHANGED:
        _CHANGED.wait_for(lambda: not _SMALL, max(0.0, min(GIVING_WAY_SECONDS, deadline.left())))


def _no_longer_small() -> None:
    with _CHANGED:
        _SMALL.discard(get_ident())
        _CHANGED.notify_all()


@contextmanager
def alone(size: int, deadline: Deadline) -> Iterator[None]:
    """Within it, what has so many characters is the only one that is large.

    Raises TimeoutError past the deadline.
    """
    if size <= LARGE:
        yield
        return
    if not _AT_WORK.acquire(timeout=deadline.timeout()):
        raise TimeoutError("others were read until the deadline")
    try:
        yield
    finally:
        _AT_WORK.release()
