"""One database, or many, swept again and again, as the bench of what is remembered needs it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from tlscheck.edges import clock, observing
from tlscheck.edges.aws import dynamodb, probes, session
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.inventory.batch import Depth, Plan, Sweep, in_batches
from tlscheck.inventory.database import Database
from tlscheck.ledger.client import Client
from tlscheck.reporting.message import message_of
from tlscheck.reporting.result import BatchResult, result_of
from tlscheck.reporting.summary import summarise
from tlscheck.verdict.in_hand import InHand
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Write
from tlscheck.wire.observation import Observation

from tests.examples import NOW, database, look, observation, sessions
from tests.interleaving.rules import RULES
from tests.memory_table import MemoryTable

WRITES = ("UpdateItem", "PutItem", "DeleteItem")


def hand(of: Database, seen: Observation, at: datetime, depth: Depth = Depth.SAMPLE) -> InHand:
    """What Observe hands to the judgement of one look."""
    sweep = Sweep(f"{depth}-{at:%Y%m%dT%H%M}", at - timedelta(seconds=20), depth)
    return InHand(sweep, RULES, of, replace(seen, look=replace(seen.look, at=at)), at)


@dataclass(slots=True)
class Sampled:
    """One database on a table in memory."""

    database: Database
    at: datetime
    table: MemoryTable = field(init=False)

    def __post_init__(self) -> None:
        self.table = MemoryTable(RULES.memory, self.at)

    def full(self, seen: Observation) -> None:
        """A full sweep."""
        self._sweep(hand(self.database, seen, self.at, Depth.FULL))

    def sample(self, seen: Observation, at: datetime) -> int:
        """A sample: how many mails it sends."""
        of = hand(self.database, seen, at)
        judgement = self._sweep(of)
        if judgement is None:
            return 0
        result = BatchResult((result_of(judgement),), ())
        summary = summarise(Plan(of.sweep), {"sweeps/s/batches/0001.json": result}, (), ())
        return int(message_of(summary, "s3://bucket/report.json") is not None)

    def put(self, client: Client) -> None:
        """Leaves a client."""
        self.table.apply(Write(client, None, 1))

    def copy_to(self, name: str) -> None:
        """Writes all that it holds to a table of an emulated account."""
        for rows in self.table.rows.values():
            for row in rows.values():
                dynamodb.apply(name, Write(row.noun, None, row.version), RULES.memory, self.table.now)

    def _sweep(self, of: InHand) -> Judgement | None:
        self.table.now = of.looked_at
        return self.table.run(remember(of))


def writes_of_a_quiet_sample(table: str, databases: int) -> int:
    """Items that Observe itself writes in a sample of so many databases, none of which changed within the hour."""
    known = [_numbered(number) for number in range(databases)]
    seen = {each.arn: observation(each.arn, look=look(sessions(), sessions("cron"))) for each in known}
    environment = ObserveEnvironment(
        table, "bucket", "tlscheck", "", RULES.memory, RULES.evidence, earlier_index=None
    )
    written: list[str] = []
    session.client("dynamodb").meta.events.register(
        "before-call.dynamodb", lambda model, **_: written.append(model.name), unique_id="writes"
    )
    for number, depth in enumerate((Depth.FULL, Depth.SAMPLE, Depth.SAMPLE)):
        at = NOW + timedelta(minutes=5 + 15 * number)
        written.clear()
        _observe(known, seen, Sweep(f"s-{number}", at, depth), environment, at)
    return sum(name in WRITES for name in written)


def _observe(
    known: list[Database], seen: dict[str, Observation], sweep: Sweep, environment: Any, at: datetime
) -> None:
    def looked(_network: object, _region: object, _default: object, targets: Any) -> tuple[Observation, ...]:
        return tuple(replace(seen[each.arn], look=replace(seen[each.arn].look, at=at)) for each in targets)

    with mock.patch.object(probes, "look", looked), mock.patch.object(clock, "now", return_value=at):
        for number, batch in enumerate(in_batches(known), start=1):
            observing.observe(batch, f"sweeps/{sweep.id}/batches/{number:04}.json", sweep, environment)


def _numbered(number: int) -> Database:
    arn = database().arn.replace("orders-prod", f"orders-{number:03}")
    return database(arn=arn, identifier=f"orders-{number:03}", resource_id=f"db-{number:03}", listed_at=NOW)
