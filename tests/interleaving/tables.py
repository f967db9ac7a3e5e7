"""A table that sweeps are played on: in memory, an emulated account's, or a ledger on this machine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tlscheck.edges.aws import dynamodb
from tlscheck.edges.aws.table import Table as Kept
from tlscheck.ledger.client import Client
from tlscheck.verdict.steps import Reply, Running, Step, Steps, Write

from tests.interleaving.rules import RULES


class Table(Protocol):
    """What tests/memory_table.py is, and KeptTable."""

    now: datetime

    def apply(self, step: Step) -> Reply:
        """Does one step."""

    def run[T](self, steps: Steps[T]) -> T:
        """Does all steps."""

    def begin(self, running: Running) -> None:
        """Registers what is under way."""

    def end(self, running: Running) -> None:
        """Takes it away."""

    def running(self) -> tuple[Running, ...]:
        """What is under way."""

    def expire(self) -> None:
        """Takes away what has expired."""


@dataclass(slots=True)
class KeptTable:
    """What the package keeps its items in, by a clock of its own."""

    name: Kept
    now: datetime

    def apply(self, step: Step) -> Reply:
        """Does one step."""
        return dynamodb.apply(self.name, step, RULES.memory, self.now)

    def run[T](self, steps: Steps[T]) -> T:
        """Does all steps."""
        try:
            step = next(steps)
            while True:
                step = steps.send(self.apply(step))
        except StopIteration as ended:
            outcome: T = ended.value
            return outcome

    def begin(self, running: Running) -> None:
        """Registers what is under way."""
        dynamodb.begin(self.name, running)

    def end(self, running: Running) -> None:
        """Takes it away."""
        dynamodb.end(self.name, running.id)

    def running(self) -> tuple[Running, ...]:
        """What is under way."""
        return dynamodb.running(self.name, self.now)

    def expire(self) -> None:
        """What has expired is read no more, and lies there for days, or until the file is opened again."""


def put(table: Table, client: Client, version: int) -> None:
    """Leaves a client on a table."""
    table.apply(Write(client, None, version))
