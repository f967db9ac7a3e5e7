"""That nobody came without TLS is known only of times in which somebody was looking."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.watched import looked, span_of, united
from tlscheck.wire.observation import LookOutcome

from tests.examples import NOW, look, observation, sessions
from tests.remembering import DAY, HOUR, clients, done, empty_table, full, judged, says

EVIDENCE = timedelta(days=35)
days = st.lists(st.integers(0, 120), max_size=30)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 6, 1, hour, tzinfo=UTC) + timedelta(days=day)


def of(*each: int) -> tuple[tuple[datetime, datetime], ...]:
    return united(*(looked(at(day)) for day in each))


@given(days, st.randoms(use_true_random=False), st.integers(0, 30))
def test_it_does_not_matter_in_which_order_looks_are_united(each: list[int], random: Random, cut: int) -> None:
    whole, shuffled = of(*each), random.sample(each, len(each))
    assert of(*shuffled) == whole
    assert united(of(*shuffled[:cut]), of(*shuffled[cut:]), whole) == whole


@given(days, st.integers(0, 120))
def test_as_much_time_is_looked_in_as_is_asked_for(each: list[int], today: int) -> None:
    seen = sorted({day for day in [*each, today] if day <= today})
    back = span_of(EVIDENCE, of(*seen), at(today)).days
    gaps = [(one, two) for one, two in pairwise(seen) if two - one > 7]
    blind = sum(two - one for one, two in gaps if today - two < back)
    assert back == 35 + blind


def test_a_gap_of_a_week_is_none_and_one_of_eight_days_counts_for_nothing() -> None:
    assert of(0, 7, 14) == ((at(0, 0), at(14, 0)),)
    assert span_of(EVIDENCE, of(0, 7, 14), at(14)) == EVIDENCE
    assert span_of(EVIDENCE, of(0, 8), at(8)) == timedelta(days=43)
    assert span_of(EVIDENCE, of(0, 8), at(16, 23)) == timedelta(days=51)
    assert span_of(EVIDENCE, of(0, 40), at(80)) == timedelta(days=115)
    assert span_of(EVIDENCE, (), at(0)) == EVIDENCE
    apart = (*looked(at(0)), *looked(at(7)))
    assert span_of(EVIDENCE, apart, at(7)) == EVIDENCE


NIGHTLY = observation(look=look(sessions("etl", tls=False, address="10.0.0.9")))
BY_DAY = observation(look=look(sessions("etl", address="10.0.0.5")))
NOBODY = observation(look=look())
BLIND = observation(look=look(outcome=LookOutcome.FAILED, detail="The look broke off."))


def test_one_that_came_without_tls_is_not_gone_because_nobody_was_looking() -> None:
    table = empty_table()
    done(table, full(NOW, NIGHTLY))
    done(table, full(NOW + 9 * HOUR, BY_DAY))
    done(table, full(NOW + 10 * DAY, BLIND))
    done(table, full(NOW + 38 * DAY, NOBODY))
    assert says(table, "plaintext-clients") == "FAILED"
    for day in range(44, 73, 7):
        done(table, full(NOW + day * DAY, NOBODY))
    assert says(table, "plaintext-clients") == "FAILED"
    done(table, full(NOW + 74 * DAY, NOBODY))
    assert says(table, "plaintext-clients") == "PASSED"
    assert set(clients(table)) == {"etl"}


def test_one_that_came_without_tls_is_gone_once_somebody_looked_for_35_days() -> None:
    table = empty_table()
    done(table, full(NOW, NIGHTLY))
    done(table, full(NOW + 9 * HOUR, BY_DAY))
    for day in range(7, 35, 7):
        done(table, full(NOW + day * DAY, NOBODY))
    assert says(table, "plaintext-clients") == "FAILED"
    assert judged(table, full(NOW + 35 * DAY, NOBODY)).readiness.verdict == "CLEAR"
