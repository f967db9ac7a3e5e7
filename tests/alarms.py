"""CloudWatch's evaluation of an alarm, modelled after its user guide: the emulator evaluates none of ours.

How missing data counts, M out of N, the evaluation range and premature transitions are those of "Configuring how
CloudWatch alarms treat missing data" (tests/test_alarms.py holds its tables). Not said there, and modelled: the
range is EvaluationPeriods and two more, as in those tables; each evaluation looks at whole periods. What FILL
makes of a metric without any data is not said either: both are tried.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
EXTRA = 2
"""Periods further back than EvaluationPeriods: 5 are looked at for 3."""

type Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""Namespace, name and dimensions of a metric."""

type Value = float | None


@dataclass
class Data:
    """What metrics were sent: by hours from the beginning, each with its value."""

    points: dict[Key, list[tuple[float, float]]] = field(default_factory=dict)

    def send(self, namespace: str, name: str, hour: float, value: float, **dimensions: str) -> None:
        """One value of a metric."""
        self.points.setdefault((namespace, name, tuple(sorted(dimensions.items()))), []).append((hour, value))


@dataclass(frozen=True)
class Change:
    """A change of an alarm's state, and whom it tells."""

    hour: float
    state: str
    told: tuple[str, ...]
    """ARNs of its actions."""


def judged(points: Sequence[bool | None], evaluation_periods: int, to_alarm: int, missing: str, state: str) -> str:
    """The next state by the points of an evaluation range, oldest first: whether each breaches; None: missing."""
    real = [each for each in points if each is not None]
    if len(real) >= evaluation_periods:
        return ALARM if sum(real[-evaluation_periods:]) >= to_alarm else OK
    if missing in {"breaching", "notBreaching"}:
        filled = evaluation_periods - len(real) if missing == "breaching" else 0
        return ALARM if sum(real) + filled >= to_alarm else OK
    retained = state if missing == "ignore" else INSUFFICIENT_DATA
    if not real:
        return retained
    if not all(real):
        return ALARM if sum(real) >= to_alarm else OK
    age = len(points) - next(place for place, each in enumerate(points) if each)
    return ALARM if age >= to_alarm and missing == "missing" else retained


