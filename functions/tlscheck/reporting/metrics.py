"""What is counted of a sweep and of what was sent: names, values and units, as CloudWatch keeps them.

CloudWatch takes money for a metric in each hour in which it is sent (Amazon CloudWatch pricing, custom metrics).
So a sample, of which there are four an hour, sends what an alarm waits for, and a full sweep sends the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tlscheck.inventory.batch import Depth
from tlscheck.reporting.result import BatchResult
from tlscheck.reporting.summary import Summary
from tlscheck.wire.sight import NOT_ASKED, NOT_REACHED, Sight

COUNT = "Count"
SECONDS = "Seconds"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number: its name in CloudWatch, and `Count` or `Seconds`."""

    name: str
    value: float
    unit: str = COUNT


def metrics_of_sweep(
    summary: Summary, results: Iterable[BatchResult], took: timedelta, *, is_told: bool
) -> tuple[Metric, ...]:
    """What Report counts; `is_told` is False where people were to be told and could not be.

    `FullSweeps` has no 0: its alarm rings when it stays away, and whatever is sent would keep it quiet.
    """
    sights = sum((Counter(result.sights) for result in results), Counter[Sight]())
    found = [*_of_failures(summary, is_told=is_told)]
    if summary.sweep.depth is Depth.FULL:
        found += _of_account(summary, sights, took)
    elif summary.sweep.depth is Depth.SAMPLE:
        found += _of_sample(sights)
    return tuple(found)


def metrics_of_delivery(imported: int, refused: int, failed: int) -> tuple[Metric, ...]:
    """What Deliver counts: findings that hubs took and refused, records that were unreadable or are to come again.

    Only what there was, since its invocations come at any hour.
    """
    counted = {"FindingsImported": imported, "FindingsRefused": refused, "RecordsFailed": failed}
    return tuple(Metric(name, value) for name, value in counted.items() if value)


def _of_failures(summary: Summary, *, is_told: bool) -> Iterator[Metric]:
    if summary.lost_batches:
        yield Metric("BatchesLost", len(summary.lost_batches))
    if not is_told:
        yield Metric("NotificationsFailed", 1)


def _of_sample(sights: Mapping[Sight, int]) -> Iterator[Metric]:
    yield Metric("Samples", 1)
    asked, not_reached = _reached(sights)
    # Only what makes the alarm ring: else both would be paid for in every hour of the month.
    if not_reached * 2 > asked:
        yield from (Metric("ServersAsked", asked), Metric("ServersNotReached", not_reached))


def _of_account(summary: Summary, sights: Mapping[Sight, int], took: timedelta) -> Iterator[Metric]:
    """Of a part of the account nothing is said: it would read as if the rest were gone."""
    if summary.is_full:
        yield Metric("FullSweeps", 1)
    if summary.sweep.narrow:
        return
    asked, not_reached = _reached(sights)
    yield from (Metric("ServersAsked", asked), Metric("ServersNotReached", not_reached))
    for verdict, count in summary.verdicts.items():
        yield Metric(f"Databases{_camel(verdict)}", count)
    for sight in Sight:
        if sight is not Sight.SEEN:
            yield Metric(f"NotObserved{_camel(sight)}", sights.get(sight, 0))
    yield Metric("Looks", sights.get(Sight.SEEN, 0) + sights.get(Sight.HIDDEN_SESSIONS, 0))
    yield Metric("RegionsNotListed", summary.not_listed)
    yield Metric("SweepSeconds", took.total_seconds(), SECONDS)


def _reached(sights: Mapping[Sight, int]) -> tuple[int, int]:
    """Servers that somebody was to come to, and those of them where nobody did."""
    asked = sum(count for sight, count in sights.items() if sight not in NOT_ASKED)
    return asked, sum(count for sight, count in sights.items() if sight in NOT_REACHED)


def _camel(name: str) -> str:
    """`FIX_DATABASE` -> `FixDatabase`."""
    return name.title().replace("_", "")
