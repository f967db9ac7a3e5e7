"""A ledger that is forgotten with its process: what a stack has in its table, for as long as a sweep lasts.

SQLite's own memory would do as well, and slower: each statement lets go of the interpreter and waits for it again,
some seven thousand times for 100 databases, while other threads judge.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from threading import RLock
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tlscheck.edges.condition import Condition

type _Item = dict[str, Any]

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize

_AS_THEY_ARE = frozenset({str, bool, type(None)})
_MOST_DIGITS = 10**38
"""From which on DynamoDB keeps no number whole."""


class LedgerMemory:
    """Threads may share it; what it hands out is the reader's own."""

    def __init__(self) -> None:
        self._one_at_a_time = RLock()
        self._items: defaultdict[str, dict[str, _Item]] = defaultdict(dict)
        """By key and sort key, never changed but replaced."""

    def items_of(self, key: str, sort: str | None = None) -> list[_Item]:
        """The items under a key, or the one of them with this sort key."""
        return self._found(key, lambda each: sort is None or each == sort)

    def items_since(self, key: str, sort: str) -> list[_Item]:
        """The items under a key whose sort key is this one or comes after it."""
        return self._found(key, lambda each: each >= sort)

    def items_in(self, attribute: str, value: str) -> list[_Item]:
        """The items in which `listed`, the only attribute that has an index, is that."""
        if attribute != "listed":
            raise ValueError(f"there is no index of {attribute}")
        with self._one_at_a_time:
            every = ((key, sort, item) for key, under in self._items.items() for sort, item in under.items())
            found = sorted((key, sort) for key, sort, item in every if item.get(attribute) == value)
            return [_copied(self._items[key][sort]) for key, sort in found]

    def change(
        self, place: tuple[str, str], values: Mapping[str, Any], gone: Iterable[str], condition: Condition | None
    ) -> bool:
        """Sets attributes of an item, which is made where there is none, and takes others away.

        False, with nothing changed, where it is not as the condition wants it. Raises TypeError for what DynamoDB
        has no type of.
        """
        key, sort = place
        kept = {name: _as_kept(value) for name, value in values.items()}
        taken = {*gone}
        with self._one_at_a_time:
            before = self._items[key].get(sort, {})
            if condition is not None and not condition.holds(before):
                return False
            left = {name: value for name, value in before.items() if name not in taken}
            self._items[key][sort] = left | kept | {"pk": key, "sk": sort}
        return True

    def delete(self, place: tuple[str, str], condition: Condition | None) -> bool:
        """Takes an item away, also one that is not there; False where it is not as the condition wants it."""
        key, sort = place
        with self._one_at_a_time:
            under = self._items[key]
            if condition is not None and not condition.holds(under.get(sort, {})):
                return False
            under.pop(sort, None)
        return True

    def _found(self, key: str, is_wanted: Callable[[str], bool]) -> list[_Item]:
        with self._one_at_a_time:
            under = self._items[key]
            return [_copied(under[each]) for each in sorted(under) if is_wanted(each)]


def _as_kept(value: Any) -> Any:
    """A value as DynamoDB would give it back; its own words for what it has no type of."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is int and abs(value) < _MOST_DIGITS:
        return Decimal(value)
    if kind is list:
        return [_as_kept(each) for each in value]
    if kind is dict:
        return {name: _as_kept(each) for name, each in value.items()}
    return _from_attribute(_to_attribute(value))


def _copied(item: _Item) -> _Item:
    return {name: value if type(value) in _UNCHANGEABLE else deepcopy(value) for name, value in item.items()}


_UNCHANGEABLE = _AS_THEY_ARE | {Decimal}
