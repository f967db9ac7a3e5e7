"""When a finding is announced, kept, refreshed and archived: at the very moment, and one before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.judgement import judge
from tlscheck.verdict.settle import archived, settle

from tests.examples import NOW, ORDERS, database, evidence, proxy

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
FAILED = Finding(ORDERS, "us-east-1", CheckId("ca"), Status.FAILED, "Its CA is retired.", "")
BLIND = replace(FAILED, status=Status.NOT_OBSERVED, reason="AccessDenied")
KNOWN = RememberedFinding(FAILED, NOW - 20 * DAY, NOW - 10 * DAY, NOW - 7 * DAY, NOW - DAY)


@pytest.mark.parametrize(("age", "announced"), [(7 * DAY, True), (7 * DAY - MOMENT, False)])
def test_a_finding_that_stays_as_it_is_is_announced_after_seven_days(age: timedelta, announced: bool) -> None:
    # Security Hub deletes what was not updated for 90 days.
    known = replace(KNOWN, announced_at=NOW - age)
    after = settle(known, FAILED, NOW)
    assert after == replace(known, observed_at=NOW, announced_at=NOW if announced else NOW - age)


def test_a_failure_that_could_not_be_looked_at_stands_and_is_announced_once() -> None:
    known = replace(KNOWN, announced_at=NOW - DAY)
    first = settle(known, BLIND, NOW)
    assert first == replace(
        known, observed_at=NOW, announced_at=NOW, not_observed_since=NOW, not_observed_reason="AccessDenied"
    )
    second = settle(first, BLIND, NOW + DAY)
    assert second == replace(first, observed_at=NOW + DAY)
    third = settle(second, replace(BLIND, reason="Throttled"), NOW + 2 * DAY)
    assert third == replace(
        second, observed_at=NOW + 2 * DAY, announced_at=NOW + 2 * DAY, not_observed_reason="Throttled"
    )


def test_a_failure_that_is_seen_again_is_seen_since_it_first_was() -> None:
    blind = settle(KNOWN, BLIND, NOW)
    again = settle(blind, FAILED, NOW + DAY)
    assert again == replace(KNOWN, observed_at=NOW + DAY, announced_at=NOW + DAY)


def test_a_change_counts_from_its_own_sweep() -> None:
    passed = replace(FAILED, status=Status.PASSED)
    assert settle(KNOWN, passed, NOW) == RememberedFinding(passed, NOW - 20 * DAY, NOW, NOW, NOW)


@pytest.mark.parametrize("before", [timedelta(0), MOMENT])
def test_a_repeated_or_older_sweep_changes_nothing(before: timedelta) -> None:
    assert settle(KNOWN, BLIND, KNOWN.observed_at - before) is KNOWN
    assert archived(KNOWN, KNOWN.observed_at - before) is KNOWN


def test_an_archived_finding_keeps_what_it_says_and_comes_back_active() -> None:
    gone = archived(KNOWN, NOW)
    assert gone == replace(KNOWN, archived_at=NOW, announced_at=NOW, observed_at=NOW)
    assert archived(gone, NOW + DAY) is gone
    assert settle(gone, FAILED, NOW + DAY) == replace(KNOWN, announced_at=NOW + DAY, observed_at=NOW + DAY)
    assert settle(gone, BLIND, NOW + DAY).archived_at is None


FULL = ["force-ssl", "ca", "server-certificate", "plaintext-clients", "tls-clients", "certificate-rotation"]
FULL += ["tls-versions", "upgrade-enforces-tls", "password-hashes", "connection-log", "not-observed"]
SAMPLE = ["server-certificate", "plaintext-clients", "tls-clients", "not-observed"]


@pytest.mark.parametrize(("depth", "checks"), [(Depth.FULL, FULL), (Depth.SAMPLE, SAMPLE)])
def test_a_database_is_judged_by_these_checks_and_told_in_this_order(depth: Depth, checks: list[str]) -> None:
    judgement = judge(evidence(database()), (), Sweep("s", NOW, depth), 90 * DAY)
    assert [each.finding.check for each in judgement.findings] == checks
    assert [each.finding.check for each in judgement.changed] == [each.finding.check for each in judgement.settled]
    assert {each.finding.check for each in judgement.settled} == set(checks)


def test_a_sample_keeps_what_it_did_not_judge() -> None:
    judgement = judge(evidence(database()), (KNOWN,), Sweep("s", NOW, Depth.SAMPLE), 90 * DAY)
    assert [each.finding.check for each in judgement.findings] == ["ca", *SAMPLE]
    assert judgement.findings[0] is KNOWN
    assert KNOWN not in judgement.settled
    assert judgement.readiness.verdict == "FIX_DATABASE"


def test_a_proxy_is_judged_by_its_own_two_checks() -> None:
    judgement = judge(evidence(proxy()), (), Sweep("s", NOW, Depth.FULL), 90 * DAY)
    assert [each.finding.check for each in judgement.findings] == ["proxy-tls", "not-observed"]
