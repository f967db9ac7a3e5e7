"""Two sweeps of one database at once: in whatever order they write, it is as if one came after the other."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tlscheck.inventory.batch import Depth
from tlscheck.verdict.remembered import KeptDatabase, KeptLook
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Step, Write
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import KEY, NOW, handshake, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import (
    HOUR,
    MINUTE,
    by_turns,
    clients,
    done,
    empty_table,
    finding_of,
    full,
    judged,
    played,
    sample,
    says,
    verdict,
)

# Each looked in an hour of its own: within one nobody knows what came last.
EARLIER, LATER = NOW, NOW + HOUR
PLAIN = observation(look=look(sessions("legacy", tls=False)))
WITH_TLS = observation(look=look(sessions("legacy")))
EXPIRED = observation(
    handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(outcome=LookOutcome.NOT_TRIED)
)
BROKEN = observation(
    handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(sessions("legacy", tls=False))
)
"""What no probe says, as none logs in to such a server: both at once, for less to play."""

TIMED_OUT = observation(
    handshake=handshake(HandshakeOutcome.TIMED_OUT, "the probe timed out", chain=()),
    look=look(outcome=LookOutcome.NOT_TRIED),
)


def older_writes_last(table: MemoryTable, older: Observation, newer: Observation) -> None:
    done(table, full(LATER, newer, is_contended=True))
    done(table, full(EARLIER, older, is_contended=True))


def both_read_first(table: MemoryTable, older: Observation, newer: Observation) -> None:
    one = remember(full(EARLIER, older, is_contended=True))
    other = remember(full(LATER, newer, is_contended=True))
    by_turns(table, one, other)


def newer_writes_in_between(table: MemoryTable, older: Observation, newer: Observation) -> None:
    others = [remember(full(LATER, newer, is_contended=True))]

    def then(step: Step) -> None:
        if isinstance(step, Write) and others:
            table.run(others.pop())

    played(table, remember(full(EARLIER, older, is_contended=True)), then)


def one_after_the_other(table: MemoryTable, older: Observation, newer: Observation) -> None:
    done(table, full(EARLIER, older, is_contended=True))
    done(table, full(LATER, newer, is_contended=True))


type InOrder = Callable[[MemoryTable, Observation, Observation], None]

ORDERS: list[InOrder] = [one_after_the_other, older_writes_last, both_read_first, newer_writes_in_between]


@pytest.mark.parametrize("in_order", ORDERS)
def test_a_client_that_the_older_sweep_saw_without_tls_stays_remembered(in_order: InOrder) -> None:
    table = empty_table()
    in_order(table, PLAIN, WITH_TLS)
    assert clients(table) == {"legacy": (LATER, EARLIER)}
    assert (says(table, "plaintext-clients"), verdict(table)) == ("FAILED", "FIX_CLIENTS")


@pytest.mark.parametrize("in_order", ORDERS)
def test_a_failure_that_the_older_sweep_saw_stands_where_the_newer_saw_nothing(in_order: InOrder) -> None:
    table = empty_table()
    in_order(table, EXPIRED, TIMED_OUT)
    found = finding_of(table, "server-certificate")
    assert (found.finding.status, found.not_observed_since) == ("FAILED", LATER)
    assert found.not_observed_reason == "Its certificate was not seen: the probe timed out."
    assert found.concluded_at == EARLIER
    assert verdict(table) == "FIX_DATABASE"


@pytest.mark.parametrize("in_order", ORDERS)
def test_a_failure_that_the_newer_sweep_found_mended_does_not_come_back(in_order: InOrder) -> None:
    table = empty_table()
    in_order(table, EXPIRED, observation())
    assert says(table, "server-certificate") == "PASSED"
    assert verdict(table) == "CLEAR"


@pytest.mark.parametrize("in_order", ORDERS)
def test_what_the_older_found_good_is_not_called_good_where_the_newer_saw_nothing(in_order: InOrder) -> None:
    table = empty_table()
    in_order(table, observation(), TIMED_OUT)
    found = finding_of(table, "server-certificate")
    assert (found.finding.status, found.concluded_at) == ("NOT_OBSERVED", EARLIER)
    assert found.not_observed_since is None
    assert verdict(table) == "NOT_OBSERVED"


def test_a_failure_between_two_blind_looks_stands_since_the_second_of_them() -> None:
    table = empty_table()
    done(table, full(NOW - 2 * HOUR, EXPIRED))
    done(table, full(NOW - HOUR, TIMED_OUT))
    done(table, full(LATER, TIMED_OUT, is_contended=True))
    done(table, full(EARLIER, EXPIRED, is_contended=True))
    assert finding_of(table, "server-certificate").not_observed_since == LATER


def test_a_look_in_hand_counts_for_its_own_judgement_although_a_sample_looked_later() -> None:
    table = empty_table()
    done(table, full(NOW - HOUR, WITH_TLS))
    done(table, sample(table, NOW + 15 * MINUTE, WITH_TLS))
    judgement = judged(table, full(NOW + 10 * MINUTE, PLAIN, listed_at=NOW, is_contended=True))
    assert judgement.readiness.verdict == "FIX_CLIENTS"
    said = [(each.finding.check.value, each.finding.status.value) for each in judgement.findings]
    assert ("plaintext-clients", "FAILED") in said
    assert clients(table) == {"legacy": (NOW, NOW)}
    assert says(table, "plaintext-clients") == "FAILED"


def test_a_sweep_that_writes_twice_is_remembered_once() -> None:
    once, twice = empty_table(), empty_table()
    done(once, full(NOW, PLAIN))
    done(twice, full(NOW, PLAIN))
    done(twice, full(NOW, PLAIN))
    assert twice.rows == once.rows
    assert len(twice.sent) == len(once.sent) == 13


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize("most", range(25))
def test_whenever_a_later_sweep_comes_between_two_steps_of_an_earlier_one_nothing_is_lost(
    depth: Depth, most: int
) -> None:
    table = empty_table()
    done(table, full(NOW - 5 * HOUR, WITH_TLS))
    later = sample(table, LATER, TIMED_OUT) if depth is Depth.SAMPLE else full(LATER, TIMED_OUT)
    later = replace(later, is_contended=True)
    turns = iter(range(100))

    def then(_step: Step) -> None:
        if next(turns) == most:
            table.run(remember(later))

    played(table, remember(full(EARLIER, BROKEN, is_contended=True)), then)
    if next(turns) <= most:
        table.run(remember(later))
    assert clients(table)["legacy"] == (NOW - 5 * HOUR, EARLIER)
    assert says(table, "plaintext-clients") == "FAILED"
    assert says(table, "server-certificate") == "FAILED since"
    assert finding_of(table, "server-certificate").not_observed_since == LATER
    look_there = table.rows[KEY]["look"].noun
    assert isinstance(look_there, KeptLook)
    assert look_there.at == LATER


def test_a_verdict_is_not_written_over_findings_that_a_newer_look_changed_since() -> None:
    table = empty_table()
    done(table, full(NOW - HOUR, TIMED_OUT))
    newer = [sample(table, LATER, TIMED_OUT, is_contended=True)]

    def then(step: Step) -> None:
        if isinstance(step, Write) and isinstance(step.noun, KeptDatabase) and newer:
            table.run(remember(newer.pop()))

    played(table, remember(sample(table, EARLIER, WITH_TLS, is_contended=True)), then)
    assert not newer
    assert says(table, "not-observed") == "NOT_OBSERVED"
    assert verdict(table) == "NOT_OBSERVED"
