"""What is remembered: nothing that was not looked at passes, and no failure disappears unseen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.judgement import Judgement, findings_of, judge
from tlscheck.verdict.readiness import Verdict
from tlscheck.verdict.settle import settle
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    CURRENT_CA,
    ENFORCED,
    NOT_ENFORCED,
    NOW,
    ORDERS,
    RETIRED_CA,
    UNKNOWN_CA,
    UNKNOWN_ENFORCEMENT,
    client,
    cluster,
    database,
    evidence,
    handshake,
    look,
    member,
    observation,
    plaintext_client,
    sessions,
)

STANDING = {Status.FAILED, Status.WARNING}
DAY = timedelta(days=1)
MEMORY = timedelta(days=90)


def finding(status: Status, reason: str = "because", step: str = "") -> Finding:
    return Finding(ORDERS, "us-east-1", CheckId.CA, status, reason, step)


def test_a_first_finding_is_news() -> None:
    first = settle(None, finding(Status.PASSED), NOW)
    assert first == RememberedFinding(finding(Status.PASSED), NOW, NOW, NOW, NOW)


def test_the_same_finding_is_announced_again_only_after_a_week() -> None:
    first = settle(None, finding(Status.FAILED), NOW)
    second = settle(first, finding(Status.FAILED), NOW + DAY)
    assert second == replace(first, observed_at=NOW + DAY)
    late = settle(second, finding(Status.FAILED), NOW + 7 * DAY - timedelta(seconds=1))
    assert late.announced_at == NOW
    weekly = settle(second, finding(Status.FAILED), NOW + 7 * DAY)
    assert weekly == replace(first, observed_at=NOW + 7 * DAY, announced_at=NOW + 7 * DAY)


def test_a_changed_finding_is_announced_and_keeps_its_beginning() -> None:
    first = settle(None, finding(Status.FAILED), NOW)
    changed = settle(first, finding(Status.FAILED, "another reason"), NOW + DAY)
    assert changed.first_observed_at == NOW
    assert (changed.changed_at, changed.announced_at) == (NOW + DAY, NOW + DAY)


@pytest.mark.parametrize("standing", [Status.FAILED, Status.WARNING])
def test_not_having_looked_leaves_a_failure_standing_and_says_since_when(standing: Status) -> None:
    first = settle(None, finding(standing), NOW)
    blind = settle(first, finding(Status.NOT_OBSERVED, "no probe"), NOW + DAY)
    assert blind.finding == first.finding
    assert (blind.not_observed_since, blind.not_observed_reason) == (NOW + DAY, "no probe")
    assert (blind.changed_at, blind.announced_at) == (NOW, NOW + DAY)
    still_blind = settle(blind, finding(Status.NOT_OBSERVED, "no probe"), NOW + 2 * DAY)
    assert still_blind == replace(blind, observed_at=NOW + 2 * DAY)
    looked = settle(still_blind, finding(standing), NOW + 3 * DAY)
    assert (looked.not_observed_since, looked.not_observed_reason) == (None, "")
    assert (looked.changed_at, looked.announced_at) == (NOW, NOW + 3 * DAY)


@pytest.mark.parametrize("before", [Status.PASSED, Status.INFORMATIONAL, Status.NOT_OBSERVED])
def test_what_was_not_a_failure_becomes_not_observed(before: Status) -> None:
    blind = settle(settle(None, finding(before), NOW), finding(Status.NOT_OBSERVED, "no probe"), NOW + DAY)
    assert blind.finding == finding(Status.NOT_OBSERVED, "no probe")
    assert blind.not_observed_since is None


statuses = st.sampled_from(Status)
said = st.lists(st.tuples(statuses, st.sampled_from(["one", "two"]), st.integers(0, 400)), min_size=1, max_size=10)


def remember(history: Sequence[tuple[Status, str, int]]) -> RememberedFinding:
    known: RememberedFinding | None = None
    for status, reason, hours in history:
        known = settle(known, finding(status, reason), NOW + timedelta(hours=hours))
    assert known is not None
    return known


@given(said, statuses, st.integers(0, 1000))
def test_an_older_or_repeated_sweep_settles_nothing(
    history: list[tuple[Status, str, int]], status: Status, hours: int
) -> None:
    known = remember(history)
    assert settle(known, finding(status), known.observed_at - timedelta(hours=hours)) is known


@given(said, st.text(), st.integers(1, 1000))
def test_no_history_lets_a_failure_disappear_unseen_or_anything_pass(
    history: list[tuple[Status, str, int]], reason: str, hours: int
) -> None:
    known = remember(history)
    blind = settle(known, finding(Status.NOT_OBSERVED, reason), known.observed_at + timedelta(hours=hours))
    if known.finding.status in STANDING:
        assert blind.finding == known.finding
        assert blind.not_observed_since is not None
    else:
        assert blind.finding.status is Status.NOT_OBSERVED


@given(said)
def test_moments_keep_their_order(history: list[tuple[Status, str, int]]) -> None:
    known = remember(history)
    assert known.first_observed_at <= known.changed_at <= known.announced_at <= known.observed_at
    assert known.observed_at - known.announced_at < 7 * DAY


BLIND_HANDSHAKES = [
    HandshakeOutcome.NOT_POSTGRESQL,
    HandshakeOutcome.CLOSED,
    HandshakeOutcome.TIMED_OUT,
    HandshakeOutcome.UNREACHABLE,
    HandshakeOutcome.NO_ROOTS,
    HandshakeOutcome.NOT_TRIED,
]
BLIND_LOOKS = [each for each in LookOutcome if each is not LookOutcome.SEEN]

databases = st.builds(
    lambda make, state, ca: make(force_ssl=state, certificate_authority=ca),
    st.sampled_from([database, member, cluster]),
    st.sampled_from([ENFORCED, NOT_ENFORCED, UNKNOWN_ENFORCEMENT]),
    st.sampled_from([CURRENT_CA, RETIRED_CA, UNKNOWN_CA]),
)
ledgers = st.lists(st.sampled_from([client("a"), client("b"), plaintext_client("c")]), max_size=3, unique=True)
blind_observations = st.builds(
    lambda shaken, looked, groups: observation(handshake=handshake(shaken), look=look(*groups, outcome=looked)),
    st.sampled_from(BLIND_HANDSHAKES),
    st.sampled_from(BLIND_LOOKS),
    st.lists(st.sampled_from([sessions(), sessions(tls=False)]), max_size=2),
)
depths = st.sampled_from(Depth)


@given(databases, ledgers, blind_observations, depths)
def test_no_check_of_the_server_passes_unseen(
    of: Database, known: list[object], seen: object, depth: Depth
) -> None:
    of = replace(of, arn=ORDERS)
    for found in findings_of(replace(evidence(of), observation=seen, clients=tuple(known)), depth):  # type: ignore[arg-type] # hypothesis builds them untyped
        if found.check in {CheckId.SERVER_CERTIFICATE, CheckId.PLAINTEXT_CLIENTS, CheckId.TLS_CLIENTS}:
            assert found.status is not Status.PASSED
        assert found.reason


def sweep(hours: int = 0, depth: Depth = Depth.FULL) -> Sweep:
    return Sweep("nightly", NOW + timedelta(hours=hours), depth)


@given(databases, ledgers, st.lists(st.tuples(blind_observations, depths), min_size=1, max_size=4))
def test_blind_sweeps_never_clear_a_database_nor_drop_its_failures(
    of: Database, known: list[object], later: list[tuple[object, Depth]]
) -> None:
    of = replace(of, arn=ORDERS)
    first = judge(replace(evidence(of), clients=tuple(known)), (), sweep(), MEMORY)  # type: ignore[arg-type] # as above
    failed = {each.finding.check for each in first.findings if each.finding.status in STANDING}
    after = first
    blinded = replace(of, force_ssl=UNKNOWN_ENFORCEMENT, certificate_authority=UNKNOWN_CA)
    for hours, (seen, depth) in enumerate(later, start=1):
        following = replace(evidence(blinded), observation=seen, clients=after.evidence.clients)  # type: ignore[arg-type] # as above
        after = judge(following, after.findings, sweep(hours, depth), MEMORY)
    assert failed <= {each.finding.check for each in after.findings if each.finding.status in STANDING}
    assert after.readiness.verdict is not Verdict.CLEAR


def sampled(first: Judgement) -> Judgement:
    return judge(
        replace(first.evidence, observation=observation()), first.findings, sweep(1, Depth.SAMPLE), MEMORY
    )


SERVER_CHECKS = {CheckId.SERVER_CERTIFICATE, CheckId.PLAINTEXT_CLIENTS, CheckId.TLS_CLIENTS}


def test_a_sample_judges_the_server_and_keeps_what_the_control_plane_said() -> None:
    first = judge(evidence(database(certificate_authority=RETIRED_CA)), (), sweep(), MEMORY)
    second = sampled(first)
    judged = {each.finding.check for each in second.settled}
    assert judged == {*SERVER_CHECKS, CheckId.NOT_OBSERVED}
    assert {each.finding.check for each in second.findings} == {each.finding.check for each in first.findings}
    assert len(second.findings) > len(second.settled)
    assert second.readiness.verdict is Verdict.FIX_DATABASE


def test_a_repeated_sweep_writes_no_news() -> None:
    seen = observation(look=look(sessions(), sessions("billing-cron", tls=False)))
    first = judge(evidence(seen=seen), (), sweep(), MEMORY)
    assert len(first.news) == 2
    # As many as a full sweep judges an instance by: whoever adds a check of instances adds one here.
    assert len(first.changed) == len(first.settled) == 11, "a check of instances more or less? Change this, too"
    again = judge(replace(evidence(seen=seen), clients=first.news), first.findings, sweep(), MEMORY)
    assert again.news == ()
    assert again.findings == first.findings
    later = judge(replace(evidence(seen=seen), clients=first.news), first.findings, sweep(24), MEMORY)
    assert later.changed == ()


def test_a_not_tried_database_keeps_its_reason_in_its_verdict() -> None:
    judgement = judge(evidence(seen=not_tried(ORDERS, "no probe in vpc-0a1b2c3d")), (), sweep(), MEMORY)
    assert judgement.readiness.verdict is Verdict.NOT_OBSERVED
    assert "no probe in vpc-0a1b2c3d" in judgement.readiness.reason
