"""What is gone, and what is told of it: archived by full sweeps alone, and brought back by them alone."""

from dataclasses import replace

import pytest
from tlscheck.inventory.database import Kind
from tlscheck.inventory.hub import Hub
from tlscheck.verdict.remembering import forget, remember
from tlscheck.verdict.sending import Listener, Publish
from tlscheck.verdict.steps import Step, Write
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome

from tests.examples import (
    KEY,
    NOT_ENFORCED,
    NOW,
    database,
    handshake,
    look,
    observation,
    sessions,
)
from tests.memory_table import MemoryTable
from tests.remembering import (
    DAY,
    HOUR,
    LISTENER,
    begun,
    done,
    empty_table,
    finding_of,
    findings,
    full,
    gone,
    is_listed,
    judged,
    listing,
    played,
    sample,
    says,
    verdict,
)

PLAIN = observation(look=look(sessions("legacy", tls=False)))
TIMED_OUT = observation(
    handshake=handshake(HandshakeOutcome.TIMED_OUT, "the probe timed out", chain=()),
    look=look(outcome=LookOutcome.NOT_TRIED),
)


def after_a_full_sweep() -> MemoryTable:
    table = empty_table()
    done(table, full(NOW))
    return table


def test_a_sample_brings_back_nothing_that_a_full_sweep_archived() -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, PLAIN)
    assert gone(table, NOW + HOUR) == "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
    before = table.copy()
    assert done(table, hand) is None
    assert table.rows == before.rows
    assert set(findings(table).values()) == {"PASSED archived", "INFORMATIONAL archived", "NOT_OBSERVED archived"}
    assert not is_listed(table)


def test_a_sample_writes_nothing_of_what_is_not_listed_although_no_finding_of_it_lies_there() -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, PLAIN)
    gone(table, NOW + HOUR)
    for check in findings(table):
        del table.rows[KEY][f"finding#{check}"]
    before = table.copy()
    assert done(table, hand) is None
    assert table.rows == before.rows


@pytest.mark.parametrize("most", range(14))
def test_a_sample_that_runs_while_findings_are_archived_brings_none_back(most: int) -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, TIMED_OUT)
    begun(table, forget(KEY, listing(NOW + HOUR), LISTENER), most)
    archived = {check for check, says in findings(table).items() if says.endswith("archived")}
    judgement = done(table, hand)
    assert archived <= {check for check, says in findings(table).items() if says.endswith("archived")}
    # Where what says the most is archived already, nothing says that it is clear.
    assert judgement is None or judgement.readiness.verdict == "NOT_OBSERVED"
    assert (judgement is None) == (len(archived) > 0)


@pytest.mark.parametrize("most", range(14))
def test_whenever_a_sample_comes_between_the_database_is_archived_in_the_end(most: int) -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, TIMED_OUT)
    turns = iter(range(100))

    def then(_step: Step) -> None:
        if next(turns) == most:
            table.run(remember(hand))

    assert played(table, forget(KEY, listing(NOW + HOUR), LISTENER), then)
    assert all(says.endswith("archived") for says in findings(table).values())
    assert len(findings(table)) == 13
    assert not is_listed(table)


@pytest.mark.parametrize("most", range(9))
def test_a_sample_that_was_overtaken_by_the_archiving_leaves_it_archived(most: int) -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, TIMED_OUT, is_contended=True)
    turns = iter(range(100))

    def then(_step: Step) -> None:
        if next(turns) == most:
            gone(table, NOW + HOUR)

    played(table, remember(hand), then)
    if next(turns) <= most:
        gone(table, NOW + HOUR)
    assert all(says.endswith("archived") for says in findings(table).values())
    assert not is_listed(table)


