"""A door is small, and its state, function, files, events and tests have one name."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.rooms import DOORS, EVENTS, ROOT, name

MOST_LINES = 30
"""Of a door's code, beside its imports: what it is asked, what it calls, what it applies."""


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_a_door_gathers_calls_and_applies_and_no_more(path: Path) -> None:
    source = path.read_text()
    # What a door imports is an index of its rooms: finer rooms make it longer, and the door no harder to read.
    imported = {
        number
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(source.splitlines(), 1)
        if number not in imported and line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(code) <= MOST_LINES, f"{name(path)} has {len(code)} lines of code"
    handlers = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert "handler" in handlers


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_a_door_has_a_test_of_its_name(path: Path) -> None:
    assert (ROOT / "tests" / f"test_{path.name}").exists()


def test_functions_states_and_files_of_one_name_agree() -> None:
    resources = template.load()["Resources"]
    handlers = {
        function: resource["Properties"]["Handler"]
        for function, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert {function: f"{template.module_of(function)}.handler" for function in handlers} == handlers
    assert {template.module_of(function) for function in handlers} == {path.stem for path in DOORS}
    tasks = dict(_tasks(resources["Sweep"]["Properties"]["Definition"]))
    assert tasks
    # Of a batch that could not be observed, Observe says what is still known.
    assert {state: function for state, function in tasks.items() if state != function} == {
        "Lost": "Observe",
        # A sample's batches are children of another kind, and a state machine has no two states of one name.
        "ObserveSample": "Observe",
        "LostSample": "Observe",
    }


def _tasks(machine: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for state_name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield state_name, state["Parameters"]["FunctionName"]["Fn::GetAtt"][0]
        if "ItemProcessor" in state:
            yield from _tasks(state["ItemProcessor"])


def test_every_event_is_named_after_the_door_that_it_opens() -> None:
    doors = {path.stem for path in DOORS}
    assert EVENTS
    for path in EVENTS:
        json.loads(path.read_text())
        assert any(path.stem.startswith(f"{door}_") for door in doors | {"sweep"}), name(path)


@pytest.mark.parametrize("door", [path.stem for path in DOORS])
def test_every_door_can_be_tried_from_the_console(door: str) -> None:
    assert [path for path in EVENTS if path.stem.startswith(f"{door}_")], f"no events/{door}_*.json"
