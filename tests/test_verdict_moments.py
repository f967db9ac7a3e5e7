"""When a finding is announced, kept, refreshed and archived: at the very moment, and one before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.batch import Depth
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding
from tlscheck.verdict.in_hand import Known
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.settle import archived, settle

from tests.examples import KEY, NOW, ORDERS, RETIRED_CA, database, proxy
from tests.remembering import HOUR, done, empty_table, full, judged, sample

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
FAILED = Finding(KEY, ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")
BLIND = replace(FAILED, status=Status.NOT_OBSERVED, reason="AccessDenied")
PASSED = replace(FAILED, status=Status.PASSED)
KNOWN = replace(
    settle(None, FAILED, Basis(NOW - DAY), NOW - DAY),
    first_observed_at=NOW - 20 * DAY,
    changed_at=NOW - 10 * DAY,
    announced_at=NOW - 7 * DAY,
)


def now(known: RememberedFinding, found: Finding, after: timedelta = timedelta(0)) -> RememberedFinding:
    """What is remembered once a listing of now, or so much later, says so."""
    return settle(known, found, Basis(NOW + after), NOW + after)


def test_a_finding_that_stays_as_it_is_is_not_announced_for_its_age() -> None:
    assert now(KNOWN, FAILED) == replace(KNOWN, observed_at=NOW, basis=Basis(NOW), concluded_at=NOW)


@pytest.mark.parametrize(("age", "announced"), [(HOUR, True), (HOUR - MOMENT, False)])
def test_what_only_reads_otherwise_is_announced_an_hour_after_the_last_time(
    age: timedelta, announced: bool
) -> None:
    known = replace(KNOWN, announced_at=NOW - age)
    after = now(known, replace(FAILED, reason="Its CA will be retired."))
    assert after.announced_at == (NOW if announced else NOW - age)
    assert (after.changed_at, after.changes) == (NOW, ())


@pytest.mark.parametrize(("stood", "announced"), [(HOUR, True), (HOUR - MOMENT, False)])
def test_what_got_better_is_announced_once_it_stood_for_an_hour(stood: timedelta, announced: bool) -> None:
    better = now(replace(KNOWN, announced_at=NOW - DAY), PASSED)
    assert (better.announced_at, better.announced_status, better.changes) == (NOW - DAY, "FAILED", (NOW,))
    after = now(better, PASSED, stood)
    assert after.announced_at == (NOW + stood if announced else NOW - DAY)
    assert after.announced_status == ("PASSED" if announced else "FAILED")


def test_what_got_worse_is_announced_at_once() -> None:
    passed = settle(None, PASSED, Basis(NOW), NOW)
    assert now(passed, FAILED, MOMENT).announced_at == NOW + MOMENT
    assert now(passed, BLIND, MOMENT).announced_at == NOW + MOMENT


def test_a_failure_that_could_not_be_looked_at_stands_and_is_announced_once() -> None:
    known = replace(KNOWN, announced_at=NOW - DAY)
    first = now(known, BLIND)
    assert replace(first, announced_digest="") == replace(
        known,
        observed_at=NOW,
        announced_at=NOW,
        not_observed_since=NOW,
        not_observed_reason="AccessDenied",
        basis=Basis(NOW),
        announced_digest="",
    )
    assert first.announced_digest != known.announced_digest
    second = now(first, BLIND, DAY)
    assert second == replace(first, observed_at=NOW + DAY, basis=Basis(NOW + DAY))
    third = now(second, replace(BLIND, reason="Throttled"), 2 * DAY)
    assert (third.announced_at, third.not_observed_since) == (NOW + 2 * DAY, NOW)
    assert third.not_observed_reason == "Throttled"


def test_a_failure_that_is_seen_again_is_seen_since_it_first_was() -> None:
    again = now(now(KNOWN, BLIND), FAILED, DAY)
    expected = replace(
        KNOWN,
        observed_at=NOW + DAY,
        announced_at=NOW + DAY,
        basis=Basis(NOW + DAY),
        concluded_at=NOW + DAY,
    )
    assert again == expected


def test_an_older_sweep_changes_nothing() -> None:
    before = NOW - DAY - MOMENT
    assert settle(KNOWN, BLIND, Basis(before), before) is KNOWN
    assert archived(KNOWN, Basis(before), before) is KNOWN


def test_an_archived_finding_keeps_what_it_says_and_comes_back_active() -> None:
    gone = archived(KNOWN, Basis(NOW), NOW)
    assert gone == replace(KNOWN, archived_at=NOW, announced_at=NOW, observed_at=NOW, basis=Basis(NOW))
    assert archived(gone, Basis(NOW + DAY), NOW + DAY) is gone
    assert now(gone, FAILED, MOMENT) == replace(
        KNOWN,
        announced_at=NOW + MOMENT,
        observed_at=NOW + MOMENT,
        basis=Basis(NOW + MOMENT),
        concluded_at=NOW + MOMENT,
    )
    assert now(gone, BLIND, DAY).archived_at is None


def test_an_archived_finding_rests_on_the_look_that_it_rested_on() -> None:
    known = replace(KNOWN, basis=Basis(NOW - DAY, NOW + DAY))
    assert archived(known, Basis(NOW), NOW).basis == Basis(NOW, NOW + DAY)


def test_a_finding_of_an_earlier_version_is_told_again_only_if_it_says_something_else() -> None:
    # It did not keep what it had told.
    earlier = replace(KNOWN, announced_status=None, announced_digest="", concluded_at=None)
    same = now(replace(earlier, announced_at=NOW - DAY), FAILED)
    assert (same.announced_at, len(same.announced_digest)) == (NOW - DAY, 12)
    assert now(replace(earlier, announced_at=NOW - DAY), BLIND).announced_at == NOW


FULL = [
    "force-ssl",
    "ca",
    "server-certificate",
    "plaintext-clients",
    "tls-clients",
    "lost-encryption",
    "refusing-clients",
]
FULL += ["certificate-rotation"]
FULL += ["tls-versions", "upgrade-enforces-tls", "password-hashes", "connection-log", "not-observed"]
SAMPLE = [
    "server-certificate",
    "plaintext-clients",
    "tls-clients",
    "lost-encryption",
    "refusing-clients",
    "not-observed",
]


@pytest.mark.parametrize(("depth", "checks"), [(Depth.FULL, FULL), (Depth.SAMPLE, SAMPLE)])
def test_a_database_is_judged_by_these_checks_and_told_in_this_order(depth: Depth, checks: list[str]) -> None:
    table = empty_table()
    first = judged(table, full(NOW, of=database(certificate_authority=RETIRED_CA)))
    assert [each.finding.check for each in first.findings] == FULL
    assert set(first.changed) == set(first.settled)
    later = sample(table, NOW + DAY) if depth is Depth.SAMPLE else full(NOW + DAY)
    judgement = judged(table, later)
    assert [each.finding.check for each in judgement.findings] == FULL
    assert {each.finding.check for each in judgement.settled} == set(checks)


def test_a_sample_keeps_what_it_did_not_judge() -> None:
    table = empty_table()
    done(table, full(NOW, of=database(certificate_authority=RETIRED_CA)))
    judgement = judged(table, sample(table, NOW + DAY))
    (kept,) = (each for each in judgement.findings if each.finding.check == "ca")
    assert (kept.finding.status, kept.observed_at) == ("FAILED", NOW)
    assert kept not in judgement.settled
    assert judgement.readiness.verdict == "FIX_DATABASE"


def test_a_proxy_is_judged_by_its_own_two_checks() -> None:
    judgement = judge(full(NOW, of=proxy()), Known(Remembered("aws:111122223333:us-east-1:prx-0123456789abcdef0")))
    assert judgement
    assert [each.finding.check for each in judgement.findings] == ["proxy-tls", "not-observed"]