def test_a_sample_brings_back_no_single_finding_that_was_archived() -> None:
    table = after_a_full_sweep()
    found = replace(finding_of(table, "server-certificate"), archived_at=NOW + HOUR)
    assert table.apply(Write(found, found.version, 1))
    done(table, sample(table, NOW + 2 * HOUR, TIMED_OUT))
    assert says(table, "server-certificate") == "PASSED archived"
    assert says(table, "not-observed") == "NOT_OBSERVED"


def test_a_full_sweep_brings_back_what_is_listed_again_and_an_older_one_does_not() -> None:
    table = after_a_full_sweep()
    gone(table, NOW + 2 * HOUR)
    assert done(table, full(NOW + 3 * HOUR, listed_at=NOW + HOUR)) is None
    assert says(table, "ca") == "PASSED archived"
    done(table, full(NOW + 4 * HOUR))
    assert set(findings(table).values()) == {"PASSED", "INFORMATIONAL", "NOT_OBSERVED"}
    assert is_listed(table)


def test_what_is_gone_stays_gone_for_a_listing_of_before_it_came_back() -> None:
    table = after_a_full_sweep()
    done(table, full(NOW + 4 * HOUR))
    assert gone(table, NOW + 3 * HOUR) is None
    assert says(table, "ca") == "PASSED"


def replaced_by_a_member() -> MemoryTable:
    """A table on which lies what was said of an instance, which is a member of a cluster now."""
    table = empty_table()
    done(table, full(NOW, of=database(force_ssl=NOT_ENFORCED)))
    failed = finding_of(table, "force-ssl")
    assert (failed.finding.status, verdict(table)) == ("FAILED", "FIX_DATABASE")
    table.rows.clear()
    done(table, full(NOW, of=database(kind=Kind.MEMBER, cluster="ledger")))
    assert "force-ssl" not in findings(table)
    table.apply(Write(failed, None, 1))
    return table


def test_a_finding_of_a_check_that_applies_no_longer_is_archived_by_a_full_sweep() -> None:
    table = replaced_by_a_member()
    judgement = judged(table, full(NOW + HOUR, of=database(kind=Kind.MEMBER, cluster="ledger")))
    assert "force-ssl" not in {each.finding.check for each in (*judgement.findings, *judgement.told)}
    assert judgement.readiness.verdict == "CLEAR"
    found = finding_of(table, "force-ssl")
    assert (found.archived_at, found.announced_at) == (NOW + HOUR, NOW + HOUR)
    assert table.sent[-1] == found
    done(table, full(NOW + DAY, of=database(kind=Kind.MEMBER, cluster="ledger")))
    assert finding_of(table, "force-ssl") == found


def test_a_sample_leaves_the_finding_of_a_check_that_applies_no_longer_to_the_full_sweep() -> None:
    table = replaced_by_a_member()
    before = finding_of(table, "force-ssl")
    assert judged(table, sample(table, NOW + HOUR)).readiness.verdict == "FIX_DATABASE"
    assert finding_of(table, "force-ssl") == before


@pytest.mark.parametrize("publish", ["FAILURES", "EVERYTHING"])
def test_what_goes_while_its_hub_is_off_is_handed_on_as_archived_all_the_same(publish: str) -> None:
    """Modelled: a hub that is on again within 90 days shows what was active in it (Security Hub CSPM user guide,
    "Disabling Security Hub CSPM"). Nobody looks at what is gone a second time, so Deliver keeps that it was not
    taken."""
    table = empty_table()
    done(table, full(NOW, of=database(force_ssl=NOT_ENFORCED)))
    before = len(table.sent)
    table.now = NOW + DAY
    there = listing(NOW + DAY, vanished=(KEY,))
    assert table.run(forget(KEY, there, Listener(Publish(publish), Hub(None))))
    ended = {each.finding.check.value for each in table.sent[before:]}
    assert "force-ssl" in ended
    assert all(each.is_ended for each in table.sent[before:])
    assert table.run(forget(KEY, listing(NOW + 2 * DAY, vanished=(KEY,)), Listener(Publish(publish)))) is None
    assert len(table.sent) == before + len(ended)
