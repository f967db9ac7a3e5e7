"""The template's dashboard: valid JSON, of this stack, and each number that it shows is sent by the code."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.batch import Depth, Plan, Sweep
from tlscheck.reporting.metrics import metrics_of_delivery, metrics_of_sweep
from tlscheck.reporting.summary import summarise

from tests.examples import NOW
from tests.resolved import Stack

STACK = Stack(name="tlscheck-eu")


def widgets() -> list[dict[str, Any]]:
    body = STACK.properties("SweepDashboard")["DashboardBody"]
    assert "${" not in body
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def shown() -> list[tuple[str, ...]]:
    return [tuple(metric[:4]) for widget in widgets() for metric in widget["properties"]["metrics"]]


def sent() -> set[str]:
    """What a full sweep and Deliver send."""
    swept = metrics_of_sweep(summarise(Plan(Sweep("a", NOW, Depth.FULL)), {}), [], timedelta(1), is_told=True)
    return {each.name for each in (*swept, *metrics_of_delivery(1, 1, 1))}


def test_every_number_that_it_shows_is_sent_with_this_stacks_dimension() -> None:
    assert {(namespace, dimension, value) for namespace, _, dimension, value in shown()} == {
        ("tlscheck", "service", "tlscheck-eu")
    }
    assert {name for _, name, _, _ in shown()} - sent() == set()


def test_it_shows_verdicts_reasons_looks_duration_and_what_was_refused() -> None:
    titled = {each["properties"]["title"]: {m[1] for m in each["properties"]["metrics"]} for each in widgets()}
    assert titled["Databases by verdict"] == {
        *("DatabasesFixDatabase", "DatabasesFixClients", "DatabasesNotObserved", "DatabasesClear")
    }
    # A class of reasons that is added is shown, too.
    assert titled["Servers not observed, by reason"] == {each for each in sent() if each.startswith("NotObserved")}
    assert titled["Looks of full sweeps"] == {"Looks", "ServersAsked", "ServersNotReached"}
    assert titled["Duration of full sweeps, seconds"] == {"SweepSeconds"}
    assert titled["Findings that Security Hub CSPM took and refused"] == {"FindingsImported", "FindingsRefused"}


def test_it_is_small_and_nothing_lies_over_anything_else() -> None:
    taken = [
        (column, row)
        for each in widgets()
        for column in range(each["x"], each["x"] + each["width"])
        for row in range(each["y"], each["y"] + each["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < 24  # a dashboard's columns
    # Up to 50 metrics an account's first three dashboards are free.
    assert len(shown()) <= 50
    assert {each["properties"]["region"] for each in widgets()} == {"eu-central-1"}


@pytest.mark.parametrize(("parameters", "has_one"), [({}, True), ({"Dashboard": "DISABLED"}, False)])
def test_it_is_there_unless_its_owner_says_no(parameters: dict[str, str], has_one: bool) -> None:
    assert ("SweepDashboard" in Stack(parameters).resources) is has_one
    assert STACK.properties("SweepDashboard")["DashboardName"] == "tlscheck-eu-eu-central-1"
