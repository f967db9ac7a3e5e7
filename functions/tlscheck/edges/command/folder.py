"""A folder of the command's user that files are written into: all of them or none, and no link is followed."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from tlscheck.inventory.bad_request import BadRequest

_MOST = 10 * 1024 * 1024
"""Bytes of an earlier file that are looked at."""


def write(folder: Path, files: Mapping[str, bytes], *, overwrite: bool, replaced: Collection[str] = ()) -> None:
    """Writes files by relative name. Raises BadRequest, and all is as it was: one is there, or can't be made.

    A file that is there is none in the way where it holds what is written, or is one of the `replaced`.
    """
    try:
        others = {name: None if name in replaced else data for name, data in files.items()}
        there = [name for name, data in others.items() if _is_other(folder / name, data)]
        if there and not overwrite:
            raise BadRequest(
                f"{folder / there[0]} is there already, with other content: nothing was written. Take another"
                " --name, and write that file's name where this one was to stand; or --merge it, with --force, so"
                " that one file serves both (--force alone overwrites it)"
            )
        with ExitStack() as undoing:
            _write(folder, files, undoing)
            undoing.pop_all()
    except OSError as error:
        raise BadRequest(f"{error.filename or folder}: {error.strerror or error}: nothing was written") from None
    except ValueError as error:  # a path with a NUL in it
        raise BadRequest(f"{str(folder)!a}: {error}") from None


def unchanged(folder: Path, sums: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of earlier files (SHA-256, relative name) that still are what they were."""
    return tuple((digest, name) for digest, name in sums if _digest(folder / name) == digest)


def content(path: Path) -> bytes:
    """Of a small file that is there; empty otherwise."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST) if path.is_file() else b""
    except (OSError, ValueError):
        return b""


def _is_other(path: Path, data: bytes | None) -> bool:
    """Whether something else is there; None for data: whatever a file holds, it may be replaced."""
    return os.path.lexists(path) and (path.is_symlink() or (data is not None and content(path) != data))


def _digest(path: Path) -> str:
    return hashlib.sha256(content(path)).hexdigest() if path.is_file() and not path.is_symlink() else ""


def _write(folder: Path, files: Mapping[str, bytes], undoing: ExitStack) -> None:
    """Everything is written beside its place first; what is undone in the end is undone in reverse."""
    _make(folder, undoing)
    beside: dict[Path, Path] = {}
    for name, data in files.items():
        path = folder / name
        if path.parent != folder:
            _make(path.parent, undoing)
            if path.parent.is_symlink():
                raise NotADirectoryError(0, "a link, which is not followed", str(path.parent))
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(0, "a directory", str(path))
        beside[path] = _beside(path)
        undoing.callback(_remove, beside[path])
        _fill(beside[path], data)
    earlier: list[Path] = []
    for path, made in beside.items():
        if os.path.lexists(path):
            kept = _beside(path)
            path.rename(kept)
            undoing.callback(kept.replace, path)
            earlier.append(kept)
        made.rename(path)
        undoing.callback(_remove, path)
    for parent in {path.parent for path in beside}:
        _sync(parent)
    # From here on the new files stand; what was there before goes.
    for kept in earlier:
        _remove(kept)


def _make(folder: Path, undoing: ExitStack) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        undoing.callback(_forget, each)


def _beside(path: Path) -> Path:
    """A name in the same folder that nobody else has."""
    return path.with_name(f".{path.name[:60]}.{secrets.token_hex(8)}.tlscheck")


def _fill(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    with open(handle, "wb") as file:  # noqa: PTH123 - it is open already
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system does that
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _forget(folder: Path) -> None:
    with contextlib.suppress(OSError):  # somebody else has put something into it
        folder.rmdir()
