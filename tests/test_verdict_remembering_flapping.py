"""What others are told in a day of looks: findings to Security Hub, and verdicts to people."""

from collections import Counter

import pytest
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import NOW, handshake, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import DAY, HOUR, MINUTE, done, empty_table, full, gone, judged, kept_database, sample

QUARTER = 15 * MINUTE
GOOD = observation(look=look(sessions("orders-api")))
PLAIN = observation(look=look(sessions("orders-api"), sessions("legacy", tls=False)))
UNREACHED = observation(
    handshake=handshake(HandshakeOutcome.UNREACHABLE, "no route", chain=()),
    look=look(outcome=LookOutcome.NOT_TRIED),
)
EXPIRED = observation(
    handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(outcome=LookOutcome.NOT_TRIED)
)


def day_of(table: MemoryTable, *seen: Observation, begin: int = 0) -> list[tuple[int, str, bool]]:
    """Quarters of an hour in which people are told the verdict of a sample, what it is, and whether it flaps."""
    told = []
    for quarter, each in enumerate(seen, start=begin + 1):
        judgement = judged(table, sample(table, NOW + quarter * QUARTER, each))
        if judgement.verdict_told:
            told.append((quarter, judgement.readiness.verdict.value, judgement.flapping))
    return told


def announced(table: MemoryTable, since: int) -> Counter[str]:
    return Counter(each.finding.check.value for each in table.sent[since:])


def after(seen: Observation = GOOD) -> MemoryTable:
    """A table on which a first full sweep left what it saw."""
    table = empty_table()
    judgement = judged(table, full(NOW, seen))
    assert judgement.verdict_told
    return table


def test_a_day_in_which_nothing_changes_tells_nobody_anything() -> None:
    table = after()
    assert day_of(table, *[GOOD] * 95) == []
    # That a client was seen on another day is no news.
    assert announced(table, 13) == {}


def test_a_server_that_flaps_all_day_is_told_twice() -> None:
    table = after()
    told = day_of(table, *[UNREACHED, GOOD] * 48)
    assert told == [(1, "NOT_OBSERVED", False), (3, "NOT_OBSERVED", True)]
    counts = announced(table, 13)
    assert {check: counts[check] for check in ("server-certificate", "plaintext-clients", "not-observed")} == {
        "server-certificate": 0,
        "plaintext-clients": 0,
        "not-observed": 0,
    }
    # What nobody could look at stays in a hub as it was.
    assert counts.total() <= 2


def test_a_day_later_it_is_told_once_more_that_it_flaps() -> None:
    table = after()
    day_of(table, *[UNREACHED, GOOD] * 48)
    assert day_of(table, *[UNREACHED, GOOD] * 48, begin=96) == [(99, "NOT_OBSERVED", True)]


def test_what_gets_worse_is_told_at_once_also_while_it_flaps() -> None:
    table = after()
    day_of(table, *[UNREACHED, GOOD] * 10)
    assert day_of(table, EXPIRED, begin=20) == [(21, "FIX_DATABASE", False)]
    kept = kept_database(table)
    assert kept
    assert (kept.announced_verdict, kept.announced_at) == ("FIX_DATABASE", NOW + 21 * QUARTER)


def test_what_gets_better_is_told_once_it_stood_for_an_hour() -> None:
    table = after()
    assert day_of(table, UNREACHED, *[GOOD] * 10) == [(1, "NOT_OBSERVED", False), (6, "CLEAR", False)]


def test_what_got_better_for_half_an_hour_only_is_not_told() -> None:
    table = after(UNREACHED)
    assert day_of(table, GOOD, GOOD, UNREACHED, UNREACHED) == []


def test_a_verdict_that_changed_once_a_quarter_is_remembered_by_its_last_three_changes() -> None:
    table = after()
    day_of(table, *[UNREACHED, GOOD] * 4)
    kept = kept_database(table)
    assert kept
    assert kept.changes == (NOW + 6 * QUARTER, NOW + 7 * QUARTER, NOW + 8 * QUARTER)
    assert kept.flaps_told_at == NOW + 3 * QUARTER


def test_the_changes_of_yesterday_are_no_flapping() -> None:
    table = after()
    day_of(table, UNREACHED, GOOD)
    judged(table, full(NOW + DAY + HOUR, GOOD))
    assert day_of(table, UNREACHED, begin=120) == [(121, "NOT_OBSERVED", False)]


def test_a_check_that_fails_is_told_as_worse_once() -> None:
    table = after()
    judgement = judged(table, sample(table, NOW + QUARTER, PLAIN))
    assert (judgement.worse, judgement.verdict_told) == (("plaintext-clients",), True)
    assert judgement.readiness.verdict == "FIX_CLIENTS"
    for quarter in range(2, 10):
        judgement = judged(table, sample(table, NOW + quarter * QUARTER, PLAIN))
        assert (judgement.worse, judgement.told, judgement.verdict_told) == ((), (), False)


def test_a_check_that_fails_at_the_first_look_is_told_as_worse() -> None:
    assert judged(empty_table(), full(NOW, PLAIN)).worse == ("plaintext-clients",)


def test_a_check_that_failed_without_a_full_sweep_is_not_worse_a_week_later() -> None:
    table = after(PLAIN)
    judgement = judged(table, full(NOW + 7 * DAY, PLAIN))
    assert "plaintext-clients" not in {each.finding.check for each in judgement.told}
    assert (judgement.worse, judgement.verdict_told) == ((), False)


@pytest.mark.parametrize("number", [3, 40])
def test_many_new_clients_with_tls_are_no_reason_for_a_mail(number: int) -> None:
    table = after()
    looks = [observation(look=look(*(sessions(f"job-{n}-{each}") for n in range(number)))) for each in range(20)]
    assert day_of(table, *looks) == []
    # What only reads otherwise is told hourly at most.
    assert announced(table, 13)["tls-clients"] <= 5


def test_a_database_that_comes_back_is_told_anew() -> None:
    table = after()
    done(table, full(NOW + HOUR))
    gone(table, NOW + 2 * HOUR)
    judgement = judged(table, full(NOW + DAY))
    assert judgement.verdict_told
    assert len(judgement.told) == 13


def test_an_older_look_that_is_judged_late_tells_nothing_that_the_newer_one_told() -> None:
    table = after()
    newer = judged(table, sample(table, NOW + 2 * HOUR, EXPIRED, is_contended=True))
    assert (newer.worse, newer.verdict_told) == (("server-certificate",), True)
    older = judged(table, sample(table, NOW + HOUR, EXPIRED, is_contended=True))
    assert (older.told, older.worse, older.verdict_told) == ((), (), False)


def test_what_only_an_older_look_saw_is_told_although_it_is_judged_late() -> None:
    table = after()
    done(table, sample(table, NOW + 2 * HOUR, GOOD, is_contended=True))
    older = judged(table, sample(table, NOW + HOUR, PLAIN, is_contended=True))
    assert (older.worse, older.verdict_told) == (("plaintext-clients",), True)
    assert older.readiness.verdict == "FIX_CLIENTS"
    assert day_of(table, GOOD, GOOD, begin=8) == []


def test_what_flapped_is_told_better_only_when_it_was_calm_for_a_day() -> None:
    table = after()
    assert day_of(table, UNREACHED, GOOD, UNREACHED) == [(1, "NOT_OBSERVED", False), (3, "NOT_OBSERVED", True)]
    # The second of its three changes is a day old by then.
    assert day_of(table, *[GOOD] * 110, begin=3) == [(98, "CLEAR", False)]
