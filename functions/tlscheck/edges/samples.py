"""A sample, before anything is listed: whether it looks at all, and which networks have a probe."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, refusals, ssm, step_functions
from tlscheck.edges.aws.table import Table
from tlscheck.edges.events import console
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.offset import offset
from tlscheck.inventory.overlap import (
    Execution,
    Other,
    Skip,
    SkippedSample,
    blocked_by,
    is_to_yield,
    may_block,
    within_reach,
)

logger = Logger(child=True)

MOST_ASKED = 20
"""Executions beside a sample of which is asked what they look at: each is a call."""

AT_ONCE = 8
"""Regions that are asked for their probes side by side."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What is known of the sweeps beside a sample."""

    skipped: str = ""
    """Why it yields, and to which; empty: it looks."""

    gaps: tuple[Gap, ...] = ()
    """What could not be asked: then it looks."""


def overlap(environment: DiscoverEnvironment, sweep: Sweep | None) -> Overlap:
    """Whether a sweep yields to another execution of its state machine, which is then remembered for a report.

    A preview, a full sweep and a narrow one never do.
    """
    if sweep is None or not is_to_yield(sweep):
        return Overlap()
    try:
        beside = may_block(sweep, step_functions.running(environment.state_machine), clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        gap = Gap("states:ListExecutions", refusals.reason(error))
        logger.warning("other executions not known", sweep=sweep.id, gaps=[gap.told])
        return Overlap(gaps=(gap,))
    others: list[Other] = []
    gaps: list[Gap] = []
    for each in beside[:MOST_ASKED]:
        other = _other(each)
        if isinstance(other, Gap):
            gaps.append(other)
        elif other is not None:
            others.append(other)
    if unasked := len(beside[MOST_ASKED:]):
        gaps.append(Gap("states:DescribeExecution", f"{unasked} more that are running were not asked"))
    if gaps:
        logger.warning("other executions not known", sweep=sweep.id, gaps=[each.told for each in gaps])
    if (found := blocked_by(sweep, others)) is None:
        return Overlap(gaps=tuple(gaps))
    why, other = found
    _skipped(environment.table, sweep, why)
    return Overlap(f"{why}: {other.execution.id}, since {other.execution.started_at:%Y-%m-%d %H:%M:%S} UTC")


def _skipped(table: Table, sweep: Sweep, why: Skip) -> None:
    """For the report of the next full sweep; what could not be remembered stands in the log."""
    logger.info("sample skipped", sweep=sweep.id, reason=why)
    try:
        dynamodb.skip(table, SkippedSample(sweep.id, sweep.started_at, why))
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.warning("skipped sample not counted", sweep=sweep.id, reason=refusals.reason(error))


def _other(execution: Execution) -> Other | Gap | None:
    """What an execution looks at; None: its request makes no sense, and Discover ends it for that."""
    try:
        request = console.request_of(step_functions.input_of(execution))
    except BadRequest:
        return None
    except (refusals.REFUSED, *refusals.UNREACHABLE, KeyError, ValueError) as error:
        return Gap("states:DescribeExecution", f"{execution.id}: {refusals.reason(error)}")
    # One that waits looks later than it was started.
    looks_at = execution.started_at + offset(execution.id, request.schedule)
    return Other(replace(execution, started_at=looks_at), request.depth, request.is_narrow)


@dataclass(frozen=True, slots=True)
class Reached:
    """The batches of a sweep that are looked at."""

    batches: tuple[Batch, ...]
    skipped: str = ""
    """Why there is none of those that there were; empty: there is one, or there were none."""

    gaps: tuple[Gap, ...] = ()
    """Regions that did not say which probes they have: all of their batches are looked at."""


def reached(environment: DiscoverEnvironment, depth: Depth, batches: tuple[Batch, ...]) -> Reached:
    """Of a sample the batches that some probe reaches.

    A full sweep judges also what no probe reaches, and a default probe reaches everything.
    """
    if depth is Depth.FULL or environment.has_default_probe:
        return Reached(batches)
    regions = sorted({each.region for each in batches})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        registered = dict(zip(regions, pool.map(_registered, regions), strict=True))
    left = within_reach(batches, registered)
    gaps = tuple(each for each in registered.values() if isinstance(each, Gap))
    return Reached(left, Skip.NO_PROBE if batches and not left else "", gaps)


def _registered(region: str) -> frozenset[str] | Gap:
    try:
        return ssm.names_under(region, "/tlscheck/probes/")
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return Gap("ssm:GetParametersByPath", f"{region}: {refusals.reason(error)}")
