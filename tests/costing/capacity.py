"""DynamoDB's capacity units of an item or a query, by the rules of its documentation.

Sizes: "DynamoDB item sizes and formats"; units: "DynamoDB read and write operations", both of the developer guide.
"""

import math
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

WRITE_UNIT = 1024
"""Bytes."""

READ_UNIT = 4096
INDEXING = 100
"""Bytes that are stored beside each item, and each of an index."""

type Item = Mapping[str, Mapping[str, Any]]
"""As the API has it: `{"pk": {"S": "..."}}`."""


def size(item: Item) -> int:
    """Bytes of an item: of its attributes' names and values."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def write_units(bytes_: int) -> int:
    """Of one write of an item that has so many bytes, before or after, whichever is more."""
    return max(1, math.ceil(bytes_ / WRITE_UNIT))


def read_units(items: Iterable[int], *, consistent: bool) -> float:
    """Of a query that found items of these sizes: rounded once, for all of them."""
    units = max(1, math.ceil(sum(items) / READ_UNIT))
    return units if consistent else units / 2


def _value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number(content)
        case "B":
            return len(content) if isinstance(content, bytes) else len(b64decode(content))
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value(each) for name, each in content.items())
        case _:
            raise ValueError(f"a type that no item of ours has: {kind}")


def _number(text: str) -> int:
    """A byte for two significant digits, one beside them, and one of a number below zero."""
    digits = text.lstrip("-").split("E")[0].replace(".", "").strip("0")
    return min(21, math.ceil(len(digits) / 2) + 1 + text.startswith("-"))
