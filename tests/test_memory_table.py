"""The table in memory that interleavings run on, the emulator's and a ledger's file: same steps, same answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tlscheck.edges.aws import dynamodb, table, writing
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.ledger_memory import LedgerMemory
from tlscheck.inventory.account import Account
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client
from tlscheck.ledger.logged import LeftOut
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLog, KeptLook, KeptLooks
from tlscheck.verdict.steps import Drop, Read, Running, Write

from tests import properties, storage
from tests.kept import DAY, HOUR, MEMORY, NOON, addresses, client, finding, kept, listed, log, look, trace
from tests.kept_items import Items, ItemsOfDynamoDB, ItemsOfFile, ItemsOfMemory
from tests.local_aws.emulator.account import EmulatedAccount
from tests.memory_table import MemoryTable

KEYS = ("aws:111122223333:us-east-1:db-ORDERS", "aws:111122223333:us-east-1:db-LEDGER")
_examples = count(1)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that a hub took, or refused."""

    key: str
    check: CheckId
    why: str
    """Empty: it took it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """Time that passes; then what has expired is taken away, or not yet."""

    by: timedelta
    is_reaped: bool


type Happening = Read | Write | Drop | Told | Later

hours = st.integers(0, 5)
AS_READ = -1
"""The version that the item has."""

keys = st.sampled_from([*[KEYS[0]] * 4, KEYS[1]])
versions = st.sampled_from([AS_READ, AS_READ, AS_READ, None, 1])
traces = st.builds(
    lambda first, longer, found: trace(first, first + longer, addresses=addresses(*found)),
    hours,
    hours,
    st.lists(st.sampled_from(["10.0.0.1", "2001:db8::1", ""]), unique=True),
)
clients = st.builds(
    client,
    st.sampled_from(["web", "cron"]),
    traces,
    st.none() | traces,
    keys,
)
findings = st.builds(
    finding,
    st.just(CheckId.CA),
    st.sampled_from([Status.FAILED, Status.PASSED]),
    keys,
    hours,
    observed=hours,
    sent=hours,
    archived_at=st.none() | st.just(NOON),
) | st.builds(
    # Deliver writes nothing of what was not sent.
    finding,
    st.just(CheckId.FORCE_SSL),
    st.just(Status.PASSED),
    keys,
    observed=hours,
    sent=st.none() | hours,
)
looks = st.builds(look, hours, keys, left_out=hours)
logs = st.builds(
    log, hours, keys, left_out=st.just({}) | st.builds(lambda when: {LeftOut.REFUSALS: NOON + when * HOUR}, hours)
)
databases = st.builds(
    lambda key, after, is_listed, database: kept(after, is_listed=is_listed, key=key, database=database),
    keys,
    hours,
    st.booleans(),
    st.sampled_from([listed(), Gap("its document", "of a later version")]),
)
writes = [
    st.builds(Write, nouns, versions, st.integers(1, 3)) for nouns in (clients, findings, looks, databases, logs)
]
told = st.builds(Told, keys, st.just(CheckId.CA), st.sampled_from(["", "InvalidInput"]), st.just(NOON))
later = st.builds(Later, st.sampled_from([HOUR, 30 * DAY, 60 * DAY, 89 * DAY, 90 * DAY]), st.booleans())
steps = st.one_of(
    *writes,
    st.builds(lambda known, version: Drop(KeptClient(known, version)), clients, versions),
    # What concerns a finding and its delivery is most of what a table may do otherwise.
    *(writes[1], writes[1], told, told),
    *(later, later),
)


@pytest.fixture(scope="module")
def places(emulator: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Items, ...]]:
    path = tmp_path_factory.mktemp("file") / "ledger"
    with (
        storage.table(emulator) as name,
        LedgerFile(Account("aws", "111122223333", "us-east-1"), path, NOON) as ledger,
    ):
        yield ItemsOfDynamoDB(emulator, name), ItemsOfFile(path, ledger), ItemsOfMemory(LedgerMemory())


def under(number: int, happening: Any, memory: MemoryTable) -> Any:
    """The same, under keys of one example alone, over the version that there is."""
    match happening:
        case Read(key):
            return Read(f"{key}-{number}")
        case Write(noun, over, version):
            noun = named(number, noun)
            return Write(noun, as_read(memory, noun, over), version)
        case Drop(KeptClient(known, over)):
            known = named(number, known)
            return Drop(KeptClient(known, as_read(memory, known, over)))
        case Told(key):
            return replace(happening, key=f"{key}-{number}")
    return happening


def as_read(memory: MemoryTable, noun: Any, over: int | None) -> int | None:
    if over != AS_READ:
        return over
    key, sort = writing.place_of(noun)
    row = memory.rows.get(key, {}).get(sort)
    return row.version if row else None


def named(number: int, noun: Any) -> Any:
    match noun:
        case Client(who):
            return replace(noun, who=replace(who, key=f"{who.key}-{number}"))
        case RememberedFinding(found):
            return replace(noun, finding=replace(found, key=f"{found.key}-{number}"))
        case KeptLook(key) | KeptLooks(key) | KeptLog(key) | KeptDatabase(key):
            return replace(noun, key=f"{key}-{number}")
    raise TypeError(noun)


def reap(items: Items, key: str, now: datetime) -> None:
    for item in items.all():
        over = "expires_at" in item and int(item["expires_at"]["N"]) <= int(now.timestamp())
        if over and item["pk"]["S"] == key:
            table.delete(items.table, (key, item["sk"]["S"]))


@pytest.mark.usefixtures("account")
@settings(max_examples=properties.tries(80), suppress_health_check=properties.FIXTURE_MAY_LAST)
@example(
    happenings=[
        Write(kept(is_listed=False), None, 1),
        Later(89 * DAY, is_reaped=False),
        Later(DAY, is_reaped=False),
    ]
)
@example(happenings=[Write(finding(), None, 1), Told(KEYS[0], CheckId.CA, "", NOON)])
@given(happenings=st.lists(steps, min_size=10, max_size=20))
def test_every_step_has_the_answer_that_it_has_in_dynamodb_and_in_ledgers_on_this_machine(
    places: tuple[Items, ...], happenings: list[Happening]
) -> None:
    number = next(_examples)
    memory = MemoryTable(MEMORY, NOON)
    for each in happenings:
        happening = under(number, each, memory)
        match happening:
            case Told(key, check, "", at):
                told = memory.delivered(key, check, NOON, at)
                assert [dynamodb.delivered(each.table, key, check, NOON, at) for each in places] == [told] * 3
            case Told(key, check, why, at):
                told = memory.refused(key, check, why)
                gap = Gap("", why)
                assert [dynamodb.refused(each.table, key, check, gap, at) for each in places] == [told] * 3
            case Later(by, is_reaped):
                memory.now += by
                if is_reaped:
                    memory.expire()
                    for kept_in, key in product(places, KEYS):
                        reap(kept_in, f"{key}-{number}", memory.now)
            case _:
                answer = memory.apply(happening)
                assert [dynamodb.apply(each.table, happening, MEMORY, memory.now) for each in places] == [
                    answer
                ] * 3
        for kept_in, key in product(places, KEYS):
            assert memory.apply(Read(f"{key}-{number}")) == dynamodb.read(
                kept_in.table, f"{key}-{number}", memory.now
            )
    due = {
        (key, sort)
        for key, rows in memory.rows.items()
        for sort, row in rows.items()
        if isinstance(row.noun, RememberedFinding) and row.is_due
    }
    held = [
        {(item["pk"]["S"], item["sk"]["S"]): item for item in each.all() if item["pk"]["S"].endswith(f"-{number}")}
        for each in places
    ]
    assert held[1:] == held[:1] * 2
    assert due == {place for place, item in held[0].items() if "due" in item}


def test_what_is_under_way_is_the_same(account: EmulatedAccount, places: tuple[Items, ...]) -> None:
    memory = MemoryTable(MEMORY, NOON)
    tables = [each.table for each in places]
    both = [Running("b", NOON, NOON + HOUR, frozenset({"0a1b2c3d"})), Running("a", NOON, NOON + 3 * HOUR)]
    for each in both:
        memory.begin(each)
        for name in tables:
            dynamodb.begin(name, each)
    for after in (0, 1, 3):
        memory.now = NOON + after * HOUR
        assert [dynamodb.running(name, memory.now) for name in tables] == [memory.running()] * 3
    memory.now = NOON
    for each in both:
        memory.end(each)
        for name in tables:
            dynamodb.end(name, each.id)
        assert [dynamodb.running(name, NOON) for name in tables] == [memory.running()] * 3
    assert account


def test_a_copy_goes_its_own_way() -> None:
    memory = MemoryTable(MEMORY, NOON)
    memory.apply(Write(client(), None, 1))
    other = memory.copy()
    other.apply(Write(client(), 1, 2))
    other.apply(Write(finding(), None, 1))
    assert [each.version for each in _read(memory).clients] == [1]
    assert [each.version for each in _read(other).clients] == [2]
    assert (memory.sent, len(other.sent)) == ([], 1)


def _read(memory: MemoryTable) -> Any:
    return memory.apply(Read(KEYS[0]))
