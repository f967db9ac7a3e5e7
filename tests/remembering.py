"""Whole sweeps of a database on a table in memory, as a test of what is remembered needs them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.client import Client, Trace
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.in_hand import InHand, Member, Rules
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook, KeptLooks
from tlscheck.verdict.remembering import forget, remember
from tlscheck.verdict.sending import Listener, Publish
from tlscheck.verdict.steps import Read, Reply, Step, Steps, Write
from tlscheck.wire.observation import Observation

from tests.examples import KEY, NOW, REGION, database, observation
from tests.memory_table import MemoryTable

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
RULES = Rules("tlscheck", memory=400 * DAY, evidence=35 * DAY, publish=Publish.EVERYTHING)

LISTENER = Listener(Publish.EVERYTHING)
"""Of whom nobody knows whether there is one."""

ALL_IS_WELL = observation()
ORDERS_PROD = database()


def empty_table() -> MemoryTable:
    """A table on which nothing is remembered yet."""
    return MemoryTable(400 * DAY, NOW)


def full(at: datetime, seen: Observation = ALL_IS_WELL, of: Database = ORDERS_PROD, **changes: Any) -> InHand:
    """What a full sweep knows of a database that it looked at then, and listed a minute before."""
    listed_at = changes.pop("listed_at", at - MINUTE)
    return _hand(at, seen, replace(of, listed_at=listed_at), Depth.FULL, **changes)


def sample(
    table: MemoryTable, at: datetime, seen: Observation = ALL_IS_WELL, of: str = KEY, **changes: Any
) -> InHand:
    """What a sample knows of one: the document is the table's."""
    kept = kept_database(table, of)
    assert kept
    assert isinstance(kept.database, Database)
    return _hand(at, seen, kept.database, Depth.SAMPLE, **changes)


def _hand(at: datetime, seen: Observation, of: Database, depth: Depth, **changes: Any) -> InHand:
    seen = replace(seen, arn=of.arn, look=replace(seen.look, at=at))
    return InHand(Sweep("nightly", at, depth), RULES, of, seen, at, **changes)


def done(table: MemoryTable, hand: InHand) -> Judgement | None:
    """Does all its steps at once, in the moment of its look or when the table's clock says, if that is later."""
    table.now = max(table.now, hand.looked_at)
    return table.run(remember(hand))


def judged(table: MemoryTable, hand: InHand) -> Judgement:
    """The same of one that sweeps are to look at."""
    judgement = done(table, hand)
    assert judgement
    return judgement


def gone(table: MemoryTable, at: datetime, key: str = KEY) -> str | None:
    """A listing of then that does not have it any more."""
    table.now = max(table.now, at)
    return table.run(forget(key, listing(at, vanished=(key,)), LISTENER))


def listing(at: datetime, **changes: Any) -> RegionListing:
    """A complete listing of the Region."""
    fields: dict[str, Any] = {"arn": REGION, "region": "us-east-1", "databases": 1, "listed_at": at}
    return RegionListing(**fields | changes)


def cluster_in_hand(at: datetime, of: Database, members: Mapping[str, Judgement], **changes: Any) -> InHand:
    """What a full sweep knows of a cluster whose members it judged before."""
    judged_members = {name: Member(each.look, each.clients, is_absent=False) for name, each in members.items()}
    return full(at, observation(of.arn), of, members=judged_members, **changes)


def played[T](table: MemoryTable, steps: Steps[T], before: Callable[[Step], object]) -> T:
    """Does the steps; `before` is called before each, where others do theirs."""
    try:
        step = next(steps)
        while True:
            before(step)
            step = steps.send(table.apply(step))
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome


def begun[T](table: MemoryTable, steps: Steps[T], most: int) -> bool:
    """Does at most so many of the steps, as what is cut off by then; whether they were all."""
    try:
        step = next(steps)
        for _ in range(most):
            step = steps.send(table.apply(step))
    except StopIteration:
        return True
    return False


def steps_of(table: MemoryTable, hand: InHand) -> list[Step]:
    """The steps that are done for it, reads left out; on a copy of the table."""
    found: list[Step] = []
    played(table.copy(), remember(hand), found.append)
    return [step for step in found if not isinstance(step, Read)]


def written(steps: Iterable[Step]) -> list[str]:
    """Of each write what it writes: `ca`, `look`, `database`, `client orders-api`."""
    return [_name(step) for step in steps if isinstance(step, Write)]


def _name(step: Write) -> str:
    match step.noun:
        case Client(who):
            return f"client {who.application}"
        case RememberedFinding(finding):
            return finding.check.value
        case KeptLook():
            return "look"
        case KeptLooks():
            return "looks"
        case KeptLog():
            return "log"
        case KeptDatabase():
            return "database"


def by_turns(table: MemoryTable, *all_steps: Steps[Any]) -> None:
    """Does one step of each in turn, and goes on with what is left."""
    waiting: list[tuple[Steps[Any], Reply | None]] = [(each, None) for each in all_steps]
    while waiting:
        steps, answer = waiting.pop(0)
        try:
            step = next(steps) if answer is None else steps.send(answer)
        except StopIteration:
            continue
        waiting.append((steps, table.apply(step)))


def finding_of(table: MemoryTable, check: str, key: str = KEY) -> RememberedFinding:
    """The finding of a check as it lies there."""
    noun = table.rows[key][f"finding#{check}"].noun
    assert isinstance(noun, RememberedFinding)
    return noun


def says(table: MemoryTable, check: str, key: str = KEY) -> str:
    """Its status, and `archived` or `since` where it is that."""
    found = finding_of(table, check, key)
    more = (" archived" if found.archived_at else "") + (" since" if found.not_observed_since else "")
    return found.finding.status.value + more


def findings(table: MemoryTable, key: str = KEY) -> dict[str, str]:
    """What all of them say."""
    rows = table.rows.get(key, {})
    return {
        sort.removeprefix("finding#"): says(table, sort.removeprefix("finding#"), key)
        for sort in sorted(rows)
        if sort.startswith("finding#")
    }


def kept_database(table: MemoryTable, key: str = KEY) -> KeptDatabase | None:
    """The database as it lies there, if it does."""
    row = table.rows.get(key, {}).get("database")
    if row is None:
        return None
    assert isinstance(row.noun, KeptDatabase)
    return row.noun


def verdict(table: MemoryTable, key: str = KEY) -> str:
    """The verdict on it that is kept."""
    kept = kept_database(table, key)
    assert kept
    return kept.verdict


def is_listed(table: MemoryTable, key: str = KEY) -> bool:
    """Whether sweeps are to look at it, by what lies there."""
    kept = kept_database(table, key)
    assert kept
    return kept.is_listed


def clients(table: MemoryTable, key: str = KEY) -> dict[str, tuple[datetime | None, datetime | None]]:
    """By application: when it was seen last with TLS, and without."""
    nouns = [row.noun for row in table.rows.get(key, {}).values()]
    return {
        noun.who.application: (_last(noun.tls), _last(noun.plaintext))
        for noun in nouns
        if isinstance(noun, Client)
    }


def _last(trace: Trace | None) -> datetime | None:
    return trace.last if trace else None
