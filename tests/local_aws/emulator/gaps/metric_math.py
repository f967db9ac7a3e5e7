"""Stands in for CloudWatch alarms on an expression over several metrics, which ministack refuses to create.

Such an alarm comes to exist, on the first of its metrics. Its state means nothing here: ministack has no metrics
of state machines either.
"""

from typing import Any

from ministack.services.cloudformation import provisioners


def fill() -> None:
    """Let CloudFormation create alarms that have Metrics in place of a MetricName."""
    of_one_metric = provisioners._cw_metric_alarm_record

    def record(name: str, properties: dict[str, Any]) -> Any:
        if "Metrics" not in properties:
            return of_one_metric(name, properties)
        first = next(query["MetricStat"] for query in properties["Metrics"] if "MetricStat" in query)
        rest = {member: value for member, value in properties.items() if member != "Metrics"}
        statistic = {"Statistic": first["Stat"], "Period": first["Period"]}
        return of_one_metric(name, {**rest, **statistic, **first["Metric"]})

    provisioners._cw_metric_alarm_record = record
