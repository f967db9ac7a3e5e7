"""A sweep in this process: several looks, one that breaks, a batch that does, and what is said of all together."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from tlscheck.edges import observing
from tlscheck.edges.aws import session
from tlscheck.edges.laptop import sweeping
from tlscheck.edges.laptop.sweeping import Swept, SweptAccount, sweep
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.edges.server.servers import observe_all
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.request import Request
from tlscheck.ledger.reading_price import ReadingPrice
from tlscheck.reporting.result import BatchResult

from tests.answers import REGION, instance
from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.ports import reserved_port

HERE = Account("aws", "111122223333", REGION)


class Watching:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def lists(self, account: Account) -> None:
        self.told.append(("lists", account.id))

    def agrees(self, price: ReadingPrice) -> bool:
        self.told.append(("agrees", price))
        return True

    def reads(self, database: Database) -> None:
        self.told.append(("reads", database.identifier))

    def looks(self, sweep: Sweep, databases: Sequence[str]) -> None:
        self.told.append(("looks", (sweep.depth, sorted(databases))))

    def done(self, result: BatchResult) -> None:
        self.told.append(("done", sorted(each.identifier for each in result.databases)))

    def waits(self, until: datetime) -> None:
        self.told.append(("waits", until))

    def stops(self) -> None:
        self.told.append(("stops", None))


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port where nothing listens, of this machine, to which all names of databases lead."""
    with reserved_port() as port:
        monkeypatch.setattr("tlscheck.edges.server.servers.destination", lambda *_: "127.0.0.1")
        yield port


@contextmanager
def ledger() -> Iterator[SweptAccount]:
    own = boto3.Session(region_name=REGION)
    with session.instead(own):
        yield SweptAccount(HERE, own, LedgerMemory())


def holds(account: EmulatedAccount, port: int, *names: str, **changes: Any) -> None:
    described = [_at(name, port, **changes) for name in names]
    account.set_rds(json.loads(json.dumps({REGION: {"DBInstances": described}}, default=datetime.isoformat)))


def _at(name: str, port: int, **changes: Any) -> dict[str, Any]:
    at = {"Address": f"{name}.c9x2example.{REGION}.rds.amazonaws.com", "Port": port}
    return instance(name, Endpoint=at, DBParameterGroups=[], **changes)


def swept(watcher: Watching, **terms: Any) -> Swept:
    with ledger() as where:
        given: dict[str, Any] = {"request": Request(regions=(REGION,)), "evidence": timedelta(days=35)} | terms
        return sweep(where, SweepTerms(**given), watcher)


def reasons(found: Swept) -> dict[str, str]:
    """Of each database, why it was not looked at."""
    return {
        each.identifier: finding.reason
        for each in found.summary.databases
        for finding in each.findings
        if finding.check == "not-observed"
    }


def test_one_look_is_told_in_its_order(account: EmulatedAccount, closed: int) -> None:
    holds(account, closed, *(f"db-{number}" for number in range(12)))
    watcher = Watching()
    found = swept(watcher)
    names = sorted(f"db-{number}" for number in range(12))
    assert watcher.told[:2] == [("lists", HERE.id), ("looks", (Depth.FULL, names))]
    assert {name for name, _ in watcher.told[2:]} == {"done"}
    assert sorted(name for _, done in watcher.told[2:] for name in done) == names
    assert (found.passes, found.is_stopped, found.account) == (1, False, HERE)
    assert found.notes[-1].startswith("12 of 12 servers cannot be reached from here: --logs needs no network path")
    assert all(each.picture is None for each in found.summary.databases)


def test_the_last_of_several_looks_counts_and_the_first_for_what_may_pause(
    account: EmulatedAccount, closed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BETWEEN", 0.2)
    holds(account, closed, "orders", "billing")
    watcher = Watching()
    found = swept(watcher, watching=timedelta(seconds=3))
    depths = [what[0] for name, what in watcher.told if name == "looks"]
    assert depths == [Depth.FULL, *[Depth.SAMPLE] * (found.passes - 1)]
    assert found.passes > 2
    assert [each.identifier for each in found.summary.databases] == ["billing", "orders"]
    once = swept(Watching())
    assert {each.identifier: (each.verdict, each.reason) for each in found.summary.databases} == {
        each.identifier: (each.verdict, each.reason) for each in once.summary.databases
    }


def test_a_look_that_breaks_is_that_databases_reason(
    account: EmulatedAccount, closed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = observe_all

    def broken(targets: Any, *rest: Any, **more: Any) -> Any:
        if "orders" in targets[0].host:
            raise MemoryError
        return looked(targets, *rest, **more)

    monkeypatch.setattr("tlscheck.edges.laptop.servers.observe_all", broken)
    holds(account, closed, "orders", "billing")
    told = reasons(swept(Watching()))
    assert "the look failed: MemoryError" in told["orders"]
    assert "refused" in told["billing"]


def test_a_batch_that_breaks_costs_its_databases_a_reason_and_nobody_else(
    account: EmulatedAccount, closed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = observing.observe

    def broken(batch: Any, *rest: Any, **more: Any) -> Any:
        if any(each.identifier == "db-0" for each in batch.databases):
            raise KeyError("what was not foreseen")
        return observe(batch, *rest, **more)

    monkeypatch.setattr(observing, "observe", broken)
    holds(account, closed, *(f"db-{number}" for number in range(8)))
    found = swept(Watching())
    errors = {each.identifier: each.error for each in found.summary.databases}
    assert errors["db-0"] == "tlscheck failed at it: KeyError"
    assert "" in errors.values()
    assert len(errors) == 8


def test_not_to_connect_reaches_nobody_and_says_so(account: EmulatedAccount, closed: int) -> None:
    holds(account, closed, "orders")
    found = swept(Watching(), connects=False)
    assert "not connected to: this was asked for (--no-connect)" in reasons(found)["orders"]
    assert found.notes == ()


def test_a_ca_that_cannot_be_had_is_said_with_why(account: EmulatedAccount, closed: int) -> None:
    holds(account, closed, "orders")
    (said,) = [
        each for each in swept(Watching(), connects=False, target="rds-ca-of-nobody").notes if "No change" in each
    ]
    assert said == (
        "No change to rds-ca-of-nobody is told of where it cannot be: orders: eu-central-1 does not offer it."
    )
