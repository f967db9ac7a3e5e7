"""What the template sets that costs: memory, alarms, traces, logs, how long objects are kept."""

import math
from dataclasses import dataclass
from typing import Any

from tests import template

SAMPLES_A_DAY = 96
"""SampleSchedule's default: every 15 minutes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The template with its defaults and a probe."""

    memory: dict[str, int]
    """Function -> MB."""

    traced: frozenset[str]
    """Functions that record traces of their own accord."""

    alarm_metrics: int
    dashboards: int
    keys: int
    log_days: int
    kept_days: dict[str, int]
    """First part of an object's key -> days until nothing of it is left."""

    logs_every_state: bool
    """Whether a log gets all events of all executions, and not those that went wrong alone."""

    batch_concurrency: int


def setting() -> Setting:
    """The present template's."""
    document = template.load()
    resources, usual = document["Resources"], document["Globals"]["Function"]
    functions = {
        name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"
    }
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    defaults = {name: each.get("Default") for name, each in document["Parameters"].items()}
    return Setting(
        memory={name: int(each.get("MemorySize", usual["MemorySize"])) for name, each in functions.items()},
        traced=frozenset(
            name for name, each in functions.items() if each.get("Tracing", usual.get("Tracing")) == "Active"
        ),
        alarm_metrics=sum(_metrics_of(each) for each in alarms),
        dashboards=_count(resources, "AWS::CloudWatch::Dashboard"),
        keys=_count(resources, "AWS::KMS::Key"),
        log_days=int(defaults["LogRetentionDays"]),
        kept_days=_kept(resources["Bucket"]["Properties"], defaults),
        logs_every_state=resources["Sweep"]["Properties"]["Logging"]["Level"] == "ALL",
        batch_concurrency=int(defaults.get("MaxConcurrency", 10)),
    )


def _count(resources: dict[str, Any], kind: str) -> int:
    return sum(each["Type"] == kind for each in resources.values())


def _metrics_of(alarm: dict[str, Any]) -> int:
    """An alarm on an expression is paid for each metric in it."""
    if "Metrics" not in alarm:
        return 1
    # What is there under a condition is counted as there.
    metrics = (each["Fn::If"][1] if "Fn::If" in each else each for each in alarm["Metrics"])
    return sum("MetricStat" in each for each in metrics)


def _kept(bucket: dict[str, Any], defaults: dict[str, Any]) -> dict[str, int]:
    """An object that expires is kept on for as long as versions are that are not current."""
    kept: dict[str, int] = {}
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        days = _number(rule["ExpirationInDays"], defaults)
        days += _number(rule["NoncurrentVersionExpiration"]["NoncurrentDays"], defaults)
        kept[rule["Prefix"].split("/")[0]] = days
    return kept


def _number(value: Any, defaults: dict[str, Any]) -> int:
    return int(defaults[value["Ref"]]) if isinstance(value, dict) else int(value)


def month_of_batches(batches: int, at_once: int) -> int:
    """Environments of a function that a sweep needs at once."""
    return min(batches, at_once) if batches else 0


def chunks(seconds: float) -> float:
    """Seconds of an Express execution as they are billed: tenths, rounded up."""
    return math.ceil(seconds * 10) / 10
