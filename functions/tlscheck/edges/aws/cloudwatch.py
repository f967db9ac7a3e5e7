"""CloudWatch: what it says of the last minutes of databases that may pause."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import TYPE_CHECKING

from botocore.config import Config

from tlscheck.edges import clock
from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.gap import Gap
from tlscheck.wire.wakefulness import CAPACITY_CALL, LONGEST_AGE, Measured, Minutes

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

MOST_QUERIES = 500
"""Of one GetMetricData (CloudWatch API Reference)."""

_METRICS = (("ServerlessDatabaseCapacity", "Minimum"), ("DatabaseConnections", "Maximum"))
_SOON = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


def measured(region: str, identifiers: Iterable[str]) -> dict[str, Measured | Gap]:
    """What CloudWatch says of each of these instances of a Region, asked there, as it says it now.

    One call for 250 of them. A call that gives no answer, or only a part of it, is a Gap of each that it is about.
    """
    found: dict[str, Measured | Gap] = {}
    for some in batched(identifiers, MOST_QUERIES // len(_METRICS)):
        found |= _measured(region, some)
    return found


def _measured(region: str, identifiers: Sequence[str]) -> dict[str, Measured | Gap]:
    now = clock.now()
    queries = [
        _query(f"m{metric}_{number}", *_METRICS[metric], identifier)
        for number, identifier in enumerate(identifiers)
        for metric in range(len(_METRICS))
    ]
    client = session.client("cloudwatch", region=region, config=_SOON)
    try:
        answer = client.get_metric_data(MetricDataQueries=queries, StartTime=now - LONGEST_AGE, EndTime=now)
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return dict.fromkeys(identifiers, Gap(CAPACITY_CALL, refusals.reason(error)))
    results = {each["Id"]: each for each in answer["MetricDataResults"]}
    return {
        identifier: _of_one(results.get(f"m0_{number}"), results.get(f"m1_{number}"))
        for number, identifier in enumerate(identifiers)
    }


def _query(name: str, metric: str, statistic: str, identifier: str) -> "MetricDataQueryTypeDef":
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/RDS",
                "MetricName": metric,
                "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": identifier}],
            },
            "Period": 60,
            "Stat": statistic,
        },
    }


def _of_one(
    capacity: "MetricDataResultTypeDef | None", connections: "MetricDataResultTypeDef | None"
) -> Measured | Gap:
    for each in (capacity, connections):
        if each is not None and each.get("StatusCode", "Complete") != "Complete":
            return Gap(CAPACITY_CALL, f"it answered with {each.get('StatusCode')}")
    return Measured(_minutes(capacity), _minutes(connections))


def _minutes(result: "MetricDataResultTypeDef | None") -> Minutes:
    if result is None:
        return ()
    return tuple(zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False))
