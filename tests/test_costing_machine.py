"""The state machine walked: what is counted, and that nothing unknown is passed over."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests import template
from tests.costing.machine import Machine, Walked

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
BATCHES = [{"batch": f"sweeps/s/batches/{number:04}.json"} for number in (1, 2, 3)]


def walk(depth: str, *discovered: dict[str, Any]) -> tuple[list[tuple[str, Any]], Walked, Any]:
    """Calls, counts and output of the template's machine, when Discover answers so, one after the other."""
    calls: list[tuple[str, Any]] = []
    answers = iter(discovered)
    sweep = {"id": "s", "started_at": "2026-11-26T04:00:00Z", "depth": depth}

    def invoke(door: str, event: Any) -> Any:
        calls.append((door, event))
        # With whatever else the maps need of Discover.
        more = {"bucket": "b", "plan": "sweeps/s/plan.json", "max_concurrency": 10}
        return {"sweep": sweep, **more, **next(answers)} if door == "Discover" else {"door": door}

    def read(bucket: str, key: str) -> Any:
        assert (bucket, key) == ("b", "sweeps/s/plan.json")
        return BATCHES

    def wait(seconds: float) -> None:
        calls.append(("Wait", seconds))

    output, walked = Machine(template.state_machine(), invoke, read, wait).run("s", AT, {"depth": depth})
    return calls, walked, output


def test_a_full_sweep_is_paid_by_its_states_and_those_of_each_batch() -> None:
    calls, walked, output = walk("full", {"batches": 3})
    assert [door for door, _ in calls] == ["Discover", "Observe", "Observe", "Observe", "Report"]
    assert calls[0][1]["request"] == {"depth": "full"}
    assert calls[0][1]["sweep"] == {"id": "s", "started_at": "2026-11-26T04:00:00Z"}
    assert [event["batch"] for door, event in calls if door == "Observe"] == [each["batch"] for each in BATCHES]
    assert calls[-1][1]["plan"] == "sweeps/s/plan.json"
    # Discover, AnyBatches, Databases, Report; and Observe in each of three others.
    assert (walked.standard_executions, walked.standard_states) == (4, 7)
    assert walked.express_executions == 0
    assert output == {"door": "Report"}


def test_the_batches_of_a_sample_are_express_executions() -> None:
    calls, walked, _ = walk("sample", {"batches": 3})
    assert [door for door, _ in calls] == ["Discover", "Observe", "Observe", "Observe", "Report"]
    assert (walked.standard_executions, walked.standard_states, walked.express_executions) == (1, 4, 3)


def test_a_sample_that_waits_is_asked_again_as_it_was_started_and_costs_three_states_more() -> None:
    calls, walked, output = walk("sample", {"wait_seconds": 437}, {"batches": 3})
    assert [door for door, _ in calls] == [
        "Discover",
        "Wait",
        "Discover",
        "Observe",
        "Observe",
        "Observe",
        "Report",
    ]
    assert calls[1] == ("Wait", 437)
    assert calls[2] == calls[0]
    assert calls[0][1]["request"] == {"depth": "sample"}
    assert (walked.standard_executions, walked.standard_states, walked.express_executions) == (1, 7, 3)
    assert output == {"door": "Report"}


def test_a_sample_that_yields_costs_no_more_than_that() -> None:
    calls, walked, _ = walk("sample", {"batches": 0, "skipped": "another sweep runs"})
    assert [door for door, _ in calls] == ["Discover"]
    assert (walked.standard_states, walked.express_executions) == (3, 0)


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Wait", "Seconds": 5, "End": True},
        {"Type": "Parallel", "Branches": [], "End": True},
        {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringMatches": "x*", "Next": "A"}]},
        {"Type": "Pass", "Parameters": {"a.$": "States.Format('{}', $.a)"}, "End": True},
    ],
)
def test_what_is_not_known_is_no_state_for_nothing(state: dict[str, Any]) -> None:
    machine = Machine({"StartAt": "A", "States": {"A": state}}, lambda *_: {}, lambda *_: [], lambda _: None)
    with pytest.raises((ValueError, KeyError)):
        machine.run("s", AT, {"a": "x"})
