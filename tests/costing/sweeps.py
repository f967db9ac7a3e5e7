"""Sweeps of an emulated account, in a process of their own as doors have one: what each asked, took and said.

`python -m tests.costing.sweeps` reads an Order from its standard input and prints a list of Swept.
"""

import dataclasses
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests import template
from tests.costing import capacity
from tests.costing.calls import Call, watched
from tests.costing.machine import Machine

SECOND = timedelta(seconds=1)
SEED = "seed"
FULL_FINDINGS = 500
"""Findings that are handed to Deliver, to see what one costs."""

OF_A_CALL = 25
"""Items that BatchWriteItem takes."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which account, and which sweeps of it at which moments (seconds since 1970)."""

    endpoint: str
    environments: dict[str, dict[str, str]]
    sweeps: list[tuple[str, float]]
    """`full` or `sample`; the first makes what the others find, and is not counted."""


@dataclass(slots=True)
class DoorRun:
    """All invocations of a door in a sweep."""

    invocations: int = 0
    cpu: float = 0.0
    """Seconds."""

    calls: dict[str, int] = field(default_factory=dict)
    """`dynamodb:Query` -> how many."""

    log_bytes: int = 0
    targets: int = 0
    """Servers that it handed to a probe."""


@dataclass(slots=True)
class Swept:
    """One sweep."""

    kind: str
    doors: dict[str, DoorRun] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: int = 0
    index_write_units: int = 0
    objects: dict[str, int] = field(default_factory=dict)
    """First part of a key -> bytes that were put below it."""

    metrics: list[str] = field(default_factory=list)
    """Custom metrics that it sent."""

    machine: dict[str, int] = field(default_factory=dict)
    announced: int = 0
    table_bytes: int = 0
    findings_sent: int = 0
    metrics_asked: int = 0
    """Of CloudWatch."""


