"""Sweeps that are cut off after any of their steps, and items that others write again and again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tlscheck.ledger.client import Client
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptDatabase, KeptLog, KeptLook, KeptLooks
from tlscheck.verdict.remembering import forget, remember
from tlscheck.verdict.steps import Step, Write
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome

from tests.examples import KEY, NOW, RETIRED_CA, database, handshake, look, observation, sessions
from tests.memory_table import MemoryTable, Row
from tests.remembering import (
    DAY,
    HOUR,
    LISTENER,
    MINUTE,
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

FIRST = observation(look=look(sessions("orders-api"), sessions("legacy")))
PLAIN = observation(look=look(sessions("orders-api"), sessions("legacy", tls=False)))
EXPIRED = observation(
    handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(outcome=LookOutcome.NOT_TRIED)
)
MOST = range(20)
"""More steps than any of these sweeps has."""


def content(table: MemoryTable, key: str = KEY) -> dict[str, Any]:
    """All that lies there, but versions, and when it was first seen or told, or last changed."""
    return {sort: _content(row.noun) for sort, row in table.rows[key].items()}


def _content(noun: Client | RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase) -> object:
    match noun:
        case RememberedFinding():
            told = (noun.announced_status, noun.announced_digest)
            return (noun.finding, noun.not_observed_since, noun.basis, noun.concluded_at, noun.archived_at, told)
        case KeptDatabase():
            return (noun.database, noun.is_listed, noun.verdict, noun.verdict_reason, noun.announced_verdict)
        case KeptLook():
            # The sweep that was cut off has looked, too.
            return replace(noun, version=None, looks=())
        case KeptLooks():
            return noun.moments
        case KeptLog():
            return replace(noun, version=None)
        case Client():
            return (noun.who, *(trace.last for trace in noun.traces))


@pytest.mark.parametrize("most", MOST)
def test_a_first_sweep_that_is_cut_off_and_done_again_leaves_what_a_clean_one_does(most: int) -> None:
    clean, cut = empty_table(), empty_table()
    done(clean, full(NOW + HOUR, PLAIN))
    begun(cut, remember(full(NOW, PLAIN)), most)
    done(cut, full(NOW + HOUR, PLAIN))
    assert content(cut) == content(clean)
    assert clients(cut) == {"orders-api": (NOW + HOUR, None), "legacy": (None, NOW + HOUR)}
    assert {each.finding.check for each in cut.sent} == {each.finding.check for each in clean.sent}


@pytest.mark.parametrize("most", MOST)
@pytest.mark.parametrize("seen", [PLAIN, EXPIRED])
def test_a_later_sweep_that_is_cut_off_is_made_good_by_the_next(seen: Any, most: int) -> None:
    before = empty_table()
    done(before, full(NOW, FIRST))
    clean, cut = before.copy(), before.copy()
    done(clean, full(NOW + HOUR, seen))
    done(clean, full(NOW + 2 * HOUR, seen))
    begun(cut, remember(full(NOW + HOUR, seen)), most)
    done(cut, full(NOW + 2 * HOUR, seen))
    assert content(cut) == content(clean)
    # Whatever was not told before it was cut off is told then.
    assert {each.finding for each in cut.sent} == {each.finding for each in clean.sent}


@pytest.mark.parametrize("most", MOST)
def test_a_sample_after_a_sweep_that_was_cut_off_never_says_that_all_is_well(most: int) -> None:
    table = empty_table()
    begun(table, remember(full(NOW, PLAIN, database(certificate_authority=RETIRED_CA))), most)
    if "database" in table.rows.get(KEY, {}):
        said = judged(table, sample(table, NOW + HOUR, PLAIN)).readiness.verdict
        assert said in ({"NOT_OBSERVED"} if not findings(table) else {"NOT_OBSERVED", "FIX_DATABASE"})


@pytest.mark.parametrize("most", MOST)
def test_archiving_that_is_cut_off_is_done_by_the_next_sweep(most: int) -> None:
    clean = empty_table()
    done(clean, full(NOW, PLAIN))
    cut = clean.copy()
    gone(clean, NOW + DAY)
    is_done = begun(cut, forget(KEY, listing(NOW + HOUR), LISTENER), most)
    # Until it is, the database is one that sweeps know of.
    assert is_listed(cut) != is_done
    gone(cut, NOW + DAY)
    archived = {"PASSED archived", "INFORMATIONAL archived", "FAILED archived", "NOT_OBSERVED archived"}
    assert set(findings(cut).values()) == archived
    assert not is_listed(cut)
    assert len(cut.sent) == len(clean.sent) == 26
    assert clients(cut) == {"orders-api": (NOW, None), "legacy": (None, NOW)}


def written_again(row: Row, times: int = 1) -> Row:
    """The same item in a later version."""
    version = row.version + times
    assert not isinstance(row.noun, Client)
    return replace(row, version=version, noun=replace(row.noun, version=version))


def others_write(table: MemoryTable, sort: str, times: int) -> Callable[[Step], None]:
    """Somebody who writes an item just before each of the first so many writes of it."""
    left = [times]

    def before(step: Step) -> None:
        if isinstance(step, Write) and left[0] and _sort(step) == sort:
            left[0] -= 1
            table.rows[KEY][sort] = written_again(table.rows[KEY][sort])

    return before


def _sort(step: Write) -> str:
    match step.noun:
        case RememberedFinding(finding):
            return f"finding#{finding.check}"
        case KeptDatabase():
            return "database"
        case Client(who):
            return f"client#{who.digest()}"
        case KeptLook():
            return "look"
        case KeptLooks():
            return "looks"
        case KeptLog():
            return "log"


@pytest.mark.parametrize("sort", ["finding#plaintext-clients", "finding#not-observed", "database", "look"])
@pytest.mark.parametrize("times", [1, 2])
def test_an_item_that_others_wrote_meanwhile_is_read_and_judged_again(sort: str, times: int) -> None:
    table = empty_table()
    done(table, full(NOW, FIRST))
    undisturbed = table.copy()
    expected = judged(undisturbed, full(NOW + HOUR, PLAIN))
    judgement = played(table, remember(full(NOW + HOUR, PLAIN)), others_write(table, sort, times))
    assert judgement
    assert (judgement.error, judgement.readiness) == ("", expected.readiness)
    assert content(table) == content(undisturbed)
    # Who is told of it is told all the same.
    assert judgement.verdict_told is True
    assert judgement.worse == expected.worse == ("plaintext-clients",)
    assert {each.finding.check for each in judgement.told} == {each.finding.check for each in expected.told}


def test_a_finding_that_others_wrote_three_times_meanwhile_is_left_to_them_and_said() -> None:
    table, sort = empty_table(), "finding#plaintext-clients"
    done(table, full(NOW, FIRST))
    row = table.rows[KEY][sort]
    judgement = played(table, remember(full(NOW + HOUR, PLAIN)), others_write(table, sort, 3))
    assert judgement
    assert judgement.error == (
        "Other sweeps wrote of it while this one did, 3 times: what the table says may be older than this."
    )
    assert judgement.readiness.verdict == "FIX_CLIENTS"
    assert table.rows[KEY][sort] == written_again(row, times=3)
    assert clients(table)["legacy"] == (NOW, NOW + HOUR)
    # The next one finds it as it is.
    done(table, full(NOW + HOUR + MINUTE, PLAIN))
    assert (says(table, "plaintext-clients"), verdict(table)) == ("FAILED", "FIX_CLIENTS")


@pytest.mark.parametrize(("times", "is_said"), [(3, False), (29, False), (30, True)])
@pytest.mark.parametrize("sort", ["look", "database"])
def test_a_fact_is_written_however_often_others_wrote_it_meanwhile(sort: str, times: int, is_said: bool) -> None:
    table = empty_table()
    done(table, full(NOW, FIRST))
    judgement = played(table, remember(full(NOW + HOUR, PLAIN)), others_write(table, sort, times))
    assert judgement
    assert (judgement.error != "") is is_said
    assert clients(table)["legacy"] == (NOW, NOW + HOUR)
    assert says(table, "plaintext-clients") == ("PASSED" if is_said else "FAILED")


def test_archiving_that_others_came_before_three_times_is_left_to_the_next_sweep() -> None:
    table = empty_table()
    done(table, full(NOW, FIRST))
    assert played(table, forget(KEY, listing(NOW + HOUR), LISTENER), others_write(table, "finding#ca", 3)) is None
    assert (says(table, "ca"), is_listed(table)) == ("PASSED", True)
    assert gone(table, NOW + DAY)
    assert says(table, "ca") == "PASSED archived"


def test_what_two_sweeps_found_at_once_on_an_empty_table_is_written_once() -> None:
    table = empty_table()

    def then(step: Step) -> None:
        if isinstance(step, Write) and isinstance(step.noun, KeptLook) and "look" not in table.rows.get(KEY, {}):
            done(table, full(NOW, PLAIN))

    judgement = played(table, remember(full(NOW, PLAIN)), then)
    assert judgement
    assert judgement.error == ""
    assert len(table.sent) == 13
    assert finding_of(table, "plaintext-clients").finding.status == "FAILED"
