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


type _Item = Mapping[str, Any]
type _Operand = Callable[[_Item, _Item], Any]
type _Test = Callable[[_Item, _Item], bool]
"""Of an item, and of the values that an expression names."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression, and the values that it names (`:over`)."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, item: Mapping[str, Any]) -> bool:
        """Whether an item, empty where there is none, is so. Raises ValueError of an expression not known here."""
        test, named = _understood(self.expression)
        if missing := [name for name in named if name not in self.values]:
            raise ValueError(f"its value is missing: {missing[0]}")
        return test(item, self.values)


@cache
def _understood(expression: str) -> tuple[_Test, tuple[str, ...]]:
    """Of the few expressions that there are, each is asked some thousand times."""
    reader = _Reader(expression)
    return reader.read(), tuple(reader.named)


class _Reader:
    """An expression on its way to a test: each of these takes away what it reads."""

    def __init__(self, expression: str) -> None:
        self._tokens = _tokens(expression)
        self.named: list[str] = []
        """The values that it names."""

    def read(self) -> _Test:
        """The whole of it."""
        found = self._any()
        if self._tokens:
            raise ValueError(f"not understood: {' '.join(self._tokens)}")
        return found

    def _any(self) -> _Test:
        tests = [self._all()]
        while self._is_next("OR"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda item, values: any(each(item, values) for each in tests)

    def _all(self) -> _Test:
        tests = [self._one()]
        while self._is_next("AND"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda item, values: all(each(item, values) for each in tests)

    def _one(self) -> _Test:
        if self._is_next("NOT"):
            test = self._one()
            return lambda item, values: not test(item, values)
        if self._is_next("("):
            found = self._any()
            self._take(")")
            return found
        word = self._name()
        if word in {"attribute_exists", "attribute_not_exists"}:
            self._take("(")
            name, is_wanted = self._name(), word == "attribute_exists"
            self._take(")")
            return lambda item, _: (name in item) is is_wanted
        if word == "attribute_type":
            self._take("(")
            typed = self._operand(self._name())
            self._take(",")
            kind = self._operand(self._name())
            self._take(")")
            return lambda item, values: bool(_KINDS.get(type(typed(item, values))) == kind(item, values))
        left, sign = self._operand(word), self._next()
        if sign not in _COMPARED:
            raise ValueError(f"not understood: {sign}")
        right = self._operand(self._name())
        return lambda item, values: _is_so(left(item, values), sign, right(item, values))

    def _operand(self, word: str) -> _Operand:
        if not word.startswith(":"):
            return lambda item, _: item.get(word)
        self.named.append(word)
        return lambda _, values: values[word]

    def _next(self) -> str:
        if not self._tokens:
            raise ValueError("something is missing at its end")
        return self._tokens.pop(0)

    def _name(self) -> str:
        word = self._next()
        if not _NAME.fullmatch(word) or word in _RESERVED:
            raise ValueError(f"not understood: {word}")
        return word

    def _is_next(self, word: str) -> bool:
        if self._tokens and self._tokens[0] == word:
            self._tokens.pop(0)
            return True
        return False

    def _take(self, word: str) -> None:
        if not self._is_next(word):
            raise ValueError(f"{word} is missing before: {' '.join(self._tokens)}")


def _tokens(expression: str) -> list[str]:
    at, found, expression = 0, list[str](), expression.rstrip()
    while at < len(expression):
        if (token := _TOKEN.match(expression, at)) is None:
            raise ValueError(f"not understood: {expression[at:]}")
        found.append(token[1])
        at = token.end()
    return found


def _is_so(left: Any, sign: str, right: Any) -> bool:
    """As DynamoDB compares: what is missing, or of another type, is neither equal nor less nor more."""
    kind = _KINDS.get(type(left))
    return kind is not None and kind == _KINDS.get(type(right)) and bool(_COMPARED[sign](left, right))
