"""A ledger on this machine: what a deployed stack has in its table, in one file of SQLite's.

Its items are the table's own, written under the same conditions, so that what is decided is decided alike.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Any, Self

from tlscheck.edges.condition import Condition
from tlscheck.edges.item_text import DAMAGED, item_of, text_of
from tlscheck.edges.ledger_place import LedgerError, code_of, damaged, place_of, private, told_of
from tlscheck.inventory.account import Account
from tlscheck.inventory.bad_request import BadRequest

APPLICATION = 0x746C7363
"""By which SQLite's header names our files: tlsc."""

FORMS = (
    (
        "CREATE TABLE account (partition TEXT NOT NULL, id TEXT NOT NULL)",
        """
        CREATE TABLE items (
            pk TEXT NOT NULL, sk TEXT NOT NULL, item TEXT NOT NULL, listed TEXT, expires_at INTEGER,
            PRIMARY KEY (pk, sk)
        )
        """,
        "CREATE INDEX by_listing ON items (listed) WHERE listed IS NOT NULL",
    ),
)
"""What each form of the file adds to the one before it. An older file is brought up when it is opened; one of
a later tlscheck, which has more of them, is not read."""

PATIENCE = 30.0
"""Seconds for which another who writes is waited for."""

_AT_A_TIME = 0.25
"""Of them so many inside SQLite, where Ctrl-C is not heard."""

type ItemKey = tuple[str, str]
"""Key and sort key of an item."""


class LedgerFile:
    """One account's. Threads may share it; several processes of one machine may write to one file.

    Each change is one transaction: whatever ends a process, an item is as it was before or after. As long as it
    is open, what is newest lies in FILE-wal beside it.
    """

    def __init__(self, account: Account, path: Path, now: datetime) -> None:
        """Makes one where there is none; what has expired is taken away.

        Raises BadRequest for a file that is none of ours, of another account, or of a later version; LedgerError.
        """
        self._place = str(path)
        self._one_at_a_time = RLock()
        self._is_closing = False
        where = place_of(path).as_uri() + "?mode=rw"
        with self._told():
            self._file = sqlite3.connect(
                where, uri=True, timeout=_AT_A_TIME, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._open(account, path, now)
        except BaseException:  # and raised again, Ctrl-C too: nobody else has it yet who could close it
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is written from here on; what is being written is, whole, and what waits for others is not."""
        self._is_closing = True
        with self._one_at_a_time:
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
            self._asked(
                "INSERT OR REPLACE INTO items (pk, sk, item, listed, expires_at) VALUES (?, ?, ?, ?, ?)",
                *place,
                text_of(item),
                item.get("listed"),
                _moment(item.get("expires_at")),
            )
        return True

    def delete(self, place: ItemKey, condition: Condition | None) -> bool:
        """Takes an item away, also one that is not there; False where it is not as the condition wants it."""
        with self._told(), self._written():
            if condition is not None and not condition.holds(next(iter(self.items_of(*place)), {})):
                return False
            self._asked("DELETE FROM items WHERE pk = ? AND sk = ?", *place)
        return True

    def _items(self, which: str, *values: str) -> list[dict[str, Any]]:
        with self._told(), self._one_at_a_time:
            found = self._asked(f"SELECT item FROM items {which}", *values)  # noqa: S608 - ours
        try:
            return [item_of(text) for (text,) in found]
        except DAMAGED as error:
            raise LedgerError(self._place, damaged(error)) from None

    def _asked(self, statement: str, *values: Any) -> list[Any]:
        """Its rows, once others who write let it through."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._file.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                is_over = self._is_closing or time.monotonic() > until
                if code_of(error) != sqlite3.SQLITE_BUSY or is_over:
                    raise

    @contextmanager
    def _written(self) -> Iterator[None]:
        """One transaction, before which nobody else writes."""
        with self._one_at_a_time:
            try:
                # Ctrl-C may come at any place, also right after it began, or before the last was taken back.
                self._take_back()
                self._asked("BEGIN IMMEDIATE")
                yield
                self._asked("COMMIT")
            finally:
                self._take_back()

    def _take_back(self) -> None:
        if self._file.in_transaction:
            self._file.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(self._place, told_of(error, PATIENCE)) from None
        except UnicodeDecodeError as error:  # SQLite's own words repeat what is damaged
            raise LedgerError(self._place, damaged(error)) from None

    def _open(self, account: Account, path: Path, now: datetime) -> None:
        self._recognise()
        private(path)
        with self._written():
            schema = self._recognise()
            for statement in (each for form in FORMS[schema:] for each in form):
                self._asked(statement)
            self._asked(f"PRAGMA application_id = {APPLICATION}")
            self._asked(f"PRAGMA user_version = {len(FORMS)}")
            self._bind((account.partition, account.id))
            self._asked("DELETE FROM items WHERE expires_at <= ?", int(now.timestamp()))
        # A commit waits for the disk four times, usually: 43 a second were measured, and a sweep of 100 databases
        # has some thousands. So only checkpoints wait; a power failure may cost what came after the last of them,
        # and the next sweep sees it again. Where that cannot be had, as on some network's disk, it stays as usual.
        with suppress(sqlite3.OperationalError):
            self._asked("PRAGMA journal_mode = WAL")
        self._asked("PRAGMA synchronous = NORMAL")

    def _recognise(self) -> int:
        """Its form: 0 of one that holds nothing yet. Raises BadRequest for one that is not to be touched."""
        try:
            ((application,),) = self._asked("PRAGMA application_id")
        except sqlite3.DatabaseError as error:
            if code_of(error) != sqlite3.SQLITE_NOTADB:
                raise
            application = -1
        if application == -1 or (application != APPLICATION and self._holds_something(application)):
            raise BadRequest(
                f"{self._place}: a file of another program, and no ledger of tlscheck: name another, or a new one"
            )
        ((schema,),) = self._asked("PRAGMA user_version")
        if schema > len(FORMS):
            raise BadRequest(
                f"{self._place}: a ledger of a later tlscheck (its form is {schema}, {len(FORMS)} is known here):"
                " update tlscheck, or name another"
            )
        return int(schema)

    def _holds_something(self, application: int) -> bool:
        ((schema,),) = self._asked("PRAGMA user_version")
        ((tables,),) = self._asked("SELECT count(*) FROM sqlite_master")
        return bool(application or schema or tables)

    def _bind(self, ours: tuple[str, str]) -> None:
        bound = next(iter(self._asked("SELECT partition, id FROM account")), None)
        if bound is None:
            self._asked("INSERT INTO account VALUES (?, ?)", *ours)
        elif bound != ours:
            raise BadRequest(
                f"{self._place}: the ledger of {_named(bound)}, and this is {_named(ours)}: name another"
            )


def _named(account: tuple[str, str]) -> str:
    partition, name = account
    return f"account {name}" if partition == "aws" else f"account {name} of {partition}"


def _moment(until: Any) -> int | None:
    """Seconds since 1970; of anything else an item is kept, as DynamoDB's time to live has it."""
    return int(until) if isinstance(until, Decimal | int) and -(2**63) < until < 2**63 else None
