"""A server's own word is remembered with its date: of an instance, and of a cluster by all its members."""

from dataclasses import replace
from datetime import datetime

import pytest
from tlscheck.inventory.database import Database
from tlscheck.verdict.judgement import Judgement
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation, Plaintext, PlaintextOutcome

from tests.examples import (
    NOT_ENFORCED,
    NOW,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    handshake,
    look,
    member,
    observation,
)
from tests.memory_table import MemoryTable
from tests.remembering import (
    DAY,
    HOUR,
    cluster_in_hand,
    done,
    empty_table,
    finding_of,
    full,
    judged,
    sample,
    says,
    verdict,
)

LEDGER_KEY = "aws:111122223333:us-east-1:cluster-LEDGER"
TWO = cluster(
    member_authorities=dict.fromkeys(("ledger-1", "ledger-2"), "rds-ca-rsa2048-g1"),
    member_ids={"ledger-1": "db-LEDGER1", "ledger-2": "db-LEDGER2"},
)
UNREACHED = observation(
    handshake=handshake(HandshakeOutcome.UNREACHABLE, "no route", chain=()),
    look=look(outcome=LookOutcome.NOT_TRIED),
)


def met(outcome: PlaintextOutcome) -> Observation:
    """A look at which the server met a client without TLS so."""
    seen = observation()
    return Observation(seen.arn, seen.handshake, seen.look, Plaintext(outcome, "said so"))


ACCEPTED, REFUSED = met(PlaintextOutcome.ACCEPTED), met(PlaintextOutcome.REFUSED)


def ledger(number: int) -> Database:
    return member(
        arn=f"arn:aws:rds:us-east-1:111122223333:db:ledger-{number}",
        identifier=f"ledger-{number}",
        resource_id=f"db-LEDGER{number}",
    )


def look_at(table: MemoryTable, at: datetime, of: Database = TWO, **seen: Observation) -> Judgement:
    """A full sweep that looked at these members (`one`, `two`, `three`), and then judged their cluster."""
    numbers = {"one": 1, "two": 2, "three": 3}
    members = {
        f"ledger-{numbers[name]}": judged(table, full(at, each, ledger(numbers[name])))
        for name, each in seen.items()
    }
    return judged(table, cluster_in_hand(at, of, members))


def force_ssl(table: MemoryTable) -> tuple[str, str]:
    found = finding_of(table, "force-ssl", LEDGER_KEY).finding
    return found.status.value, found.reason


def test_that_a_server_accepted_plaintext_stands_with_its_date_where_it_cannot_be_reached_later() -> None:
    table = empty_table()
    done(table, full(NOW, ACCEPTED))
    found = finding_of(table, "force-ssl").finding
    assert (found.status, found.reason) == (
        "FAILED",
        "the server accepts a client without TLS; AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)",
    )
    for days in range(1, 4):
        done(table, full(NOW + days * DAY, UNREACHED))
        found = finding_of(table, "force-ssl").finding
        assert (found.status, found.reason) == (
            "FAILED",
            (
                "on 2026-11-24 the server accepted a client without TLS, and it was not heard since; "
                "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
            ),
        )
    assert verdict(table) == "FIX_DATABASE"
    done(table, full(NOW + 4 * DAY, REFUSED))
    assert says(table, "force-ssl") == "PASSED"


def test_that_a_server_accepted_plaintext_in_a_sample_is_not_forgotten_by_the_full_sweep() -> None:
    table = empty_table()
    done(table, full(NOW, REFUSED))
    done(table, sample(table, NOW + HOUR, ACCEPTED))
    assert says(table, "force-ssl") == "FAILED"
    done(table, full(NOW + 2 * HOUR, UNREACHED))
    assert says(table, "force-ssl") == "FAILED"


