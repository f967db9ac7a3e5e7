"""What a door asks of AWS while it runs, by botocore's own events in its process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tlscheck.edges.aws import session


@dataclass(slots=True)
class Call:
    """One call: the service by its endpoint's name, and what was asked and answered."""

    service: str
    operation: str
    asked: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 0

    @property
    def name(self) -> str:
        """`dynamodb:Query`."""
        return f"{self.service}:{self.operation}"


@contextmanager
def watched() -> Iterator[list[Call]]:
    """All calls of clients that are made meanwhile, to be looked at later: so counting costs a door little."""
    session.forget()
    events = session.own().events
    calls: list[Call] = []
    under_way: dict[int, Call] = {}

    def before(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        call = Call(model.service_model.service_name, model.name, params)
        under_way[id(context)] = call
        calls.append(call)

    def after(http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        call = under_way.pop(id(context))
        call.answer, call.status = parsed, http_response.status_code

    events.register("before-parameter-build", before)
    events.register("after-call", after)
    try:
        yield calls
    finally:
        session.forget()
