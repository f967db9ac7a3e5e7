"""What a sample may write: of what is still listed, of what it looked at, and never what a full sweep archived."""

import pytest
from tlscheck.inventory.database import Database, Kind
from tlscheck.verdict.in_hand import Member
from tlscheck.verdict.remembering import forget, remember
from tlscheck.verdict.steps import Step, Write
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome

from tests.examples import (
    KEY,
    NOT_ENFORCED,
    NOW,
    RETIRED_CA,
    cluster,
    database,
    handshake,
    look,
    observation,
    proxy,
    sessions,
)
from tests.memory_table import MemoryTable
from tests.remembering import (
    DAY,
    HOUR,
    begun,
    clients,
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
CLUSTER_KEY = "aws:111122223333:us-east-1:cluster-LEDGER"
PROXY_KEY = "aws:111122223333:us-east-1:prx-0123456789abcdef0"


def after_a_full_sweep() -> MemoryTable:
    table = empty_table()
    done(table, full(NOW))
    return table


def test_a_sample_writes_nothing_where_the_databases_item_was_deleted_meanwhile() -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + HOUR, PLAIN)
    del table.rows[KEY]["database"]
    before = table.copy()
    assert done(table, hand) is None
    assert table.rows == before.rows


def test_a_sample_writes_nothing_of_a_database_that_it_never_had() -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + HOUR, PLAIN)
    nothing = empty_table()
    assert done(nothing, hand) is None
    assert nothing.rows == {}


def test_a_sample_writes_nothing_where_the_database_expired_meanwhile() -> None:
    table = after_a_full_sweep()
    # The table keeps a database for thirty days after the listing that had it last.
    hand = sample(table, NOW + 30 * DAY, PLAIN)
    before = table.copy()
    assert done(table, hand) is None
    assert table.rows == before.rows


def test_a_sample_brings_back_nothing_that_a_full_sweep_archived() -> None:
    table = after_a_full_sweep()
    hand = sample(table, NOW + 2 * HOUR, PLAIN)
    assert gone(table, NOW + HOUR) == "arn:aws:rds:us-east-1:111122223333:db:orders-prod"
    before = table.copy()
    assert done(table, hand) is None
    assert table.rows == before.rows
    assert set(findings(table).values()) == {"PASSED archived", "INFORMATIONAL archived"}
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
    begun(table, forget(KEY, listing(NOW + HOUR)), most)
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

    assert played(table, forget(KEY, listing(NOW + HOUR)), then)
    assert all(says.endswith("archived") for says in findings(table).values())
    assert len(findings(table)) == 11
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


def test_a_full_sweep_brings_back_what_is_listed_again_and_an_older_one_does_not() -> None:
    table = after_a_full_sweep()
    gone(table, NOW + 2 * HOUR)
    assert done(table, full(NOW + 3 * HOUR, listed_at=NOW + HOUR)) is None
    assert says(table, "ca") == "PASSED archived"
    done(table, full(NOW + 4 * HOUR))
    assert set(findings(table).values()) == {"PASSED", "INFORMATIONAL"}
    assert is_listed(table)


def test_what_is_gone_stays_gone_for_a_listing_of_before_it_came_back() -> None:
    table = after_a_full_sweep()
    done(table, full(NOW + 4 * HOUR))
    assert gone(table, NOW + 3 * HOUR) is None
    assert says(table, "ca") == "PASSED"


def test_a_sample_judges_the_server_and_leaves_what_the_control_plane_said() -> None:
    table = empty_table()
    done(table, full(NOW, of=database(certificate_authority=RETIRED_CA)))
    before = table.copy()
    judgement = judged(table, sample(table, NOW + HOUR, PLAIN))
    anew = {"server-certificate", "plaintext-clients", "tls-clients", "not-observed"}
    assert {each.finding.check for each in judgement.settled} == anew
    for check in findings(table):
        is_same = finding_of(table, check) == finding_of(before, check)
        assert is_same == (check not in anew), check
    assert verdict(table) == "FIX_DATABASE"
    assert clients(table) == {"legacy": (None, NOW + HOUR)}


@pytest.mark.parametrize(("of", "key"), [(cluster(), CLUSTER_KEY), (proxy(), PROXY_KEY)])
def test_a_sample_judges_nothing_anew_of_what_it_does_not_look_at(of: Database, key: str) -> None:
    table = empty_table()
    heard = {"ledger-1": Member(None, (), is_absent=False)} if key == CLUSTER_KEY else {}
    done(table, full(NOW, of=of, members=heard))
    before = table.copy()
    judgement = judged(table, sample(table, NOW + 5 * HOUR, of=key, members=heard))
    assert judgement.settled == judgement.told == ()
    assert judgement.verdict_told is False
    assert table.rows == before.rows


def test_a_sample_never_calls_clear_what_no_full_sweep_judged_to_the_end() -> None:
    table = empty_table()
    # Facts are written, and then the first full sweep is cut off.
    begun(table, remember(full(NOW, PLAIN)), 4)
    assert findings(table) == {}
    judgement = judged(table, sample(table, NOW + HOUR, PLAIN))
    assert judgement.readiness.verdict == "NOT_OBSERVED"
    assert judgement.readiness.reason == "Not looked at: no full sweep has judged it to the end yet."
    assert clients(table) == {"legacy": (None, NOW + HOUR)}
    done(table, full(NOW + DAY, PLAIN))
    assert verdict(table) == "FIX_CLIENTS"


def test_a_sample_of_what_no_listing_dates_yet_is_judged_by_its_own_moment() -> None:
    table = empty_table()
    done(table, full(NOW, of=proxy(), listed_at=None))
    judgement = judged(table, sample(table, NOW + HOUR, of=PROXY_KEY))
    assert judgement.evidence.at == NOW + HOUR


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
    assert table.announced[-1] == found
    done(table, full(NOW + DAY, of=database(kind=Kind.MEMBER, cluster="ledger")))
    assert finding_of(table, "force-ssl") == found


def test_a_sample_leaves_the_finding_of_a_check_that_applies_no_longer_to_the_full_sweep() -> None:
    table = replaced_by_a_member()
    before = finding_of(table, "force-ssl")
    assert judged(table, sample(table, NOW + HOUR)).readiness.verdict == "FIX_DATABASE"
    assert finding_of(table, "force-ssl") == before
