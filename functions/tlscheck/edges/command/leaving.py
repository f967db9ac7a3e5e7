"""The end of a command that leaves threads behind: Python would wait for each, however long a socket keeps it."""

import os
import sys
from contextlib import suppress

_behind: list[str] = []
"""What was left behind, if anything."""


def without_waiting(what: str) -> None:
    """From here on the command's end is not to wait for threads that do this."""
    _behind.append(what)


def leave(code: int) -> None:
    """Ends the process with this exit code, if something was left behind; else nothing."""
    if not _behind:
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or nobody reads it: that was said already
            stream.flush()
    os._exit(code)