class Sweeper:
    """Runs sweeps, and counts."""

    def __init__(self, order: Order, out: io.StringIO, calls: list[Call]) -> None:
        self._order = order
        self._out = out
        self._calls = calls
        self._table = order.environments["Observe"]["TABLE"]
        self._handlers = {name: _handler(name, each) for name, each in order.environments.items()}
        self._now = datetime.min.replace(tzinfo=UTC)
        self._swept = Swept("")
        self._written: list[tuple[str, str]] = []

    def run(self) -> Iterator[Swept]:
        """The sweeps ordered, but for the first; then what Deliver does."""
        (_, began), *others = self._order.sweeps
        announced = self._seed(datetime.fromtimestamp(began, tz=UTC))
        done = [
            (self._sweep(f"{depth}-{number}", depth, datetime.fromtimestamp(seconds, tz=UTC)), self._written)
            for number, (depth, seconds) in enumerate(others)
        ]
        done.append((self._deliver(announced), self._written))
        yield from self._weighed(done)

    def _sweep(self, name: str, depth: str, at: datetime) -> Swept:
        self._swept, self._now, self._written = Swept(depth), at, []
        machine = Machine(template.state_machine(), self._invoke, self._object, self._wait)
        with self._moved():
            _, walked = machine.run(name, at, template.scheduled(depth))
        self._swept.machine = dataclasses.asdict(walked)
        return self._swept

    def _seed(self, at: datetime) -> list[dict[str, Any]]:
        """The first full sweep, with the table in memory: what it writes goes there many items at once, as if
        Deliver had sent what it announced. Answers with that.
        """
        held = Held()
        with mock.patch.multiple(
            "tlscheck.edges.aws.table",
            change=held.change,
            items_of=held.items_of,
            items_since=held.items_since,
            items_at=held.items_at,
            delete=held.delete,
        ):
            self._sweep(SEED, "full", at)
        announced = []
        items = held.items
        for item in items:
            if "due" in item:
                announced.append(dict(item))
                item["delivered_at"] = item["delivered_as"] = item.pop("due")
        self._put(items)
        return announced

    def _put(self, items: list[dict[str, Any]]) -> None:
        from tlscheck.edges.aws import session, table  # noqa: PLC0415 - once the environment is there

        for start in range(0, len(items), OF_A_CALL):
            part: list[Any] = [
                {"PutRequest": {"Item": table._attributes(each)}} for each in items[start : start + OF_A_CALL]
            ]
            session.client("dynamodb").batch_write_item(RequestItems={self._table: part})

    def _deliver(self, announced: list[dict[str, Any]]) -> Swept:
        from tlscheck.edges.aws import table  # noqa: PLC0415 - once the environment is there

        self._swept, self._written = Swept("delivery"), []
        chosen = announced[:FULL_FINDINGS]
        self._swept.announced = len(announced)
        records = [
            {"dynamodb": {"SequenceNumber": str(number), "NewImage": table._attributes(each)}}
            for number, each in enumerate(chosen, start=1)
        ]
        with self._moved():
            for start in range(0, len(records), 100):
                self._invoke("Deliver", {"Records": records[start : start + 100]})
        self._swept.findings_sent = len(chosen)
        return self._swept

    @contextmanager
    def _moved(self) -> Iterator[None]:
        with mock.patch("tlscheck.edges.clock.now", side_effect=lambda: self._now):
            yield

    def _invoke(self, door: str, event: Any) -> Any:
        run = self._swept.doors.setdefault(door, DoorRun())
        self._now += SECOND
        self._calls.clear()
        said, event = self._out.tell(), json.loads(json.dumps(event))
        began = time.process_time()
        answer = self._handlers[door](event, _context(door))
        run.cpu += time.process_time() - began
        run.invocations += 1
        run.log_bytes += self._out.tell() - said
        self._out.seek(said)
        for line in self._out.read().splitlines():
            self._read_metrics(line)
        for call in self._calls:
            self._count(call, run)
        self._calls.clear()
        return json.loads(json.dumps(answer))

    def _wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def _object(self, bucket: str, key: str) -> Any:
        from tlscheck.edges.aws import s3  # noqa: PLC0415 - once the environment is there

        text = s3.get(bucket, key)
        assert text is not None
        return json.loads(text)

    def _read_metrics(self, line: str) -> None:
        if '"_aws"' in line:
            for each in json.loads(line)["_aws"]["CloudWatchMetrics"]:
                names = [metric["Name"] for metric in each["Metrics"]]
                self._swept.metrics = sorted({*self._swept.metrics, *names})

    def _count(self, call: Call, run: DoorRun) -> None:
        run.calls[call.name] = run.calls.get(call.name, 0) + 1
        swept = self._swept
        match call.name:
            case "dynamodb:Query":
                sizes = [capacity.size(item) for item in call.answer["Items"]]
                swept.read_units += capacity.read_units(sizes, consistent=call.asked.get("ConsistentRead", False))
            case "dynamodb:GetItem":
                sizes = [capacity.size(call.answer.get("Item", {}))]
                swept.read_units += capacity.read_units(sizes, consistent=call.asked.get("ConsistentRead", False))
            case "dynamodb:BatchGetItem":
                # Each item is rounded up by itself (DynamoDB Developer Guide, "Read consumption").
                for item in call.answer["Responses"].get(self._table, ()):
                    swept.read_units += capacity.read_units([capacity.size(item)], consistent=False)
            case "dynamodb:UpdateItem" | "dynamodb:DeleteItem" | "dynamodb:PutItem":
                key = call.asked["Key"]
                self._written.append((key["pk"]["S"], key["sk"]["S"]))
            case "s3:PutObject":
                top = call.asked["Key"].split("/")[0]
                swept.objects[top] = swept.objects.get(top, 0) + _length(call.asked["Body"])
            case "cloudwatch:GetMetricData":
                swept.metrics_asked += len(call.asked["MetricDataQueries"])
            case "lambda:Invoke":
                run.targets += len(json.loads(call.asked["Payload"])["targets"])

    def _weighed(self, done: Sequence[tuple[Swept, Sequence[tuple[str, str]]]]) -> Iterator[Swept]:
        """With what was written, by the sizes that items have at last; of what is gone then, a unit each."""
        from tlscheck.edges.aws import session  # noqa: PLC0415 - once the environment is there

        sizes: dict[tuple[str, str], tuple[int, int]] = {}
        pages = session.client("dynamodb").get_paginator("scan").paginate(TableName=self._table)
        for item in (item for page in pages for item in page["Items"]):
            indexed = ("listed" in item) + ("kind" in item)
            sizes[item["pk"]["S"], item["sk"]["S"]] = capacity.size(item), indexed
        kept = sum((size + capacity.INDEXING) * (1 + indexed) for size, indexed in sizes.values())
        for swept, written in done:
            swept.table_bytes = kept
            for key in written:
                size, indexed = sizes.get(key, (0, 0))
                swept.write_units += capacity.write_units(size)
                swept.index_write_units += indexed * capacity.write_units(size)
            yield swept


