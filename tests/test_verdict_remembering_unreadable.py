"""An item that could not be read back: what is a state is written anew, a fact stays, and all else is written."""

from collections.abc import Iterable
from dataclasses import replace

from tlscheck.inventory.gap import Gap
from tlscheck.ledger.logged import Logged, Reading, Stretch
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.regional import judge_region
from tlscheck.verdict.remembered import KeptLog, Remembered
from tlscheck.verdict.remembering import remember, remember_region
from tlscheck.verdict.steps import Read, Reply, Step, Steps, Write

from tests.examples import KEY, NOW, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import DAY, HOUR, done, empty_table, full, listing, written

SEEN = observation(look=look(sessions("orders-api")))


def swept() -> MemoryTable:
    """A table on which one full sweep left what it saw."""
    table = empty_table()
    done(table, full(NOW, SEEN))
    return table


def run[T](table: MemoryTable, steps: Steps[T], names: Iterable[str]) -> tuple[T, list[Write]]:
    """Does the steps where the items of these names cannot be read back; what came of it, and the writes."""
    writes: list[Write] = []
    answer: Reply | None = None
    while True:
        try:
            step: Step = next(steps) if answer is None else steps.send(answer)
        except StopIteration as ended:
            return ended.value, writes
        answer = table.apply(step)
        if isinstance(step, Read):
            assert isinstance(answer, Remembered)
            answer = spoilt(table, answer, set(names))
        if isinstance(step, Write):
            assert answer is True
            writes.append(step)


def spoilt(table: MemoryTable, own: Remembered, names: set[str]) -> Remembered:
    """What is remembered, without the items of these names."""
    rows = table.rows.get(own.key, {})
    return replace(
        own,
        clients=tuple(each for each in own.clients if f"client#{each.client.who.digest()}" not in names),
        findings=tuple(each for each in own.findings if f"finding#{each.finding.check}" not in names),
        look=None if "look" in names else own.look,
        database=None if "database" in names else own.database,
        log=None if "log" in names else own.log,
        unreadable=tuple(Gap(name, "KeyError") for name in sorted(names & rows.keys())),
        versions={name: rows[name].version for name in names & rows.keys()},
    )


def a_day_later(table: MemoryTable, *names: str) -> tuple[Judgement | None, list[Write]]:
    return run(table, remember(full(NOW + DAY, SEEN)), names)


def test_what_a_log_said_stays_where_it_could_not_be_read_back() -> None:
    table = swept()
    at = NOW + HOUR
    read = Reading((), Logged(covered=(Stretch(NOW - DAY, at),)))
    done(table, full(at, SEEN, log=read))
    later = full(NOW + DAY, SEEN, log=Reading((), Logged(covered=(Stretch(at, NOW + DAY),))))
    judgement, writes = run(table, remember(later), ["log"])
    assert judgement
    assert "log" not in written(writes)
    assert judgement.readiness.verdict == "NOT_OBSERVED"
    done(table, later)
    kept = table.rows[KEY]["log"].noun
    assert isinstance(kept, KeptLog)
    assert kept.logged.covered == (Stretch(NOW - DAY, NOW + DAY),)


def test_a_finding_a_look_and_a_database_are_made_anew_over_the_version_that_is_there() -> None:
    table = swept()
    (key,) = table.rows
    before = {name: table.rows[key][name].version for name in ("finding#ca", "look", "database")}
    judgement, writes = a_day_later(table, *before)
    assert judgement
    assert judgement.error == ""
    assert {each.over for each in writes} >= {*before.values()}
    assert {"ca", "look", "database"} <= {*written(writes)}
    again, _ = a_day_later(table)
    assert again
    assert (judgement.readiness.verdict, again.readiness.verdict) == ("NOT_OBSERVED", "CLEAR")


def test_a_client_stays_as_it_is_and_keeps_nothing_else_from_being_written() -> None:
    table = swept()
    (key,) = table.rows
    (client,) = (name for name in table.rows[key] if name.startswith("client#"))
    before = table.rows[key][client]
    judgement, writes = a_day_later(table, client)
    assert judgement
    assert (judgement.error, judgement.readiness.verdict) == ("", "NOT_OBSERVED")
    assert [each.who.application for each in judgement.clients] == ["orders-api"]
    assert table.rows[key][client] == before
    assert {"look", "database", "plaintext-clients", "not-observed"} <= {*written(writes)}
    assert "client orders-api" not in written(writes)


def test_a_finding_of_a_region_is_made_anew_too() -> None:
    table = empty_table()
    first, later = ((each, judge_region(each, {}, NOW)) for each in (listing(NOW), listing(NOW + DAY)))
    table.run(remember_region(*first, is_contended=False))
    _, writes = run(table, remember_region(*later, is_contended=False), ["finding#not-observed"])
    assert int(NOW.timestamp() * 1_000_000) in [each.over for each in writes]
    assert "not-observed" in written(writes)
