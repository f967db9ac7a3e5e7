"""A ledger on this machine: what a deployed stack has in its table, in one file of SQLite's, or in memory alone.

Its items are the table's own, written under the same conditions, so that what is decided is decided alike.
"""

import json
import os
import sqlite3
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any, Self

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tlscheck.edges.condition import Condition
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest

SCHEMA = 1
"""Of the file; one that a later tlscheck wrote is not read."""

APPLICATION = 0x746C7363
"""By which SQLite's header names our files: tlsc."""

PATIENCE = 30.0
"""Seconds for which another who writes is waited for."""

_MADE = (
    "CREATE TABLE IF NOT EXISTS account (partition TEXT NOT NULL, id TEXT NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS items (
        pk TEXT NOT NULL, sk TEXT NOT NULL, item TEXT NOT NULL, listed TEXT, expires_at INTEGER,
        PRIMARY KEY (pk, sk)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS by_listing ON items (listed) WHERE listed IS NOT NULL",
)

type ItemKey = tuple[str, str]
"""Key and sort key of an item."""

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


class LedgerError(OSError):
    """The file could not be read or written: a full disk, a lock that nobody gives back, damage."""

    def __init__(self, place: str, error: sqlite3.Error) -> None:
        super().__init__(0, str(error), place)


class LedgerFile:
    """One account's. Threads may share it; several processes may write to one file.

    Each change is one transaction: whatever ends a process, an item is as it was before or after.
    """

    def __init__(self, account: Account, path: Path | None, now: datetime) -> None:
        """Without a path it is forgotten when the process ends; what has expired by `now` is taken away.

        Raises BadRequest for a file that is none of ours, of another account, or of a later version, and OSError.
        """
        self._place = str(path) if path else "the ledger in memory"
        self._one_at_a_time = RLock()
        if path:
            _make(path)
        with self._told():
            self._file = sqlite3.connect(
                path or ":memory:", timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told(), self._written():
                self._open(account)
                self._file.execute("DELETE FROM items WHERE expires_at <= ?", (int(now.timestamp()),))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is written from here on."""
        self._file.close()

    def items_of(self, key: str, sort: str | None = None) -> list[dict[str, Any]]:
        """The items under a key, or the one of them with this sort key."""
        if sort is None:
            return self._items("WHERE pk = ? ORDER BY sk", key)
        return self._items("WHERE pk = ? AND sk = ?", key, sort)

    def items_since(self, key: str, sort: str) -> list[dict[str, Any]]:
        """The items under a key whose sort key is this one or comes after it."""
        return self._items("WHERE pk = ? AND sk >= ? ORDER BY sk", key, sort)

    def items_in(self, attribute: str, value: str) -> list[dict[str, Any]]:
        """The items in which `listed`, the only attribute that has an index, is that."""
        if attribute != "listed":
            raise ValueError(f"there is no index of {attribute}")
        return self._items("WHERE listed = ? ORDER BY pk, sk", value)

    def change(
        self, place: ItemKey, values: Mapping[str, Any], gone: Iterable[str], condition: Condition | None
    ) -> bool:
        """Sets attributes of an item, which is made where there is none, and takes others away.

        False, with nothing changed, where it is not as the condition wants it.
        """
        with self._told(), self._written():
            before = next(iter(self.items_of(*place)), {})
            if condition is not None and not condition.holds(before):
                return False
            left = {name: value for name, value in before.items() if name not in {*gone, *values}}
            item = left | dict(values) | dict(zip(("pk", "sk"), place, strict=True))
            self._file.execute(
                "INSERT OR REPLACE INTO items (pk, sk, item, listed, expires_at) VALUES (?, ?, ?, ?, ?)",
                (*place, _text(item), item.get("listed"), _whole(item.get("expires_at"))),
            )
        return True

    def delete(self, place: ItemKey, condition: Condition | None) -> bool:
        """Takes an item away, also one that is not there; False where it is not as the condition wants it."""
        with self._told(), self._written():
            if condition is not None and not condition.holds(next(iter(self.items_of(*place)), {})):
                return False
            self._file.execute("DELETE FROM items WHERE pk = ? AND sk = ?", place)
        return True

    def _items(self, which: str, *values: str) -> list[dict[str, Any]]:
        with self._told(), self._one_at_a_time:
            found = self._file.execute(f"SELECT item FROM items {which}", values).fetchall()  # noqa: S608 - ours
        return [_item(text) for (text,) in found]

    @contextmanager
    def _written(self) -> Iterator[None]:
        """One transaction, before which nobody else writes."""
        with self._one_at_a_time:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._file.execute("COMMIT")
            finally:
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(self._place, error) from None

    def _open(self, account: Account) -> None:
        (application,) = self._file.execute("PRAGMA application_id").fetchone()
        (schema,) = self._file.execute("PRAGMA user_version").fetchone()
        (tables,) = self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION and (application or schema or tables):
            raise BadRequest(f"{self._place}: a file of another program, and no ledger of tlscheck")
        if schema > SCHEMA:
            raise BadRequest(
                f"{self._place}: a ledger of a later tlscheck (its form is {schema}, {SCHEMA} is known here)"
            )
        for statement in _MADE:
            self._file.execute(statement)
        self._file.execute(f"PRAGMA application_id = {APPLICATION}")
        self._file.execute(f"PRAGMA user_version = {SCHEMA}")
        ours = (account.partition, account.id)
        bound = self._file.execute("SELECT partition, id FROM account").fetchone()
        if bound is None:
            self._file.execute("INSERT INTO account VALUES (?, ?)", ours)
        elif bound != ours:
            raise BadRequest(f"{self._place}: the ledger of {_named(bound)}, and this is {_named(ours)}")


def _make(path: Path) -> None:
    """The file with nobody's rights but its owner's: SQLite itself would go by the umask."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise BadRequest(f"{path}: no regular file")
    if hasattr(os, "getuid") and found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o600)


def _named(account: tuple[str, str]) -> str:
    partition, name = account
    return f"account {name}" if partition == "aws" else f"account {name} of {partition}"


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _text(item: Mapping[str, Any]) -> str:
    return json.dumps({name: _plain(_to_attribute(value)) for name, value in item.items()}, sort_keys=True)


def _item(text: str) -> dict[str, Any]:
    return {name: _from_attribute(_as_it_was(value)) for name, value in json.loads(text).items()}


def _plain(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute as JSON can have it: bytes in base64, whatever is inside another alike."""
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {kind: b64encode(value).decode()}
        case "M":
            return {kind: {name: _plain(each) for name, each in value.items()}}
        case "L":
            return {kind: [_plain(each) for each in value]}
    return {kind: value}


def _as_it_was(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {kind: b64decode(value)}
        case "M":
            return {kind: {name: _as_it_was(each) for name, each in value.items()}}
        case "L":
            return {kind: [_as_it_was(each) for each in value]}
    return {kind: value}
