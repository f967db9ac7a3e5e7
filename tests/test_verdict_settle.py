"""What is remembered: nothing that was not looked at passes, and no failure disappears unseen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding
from tlscheck.verdict.settle import settle
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    CURRENT_CA,
    ENFORCED,
    KEY,
    NOT_ENFORCED,
    NOW,
    ORDERS,
    RETIRED_CA,
    UNKNOWN_CA,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    handshake,
    look,
    member,
    observation,
    sessions,
)
from tests.remembering import DAY, HOUR, done, empty_table, findings, full, judged, sample, verdict

STANDING = {Status.FAILED, Status.WARNING}


def finding(status: Status, reason: str = "because", step: str = "") -> Finding:
    return Finding(KEY, ORDERS, "us-east-1", CheckId.CA, status, reason, step)


def settled(known: RememberedFinding | None, found: Finding, at: datetime) -> RememberedFinding:
    """What is remembered once a listing of then says so."""
    return settle(known, found, Basis(at), at)


def test_a_first_finding_is_told() -> None:
    first = settled(None, finding(Status.PASSED), NOW)
    assert replace(first, announced_digest="") == RememberedFinding(
        finding(Status.PASSED),
        first_observed_at=NOW,
        changed_at=NOW,
        announced_at=NOW,
        observed_at=NOW,
        basis=Basis(NOW),
        announced_status=Status.PASSED,
        concluded_at=NOW,
    )
    assert len(first.announced_digest) == 12


def test_a_first_finding_of_what_could_not_be_looked_at_concludes_nothing() -> None:
    assert settled(None, finding(Status.NOT_OBSERVED), NOW).concluded_at is None


def test_the_same_finding_is_never_announced_again() -> None:
    first = settled(None, finding(Status.FAILED), NOW)
    second = settled(first, finding(Status.FAILED), NOW + DAY)
    assert second == replace(first, observed_at=NOW + DAY, basis=Basis(NOW + DAY), concluded_at=NOW + DAY)
    assert settled(second, finding(Status.FAILED), NOW + 400 * DAY).announced_at == NOW


def test_a_changed_finding_is_announced_and_keeps_its_beginning() -> None:
    first = settled(None, finding(Status.FAILED), NOW)
    changed = settled(first, finding(Status.FAILED, "another reason"), NOW + DAY)
    assert changed.first_observed_at == NOW
    assert (changed.changed_at, changed.announced_at) == (NOW + DAY, NOW + DAY)
    assert changed.changes == ()
    mended = settled(changed, finding(Status.PASSED), NOW + 2 * DAY)
    assert mended.changes == (NOW + 2 * DAY,)


@pytest.mark.parametrize("standing", [Status.FAILED, Status.WARNING])
def test_not_having_looked_leaves_a_failure_standing_and_says_since_when(standing: Status) -> None:
    first = settled(None, finding(standing), NOW)
    blind = settled(first, finding(Status.NOT_OBSERVED, "no probe"), NOW + DAY)
    assert blind.finding == first.finding
    assert (blind.not_observed_since, blind.not_observed_reason) == (NOW + DAY, "no probe")
    assert (blind.changed_at, blind.announced_at, blind.concluded_at) == (NOW, NOW + DAY, NOW)
    still_blind = settled(blind, finding(Status.NOT_OBSERVED, "no probe"), NOW + 2 * DAY)
    assert still_blind == replace(blind, observed_at=NOW + 2 * DAY, basis=Basis(NOW + 2 * DAY))
    looked = settled(still_blind, finding(standing), NOW + 3 * DAY)
    assert (looked.not_observed_since, looked.not_observed_reason) == (None, "")
    assert (looked.changed_at, looked.announced_at, looked.concluded_at) == (NOW, NOW + 3 * DAY, NOW + 3 * DAY)


@pytest.mark.parametrize("before", [Status.PASSED, Status.INFORMATIONAL, Status.NOT_OBSERVED])
def test_what_was_not_a_failure_becomes_not_observed(before: Status) -> None:
    blind = settled(settled(None, finding(before), NOW), finding(Status.NOT_OBSERVED, "no probe"), NOW + DAY)
    assert blind.finding == finding(Status.NOT_OBSERVED, "no probe")
    assert blind.not_observed_since is None
    assert blind.concluded_at == (None if before is Status.NOT_OBSERVED else NOW)


EARLIER, LATER = NOW, NOW + HOUR


@pytest.mark.parametrize(
    ("known", "new", "is_taken"),
    [
        (Basis(EARLIER, EARLIER), Basis(LATER, EARLIER), True),
        (Basis(EARLIER, EARLIER), Basis(EARLIER, LATER), True),
        (Basis(EARLIER, EARLIER), Basis(EARLIER, EARLIER), True),
        (Basis(LATER, EARLIER), Basis(EARLIER, EARLIER), False),
        (Basis(EARLIER, LATER), Basis(EARLIER, EARLIER), False),
        # Each knows something that the other does not: what is there stays.
        (Basis(EARLIER, LATER), Basis(LATER, EARLIER), False),
        (Basis(LATER, EARLIER), Basis(EARLIER, LATER), False),
        (Basis(None, EARLIER), Basis(EARLIER, EARLIER), True),
        (Basis(EARLIER, EARLIER), Basis(None, LATER), False),
        (Basis(EARLIER, None), Basis(EARLIER, EARLIER), True),
        (Basis(EARLIER, EARLIER), Basis(LATER, None), False),
        (Basis(), Basis(), True),
    ],
)
def test_a_finding_is_taken_only_where_it_rests_on_all_that_the_remembered_one_rests_on(
    known: Basis, new: Basis, is_taken: bool
) -> None:
    before = settle(None, finding(Status.FAILED), known, EARLIER)
    after = settle(before, finding(Status.PASSED), new, LATER)
    assert after.finding.status == ("PASSED" if is_taken else "FAILED")
    assert (after is before) is not is_taken


statuses = st.sampled_from(Status)
said = st.lists(st.tuples(statuses, st.sampled_from(["one", "two"]), st.integers(0, 400)), min_size=1, max_size=10)


def remember(history: Sequence[tuple[Status, str, int]]) -> RememberedFinding:
    known: RememberedFinding | None = None
    for status, reason, hours in history:
        known = settled(known, finding(status, reason), NOW + timedelta(hours=hours))
    assert known is not None
    return known


@given(said, statuses, st.integers(1, 1000))
def test_an_older_sweep_settles_nothing(
    history: list[tuple[Status, str, int]], status: Status, hours: int
) -> None:
    known = remember(history)
    assert settled(known, finding(status), known.observed_at - timedelta(hours=hours)) is known


@given(said)
def test_a_repeated_sweep_settles_the_same(history: list[tuple[Status, str, int]]) -> None:
    known = remember(history)
    blind = known.not_observed_since is not None
    again = finding(Status.NOT_OBSERVED, known.not_observed_reason) if blind else known.finding
    assert settled(known, again, known.observed_at) == known


@given(said, st.text(), st.integers(1, 1000))
def test_no_history_lets_a_failure_disappear_unseen_or_anything_pass(
    history: list[tuple[Status, str, int]], reason: str, hours: int
) -> None:
    known = remember(history)
    blind = settled(known, finding(Status.NOT_OBSERVED, reason), known.observed_at + timedelta(hours=hours))
    if known.finding.status in STANDING:
        assert blind.finding == known.finding
        assert blind.not_observed_since is not None
    else:
        assert blind.finding.status is Status.NOT_OBSERVED


@given(said)
def test_moments_keep_their_order(history: list[tuple[Status, str, int]]) -> None:
    known = remember(history)
    assert known.first_observed_at <= known.changed_at <= known.observed_at
    assert known.first_observed_at <= known.announced_at <= known.observed_at
    assert known.concluded_at is None or known.concluded_at <= known.observed_at
    assert list(known.changes) == sorted(known.changes)
    assert len(known.changes) <= 3
    assert all(timedelta(0) <= known.observed_at - each < DAY for each in known.changes)


BLIND_HANDSHAKES = [
    *(HandshakeOutcome.NOT_POSTGRESQL, HandshakeOutcome.CLOSED, HandshakeOutcome.TIMED_OUT),
    *(HandshakeOutcome.UNREACHABLE, HandshakeOutcome.NO_ROOTS, HandshakeOutcome.NOT_TRIED),
]
BLIND_LOOKS = [each for each in LookOutcome if each is not LookOutcome.SEEN]

databases: st.SearchStrategy[Database] = st.builds(
    lambda make, state, ca: make(force_ssl=state, certificate_authority=ca, arn=ORDERS, resource_id="db-ORDERS"),
    st.sampled_from([database, member, cluster]),
    st.sampled_from([ENFORCED, NOT_ENFORCED, UNKNOWN_ENFORCEMENT]),
    st.sampled_from([CURRENT_CA, RETIRED_CA, UNKNOWN_CA]),
)
seen_first: st.SearchStrategy[Observation] = st.builds(
    lambda groups: observation(look=look(*groups)),
    st.lists(st.sampled_from([sessions("a"), sessions("b"), sessions("c", tls=False)]), max_size=3, unique=True),
)
blind_observations: st.SearchStrategy[Observation] = st.builds(
    lambda shaken, looked, groups: observation(handshake=handshake(shaken), look=look(*groups, outcome=looked)),
    st.sampled_from(BLIND_HANDSHAKES),
    st.sampled_from(BLIND_LOOKS),
    st.lists(st.sampled_from([sessions(), sessions(tls=False)]), max_size=2),
)
depths = st.sampled_from(Depth)


@given(databases, seen_first, blind_observations)
def test_no_check_of_the_server_passes_unseen(of: Database, first: Observation, seen: Observation) -> None:
    table = empty_table()
    done(table, full(NOW, first, of))
    for each in judged(table, full(NOW + DAY, seen, of)).findings:
        if each.finding.check in {CheckId.SERVER_CERTIFICATE, CheckId.PLAINTEXT_CLIENTS, CheckId.TLS_CLIENTS}:
            assert each.finding.status is not Status.PASSED
        assert each.finding.reason


@given(
    databases, seen_first, st.lists(st.tuples(blind_observations, depths), min_size=1, max_size=4), st.booleans()
)
def test_blind_sweeps_never_clear_a_database_nor_drop_its_failures(
    of: Database, first: Observation, later: list[tuple[Observation, Depth]], is_contended: bool
) -> None:
    table = empty_table()
    judgement = judged(table, full(NOW, first, of))
    failed = {each.finding.check for each in judgement.findings if each.finding.status in STANDING}
    blinded = replace(of, force_ssl=UNKNOWN_ENFORCEMENT, certificate_authority=UNKNOWN_CA)
    for hours, (seen, depth) in enumerate(later, start=1):
        at = NOW + timedelta(hours=hours)
        hand = full(at, seen, blinded) if depth is Depth.FULL else sample(table, at, seen)
        done(table, replace(hand, is_contended=is_contended))
    assert failed <= {check for check, says in findings(table).items() if says.split()[0] in STANDING}
    if of.kind.is_server or later[-1][1] is Depth.FULL:
        assert verdict(table) != "CLEAR"


def test_a_not_tried_database_keeps_its_reason_in_its_verdict() -> None:
    judgement = judged(empty_table(), full(NOW, not_tried(ORDERS, "no probe in vpc-0a1b2c3d")))
    assert judgement.readiness.verdict == "NOT_OBSERVED"
    assert "no probe in vpc-0a1b2c3d" in judgement.readiness.reason
