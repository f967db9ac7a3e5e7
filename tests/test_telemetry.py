"""What a door tells CloudWatch: whose each log line is, at which level, and numbers as embedded metric format."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import telemetry
from tlscheck.edges.events import environment
from tlscheck.edges.events.variables import BadEnvironment
from tlscheck.reporting.metrics import Metric

from tests.resolved import PARSED, Stack
from tests.rooms import DOORS


def invocation(number: int) -> LambdaContext:
    return cast("LambdaContext", SimpleNamespace(aws_request_id=f"request-{number}"))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_line_of_an_invocation_bears_its_request_and_its_sweep_the_rooms_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger, room = Logger(service="of-a-test"), Logger(service="of-a-test", child=True)
    telemetry.about(logger, invocation(1), sweep="nightly-1", batch="sweeps/nightly-1/batches/0001.json")
    logger.info("one")
    room.warning("two")
    telemetry.about(logger, invocation(2), sweep="nightly-2")
    room.info("three")
    one, two, three = lines(capsys)
    for each in (one, two):
        assert (each["requestId"], each["sweep"]) == ("request-1", "nightly-1")
        assert each["batch"] == "sweeps/nightly-1/batches/0001.json"
    # Nothing of the invocation before, in the same environment.
    assert (three["requestId"], three["sweep"], "batch" in three) == ("request-2", "nightly-2", False)


@pytest.mark.parametrize("path", [path for path in DOORS if path.stem != "probe"], ids=lambda path: path.stem)
def test_every_door_says_whose_its_lines_are_before_it_does_anything(path: Path) -> None:
    """Of the probe, which has no Powertools, Lambda itself writes the lines, with requestId."""
    (handler,) = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "handler"
    ]
    calls = [ast.unparse(node) for node in handler.body[1:3]]
    (about,) = [each for each in calls if each.startswith("telemetry.about(logger, context")]
    wanted = {"discover": "sweep=", "observe": "sweep=", "report": "sweep=", "deliver": "records="}
    assert wanted.get(path.stem, "") in about


def test_numbers_become_one_line_of_embedded_metric_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "tlscheck-eu")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "tlscheck")
    telemetry.send([Metric("Looks", 3), Metric("SweepSeconds", 61.5, "Seconds")])
    telemetry.send([])
    telemetry.send([Metric("Samples", 1)])
    first, second = lines(capsys)
    (form,) = first["_aws"]["CloudWatchMetrics"]
    assert (form["Namespace"], form["Dimensions"]) == ("tlscheck", [["service"]])
    assert [(each["Name"], each["Unit"]) for each in form["Metrics"]] == [
        ("Looks", "Count"),
        ("SweepSeconds", "Seconds"),
    ]
    assert (first["service"], first["Looks"], first["SweepSeconds"]) == ("tlscheck-eu", [3.0], [61.5])
    # What was counted before is not sent again.
    assert [each["Name"] for each in second["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == ["Samples"]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_the_log_level_reaches_every_function_and_lambda_itself(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Stack({"LogLevel": level}).resolve(PARSED["Globals"]["Function"])
    assert shared["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == level
    assert shared["LoggingConfig"] == {"LogFormat": "JSON", "ApplicationLogLevel": level}
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    assert environment.log_level() == level


def test_no_level_drops_the_lines_that_become_metrics() -> None:
    """Lambda takes a line without a level for INFO, and drops it above that (its guide: Log-level filtering)."""
    assert PARSED["Parameters"]["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO"]
    assert PARSED["Parameters"]["LogLevel"]["Default"] == "INFO"


def test_without_a_level_it_is_info_and_another_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POWERTOOLS_LOG_LEVEL", raising=False)
    assert environment.log_level() == "INFO"
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "LOUD")
    with pytest.raises(BadEnvironment, match="POWERTOOLS_LOG_LEVEL is 'LOUD'"):
        environment.log_level()
