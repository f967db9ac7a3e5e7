"""What a sample may write: of what is still listed, of what it looked at, and never what a full sweep archived."""

from dataclasses import replace

import pytest
from tlscheck.inventory.database import Database
from tlscheck.verdict.in_hand import Member
from tlscheck.verdict.remembering import remember
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, SessionGroup

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
    judged,
    sample,
    verdict,
)
from tests.verdicts import having

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


def test_a_sample_judges_the_server_and_leaves_what_the_control_plane_said() -> None:
    table = empty_table()
    done(table, full(NOW, of=database(certificate_authority=RETIRED_CA)))
    before = table.copy()
    judgement = judged(table, sample(table, NOW + HOUR, PLAIN))
    anew = {
        "server-certificate",
        "plaintext-clients",
        "tls-clients",
        "lost-encryption",
        "refusing-clients",
        "not-observed",
    }
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


@pytest.mark.parametrize(
    ("check", "of", "came", "named"),
    [
        (
            "force-ssl",
            database(force_ssl=NOT_ENFORCED),
            sessions("legacy", tls=False),
            'Move to TLS first: "legacy" as "orders" in "orders" from 10.0.1.5, last seen without TLS on ',
        ),
        (
            "tls-versions",
            database(settings=having(ssl_min_protocol_version="TLSv1")),
            replace(sessions("legacy"), protocol="TLSv1.1"),
            (
                'Move to TLSv1.2 or newer first: "legacy" as "orders" in "orders" from 10.0.1.5, last seen with'
                " TLSv1.1 on 2026-11-24."
            ),
        ),
        (
            "upgrade-enforces-tls",
            database(force_ssl=NOT_ENFORCED, engine_version="14.18"),
            sessions("legacy", tls=False),
            'It would cut off "legacy" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24',
        ),
    ],
)
def test_whom_a_sample_saw_no_command_that_a_full_sweep_left_cuts_off_unnamed(
    check: str, of: Database, came: SessionGroup, named: str
) -> None:
    """The look says who connects, and nothing of rds.force_ssl: an older server, or one that forbids to ask."""
    table = empty_table()
    judged(table, full(NOW, of=of))
    before = finding_of(table, check).finding
    assert "legacy" not in before.reason + before.next_step
    judged(table, sample(table, NOW + HOUR, observation(look=look(came))))
    after = finding_of(table, check).finding
    assert named in after.reason + " " + after.next_step
    # What a look does not show takes nothing back.
    judged(table, sample(table, NOW + 2 * HOUR, observation(look=look(outcome=LookOutcome.FAILED))))
    assert named in finding_of(table, check).finding.reason + " " + finding_of(table, check).finding.next_step
