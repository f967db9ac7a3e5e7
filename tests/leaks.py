"""What a test must not leave behind."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 2.0
"""Seconds that a thread which is about to end may take to."""


@contextmanager
def nothing_leaked() -> Iterator[None]:
    """Afterwards this process holds as many threads and open files, sockets among them, as before."""
    before = _held()
    yield
    deadline = time.monotonic() + PATIENCE
    while (after := _held()) != before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert after == before, f"threads and files: {before} before, {after} after"


def _held() -> tuple[int, int]:
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