class Alarm:
    """An alarm of a template, by its resolved properties."""

    def __init__(self, properties: Mapping[str, Any], *, fills_nothing: bool = False) -> None:
        """With `fills_nothing`, FILL makes nothing of a metric that has no data at all in the range."""
        self.properties = properties
        self._fills_nothing = fills_nothing
        self._periods = int(properties["EvaluationPeriods"])
        self._to_alarm = int(properties.get("DatapointsToAlarm", self._periods))
        queries = properties.get("Metrics") or [
            {
                "Id": "m",
                "MetricStat": {
                    "Metric": {name: properties[name] for name in ("Namespace", "MetricName", "Dimensions")},
                    "Stat": properties["Statistic"],
                    "Period": properties["Period"],
                },
            }
        ]
        self.metrics = {each["Id"]: each["MetricStat"] for each in queries if "MetricStat" in each}
        (returned,) = [each for each in queries if each.get("ReturnData", True)]
        self.expression = returned.get("Expression", returned["Id"])
        (self.period,) = {int(each["Period"]) for each in self.metrics.values()}
        assert self._periods * self.period <= (
            7 * 86400 if self.period >= 3600 else 86400
        )  # PutMetricAlarm, Period
        assert len(self.metrics) <= 10  # as many metrics may an alarm's expression read

    def changes(self, data: Data, hours: float) -> Iterator[Change]:
        """What happens from the beginning, when the alarm is made, until so many hours later."""
        state = INSUFFICIENT_DATA
        each_period = self.period / 3600
        series = {name: self._series(data, stat) for name, stat in self.metrics.items()}
        for number in range(int(hours / each_period)):
            points = [self._breaches(value) for value in self._values(series, number)]
            after = judged(points, self._periods, self._to_alarm, self.properties["TreatMissingData"], state)
            if after != state:
                kind = {ALARM: "AlarmActions", OK: "OKActions", INSUFFICIENT_DATA: "InsufficientDataActions"}[
                    after
                ]
                yield Change((number + 1) * each_period, after, tuple(self.properties.get(kind, ())))
            state = after

    def rings(self, data: Data, hours: float) -> list[float]:
        """When it tells that something is wrong."""
        return [each.hour for each in self.changes(data, hours) if each.state != OK and each.told]

    def calms(self, data: Data, hours: float) -> list[float]:
        """When it tells that all is well, after something was wrong."""
        all_changes = list(self.changes(data, hours))
        return [after.hour for before, after in pairwise(all_changes) if before.told and after.state == OK]

    def _breaches(self, value: Value) -> bool | None:
        threshold = float(self.properties["Threshold"])
        if value is None:
            return None
        match self.properties["ComparisonOperator"]:
            case "GreaterThanThreshold":
                return value > threshold
            case "LessThanThreshold":
                return value < threshold
        raise NotImplementedError(self.properties["ComparisonOperator"])

    def _series(self, data: Data, stat: Mapping[str, Any]) -> Mapping[int, float]:
        metric = stat["Metric"]
        dimensions = tuple(sorted((each["Name"], each["Value"]) for each in metric["Dimensions"]))
        buckets: dict[int, list[float]] = {}
        for hour, value in data.points.get((metric["Namespace"], metric["MetricName"], dimensions), []):
            buckets.setdefault(int(hour * 3600 // self.period), []).append(value)
        is_sum = {"Sum": True, "Maximum": False}[stat["Stat"]]
        return {number: sum(values) if is_sum else max(values) for number, values in buckets.items()}

    def _values(self, series: Mapping[str, Mapping[int, float]], number: int) -> Iterable[Value]:
        places = range(number - self._periods - EXTRA + 1, number + 1)
        metrics = {name: [points.get(place) for place in places] for name, points in series.items()}
        return _Expression(metrics, self._fills_nothing).value(self.expression, len(places))


@dataclass(frozen=True)
class _Expression:
    """The part of CloudWatch's metric math that the template uses; a value a period, None where there is none."""

    metrics: Mapping[str, list[Value]]
    fills_nothing: bool

    def value(self, expression: str, length: int) -> list[Value]:
        found = self._of(ast.parse(expression, mode="eval").body)
        return found if isinstance(found, list) else [found] * length

    def _of(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return self.metrics[name]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._each(lambda one, other: one + other, left, right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                # Where it divides by 0 there is no value.
                return self._each(lambda one, other: one / other if other else None, left, right)
            case ast.Compare(left=left, ops=[ast.Gt()], comparators=[right]):
                return self._each(lambda one, other: float(one > other), left, right)
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self._call(function, arguments)
        raise NotImplementedError(ast.dump(node))

    def _call(self, function: str, arguments: list[ast.expr]) -> Any:
        match function, arguments:
            case "METRICS", []:
                return list(self.metrics.values())
            case "FILL", [series, ast.Constant(value=0)]:
                found = self._of(series)
                many = found if found and isinstance(found[0], list) else [found]
                filled = [self._filled(each) for each in many]
                return filled if many is found else filled[0]
            case "SUM", [series]:
                columns = zip(*self._of(series), strict=True)
                return [
                    sum(there) if (there := [each for each in column if each is not None]) else None
                    for column in columns
                ]
            case "IF", [condition, then, otherwise]:
                tested, length = self._of(condition), len(next(iter(self.metrics.values())))
                branches = [self._long(self._of(each), length) for each in (then, otherwise)]
                return [
                    None if test is None else branches[0 if test else 1][place]
                    for place, test in enumerate(tested)
                ]
        raise NotImplementedError(function)

    def _filled(self, series: list[Value]) -> list[Value]:
        if self.fills_nothing and not any(each is not None for each in series):
            return series
        return [0.0 if each is None else each for each in series]

    def _each(self, joined: Any, left: ast.expr, right: ast.expr) -> list[Value]:
        length = len(next(iter(self.metrics.values())))
        pairs = zip(self._long(self._of(left), length), self._long(self._of(right), length), strict=True)
        return [None if one is None or other is None else joined(one, other) for one, other in pairs]

    def _long(self, value: Any, length: int) -> list[Value]:
        return value if isinstance(value, list) else [value] * length


def days(number: float) -> float:
    """So many days in hours."""
    return number * 24
