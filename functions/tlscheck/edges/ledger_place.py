"""Where a ledger lies on this machine: a file that is its owner's alone, and what to do where it cannot be had."""

import os
import sqlite3
import stat
from pathlib import Path

from tlscheck.inventory.bad_request import BadRequest

BESIDE = ("-journal", "-wal", "-shm")
"""Ends of the names of what SQLite keeps beside a file while it is open, or after a process was killed."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_DAMAGED = "it is damaged ({error}): move it away, and a new one is begun"
_LOCKED = "others have been writing to it for {patience:.0f} s: run it again once they are done"

_WORDS = {
    sqlite3.SQLITE_FULL: "no room is left on its disk: what it held is as it was; make room, and run it again",
    sqlite3.SQLITE_IOERR: "its disk could not be read or written ({error}): what it held is as it was",
    sqlite3.SQLITE_READONLY: "it, or beside it, may not be written: see the rights to it and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: it and its folder must be readable and writable",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: "its disk cannot lock files ({error}): name one on a disk of this machine",
}


class LedgerError(OSError):
    """The file could not be read or written: a full disk, a lock that nobody gives back, damage."""

    def __init__(self, place: str, words: str) -> None:
        super().__init__(0, words, place)

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def code_of(error: sqlite3.Error) -> int:
    """SQLite's own code of what went wrong, without its finer half; 0 of what Python says itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def told_of(error: sqlite3.Error, patience: float) -> str:
    """What went wrong, and what to do; `patience` is how many seconds others were waited for."""
    return _WORDS.get(code_of(error), "{error}").format(error=error, patience=patience)


def damaged(error: Exception) -> str:
    """The same, of what an item, or SQLite's own word, could not be read for."""
    return _DAMAGED.format(error=error)


def place_of(path: Path) -> Path:
    """The file itself, wherever links lead; made with nobody's rights but its owner's where there is none.

    Raises BadRequest for what no ledger can be in.
    """
    try:
        place = path.resolve()
        # SQLite itself would go by the umask.
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        _see(path)
    except FileNotFoundError:
        raise BadRequest(f"{path}: its folder is not there: make it first") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise BadRequest(f"{path}: no ledger can be made there: {_reason(error)}") from None
    return place


def private(path: Path) -> None:
    """Takes others' rights to it, and to what lies beside it. Raises BadRequest where they stay."""
    place = path.resolve()
    for each in (place, *(place.with_name(place.name + end) for end in BESIDE)):
        try:
            if not (mode := each.stat().st_mode) & _OTHERS or not hasattr(os, "getuid"):
                continue
            each.chmod(stat.S_IMODE(mode) & ~_OTHERS)
            is_private = not each.stat().st_mode & _OTHERS
        except FileNotFoundError:
            continue
        except PermissionError:
            is_private = False
        if not is_private:
            raise BadRequest(
                f"{each}: others have rights to it that cannot be taken: name one in a folder of your own"
            )


def _see(path: Path) -> None:
    try:
        found = path.stat()
    except OSError as error:
        raise BadRequest(f"{path}: no ledger can be there: {_reason(error)}") from None
    if not stat.S_ISREG(found.st_mode):
        raise BadRequest(f"{path}: no regular file: name one, or one that is not there yet")
    if not os.access(path, os.R_OK | os.W_OK):
        raise BadRequest(f"{path}: it may not be read and written by you: name another, or change its rights")
    if hasattr(os, "getuid") and found.st_uid != os.getuid() and found.st_mode & _OTHERS:
        raise BadRequest(
            f"{path}: it is another user's, and not theirs alone: name another, or one that is not there yet"
        )


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
