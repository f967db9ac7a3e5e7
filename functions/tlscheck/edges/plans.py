"""The plan that discover left of a sweep: whoever does a step of it takes its time from there."""

import json

from tlscheck.edges.aws import s3
from tlscheck.edges.documents import load
from tlscheck.edges.events import steps
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Plan, Sweep, sweep_key


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
