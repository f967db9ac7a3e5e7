"""What the state machine hands from step to step, checked before anything is done."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tlscheck.edges.events.console import Event, parsed
from tlscheck.inventory.batch import Depth, Sweep

type SweepId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._+=@()!'-]{0,79}$")]
type BatchKey = Annotated[str, StringConstraints(pattern=r"^sweeps/[^/]+/batches/[0-9]+\.json$")]
type PlanKey = Annotated[str, StringConstraints(pattern=r"^sweeps/[^/]+/plan\.json$")]


class RunningSweep(Event):
    """The sweep that discover began."""

    id: SweepId = Field(description="the execution's name: 1 to 80 letters, digits or ._+=@()!'-")
    started_at: AwareDatetime = Field(description='a moment like "2026-11-24T03:00:00Z"')
    depth: Literal["full", "sample"] = Field(description='"full" or "sample"')


class ObserveEvent(Event):
    """`{"batch": key, "sweep": {...}}`."""

    batch: BatchKey = Field(description='the key of a batch like "sweeps/<id>/batches/0001.json"')
    sweep: RunningSweep = Field(description="an object with id, started_at, depth")


class ReportEvent(Event):
    """`{"plan": key, "sweep": {...}}`."""

    plan: PlanKey = Field(description='the key of a plan like "sweeps/<id>/plan.json"')
    sweep: RunningSweep = Field(description="an object with id, started_at, depth")


def observe(event: object) -> tuple[str, Sweep]:
    """The key of the batch to observe, and its sweep. Raises BadRequest."""
    asked = parsed(ObserveEvent, event)
    return asked.batch, _sweep(asked.sweep)


def report(event: object) -> tuple[str, Sweep]:
    """The key of the plan to report on, and its sweep. Raises BadRequest."""
    asked = parsed(ReportEvent, event)
    return asked.plan, _sweep(asked.sweep)


def _sweep(sweep: RunningSweep) -> Sweep:
    return Sweep(sweep.id, sweep.started_at, Depth(sweep.depth))
