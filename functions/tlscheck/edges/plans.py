"""The plan that discover leaves of a sweep: whoever does a step of it takes its time from there."""

import json
from collections.abc import Sequence

from tlscheck.edges.aws import s3
from tlscheck.edges.documents import dump, load
from tlscheck.edges.events import steps
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Batch, Plan, Sweep, batch_key, plan_key, sweep_key


def leave(bucket: str, plan: Plan, batches: Sequence[Batch]) -> None:
    """Writes a plan, its batches, and at last their list, which begins the steps."""
    keys = [batch_key(plan.sweep, number) for number in range(1, len(batches) + 1)]
    s3.put(bucket, sweep_key(plan.sweep.id), dump(plan))
    for key, batch in zip(keys, batches, strict=True):
        s3.put(bucket, key, dump(batch))
    s3.put(bucket, plan_key(plan.sweep), dump([{"batch": key} for key in keys]))


def plan_of(bucket: str, asked: Sweep) -> Plan:
    """The plan of a sweep, whose own start and depth are the caller's too.

    Raises BadRequest where they are not, and where discover left no plan, so that nobody knows when it started.
    """
    key = sweep_key(asked.id)
    if (text := s3.get(bucket, key)) is None:
        raise not_allowed("sweep.id", asked.id, f"the id of a sweep that Discover began: {bucket} has no {key}")
    plan = load(Plan, text)
    steps.as_planned(asked, plan)
    return plan


def batches_of(bucket: str, key: str) -> tuple[str, ...]:
    """The keys of a sweep's batches, from the list that the state machine's Map reads. Raises BadRequest."""
    if (text := s3.get(bucket, key)) is None:
        raise not_allowed("plan", key, f"the key of an object in {bucket}")
    return tuple(entry["batch"] for entry in json.loads(text))
