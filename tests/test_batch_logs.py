"""The logs of a batch: each server has its share of the time, and what is in the way of one is its own."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tlscheck.edges import batch_logs, log_reading
from tlscheck.edges.aws import table
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.ledger.logged import Logged, Reading
from tlscheck.ledger.reading_plan import Rhythm
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation

from tests.examples import database

DAY = timedelta(days=1)
OFF = ObserveEnvironment("table", "bucket", "tlscheck", "", 90 * DAY, 35 * DAY)
ON = replace(OFF, log_overlap=timedelta(minutes=15))
SERVERS = tuple(database(arn=f"arn:{number}", identifier=f"orders-{number}") for number in range(3))
BATCH = Batch("us-east-1", None, (*SERVERS, database(arn="arn:cluster", kind=Kind.CLUSTER)))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Database, float], Reading]], list[Rhythm]]:
    """Reads each log by a function of the test's; how each was to be read."""
    rhythms: list[Rhythm] = []
    monkeypatch.setattr(table, "items_of", lambda *_: iter(()))

    def by(read_one: Callable[[Database, float], Reading]) -> list[Rhythm]:
        def stand_in(of: Database, logged: Logged, terms: ReadingTerms, _: datetime, until: float) -> Reading:
            assert (logged, terms.evidence, terms.user) == (Logged(), 35 * DAY, "tlscheck")
            rhythms.append(terms.rhythm)
            return read_one(of, until)

        monkeypatch.setattr(log_reading, "read", stand_in)
        return rhythms

    return by


def test_where_the_owner_does_not_want_it_nothing_is_read_and_full_sweeps_say_so() -> None:
    assert batch_logs.read(BATCH, Depth.SAMPLE, OFF, time.monotonic()) == {}
    found = batch_logs.read(BATCH, Depth.FULL, OFF, time.monotonic())
    assert found.keys() == {"arn:0", "arn:1", "arn:2"}
    for each in found.values():
        assert (each.clients, each.logged.covered) == ((), ())
        assert [hole.why for hole in each.logged.holes] == ["LogReading of tlscheck's stack is DISABLED"]


@pytest.mark.parametrize("depth", [Depth.FULL, Depth.SAMPLE])
def test_each_server_has_its_share_of_what_is_left(
    read: Callable[[Callable[[Database, float], Reading]], list[Rhythm]], depth: Depth
) -> None:
    shares: list[float] = []

    def read_one(_: Database, until: float) -> Reading:
        shares.append(until - time.monotonic())
        return Reading()

    rhythms = read(read_one)
    found = batch_logs.read(BATCH, depth, ON, time.monotonic())
    assert found == {"arn:0": Reading(), "arn:1": Reading(), "arn:2": Reading()}
    assert shares == [pytest.approx(share, abs=5) for share in (20, 30, 60)]
    assert rhythms == 3 * [Rhythm(timedelta(minutes=15), is_full=depth is Depth.FULL)]


def test_after_looks_that_took_long_there_is_no_time_left(
    read: Callable[[Callable[[Database, float], Reading]], list[Rhythm]],
) -> None:
    late: list[bool] = []

    def read_one(_: Database, until: float) -> Reading:
        late.append(until < time.monotonic())
        return Reading()

    read(read_one)
    batch_logs.read(BATCH, Depth.SAMPLE, ON, time.monotonic() - 181)
    assert late == [True, True, True]


def test_what_is_in_the_way_of_one_log_costs_no_other_anything_and_no_line_is_told(
    read: Callable[[Callable[[Database, float], Reading]], list[Rhythm]], capsys: pytest.CaptureFixture[str]
) -> None:
    def read_one(of: Database, _: float) -> Reading:
        if of.arn == "arn:1":
            raise ValueError("a line that says secret")
        return Reading()

    read(read_one)
    found = batch_logs.read(BATCH, Depth.FULL, ON, time.monotonic())
    assert [found[arn] for arn in ("arn:0", "arn:2")] == [Reading(), Reading()]
    (hole,) = found["arn:1"].logged.holes
    assert found["arn:1"].logged.again == timedelta(minutes=15)
    assert hole.why == "it could not be read: ValueError"
    assert "secret" not in f"{found}{capsys.readouterr()}"


def test_our_own_looks_are_told_by_the_user_that_a_secret_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each of them would be a client by its log, of which looks know nothing."""
    users: dict[str, str] = {}
    monkeypatch.setattr(table, "items_of", lambda *_: iter(()))

    def read_one(of: Database, _: Logged, terms: ReadingTerms, *__: object) -> Reading:
        users[of.arn] = terms.user
        return Reading()

    monkeypatch.setattr(log_reading, "read", read_one)
    seen = {arn: observation(arn, user) for arn, user in (("arn:0", "postgres"), ("arn:1", ""))}
    batch_logs.read(BATCH, Depth.SAMPLE, ON, time.monotonic(), seen)
    assert users == {"arn:0": "postgres", "arn:1": "tlscheck", "arn:2": "tlscheck"}


def observation(arn: str, user: str) -> Observation:
    handshake = Handshake(HandshakeOutcome.NOT_TRIED, "")
    return Observation(arn, handshake, Look(LookOutcome.SEEN, "", user=user))
