"""A tree of data is as deep and as large as settings are, and no more."""

from collections.abc import Callable

import pytest
from tlscheck.formats.literals.code import source
from tlscheck.formats.literals.languages import JAVASCRIPT
from tlscheck.formats.trees import json, toml, yaml
from tlscheck.inventory.bad_request import BadRequest


@pytest.mark.parametrize("read", [json.read, yaml.read])
def test_sixty_lists_in_one_another_are_read_and_one_more_is_refused(read: Callable[[str], object]) -> None:
    read("[" * 60 + "1" + "]" * 60)
    with pytest.raises(BadRequest, match="line 1: it is deeper or larger than settings are"):
        read("[" * 61 + "1" + "]" * 61)


@pytest.mark.parametrize("read", [json.read, yaml.read])
def test_sixty_mappings_in_one_another_are_read_and_one_more_is_refused(read: Callable[[str], object]) -> None:
    read('{"a": ' * 60 + "1" + "}" * 60)
    with pytest.raises(BadRequest, match="line 1: it is deeper or larger than settings are"):
        read('{"a": ' * 61 + "1" + "}" * 61)


def test_toml_is_as_deep() -> None:
    toml.read("a = " + "[" * 59 + "1" + "]" * 59)
    with pytest.raises(BadRequest, match="line 2: it is deeper than settings are"):
        toml.read("\na = " + "[" * 60 + "1" + "]" * 60)


@pytest.mark.parametrize("read", [json.read, yaml.read])
def test_a_hundred_thousand_values_are_read_and_one_more_is_refused(read: Callable[[str], object]) -> None:
    read("[" + "1," * 99_998 + "1]")
    with pytest.raises(BadRequest, match="line 1: it is deeper or larger than settings are"):
        read("[" + "1," * 99_999 + "1]")


def test_brackets_one_after_another_are_not_deep() -> None:
    assert len(source("f([1]);\n" * 200, JAVASCRIPT).calls) == 200
    assert len(source("const a = [{b: (c)}];\n" * 200, JAVASCRIPT).names) == 1


@pytest.mark.parametrize(("brackets", "is_read"), [(59, True), (60, False)])
def test_code_is_as_deep(brackets: int, is_read: bool) -> None:
    text = "a = " + "[" * brackets + "1" + "]" * brackets
    if is_read:
        assert source(text, JAVASCRIPT).names["a"].line == 1
    else:
        with pytest.raises(BadRequest, match="line 1: it is nested deeper than 60"):
            source(text, JAVASCRIPT)
