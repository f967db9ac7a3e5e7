"""What an item of the table must be before it is written, in DynamoDB's own words; and whether one is so.

Of its condition expressions those are read that are written here (DynamoDB Developer Guide, Condition and filter
expressions): = < <= > >=, attribute_exists, attribute_not_exists, attribute_type, AND, OR, NOT and parentheses.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

_TOKEN = re.compile(r"\s*([()=,]|<=|>=|<|>|:?[A-Za-z_]\w*)")
_NAME = re.compile(r":?[A-Za-z_]\w*")
_RESERVED = frozenset({"AND", "OR", "NOT"})
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS: Mapping[type, str] = {Decimal: "N", int: "N", str: "S"}
"""Type to DynamoDB's name of it, of all that conditions here are about; True is an int to Python alone."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression, and the values that it names (`:over`)."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, item: Mapping[str, Any]) -> bool:
        """Whether an item, empty where there is none, is so. Raises ValueError of an expression not known here."""
        return _Reader(self, item).read()


class _Reader:
    """An expression on its way: each of these takes what it reads away, whatever it comes to."""

    def __init__(self, condition: Condition, item: Mapping[str, Any]) -> None:
        self._values, self._item = condition.values, item
        self._tokens = list(_tokens(condition.expression))

    def read(self) -> bool:
        """Of the whole of it."""
        found = self._any()
        if self._tokens:
            raise ValueError(f"not understood: {' '.join(self._tokens)}")
        return found

    def _any(self) -> bool:
        found = self._all()
        while self._is_next("OR"):
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._is_next("AND"):
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if self._is_next("NOT"):
            return not self._one()
        if self._is_next("("):
            found = self._any()
            self._take(")")
            return found
        word = self._name()
        if word in {"attribute_exists", "attribute_not_exists"}:
            self._take("(")
            is_there = self._name() in self._item
            self._take(")")
            return is_there is (word == "attribute_exists")
        if word == "attribute_type":
            self._take("(")
            value = self._value(self._name())
            self._take(",")
            kind = self._value(self._name())
            self._take(")")
            return bool(_KINDS.get(type(value)) == kind)
        left, sign = self._value(word), self._next()
        if sign not in _COMPARED:
            raise ValueError(f"not understood: {sign}")
        return _is_so(left, sign, self._value(self._name()))

    def _next(self) -> str:
        if not self._tokens:
            raise ValueError("something is missing at its end")
        return self._tokens.pop(0)

    def _name(self) -> str:
        word = self._next()
        if not _NAME.fullmatch(word) or word in _RESERVED:
            raise ValueError(f"not understood: {word}")
        return word

    def _value(self, word: str) -> Any:
        if word.startswith(":") and word not in self._values:
            raise ValueError(f"its value is missing: {word}")
        return self._values[word] if word.startswith(":") else self._item.get(word)

    def _is_next(self, word: str) -> bool:
        if self._tokens and self._tokens[0] == word:
            self._tokens.pop(0)
            return True
        return False

    def _take(self, word: str) -> None:
        if not self._is_next(word):
            raise ValueError(f"{word} is missing before: {' '.join(self._tokens)}")


@cache
def _tokens(expression: str) -> tuple[str, ...]:
    """Of the few expressions that there are, each is read some thousand times."""
    at, found, expression = 0, [], expression.rstrip()
    while at < len(expression):
        if (token := _TOKEN.match(expression, at)) is None:
            raise ValueError(f"not understood: {expression[at:]}")
        found.append(token[1])
        at = token.end()
    return tuple(found)


def _is_so(left: Any, sign: str, right: Any) -> bool:
    """As DynamoDB compares: what is missing, or of another type, is neither equal nor less nor more."""
    kind = _KINDS.get(type(left))
    return kind is not None and kind == _KINDS.get(type(right)) and bool(_COMPARED[sign](left, right))
