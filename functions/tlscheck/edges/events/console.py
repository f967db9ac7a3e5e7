"""Events that a person or the state machine hands to a door: validated before anything is done."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from tlscheck.edges import clock
from tlscheck.inventory import engine
from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.names import is_database, is_host, is_region
from tlscheck.inventory.offset import offset
from tlscheck.inventory.request import Request


def _which(is_one: Callable[[str], bool]) -> AfterValidator:
    """Takes the texts of which this is true; the field's description says which these are."""

    def checked(text: str) -> str:
        if not is_one(text):
            raise ValueError
        return text

    return AfterValidator(checked)


type RegionName = Annotated[str, _which(is_region)]
type HostName = Annotated[str, _which(is_host)]
type DatabaseName = Annotated[str, _which(is_database)]
type EngineName = Annotated[str, _which(engine.NAMES.__contains__)]
type TagValue = Annotated[str, StringConstraints(max_length=256)]
type TagKey = Annotated[str, StringConstraints(pattern=r"^[^=]{1,128}$")]

_FIRST_SWEEP = datetime(2020, 1, 1, tzinfo=UTC)


class Event(BaseModel):
    """A door's event: a key that it does not know is an error, and so is a value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    may_hold_secrets: ClassVar[bool] = False
    """Whether an error may not repeat what it found."""


class SweepRequest(Event):
    """The execution's input. The descriptions are what an error message says is allowed."""

    depth: Literal["full", "sample"] = Field(
        default="full", description='"full" (the control plane and every server) or "sample" (connections only)'
    )
    regions: list[RegionName] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description='enabled Regions like ["eu-central-1"]; leave it out for all',
    )
    databases: list[DatabaseName] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="identifiers or ARNs of instances, clusters and proxies, with * and ?; leave it out for all",
    )
    clusters: list[DatabaseName] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="identifiers or ARNs of clusters, with * and ?, which bring their members",
    )
    engines: list[EngineName] | None = Field(
        default=None, min_length=1, description=f"some of {json.dumps(engine.NAMES)}; leave it out for all"
    )
    tags: dict[TagKey, TagValue] | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description='tags that a database must have, like {"team": "payments", "stage": "prod*"}',
    )
    schedule: Annotated[str, StringConstraints(pattern=r"^(rate|cron|at)\(.+\)$", max_length=256)] | None = Field(
        default=None,
        description="of a sample that looks at a random moment of its interval, the schedule that starts it, like "
        '"rate(15 minutes)"; leave it out to look at once',
    )
    retire: Literal[True] | None = Field(
        default=None,
        description="true, alone, to archive in Security Hub CSPM all that was sent there; else leave it out",
    )


def _moment_of_a_sweep(started_at: datetime) -> datetime:
    """In UTC. A sweep from the future would make every sweep until then look outdated."""
    if started_at <= _FIRST_SWEEP or clock.is_future(started_at):
        raise ValueError("no sweep can have started then")
    return started_at.astimezone(UTC)


type SweepMoment = Annotated[AwareDatetime, AfterValidator(_moment_of_a_sweep)]
"""When a sweep started, as every door checks it."""


class SweepStart(Event):
    """What the state machine knows of its execution."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._+=@()!'-]{0,79}$")] = Field(
        description="the execution's name: 1 to 80 letters, digits or ._+=@()!'-"
    )
    started_at: SweepMoment = Field(
        description='a moment like "2026-11-24T03:00:00Z", with its zone, not in the future'
    )


class DiscoverEvent(Event):
    """`{"request": {...}, "sweep": {...}}`; without a sweep it is a preview."""

    request: SweepRequest = Field(
        default=SweepRequest(),
        description="an object with depth, regions, databases, clusters, engines, tags, schedule, retire",
    )
    sweep: SweepStart | None = Field(
        default=None, description="an object with id and started_at; leave it out for a preview"
    )


def discover(event: object) -> tuple[Request, Sweep | None]:
    """What discover is asked, and for which sweep (None: only a preview). Raises BadRequest.

    A sample that waits starts when it looks: by then a full sweep may have started and ended.
    """
    asked = parsed(DiscoverEvent, event)
    request, sweep = _request(asked.request), asked.sweep
    if sweep is None:
        return request, None
    looks_at = sweep.started_at + offset(sweep.id, request.schedule)
    return request, Sweep(sweep.id, looks_at, request.depth, request.is_narrow)


def request_of(execution_input: object) -> Request:
    """What an execution of the state machine was asked. Raises BadRequest, as Discover does of it."""
    return _request(parsed(SweepRequest, execution_input))


def _request(asked: SweepRequest) -> Request:
    if asked.retire:
        if others := sorted(asked.model_fields_set - {"retire"}):
            raise not_allowed(f"request.{others[0]}", getattr(asked, others[0]), "nothing beside retire")
        return Request(Depth.RETIRE)
    if asked.schedule and asked.depth != "sample":
        raise not_allowed("request.schedule", asked.schedule, "only in a sample: a full sweep looks at once")
    return Request(
        Depth(asked.depth),
        regions=tuple(asked.regions or ()),
        databases=tuple(asked.databases or ()),
        clusters=tuple(asked.clusters or ()),
        engines=tuple(asked.engines or ()),
        tags=tuple((asked.tags or {}).items()),
        schedule=asked.schedule,
    )


def parsed[E: Event](kind: type[E], event: object) -> E:
    """An event as its model. Raises BadRequest, which names each field at fault, its value and what is allowed."""
    try:
        return kind.model_validate_json(json.dumps(event))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise BadRequest("; ".join(_told(kind, each) for each in faults[:5]) + more) from None


def _told(kind: type[Event], fault: Mapping[str, Any]) -> str:
    """One fault of pydantic's as a sentence for the person who typed the event."""
    model, allowed, path = kind, f"an object with {', '.join(kind.model_fields)}", ""
    for part in fault["loc"]:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part in model.model_fields:
            field = model.model_fields[part]
            path += f".{part}"
            allowed = field.description or ""
            model = next((each for each in _within(field.annotation) if issubclass(each, Event)), model)
    where = path.lstrip(".") or "event"
    if kind.may_hold_secrets:
        known = ", ".join(kind.model_fields)
        return (
            f"{where if set(fault['loc']) <= {*kind.model_fields} else 'event'}: not allowed (its value is not "
            f"repeated); allowed: {allowed if fault['type'] != 'extra_forbidden' else known}"
        )
    if fault["type"] == "extra_forbidden":
        return str(not_allowed(f"unknown key in {where}", fault["loc"][-1], ", ".join(model.model_fields)))
    if fault["type"] == "missing":
        return f"{where}: missing; it must be {allowed}"
    return str(not_allowed(where, fault["input"], allowed))


def _within(annotation: object) -> list[type]:
    """The classes that an annotation like `SweepStart | None` is made of."""
    return [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
