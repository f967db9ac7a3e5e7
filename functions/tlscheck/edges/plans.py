"""The plan that discover leaves of a sweep: whoever does a step of it takes its time from there."""

import json
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import s3
from tlscheck.edges.documents import dump, load, to_document
from tlscheck.edges.events import steps
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.edges.samples import Reached
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Batch, Plan, Sweep, batch_key, plan_key, sweep_key
from tlscheck.inventory.offset import offset, seconds_left
from tlscheck.inventory.preview import Preview
from tlscheck.inventory.request import Request

logger = Logger(child=True)


def waiting(request: Request, sweep: Sweep | None) -> dict[str, Any] | None:
    """For how long the state machine waits before it asks again; None: not at all. Nothing was looked up yet."""
    if sweep is None or not request.schedule or not (seconds := seconds_left(sweep.started_at, clock.now())):
        return None
    logger.info("sample waits", sweep=sweep.id, seconds=seconds)
    return {"sweep": to_document(sweep), "wait_seconds": seconds}


def planned(
    environment: DiscoverEnvironment,
    sweep: Sweep | None,
    preview: Preview,
    reached: Reached,
    schedule: str | None = None,
) -> dict[str, Any]:
    """Leaves a sweep's plan, unless it is skipped, and hands on what the state machine goes on with.

    Without a sweep it is the preview that a person asked for.
    """
    logger.info("databases found", extra=preview.figures)
    if sweep is None:
        shown: dict[str, Any] = to_document(preview)
        return shown
    if not reached.skipped:
        plan = Plan(sweep, preview.unreadable, int(offset(sweep.id, schedule).total_seconds()))
        leave(environment.bucket, plan, reached.batches)
    return handed_on(environment, sweep, preview, reached.skipped)


def leave(bucket: str, plan: Plan, batches: Sequence[Batch]) -> None:
    """Writes a plan, its batches, and at last their list, which begins the steps."""
    keys = [batch_key(plan.sweep, number) for number in range(1, len(batches) + 1)]
    s3.put(bucket, sweep_key(plan_key(plan.sweep)), dump(plan))
    for key, batch in zip(keys, batches, strict=True):
        s3.put(bucket, key, dump(batch))
    s3.put(bucket, plan_key(plan.sweep), dump([{"batch": key} for key in keys]))


def plan_of(bucket: str, beside: str, asked: Sweep) -> Plan:
    """The plan of a sweep, whose own start and depth are the caller's too; `beside` is the key of an object of it.

    Raises BadRequest where they are not, and where discover left no plan, so that nobody knows when it started.
    """
    key = sweep_key(beside)
    if (text := s3.get(bucket, key)) is None:
        raise not_allowed("sweep.id", asked.id, f"the id of a sweep that Discover began: {bucket} has no {key}")
    plan = load(Plan, text)
    steps.as_planned(asked, plan)
    return plan


def handed_on(
    environment: DiscoverEnvironment, sweep: Sweep, preview: Preview | None, skipped: str = ""
) -> dict[str, Any]:
    """What the state machine goes on with; with `skipped`, why the sweep ends here, it ends without a report."""
    answer = {
        "sweep": to_document(sweep),
        "bucket": environment.bucket,
        "plan": plan_key(sweep),
        **(preview.figures if preview else {"databases": 0, "batches": 0, "gaps": 0}),
        "max_concurrency": environment.max_concurrency,
    }
    return answer | ({"skipped": skipped} if skipped else {})


def batches_of(bucket: str, key: str) -> tuple[str, ...]:
    """The keys of a sweep's batches, from the list that the state machine's Map reads. Raises BadRequest."""
    if (text := s3.get(bucket, key)) is None:
        raise not_allowed("plan", key, f"the key of an object in {bucket}")
    return tuple(entry["batch"] for entry in json.loads(text))