class Held:
    """A table that nobody else writes to: key -> sort key -> item."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, dict[str, Any]]] = {}

    @property
    def items(self) -> list[dict[str, Any]]:
        """All of them."""
        return [item for of_key in self._items.values() for item in of_key.values()]

    def change(self, _: str, place: tuple[str, str], values: Any, gone: Any = (), __: Any = None) -> bool:
        """Done, whatever the condition: it is of another who came between."""
        key, sort = place
        item = self._items.setdefault(key, {}).setdefault(sort, {"pk": key, "sk": sort})
        for name in gone:
            item.pop(name, None)
        item.update(values)
        return True

    def items_of(self, _: str, key: str, sort: str | None = None) -> Iterator[dict[str, Any]]:
        """Those under a key, or the one of them."""
        of_key = self._items.get(key, {})
        return iter([dict(item) for name, item in of_key.items() if sort in {None, name}])

    def items_since(self, _: str, key: str, sort: str) -> Iterator[dict[str, Any]]:
        """Those under a key from a sort key on."""
        return iter([dict(item) for name, item in self._items.get(key, {}).items() if name >= sort])

    def items_at(self, _: str, places: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
        """Those that there are at some places."""
        return (dict(self._items[key][sort]) for key, sort in places if sort in self._items.get(key, {}))

    def delete(self, _: str, place: tuple[str, str], __: Any = None) -> bool:
        """Done."""
        self._items.get(place[0], {}).pop(place[1], None)
        return True


def _length(body: bytes | io.BytesIO) -> int:
    """Bytes of an object; botocore makes a file of them before it sends them."""
    return len(body.getvalue() if isinstance(body, io.BytesIO) else body)


def _handler(door: str, environment: dict[str, str]) -> Callable[[Any, Any], Any]:
    os.environ |= environment
    handler: Callable[[Any, Any], Any] = import_module(template.module_of(door)).handler
    return handler


def _context(door: str) -> Any:
    arn = f"arn:aws:lambda:us-east-1:{os.environ['AWS_ACCESS_KEY_ID']}:function:{door}"
    return SimpleNamespace(
        invoked_function_arn=arn,
        aws_request_id="0",
        function_name=door,
        function_version="$LATEST",
        memory_limit_in_mb=512,
        get_remaining_time_in_millis=lambda: 300_000,
    )


def main() -> None:
    """Prints what was swept."""
    order = Order(**json.load(sys.stdin))
    answer, sys.stdout = sys.stdout, io.StringIO()
    with watched() as calls:
        for swept in Sweeper(order, sys.stdout, calls).run():
            print(json.dumps(dataclasses.asdict(swept)), file=answer, flush=True)


if __name__ == "__main__":
    main()