def test_that_a_server_refused_plaintext_counts_later_only_beside_the_api() -> None:
    table = empty_table()
    done(table, full(NOW, REFUSED))
    done(table, full(NOW + DAY, UNREACHED))
    found = finding_of(table, "force-ssl").finding
    assert (found.status, found.reason) == (
        "PASSED",
        (
            "on 2026-11-24 the server refused a client without TLS, and it was not heard since; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )
    done(table, full(NOW + 2 * DAY, UNREACHED, database(force_ssl=UNKNOWN_ENFORCEMENT)))
    assert says(table, "force-ssl") == "NOT_OBSERVED"
    done(table, full(NOW + 3 * DAY, UNREACHED, database(force_ssl=NOT_ENFORCED)))
    assert says(table, "force-ssl") == "FAILED"


def test_an_overtaken_look_that_heard_the_server_accept_plaintext_is_not_lost() -> None:
    table = empty_table()
    done(table, full(NOW + HOUR, UNREACHED, is_contended=True))
    done(table, full(NOW, ACCEPTED, is_contended=True))
    found = finding_of(table, "force-ssl").finding
    assert found.status == "FAILED"
    assert found.reason.startswith("on 2026-11-24 the server accepted a client without TLS")


def test_a_cluster_enforces_tls_where_all_of_its_members_do() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=REFUSED)
    assert force_ssl(table) == (
        "PASSED",
        "every member refuses a client without TLS; AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)",
    )
    assert verdict(table, LEDGER_KEY) == "CLEAR"


def test_one_member_that_accepts_plaintext_is_enough_for_the_cluster() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=ACCEPTED)
    assert force_ssl(table) == (
        "FAILED",
        (
            "ledger-2: the server accepts a client without TLS; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )
    assert verdict(table, LEDGER_KEY) == "FIX_DATABASE"


def test_an_absent_member_counts_with_its_last_word_and_when_it_said_it() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=ACCEPTED)
    look_at(table, NOW + 3 * DAY, one=REFUSED)
    assert force_ssl(table) == (
        "FAILED",
        (
            "ledger-2: on 2026-11-24 the server accepted a client without TLS, and it was not heard since; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )


def test_an_absent_member_that_refused_counts_beside_the_api() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=REFUSED)
    look_at(table, NOW + 3 * DAY, one=REFUSED)
    assert force_ssl(table) == (
        "PASSED",
        (
            "ledger-2: on 2026-11-24 the server refused a client without TLS, and it was not heard since; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )


def test_a_cluster_that_is_looked_at_without_its_members_is_judged_by_their_last_words() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=ACCEPTED)
    look_at(table, NOW + 3 * DAY)
    assert force_ssl(table) == (
        "FAILED",
        (
            "ledger-2: on 2026-11-24 the server accepted a client without TLS, and it was not heard since; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )


def test_a_cluster_whose_members_nobody_knows_any_more_is_judged_by_what_the_api_says_now() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=REFUSED)
    look_at(table, NOW + 3 * DAY, replace(TWO, member_ids={}, force_ssl=NOT_ENFORCED))
    assert says(table, "force-ssl", LEDGER_KEY) == "FAILED"


@pytest.mark.parametrize("ids", [{}, {"ledger-1": "db-LEDGER1", "ledger-2": "db-LEDGER2"}])
def test_a_member_that_never_was_looked_at_leaves_it_unknown(ids: dict[str, str]) -> None:
    table = empty_table()
    of = cluster(member_authorities=TWO.member_authorities, member_ids=ids)
    judgement = look_at(table, NOW, of, one=REFUSED)
    assert force_ssl(table) == (
        "NOT_OBSERVED",
        (
            "this sweep did not look at ledger-2, a member of the cluster; "
            "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
        ),
    )
    assert judgement.readiness.verdict == "NOT_OBSERVED"


def test_a_member_made_anew_under_its_name_does_not_count_with_what_the_one_before_said() -> None:
    table = empty_table()
    look_at(table, NOW, one=REFUSED, two=REFUSED)
    # Its owner excludes the new one, or a filter leaves it out.
    anew = replace(TWO, member_ids={"ledger-1": "db-LEDGER1", "ledger-2": "db-ANEW"})
    assert look_at(table, NOW + DAY, anew, one=REFUSED).readiness.verdict == "NOT_OBSERVED"
    assert force_ssl(table)[1].startswith("this sweep did not look at ledger-2, a member of the cluster; ")


def test_a_member_that_only_a_newer_listing_has_counts_with_what_was_heard_of_it() -> None:
    table = empty_table()
    look_at(table, NOW + HOUR, one=REFUSED, two=REFUSED)
    # A listing of before the second member came, written later.
    alone = cluster(member_ids={"ledger-1": "db-LEDGER1"})
    one = judged(table, full(NOW, REFUSED, ledger(1), is_contended=True))
    judgement = judged(table, cluster_in_hand(NOW, alone, {"ledger-1": one}, is_contended=True))
    assert judgement.readiness.verdict == "CLEAR"
    assert force_ssl(table)[0] == "PASSED"


def test_what_an_older_listing_found_enforced_is_not_called_so_where_the_newer_could_not_tell() -> None:
    table = empty_table()
    unknown = cluster(
        force_ssl=UNKNOWN_ENFORCEMENT, member_authorities=TWO.member_authorities, member_ids=TWO.member_ids
    )
    silent = observation()
    # The older sweep judged its members, then the newer one did all of its own, then the older one its cluster.
    older = {"ledger-1": judged(table, full(NOW, silent, ledger(1), is_contended=True))}
    older["ledger-2"] = judged(table, full(NOW, silent, ledger(2), is_contended=True))
    newer = {f"ledger-{each}": judged(table, full(NOW + HOUR, silent, ledger(each))) for each in (1, 2)}
    judged(table, cluster_in_hand(NOW + HOUR, unknown, newer, is_contended=True))
    assert force_ssl(table)[0] == "NOT_OBSERVED"
    judged(table, cluster_in_hand(NOW, TWO, older, is_contended=True))
    assert force_ssl(table)[0] == "NOT_OBSERVED"
    assert verdict(table, LEDGER_KEY) == "NOT_OBSERVED"
