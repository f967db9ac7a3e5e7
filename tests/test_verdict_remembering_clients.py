"""Clients of what is gone: of a member that was removed, and of the database that had the name before."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.verdict.in_hand import Known
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.remembered import Remembered
from tlscheck.wire.observation import Observation

from tests.examples import KEY, NOW, cluster, database, look, member, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import (
    DAY,
    HOUR,
    MINUTE,
    clients,
    cluster_in_hand,
    done,
    empty_table,
    finding_of,
    full,
    gone,
    judged,
    sample,
    says,
    verdict,
)

NOBODY = observation()
PLAIN = observation(look=look(sessions("legacy", tls=False)))
WITH_TLS = observation(look=look(sessions("legacy")))
NEW_KEY = "aws:111122223333:us-east-1:db-RESTORED"
LEDGER_KEY = "aws:111122223333:us-east-1:cluster-LEDGER"
SECOND_KEY = "aws:111122223333:us-east-1:db-LEDGER2"
SWITCHED = NOW + DAY
RESTORED = database(
    resource_id="db-RESTORED", predecessors=(Predecessor(KEY, "orders-prod", "db-ORDERS", SWITCHED),)
)
SECOND = member(
    arn="arn:aws:rds:us-east-1:111122223333:db:ledger-2", identifier="ledger-2", resource_id="db-LEDGER2"
)


def replaced() -> MemoryTable:
    """A table on which a client came without TLS to the database that had the name until the next day."""
    table = empty_table()
    done(table, full(NOW, PLAIN))
    gone(table, SWITCHED)
    return table


def on(table: MemoryTable, at: datetime, seen: Observation = NOBODY) -> tuple[str, str]:
    """What plaintext-clients says of the database that has the name now, and the verdict."""
    done(table, full(at, seen, RESTORED))
    return says(table, "plaintext-clients", NEW_KEY), verdict(table, NEW_KEY)


def test_the_clients_of_a_predecessor_keep_the_picture_incomplete_until_they_are_seen_here() -> None:
    table = replaced()
    assert on(table, SWITCHED + HOUR) == ("NOT_OBSERVED", "NOT_OBSERVED")
    said = finding_of(table, "plaintext-clients", NEW_KEY).finding.reason
    assert said.endswith(
        "Until 2026-11-25 (db-ORDERS, then under this name) 1 client was seen without TLS, and not here yet: "
        '"legacy" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24.'
    )
    assert on(table, SWITCHED + DAY, WITH_TLS) == ("PASSED", "CLEAR")


def test_a_client_of_a_predecessor_that_comes_here_without_tls_is_one_of_this_database() -> None:
    table = replaced()
    assert on(table, SWITCHED + HOUR, PLAIN) == ("FAILED", "FIX_CLIENTS")
    assert clients(table, NEW_KEY) == {"legacy": (None, SWITCHED + HOUR)}
    assert clients(table) == {"legacy": (None, NOW)}


@pytest.mark.parametrize(
    ("after", "verdict_then"), [(35 * DAY - HOUR, "NOT_OBSERVED"), (35 * DAY, "CLEAR"), (36 * DAY, "CLEAR")]
)
def test_a_predecessors_client_is_awaited_for_evidence_days(after: timedelta, verdict_then: str) -> None:
    table = replaced()
    assert on(table, NOW + after)[1] == verdict_then


def test_samples_await_the_clients_of_a_predecessor_too() -> None:
    table = replaced()
    on(table, SWITCHED + HOUR)
    assert judged(table, sample(table, SWITCHED + 2 * HOUR, of=NEW_KEY)).readiness.verdict == "NOT_OBSERVED"
    judgement = judged(table, sample(table, SWITCHED + 3 * HOUR, WITH_TLS, of=NEW_KEY))
    assert judgement.readiness.verdict == "CLEAR"


def test_a_predecessor_is_remembered_where_a_later_listing_does_not_know_of_it() -> None:
    table = replaced()
    on(table, SWITCHED + HOUR)
    forgetful = replace(RESTORED, predecessors=())
    assert judged(table, full(SWITCHED + DAY, of=forgetful)).readiness.verdict == "NOT_OBSERVED"


def test_a_predecessors_clients_that_cannot_be_read_back_are_not_taken_for_none() -> None:
    table = replaced()
    hand = full(SWITCHED + HOUR, of=RESTORED)
    broken = Remembered(KEY, unreadable=(Gap("client#0a1b", "KeyError: 'last'"),))
    judgement = judge(hand, Known(Remembered(NEW_KEY), {KEY: broken}))
    assert judgement
    assert judgement.readiness.verdict == "NOT_OBSERVED"
    assert "client#0a1b: KeyError" in judgement.readiness.reason
    harmless = Remembered(KEY, unreadable=(Gap("finding#ca", "ValueError"),))
    judgement = judge(hand, Known(Remembered(NEW_KEY), {KEY: harmless}))
    assert judgement
    assert judgement.readiness.verdict == "CLEAR"
    assert table.rows


def test_a_removed_member_leaves_its_clients_to_its_cluster() -> None:
    table = empty_table()
    both = cluster(
        member_authorities=dict.fromkeys(("ledger-1", "ledger-2"), "rds-ca-rsa2048-g1"),
        member_ids={"ledger-1": "db-LEDGER1", "ledger-2": "db-LEDGER2"},
    )
    one, two = judged(table, full(NOW, of=member())), judged(table, full(NOW, PLAIN, SECOND))
    judged(table, cluster_in_hand(NOW, both, {"ledger-1": one, "ledger-2": two}))
    assert verdict(table, LEDGER_KEY) == "CLEAR"
    assert gone(table, SWITCHED, SECOND_KEY)
    smaller = cluster(
        member_ids={"ledger-1": "db-LEDGER1"},
        predecessors=(Predecessor(SECOND_KEY, "ledger-2", "db-LEDGER2", SWITCHED),),
    )
    one = judged(table, full(SWITCHED + HOUR, of=member()))
    judged(table, cluster_in_hand(SWITCHED + HOUR, smaller, {"ledger-1": one}))
    found = finding_of(table, "plaintext-clients", LEDGER_KEY).finding
    assert (found.status, verdict(table, LEDGER_KEY)) == ("NOT_OBSERVED", "NOT_OBSERVED")
    assert found.reason == (
        "Until 2026-11-25 (ledger-2, a member that is gone) 1 client was seen without TLS, and not here yet: "
        '"legacy" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24.'
    )
    # A sample looks at the other member alone, and the cluster stays what it is.
    one = judged(table, sample(table, SWITCHED + 2 * HOUR, of="aws:111122223333:us-east-1:db-LEDGER1"))
    assert judged(table, sample(table, SWITCHED + 2 * HOUR, of=LEDGER_KEY)).readiness.verdict == "NOT_OBSERVED"
    one = judged(table, full(SWITCHED + DAY, WITH_TLS, member()))
    judged(table, cluster_in_hand(SWITCHED + DAY, smaller, {"ledger-1": one}))
    assert says(table, "plaintext-clients", LEDGER_KEY) == "INFORMATIONAL"
    assert verdict(table, LEDGER_KEY) == "CLEAR"


def test_a_clusters_clients_are_nobodys_finding_once_nothing_is_gone_any_more() -> None:
    table = empty_table()
    done(table, full(NOW, PLAIN, SECOND))
    past = (Predecessor(SECOND_KEY, "ledger-2", "db-LEDGER2", NOW + HOUR),)
    one = judged(table, full(NOW + HOUR, of=member()))
    judged(table, cluster_in_hand(NOW + HOUR, cluster(predecessors=past), {"ledger-1": one}))
    assert says(table, "plaintext-clients", LEDGER_KEY) == "NOT_OBSERVED"
    later = NOW + 37 * DAY
    one = judged(table, full(later, of=member()))
    judged(table, cluster_in_hand(later, cluster(), {"ledger-1": one}))
    assert says(table, "plaintext-clients", LEDGER_KEY) == "NOT_OBSERVED archived"


def test_clients_are_forgotten_after_client_memory_days_and_the_others_are_not() -> None:
    table = empty_table()
    done(table, full(NOW, PLAIN))
    done(table, full(NOW + 300 * DAY, observation(look=look(sessions("orders-api")))))
    assert set(clients(table)) == {"legacy", "orders-api"}
    judgement = judged(table, full(NOW + 400 * DAY + MINUTE))
    assert [each.who.application for each in judgement.clients] == ["orders-api"]
