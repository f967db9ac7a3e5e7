"""What is large when it is read is read one at a time, so that many servers together take little memory.

An answer of two mebibytes is many times as large while it is read, and each step of that holds the interpreter:
side by side it takes as long, and thirty-two times the memory. What is small does not wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from tlscheck.edges.server.deadline import Deadline

LARGE = 64 * 1024
"""Characters of an answer: some 200 groups of usual names."""

_AT_WORK = Lock()


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
