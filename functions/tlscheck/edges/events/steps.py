"""What the state machine hands from step to step, checked before anything is done."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tlscheck.edges.events.console import Event, SweepStart, parsed
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import BATCH_KEY, PLAN_KEY, Depth, Plan, Sweep
from tlscheck.wire.targeting import ProbeBusy
from tlscheck.wording import plain

type BatchKey = Annotated[str, StringConstraints(pattern=BATCH_KEY)]
type PlanKey = Annotated[str, StringConstraints(pattern=PLAN_KEY)]


class RunningSweep(SweepStart):
    """The sweep that discover began."""

    depth: Literal["full", "sample", "retire"] = Field(description='"full", "sample" or "retire"')
    narrow: bool = Field(
        default=False, description="true or false: whether somebody asked for a part of the account"
    )


class Failure(BaseModel):
    """What a Catch of the state machine hands on: AWS's words, so that another key of it is no error."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    error: str = Field(default="", alias="Error")
    cause: str = Field(default="", alias="Cause")


class ObserveEvent(Event):
    """`{"batch": key, "sweep": {...}}`; after a failure also `"error": {"Error": ..., "Cause": ...}`."""

    batch: BatchKey = Field(description='the key of a batch like "sweeps/<id>/batches/0001.json"')
    sweep: RunningSweep = Field(description="an object with id, started_at, depth")
    error: Failure | None = Field(default=None, description="an object with Error and Cause; leave it out")


class ReportEvent(Event):
    """`{"plan": key, "sweep": {...}}`."""

    plan: PlanKey = Field(description='the key of a plan like "sweeps/<id>/plan.json"')
    sweep: RunningSweep = Field(description="an object with id, started_at, depth")


@dataclass(frozen=True, slots=True)
class ObserveAsked:
    """A batch to observe; or, where that failed, to say of it what is still known."""

    batch: str
    """S3 key."""

    sweep: Sweep
    """As the caller has it: that of the plan in S3 is the true one."""

    error: str | None
    """Why the batch could not be observed, in one line; None: it is to be."""

    busy: str | None = None
    """Why its probe is not asked any more, in one line: it was busy for too long. All else is done."""


def observe(event: object) -> ObserveAsked:
    """The batch to observe and its sweep. Raises BadRequest."""
    asked = parsed(ObserveEvent, event)
    _of_the_sweep("batch", asked.batch, asked.sweep)
    told = _told(asked.error) if asked.error else None
    if asked.error and told and asked.error.error == ProbeBusy.__name__:
        return ObserveAsked(asked.batch, _sweep(asked.sweep), None, told.removeprefix(f"{ProbeBusy.__name__}: "))
    return ObserveAsked(asked.batch, _sweep(asked.sweep), told)


def report(event: object) -> tuple[str, Sweep]:
    """The key of the plan to report on, and its sweep. Raises BadRequest."""
    asked = parsed(ReportEvent, event)
    _of_the_sweep("plan", asked.plan, asked.sweep)
    return asked.plan, _sweep(asked.sweep)


def as_planned(asked: Sweep, plan: Plan) -> Sweep:
    """The sweep that discover began. Raises BadRequest where the caller's is another.

    Its start orders what is remembered: with a later one old facts would become news, and those to come outdated.
    """
    began = plan.sweep
    if asked.id != began.id:
        raise not_allowed("sweep.id", asked.id, f"{began.id}, which the plan of this sweep names")
    if asked.started_at != began.started_at:
        told = began.started_at.isoformat()
        raise not_allowed("sweep.started_at", asked.started_at.isoformat(), f"{told}, when this sweep started")
    if asked.depth is not began.depth:
        raise not_allowed("sweep.depth", asked.depth.value, f"{began.depth.value}, which this sweep is")
    return began


def _of_the_sweep(field: str, key: str, sweep: RunningSweep) -> None:
    of = key.split("/")[1]
    if of != sweep.id:
        raise not_allowed("sweep.id", sweep.id, f"{plain(of)}, the sweep whose {field} is named")


def _sweep(sweep: RunningSweep) -> Sweep:
    return Sweep(sweep.id, sweep.started_at, Depth(sweep.depth), sweep.narrow)


def _told(failure: Failure) -> str:
    """`BadRequest: batch: ... is not allowed`; Lambda's causes are JSON with the function's own words in them."""
    try:
        cause: Any = json.loads(failure.cause)
    except (ValueError, RecursionError):
        cause = failure.cause
    if isinstance(cause, dict):
        named = (cause.get("errorType"), cause.get("errorMessage"))
        cause = ": ".join(each for each in named if isinstance(each, str) and each)
    words = cause if isinstance(cause, str) else ""
    if failure.error and not words.startswith(failure.error):
        words = f"{failure.error}: {words}" if words else failure.error
    return plain(words) or "the state machine named no error"
