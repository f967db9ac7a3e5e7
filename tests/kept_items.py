"""The places in which a ledger's items lie, and those items themselves, in DynamoDB's own JSON."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from tlscheck.edges.aws.table import Table
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory

from tests import storage
from tests.kept import KEY
from tests.local_aws.emulator.account import EmulatedAccount


class Items(Protocol):
    """Behind a table: what it holds, whoever wrote it."""

    @property
    def table(self) -> Table:
        """As the package is told of it."""

    def all(self) -> list[dict[str, Any]]:
        """Every item."""

    def put(self, item: dict[str, Any]) -> None:
        """Leaves one, in the place of what was there."""


@dataclass(frozen=True, slots=True)
class ItemsOfDynamoDB:
    """Of an emulated account's table."""

    account: EmulatedAccount
    table: str

    def all(self) -> list[dict[str, Any]]:
        """Every item."""
        found: list[dict[str, Any]] = storage.client_of(self.account, "dynamodb").scan(TableName=self.table)[
            "Items"
        ]
        return found

    def put(self, item: dict[str, Any]) -> None:
        """Leaves one."""
        storage.client_of(self.account, "dynamodb").put_item(TableName=self.table, Item=item)


@dataclass(frozen=True, slots=True)
class ItemsOfFile:
    """Of a ledger in a file, as another process would find them there."""

    path: Path
    table: LedgerFile

    def all(self) -> list[dict[str, Any]]:
        """Every item."""
        with closing(sqlite3.connect(self.path)) as file:
            return [json.loads(text) for (text,) in file.execute("SELECT item FROM items ORDER BY pk, sk")]

    def put(self, item: dict[str, Any]) -> None:
        """Leaves one."""
        listed = item["listed"]["S"] if "listed" in item else None
        values = item["pk"]["S"], item["sk"]["S"], json.dumps(item), listed
        with closing(sqlite3.connect(self.path)) as file, file:
            file.execute("INSERT OR REPLACE INTO items (pk, sk, item, listed) VALUES (?, ?, ?, ?)", values)


@dataclass(frozen=True, slots=True)
class ItemsOfMemory:
    """Of a ledger that is forgotten with its process."""

    table: LedgerMemory

    def all(self) -> list[dict[str, Any]]:
        """Every item."""
        found = [item for under in self.table._items.values() for item in under.values()]
        return [{name: TypeSerializer().serialize(value) for name, value in item.items()} for item in found]

    def put(self, item: dict[str, Any]) -> None:
        """Leaves one."""
        values = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
        place = values["pk"], values["sk"]
        self.table.delete(place, None)
        self.table.change(place, values, (), None)


def raw(items: Items, sk: str, pk: str = KEY) -> dict[str, Any]:
    """One item."""
    (found,) = (each for each in items.all() if (each["pk"]["S"], each["sk"]["S"]) == (pk, sk))
    return found


def put(items: Items, **values: Any) -> None:
    """Leaves one of these values."""
    items.put({name: TypeSerializer().serialize(value) for name, value in values.items()})
