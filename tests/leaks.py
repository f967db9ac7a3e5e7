"""What a test must not leave behind."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10.0
"""Seconds that a thread which is about to end may take to."""


@contextmanager
def nothing_leaked() -> Iterator[None]:
    """Afterwards this process holds no more threads and open files, sockets among them, than before."""
    before = _held()
    yield
    deadline = time.monotonic() + PATIENCE
    # Fewer are no leak: what an earlier test had left may end meanwhile.
    while not _is_within(after := _held(), before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _is_within(after, before), f"threads and files: {before} before, {after} after"


def _is_within(after: tuple[int, int], before: tuple[int, int]) -> bool:
    return all(now <= then for now, then in zip(after, before, strict=True))


def _held() -> tuple[int, int]:
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
