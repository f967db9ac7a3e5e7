"""What the state machine hands from step to step: which sweep it is, and what a Catch says of a failure."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.edges import clock
from tlscheck.edges.events import steps
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Depth, Plan, Sweep

from tests.examples import NOW

SWEEP = {"id": "nightly-1", "started_at": "2026-11-24T03:00:00+00:00", "depth": "full"}
OBSERVE = {"batch": "sweeps/nightly-1/batches/0001.json", "sweep": SWEEP}
REPORT = {"plan": "sweeps/nightly-1/plan.json", "sweep": SWEEP}
BEGAN = Sweep("nightly-1", NOW, Depth.FULL)

DOORS = [(steps.observe, OBSERVE), (steps.report, REPORT)]


def test_what_discover_hands_on_is_taken_with_and_without_its_breadth() -> None:
    assert steps.observe(OBSERVE) == steps.ObserveAsked(OBSERVE["batch"], BEGAN, None)  # type: ignore[arg-type] # a text
    assert steps.report(REPORT) == ("sweeps/nightly-1/plan.json", BEGAN)
    narrow = {**REPORT, "sweep": {**SWEEP, "narrow": True}}
    assert steps.report(narrow)[1] == replace(BEGAN, narrow=True)


@pytest.mark.parametrize(("door", "event"), DOORS)
@pytest.mark.parametrize(
    "started_at", ["2126-11-26T04:00:00Z", "1999-01-01T00:00:00Z", "2026-11-24T03:00:00", "now", 7]
)
def test_a_time_that_cannot_be_is_refused_at_every_door(
    door: Any, event: dict[str, Any], started_at: object
) -> None:
    with pytest.raises(BadRequest, match=r"sweep\.started_at: .*; allowed: a moment like"):
        door(event | {"sweep": SWEEP | {"started_at": started_at}})


@pytest.mark.parametrize(("door", "event"), DOORS)
def test_a_moment_within_the_clocks_difference_is_not_in_the_future(door: Any, event: dict[str, Any]) -> None:
    soon = (clock.now() + timedelta(minutes=4)).isoformat()
    late = (clock.now() + timedelta(minutes=6)).isoformat()
    door(event | {"sweep": SWEEP | {"started_at": soon}})
    with pytest.raises(BadRequest, match=r"sweep\.started_at"):
        door(event | {"sweep": SWEEP | {"started_at": late}})


@pytest.mark.parametrize(("door", "event"), DOORS)
def test_a_step_of_another_sweep_is_refused(door: Any, event: dict[str, Any]) -> None:
    with pytest.raises(
        BadRequest, match=r"sweep\.id: 'nightly-2' is not allowed; allowed: nightly-1, the sweep whose"
    ):
        door(event | {"sweep": SWEEP | {"id": "nightly-2"}})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "nightly-2"}, "sweep.id: 'nightly-2' is not allowed; allowed: nightly-1, which the plan"),
        (
            {"started_at": NOW + timedelta(seconds=1)},
            "sweep.started_at: '2026-11-24T03:00:01+00:00' is not allowed; allowed: 2026-11-24T03:00:00+00:00",
        ),
        ({"depth": Depth.SAMPLE}, "sweep.depth: 'sample' is not allowed; allowed: full"),
    ],
)
def test_a_sweep_that_is_not_as_it_was_planned_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        steps.as_planned(replace(BEGAN, **change), Plan(BEGAN))
    assert str(refused.value).startswith(said)


def test_a_sweep_is_as_it_was_planned_whatever_its_caller_says_of_its_breadth() -> None:
    assert steps.as_planned(replace(BEGAN, narrow=True), Plan(BEGAN)) == BEGAN


CAUSE = {"errorMessage": "batch: 'x' is not\nallowed", "errorType": "BadRequest", "stackTrace": ["line 1"]}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"Error": "BadRequest", "Cause": json.dumps(CAUSE)}, "BadRequest: batch: 'x' is not allowed"),
        (
            {
                "Error": "Sandbox.Timedout",
                "Cause": json.dumps({"errorMessage": "Task timed out after 300.00 seconds"}),
            },
            "Sandbox.Timedout: Task timed out after 300.00 seconds",
        ),
        ({"Error": "States.Timeout", "Cause": ""}, "States.Timeout"),
        ({"Error": "States.Timeout"}, "States.Timeout"),
        ({"Error": "Lambda.Unknown", "Cause": "not JSON"}, "Lambda.Unknown: not JSON"),
        ({"Error": "Lambda.Unknown", "Cause": "[1]"}, "Lambda.Unknown"),
        ({"Error": "X", "Cause": '{"errorMessage": 3}', "Other": 1}, "X"),
        ({}, "the state machine named no error"),
        ({"Error": "X", "Cause": "x" * 40_000}, "X: " + "x" * 296 + "…"),
        ({"Error": "X", "Cause": "[" * 200_000}, "X: " + "[" * 296 + "…"),
    ],
)
def test_what_a_catch_hands_on_is_told_in_a_line(error: dict[str, Any], told: str) -> None:
    assert steps.observe({**OBSERVE, "error": error}).error == told


@pytest.mark.parametrize("error", ["a text", [], {"Error": 3}, {"Cause": None}])
def test_an_error_of_another_shape_is_refused(error: object) -> None:
    with pytest.raises(BadRequest, match=r"^error.*allowed: an object with Error and Cause"):
        steps.observe({**OBSERVE, "error": error})


@pytest.mark.parametrize("event", [None, [], {}, {"batch": OBSERVE["batch"]}, {**OBSERVE, "more": 1}])
def test_another_event_names_what_it_must_be(event: object) -> None:
    with pytest.raises(BadRequest, match=r"allowed|must be"):
        steps.observe(event)


def test_what_a_refusal_repeats_of_a_key_is_one_harmless_line() -> None:
    event = {"plan": "sweeps/\x1b[31m\n/plan.json", "sweep": {"id": "n", "started_at": "2026-11-24T03:00:00Z"}}
    event["sweep"] |= {"depth": "full"}  # type: ignore[operator]  # an object
    with pytest.raises(BadRequest) as refused:
        steps.report(event)
    assert str(refused.value).isprintable()
