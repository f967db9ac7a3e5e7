"""When looks were: each to the second, also where its sweep had nothing else to write, and each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tlscheck.ledger.moments import merged
from tlscheck.wire.observation import LookOutcome

from tests.examples import KEY, NOW, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import DAY, HOUR, MINUTE, done, empty_table, full, judged, sample

SEEN = observation(look=look(sessions("orders-api")))
HIDDEN = observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR, detail="needs pg_monitor"))
LEFT_OUT = observation(look=replace(look(sessions("orders-api")), kinds=4))
FIRST = NOW + 5 * MINUTE


def after_a_full_sweep() -> MemoryTable:
    table = empty_table()
    done(table, full(FIRST, SEEN))
    return table


def known(table: MemoryTable, at: datetime, **changes: Any) -> tuple[datetime, ...]:
    """The looks that a sample at this moment knows of."""
    return judged(table.copy(), sample(table, at, SEEN, **changes)).evidence.looks


def test_a_sweeps_own_look_counts_by_its_own_second() -> None:
    at = FIRST + timedelta(minutes=20, seconds=7, microseconds=9)
    assert known(after_a_full_sweep(), at) == (FIRST, at.replace(microsecond=0))


def test_looks_that_wrote_nothing_are_kept_by_the_next_one_that_does() -> None:
    table = after_a_full_sweep()
    quiet = [FIRST + each * 15 * MINUTE for each in (1, 2, 3)]
    for number, at in enumerate(quiet, start=1):
        done(table, sample(table, at, SEEN, noted=tuple(quiet[:number])))
    later = FIRST + HOUR
    done(table, sample(table, later, SEEN, noted=tuple(quiet)))
    assert known(table, later + MINUTE) == (FIRST, *quiet, later, later + MINUTE)


def test_looks_that_did_not_show_everybody_are_none() -> None:
    table = after_a_full_sweep()
    done(table, sample(table, FIRST + HOUR, HIDDEN))
    done(table, sample(table, FIRST + 2 * HOUR, LEFT_OUT))
    assert known(table, FIRST + 3 * HOUR) == (FIRST, FIRST + 3 * HOUR)


def test_looks_of_earlier_days_lie_in_an_item_of_their_own() -> None:
    table = after_a_full_sweep()
    moments = [FIRST + each * 12 * HOUR for each in range(1, 9)]
    for at in moments:
        done(table, sample(table, at, SEEN))
    rows = {sort: row.noun for sort, row in table.rows[KEY].items()}
    today = moments[-1].astimezone(UTC).date()
    assert all(each.date() == today for each in rows["look"].looks)  # type: ignore[union-attr]
    assert known(table, moments[-1] + MINUTE) == (FIRST, *moments, moments[-1] + MINUTE)


def test_late_double_and_out_of_order_is_the_same() -> None:
    moments = [FIRST + each * 7 * HOUR for each in range(1, 9)]
    orders = (moments, moments[::-1], [*moments[4:], *moments[:4], *moments])
    found = set()
    for order in orders:
        table = after_a_full_sweep()
        for at in order:
            done(table, sample(table, at, SEEN, is_contended=True))
        found.add(known(table, FIRST + 10 * DAY))
    assert found == {merged(FIRST + 10 * DAY, [FIRST, *moments, FIRST + 10 * DAY])}
