"""The template's state machine, walked as Step Functions would, with doors called in this process.

It knows what the template uses of the States Language, and raises on anything else: a state that it does not know
would be one that is not paid for. Retries and catches are not walked, since nothing fails here.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Invoke = Callable[[str, Any], Any]
"""A door's name and its event -> its answer."""

type ReadObject = Callable[[str, str], Any]
"""A bucket and a key -> the JSON that lies there."""

type Wait = Callable[[float], None]
"""So many seconds pass."""

EVENTS = {"Task": 5, "Map": 4, "Choice": 2, "Pass": 2, "Succeed": 2, "Wait": 2}
"""Of a state's history, each a line of the log at level ALL; two more of each execution."""

EVENT_BYTES = 450
"""Of one of them, without the data that it shows."""


@dataclass(slots=True)
class Walked:
    """What was walked."""

    standard_executions: int = 0
    standard_states: int = 0
    express_executions: int = 0
    events: int = 0
    """Of all executions, as a log at level ALL has them."""

    event_bytes: int = 0
    """With the data that they show."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine and whom it calls."""

    definition: Mapping[str, Any]
    invoke: Invoke
    read: ReadObject
    wait: Wait

    def run(self, name: str, started_at: datetime, request: Any) -> tuple[Any, Walked]:
        """Its output, and what was walked on the way."""
        walked = Walked()
        started = started_at.isoformat().replace("+00:00", "Z")
        context = {"Execution": {"Name": name, "StartTime": started, "Input": request}}
        return self._execution(self.definition, request, context, walked, express=False), walked

    def _execution(
        self, machine: Mapping[str, Any], data: Any, context: Mapping[str, Any], walked: Walked, *, express: bool
    ) -> Any:
        if express:
            walked.express_executions += 1
        else:
            walked.standard_executions += 1
        walked.events += 2
        walked.event_bytes += 2 * EVENT_BYTES + _bytes(data)
        name: str | None = machine["StartAt"]
        while name is not None:
            state = machine["States"][name]
            walked.standard_states += not express
            walked.events += EVENTS[state["Type"]]
            before = _bytes(data)
            name, data = self._state(state, data, context, walked)
            walked.event_bytes += EVENTS[state["Type"]] * EVENT_BYTES + 2 * before + 2 * _bytes(data)
        return data

    def _state(
        self, state: Mapping[str, Any], data: Any, context: Mapping[str, Any], walked: Walked
    ) -> tuple[str | None, Any]:
        match state["Type"]:
            case "Choice":
                chosen = (each["Next"] for each in state["Choices"] if _holds(each, data))
                return next(chosen, state.get("Default")), data
            case "Task":
                asked = _filled(state["Parameters"], data, context)
                result: Any = {"Payload": self.invoke(asked["FunctionName"].rsplit(":", 1)[1], asked["Payload"])}
            case "Map":
                result = self._map(state, data, context, walked)
            case "Pass":
                result = _filled(state["Parameters"], data, context) if "Parameters" in state else data
            case "Wait":
                self.wait(_path(state["SecondsPath"], data))
                result = data
            case "Succeed":
                return None, data
        if "ResultPath" in state:
            result = data if state["ResultPath"] is None else {**data, state["ResultPath"][2:]: result}
        if "OutputPath" in state:
            result = {} if state["OutputPath"] is None else _path(state["OutputPath"], result)
        return (None if state.get("End") else state["Next"]), result

    def _map(self, state: Mapping[str, Any], data: Any, context: Mapping[str, Any], walked: Walked) -> list[Any]:
        processor = state["ItemProcessor"]
        express = processor["ProcessorConfig"]["ExecutionType"] == "EXPRESS"
        place = _filled(state["ItemReader"]["Parameters"], data, context)
        outputs = []
        for value in self.read(place["Bucket"], place["Key"]):
            child = _filled(state["ItemSelector"], data, {**context, "Map": {"Item": {"Value": value}}})
            outputs.append(self._execution(processor, child, context, walked, express=express))
        return outputs


def _filled(template: Any, data: Any, context: Mapping[str, Any]) -> Any:
    """A payload template with its paths followed."""
    if isinstance(template, Mapping):
        return {
            name.removesuffix(".$"): _path(value, data, context)
            if name.endswith(".$")
            else _filled(value, data, context)
            for name, value in template.items()
        }
    return template


def _path(path: str, data: Any, context: Mapping[str, Any] | None = None) -> Any:
    """What lies at a path of names: `$.sweep.id`, or of the context `$$.Execution.Name`."""
    if not re.fullmatch(r"\$\$?(\.[A-Za-z_]+)*", path):
        raise ValueError(f"a path of another form than is walked here: {path}")
    found = (context or {}) if path.startswith("$$") else data
    for name in path.lstrip("$").split(".")[1:]:
        found = found[name]
    return found


def _holds(rule: Mapping[str, Any], data: Any) -> bool:
    if "And" in rule:
        return all(_holds(each, data) for each in rule["And"])
    if "Or" in rule:
        return any(_holds(each, data) for each in rule["Or"])
    if "Not" in rule:
        return not _holds(rule["Not"], data)
    ((test, wanted),) = (
        (name, value) for name, value in rule.items() if name not in {"Variable", "Next", "Comment"}
    )
    if test == "IsPresent":
        return _is_present(rule["Variable"], data) is wanted
    value = _path(rule["Variable"], data)
    match test:
        case "NumericGreaterThan":
            return bool(value > wanted)
        case "StringEquals" | "BooleanEquals" | "NumericEquals":
            return bool(value == wanted)
    raise ValueError(f"a test that is not known here: {test}")


def _is_present(path: str, data: Any) -> bool:
    try:
        _path(path, data)
    except KeyError:
        return False
    return True


def _bytes(data: Any) -> int:
    return len(json.dumps(data))
