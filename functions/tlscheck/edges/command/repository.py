"""The files of a repository that may say how clients connect."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tlscheck.inventory.bad_request import BadRequest

LARGEST = 1_000_000
"""Bytes. A larger file is no configuration."""

MOST = 50_000
"""Files that are looked at."""

_NOT_OURS = frozenset(
    {"node_modules", "vendor", "venv", "__pycache__", "site-packages", "target", "dist", "build"}
)
"""Folders of others' code and of what was built, beside all whose names begin with a dot."""


def files(paths: Iterable[str]) -> Iterator[str]:
    """Files as they are given, and those in folders, in order; links are not followed. Raises BadRequest."""
    count = 0
    for given in paths:
        if not os.path.lexists(given):
            raise BadRequest("--scan: one of the paths that were given is not there")
        for path in _below(given) if Path(given).is_dir() else [given]:
            count += 1
            if count > MOST:
                raise BadRequest(f"--scan: more than {MOST} files; give the folders that hold configuration")
            yield path


def _below(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_OURS)
        for name in sorted(names):
            path = os.path.normpath(os.path.join(here, name))  # noqa: PTH118 - as it was given, relative
            if _is_small_file(path):
                yield path


def _is_small_file(path: str) -> bool:
    try:
        status = Path(path).lstat()
    except OSError:
        return False
    return (status.st_mode & 0o170000) == 0o100000 and status.st_size <= LARGEST
