"""A ledger in memory is one in a file, forgotten: whatever is done to both, they answer alike."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges.condition import Condition
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.inventory.account import Account

from tests.kept import NOON

OURS = Account("aws", "111122223333", "us-east-1")

NAMES = st.sampled_from(["version", "listed", "said", "sent_at"])
VALUES = st.one_of(
    st.integers(0, 3),
    st.text(max_size=3),
    st.booleans(),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(0, 3), max_size=2),
    st.sets(st.text(min_size=1, max_size=2), min_size=1, max_size=2),
    st.binary(min_size=1, max_size=3),
)
WHOLE = st.dictionaries(NAMES, VALUES, max_size=3).map(
    lambda item: item | ({"listed": "database"} if "listed" in item else {})
)
CONDITIONS = st.sampled_from(
    [
        None,
        Condition("attribute_not_exists(version)"),
        Condition("version = :over", {":over": 1}),
        Condition("attribute_exists(pk) AND NOT said = :said", {":said": "a"}),
    ]
)
PLACES = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), PLACES, WHOLE, st.sets(NAMES, max_size=2), CONDITIONS),
        st.tuples(st.just("delete"), PLACES, CONDITIONS),
    ),
    max_size=12,
)


@given(STEPS)
def test_it_says_and_holds_what_one_in_a_file_does(steps: list[tuple[Any, ...]]) -> None:
    memory = LedgerMemory()
    with TemporaryDirectory() as folder, LedgerFile(OURS, Path(folder) / "ledger", NOON) as file:
        for name, *about in steps:
            assert getattr(memory, name)(*about) == getattr(file, name)(*about)
        for key in "ab":
            assert memory.items_of(key) == file.items_of(key)
            assert memory.items_of(key, "x") == file.items_of(key, "x")
            assert memory.items_since(key, "y") == file.items_since(key, "y")
        assert memory.items_in("listed", "database") == file.items_in("listed", "database")


def test_what_was_read_is_the_readers_own_and_numbers_are_as_dynamodb_has_them() -> None:
    memory, given_list = LedgerMemory(), ["a"]
    memory.change(("key", "sort"), {"names": given_list, "version": 1}, (), None)
    given_list.append("b")
    (read,) = memory.items_of("key")
    assert (read["names"], type(read["version"])) == (["a"], Decimal)
    read["names"].append("c")
    assert memory.items_of("key", "sort")[0]["names"] == ["a"]


def test_what_dynamodb_has_no_type_of_is_refused_and_changes_nothing() -> None:
    memory = LedgerMemory()
    with pytest.raises(TypeError):
        memory.change(("key", "sort"), {"seconds": 0.5}, (), None)
    assert memory.items_of("key") == []


def test_no_other_attribute_has_an_index() -> None:
    with pytest.raises(ValueError, match="no index of kind"):
        LedgerMemory().items_in("kind", "database")
