"""What is told to others, and when: worse at once, better once it stood, and that it flaps once a day."""

from datetime import timedelta

from tlscheck.verdict.announce import Announced, Telling, changes_of, telling
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding
from tlscheck.verdict.settle import settle

from tests.examples import NOW, ORDERS

MINUTES = timedelta(minutes=1)
QUARTER = 15 * MINUTES
KEY = "aws:111122223333:us-east-1:db-ORDERS"


def finding(status: Status, reason: str = "because") -> Finding:
    return Finding(KEY, ORDERS, "us-east-1", CheckId.SERVER_CERTIFICATE, status, reason, "")


def day_of(statuses: list[Status]) -> list[tuple[int, Status]]:
    """Quarters of an hour in which something was announced, and what, of a look each quarter."""
    known: RememberedFinding | None = None
    told = []
    for quarter, status in enumerate(statuses):
        at = NOW + quarter * QUARTER
        known = settle(known, finding(status), Basis(NOW, at), at)
        if known.announced_at == at:
            told.append((quarter, known.finding.status))
    return told


def test_what_gets_worse_is_told_at_once() -> None:
    assert day_of([Status.PASSED, Status.FAILED]) == [(0, Status.PASSED), (1, Status.FAILED)]
    assert day_of([Status.PASSED, Status.NOT_OBSERVED])[-1] == (1, Status.NOT_OBSERVED)
    assert day_of([Status.WARNING, Status.FAILED])[-1] == (1, Status.FAILED)


def test_what_gets_better_is_told_once_it_stood_for_an_hour() -> None:
    told = day_of([Status.FAILED, *[Status.PASSED] * 8])
    assert told == [(0, Status.FAILED), (5, Status.PASSED)]


def test_what_was_worse_for_a_moment_within_that_hour_was_not_better_in_between() -> None:
    told = day_of([Status.FAILED, Status.PASSED, Status.FAILED, Status.FAILED])
    assert told == [(0, Status.FAILED)]


def test_a_server_that_flaps_is_told_to_flap_once_and_then_nothing_better_for_a_day() -> None:
    told = day_of([Status.PASSED, *[Status.NOT_OBSERVED, Status.PASSED] * 47])
    assert told == [(0, Status.PASSED), (1, Status.NOT_OBSERVED), (3, Status.NOT_OBSERVED)]


def test_a_failure_amid_the_flapping_is_told_at_once() -> None:
    told = day_of([Status.PASSED, Status.NOT_OBSERVED, Status.PASSED, Status.NOT_OBSERVED, Status.FAILED])
    assert told[-1] == (4, Status.FAILED)


def test_what_only_reads_otherwise_is_told_hourly_at_most() -> None:
    known = settle(None, finding(Status.FAILED, "0"), Basis(NOW, NOW), NOW)
    told = 0
    for quarter in range(1, 97):
        at = NOW + quarter * QUARTER
        known = settle(known, finding(Status.FAILED, str(quarter)), Basis(NOW, at), at)
        told += known.announced_at == at
    assert told == 24


def test_changes_are_those_of_the_last_day_and_never_more_than_tell_that_it_flaps() -> None:
    assert changes_of((NOW - timedelta(hours=24), NOW - timedelta(hours=23)), NOW, changed=False) == (
        NOW - timedelta(hours=23),
    )
    many = tuple(NOW - each * QUARTER for each in (3, 2, 1))
    assert changes_of(many, NOW, changed=True) == (*many[1:], NOW)


def test_a_day_later_it_is_told_again_that_it_flaps() -> None:
    changes = tuple(NOW - each * QUARTER for each in (3, 2, 1))
    told = Announced(1, NOW - timedelta(hours=25), changes, NOW - timedelta(hours=24))
    assert telling(told, 1, NOW, differs=False) == Telling(is_due=True, flaps=True)
    lately = Announced(1, NOW - timedelta(hours=23), changes, NOW - timedelta(hours=23))
    assert telling(lately, 1, NOW, differs=False) == Telling(is_due=False)
