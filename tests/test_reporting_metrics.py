"""What a sweep counts: a full one, a sample, one of a part, one that lost a batch; and what Deliver counts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep
from tlscheck.inventory.database import Kind
from tlscheck.reporting.metrics import Metric, metrics_of_delivery, metrics_of_sweep
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_of, sights_of
from tlscheck.reporting.summary import summarise
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation
from tlscheck.wire.sight import Sight, sight_of
from tlscheck.wire.targeting import no_probe, not_tried
from tlscheck.wire.wakefulness import Measured, left_asleep

from tests.examples import NOW, database
from tests.judged import judged

FULL = Sweep("nightly-1", NOW, Depth.FULL)
SAMPLE = replace(FULL, depth=Depth.SAMPLE)
REACHED = {Sight.SEEN: 6, Sight.HIDDEN_SESSIONS: 1, Sight.LOGIN_REFUSED: 1, Sight.NO_PROBE: 9}
CUT_OFF = {
    Sight.SEEN: 3,
    Sight.UNREACHABLE: 2,
    Sight.PROBE_FAILED: 2,
    Sight.NOT_AVAILABLE: 1,
    Sight.ASLEEP: 1,
}


def row() -> DatabaseResult:
    return result_of(judged(verdict="CLEAR"))


def counted(
    sweep: Sweep, *sights: Mapping[Sight, int], is_told: bool = True, **result: Any
) -> dict[str, tuple[float, str]]:
    results = [BatchResult((row(),), (), sights=each, **result) for each in sights]
    summary = summarise(Plan(sweep), {f"{number}": each for number, each in enumerate(results)})
    found = metrics_of_sweep(summary, results, timedelta(seconds=61.5), is_told=is_told)
    named = {each.name: (each.value, each.unit) for each in found}
    assert len(named) == len(found)
    return named


def test_a_full_sweep_counts_the_whole_account() -> None:
    assert counted(FULL, REACHED, CUT_OFF) == {
        "FullSweeps": (1, "Count"),
        "ServersAsked": (15, "Count"),
        "ServersNotReached": (4, "Count"),
        "DatabasesFixDatabase": (0, "Count"),
        "DatabasesFixClients": (0, "Count"),
        "DatabasesNotObserved": (0, "Count"),
        "DatabasesClear": (2, "Count"),
        "NotObservedNoProbe": (9, "Count"),
        "NotObservedNotAvailable": (1, "Count"),
        "NotObservedAsleep": (1, "Count"),
        "NotObservedProbeFailed": (2, "Count"),
        "NotObservedUnreachable": (2, "Count"),
        "NotObservedUntrusted": (0, "Count"),
        "NotObservedNoLogin": (0, "Count"),
        "NotObservedDenied": (0, "Count"),
        "NotObservedLoginRefused": (1, "Count"),
        "NotObservedHiddenSessions": (1, "Count"),
        "NotObservedBrokenOff": (0, "Count"),
        "Looks": (10, "Count"),
        "RegionsNotListed": (0, "Count"),
        "SweepSeconds": (61.5, "Seconds"),
    }


def test_a_sample_sends_one_number_unless_something_is_wrong() -> None:
    assert counted(SAMPLE, REACHED) == {"Samples": (1, "Count")}
    # Half of them is not most of them.
    assert counted(SAMPLE, {Sight.SEEN: 2, Sight.UNREACHABLE: 2}) == {"Samples": (1, "Count")}
    assert counted(SAMPLE, CUT_OFF) == {
        "Samples": (1, "Count"),
        "ServersAsked": (7, "Count"),
        "ServersNotReached": (4, "Count"),
    }


def test_a_sweep_of_a_part_says_nothing_of_the_account() -> None:
    assert counted(replace(FULL, narrow=True), CUT_OFF) == {}


@pytest.mark.parametrize("sweep", [FULL, SAMPLE, replace(FULL, narrow=True)])
def test_what_failed_is_counted_in_any_sweep(sweep: Sweep) -> None:
    found = counted(sweep, {}, {}, is_told=False, lost="Lambda.Unknown")
    assert (found["BatchesLost"], found["NotificationsFailed"]) == ((2, "Count"), (1, "Count"))


def test_a_full_sweep_of_which_nothing_was_observed_is_none() -> None:
    lost = BatchResult((replace(row(), error="Lambda.Unknown"),), (), lost="Lambda.Unknown")
    summary = summarise(Plan(FULL), {"1": lost})
    assert "FullSweeps" not in {
        each.name for each in metrics_of_sweep(summary, [lost], timedelta(1), is_told=True)
    }


def test_deliver_counts_what_there_was() -> None:
    assert metrics_of_delivery(3, 2, 1) == (
        Metric("FindingsImported", 3, "Count"),
        Metric("FindingsRefused", 2, "Count"),
        Metric("RecordsFailed", 1, "Count"),
    )
    assert metrics_of_delivery(0, 0, 0) == ()


def seen(handshake: HandshakeOutcome, look: LookOutcome = LookOutcome.NOT_TRIED) -> Observation:
    return Observation("arn", Handshake(handshake, "a reason"), Look(look, "a reason"))


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (seen(HandshakeOutcome.TRUSTED, LookOutcome.SEEN), "SEEN"),
        (seen(HandshakeOutcome.TRUSTED, LookOutcome.NEEDS_PG_MONITOR), "HIDDEN_SESSIONS"),
        (seen(HandshakeOutcome.TRUSTED, LookOutcome.NO_CREDENTIALS), "DENIED"),
        (seen(HandshakeOutcome.TRUSTED, LookOutcome.LOGIN_REFUSED), "LOGIN_REFUSED"),
        (seen(HandshakeOutcome.TRUSTED, LookOutcome.FAILED), "BROKEN_OFF"),
        (seen(HandshakeOutcome.TRUSTED), "NO_LOGIN"),
        (seen(HandshakeOutcome.UNREACHABLE), "UNREACHABLE"),
        (seen(HandshakeOutcome.TIMED_OUT), "UNREACHABLE"),
        (seen(HandshakeOutcome.CLOSED), "UNREACHABLE"),
        (seen(HandshakeOutcome.NOT_POSTGRESQL), "UNREACHABLE"),
        (seen(HandshakeOutcome.EXPIRED), "UNTRUSTED"),
        (seen(HandshakeOutcome.TLS_REFUSED), "UNTRUSTED"),
        (seen(HandshakeOutcome.NO_ROOTS), "UNTRUSTED"),
        (not_tried("arn", "the probe failed: Runtime.ImportModuleError"), "PROBE_FAILED"),
        (not_tried("arn", no_probe("vpc-0a1b2c3d")), "NO_PROBE"),
        (not_tried("arn", left_asleep(Measured(), NOW) or ""), "ASLEEP"),
    ],
)
def test_how_far_tlscheck_came_is_one_of_a_few_classes(observation: Observation, expected: str) -> None:
    assert sight_of(database(network="vpc-0a1b2c3d"), observation) == expected


def test_without_a_network_and_without_a_default_probe_there_is_no_probe() -> None:
    assert sight_of(database(network=None), not_tried("arn", no_probe(None))) is Sight.NO_PROBE


def test_a_server_that_is_stopped_is_not_missed() -> None:
    assert sight_of(database(status="stopped"), not_tried("arn", "its status is stopped")) is Sight.NOT_AVAILABLE


def test_what_is_no_server_is_counted_nowhere() -> None:
    orders, cluster = database(), database(kind=Kind.CLUSTER, arn="arn:aws:rds:us-east-1:123456789012:cluster:c")
    told = {each.arn: seen(HandshakeOutcome.TIMED_OUT) for each in (orders, cluster)}
    assert sights_of(Batch("us-east-1", None, (orders, cluster)).databases, told) == {Sight.UNREACHABLE: 1}


def test_every_outcome_has_a_class() -> None:
    for handshake in HandshakeOutcome:
        for look in LookOutcome:
            assert sight_of(database(), seen(handshake, look)) in set(Sight)


def test_looks_are_counted_where_nobody_hid_sessions_or_all_did() -> None:
    assert counted(FULL, {Sight.SEEN: 3})["Looks"] == (3, "Count")
    assert counted(FULL, {Sight.HIDDEN_SESSIONS: 2})["Looks"] == (2, "Count")
