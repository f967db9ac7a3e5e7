"""What is written where nothing changed: within the hour nothing, hourly all, and all beside an older look."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.verdict.remembering import remember
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Plaintext, PlaintextOutcome

from tests.examples import KEY, NOT_ENFORCED, NOW, RETIRED_CA, database, handshake, look, observation, sessions
from tests.memory_table import MemoryTable
from tests.remembering import (
    HOUR,
    MINUTE,
    done,
    empty_table,
    finding_of,
    full,
    judged,
    sample,
    says,
    steps_of,
    written,
)

SEEN = observation(look=look(sessions("orders-api"), sessions("billing-cron", tls=False)))
HIDDEN = observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR, detail="needs pg_monitor"))
CLIENTS = ["client billing-cron", "client orders-api"]
OF_THE_SERVER = [
    "server-certificate",
    "plaintext-clients",
    "tls-clients",
    "lost-encryption",
    "refusing-clients",
    "not-observed",
]
OF_A_FULL_SWEEP = [
    *("force-ssl", "ca", "server-certificate", "plaintext-clients", "tls-clients"),
    *("lost-encryption", "refusing-clients", "certificate-rotation"),
    *("tls-versions", "upgrade-enforces-tls", "password-hashes", "connection-log", "not-observed"),
]
"""As many as a full sweep judges an instance by: whoever adds a check of instances adds one here."""


def after_a_full_sweep() -> MemoryTable:
    """A table on which a full sweep left what it saw five minutes after three."""
    table = empty_table()
    done(table, full(NOW + 5 * MINUTE, SEEN))
    return table


def test_a_first_sweep_writes_facts_then_findings_and_then_the_verdict_that_rests_on_them() -> None:
    steps = written(steps_of(empty_table(), full(NOW, SEEN)))
    assert sorted(steps[:2]) == CLIENTS
    assert steps[2:] == ["look", "database", *OF_A_FULL_SWEEP, "database"]
    # Where this one is written all are, so that a sample knows by it that they were judged to the end.
    assert OF_A_FULL_SWEEP[-1] == "not-observed"


@pytest.mark.parametrize("minutes", [6, 20, 35, 59])
def test_a_sample_that_sees_nothing_new_within_the_hour_writes_nothing(minutes: int) -> None:
    table = after_a_full_sweep()
    assert steps_of(table, sample(table, NOW + minutes * MINUTE, SEEN)) == []
    assert steps_of(table, full(NOW + minutes * MINUTE, SEEN)) == []


def test_the_first_sample_of_the_next_hour_writes_all_that_it_saw() -> None:
    table = after_a_full_sweep()
    assert sorted(written(steps_of(table, sample(table, NOW + HOUR, SEEN)))) == sorted(
        [*CLIENTS, "look", *OF_THE_SERVER]
    )


def test_the_first_full_sweep_of_the_next_hour_writes_all() -> None:
    table = after_a_full_sweep()
    steps = written(steps_of(table, full(NOW + HOUR + 5 * MINUTE, SEEN)))
    assert sorted(steps) == sorted([*CLIENTS, "look", "database", *OF_A_FULL_SWEEP])


def test_a_sample_beside_an_older_look_writes_what_it_judged_also_within_the_hour() -> None:
    table = after_a_full_sweep()
    steps = written(steps_of(table, sample(table, NOW + 20 * MINUTE, SEEN, is_contended=True)))
    assert steps == ["look", *OF_THE_SERVER]


def test_a_full_sweep_beside_an_older_one_writes_all_that_it_judged_also_within_the_hour() -> None:
    table = after_a_full_sweep()
    steps = written(steps_of(table, full(NOW + 20 * MINUTE, SEEN, is_contended=True)))
    assert steps == ["look", "database", *OF_A_FULL_SWEEP]


def test_an_older_look_finds_that_there_was_a_newer_one_that_saw_nothing_new() -> None:
    table = after_a_full_sweep()
    done(table, sample(table, NOW + 30 * MINUTE, SEEN, is_contended=True))
    # It began before, and could see nobody: the newer one did.
    done(table, sample(table, NOW + 20 * MINUTE, HIDDEN, is_contended=True))
    assert says(table, "not-observed") == "PASSED"
    assert says(table, "tls-clients") == "INFORMATIONAL"


def test_what_is_new_within_the_hour_is_written_alone() -> None:
    table = after_a_full_sweep()
    more = replace(SEEN, look=look(*SEEN.look.sessions, sessions("web")))
    # Nothing but who is connected with TLS reads otherwise.
    assert written(steps_of(table, sample(table, NOW + 20 * MINUTE, more))) == ["client web", "tls-clients"]


def test_a_look_that_ended_otherwise_is_written_within_the_hour() -> None:
    table = after_a_full_sweep()
    assert "look" in written(steps_of(table, sample(table, NOW + 20 * MINUTE, HIDDEN)))


def test_where_a_status_changes_the_verdict_is_written_with_it_though_it_is_the_same() -> None:
    table = empty_table()
    expired = observation(handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=HIDDEN.look)
    done(table, full(NOW, expired))
    accepts = replace(expired, plaintext=Plaintext(PlaintextOutcome.ACCEPTED, "it asked for a password"))
    hand = sample(table, NOW + MINUTE, accepts)
    # Else the verdict of a sweep that read before, and knows nothing of force-ssl, would be written over it.
    assert [each for each in written(steps_of(table, hand)) if each in {"database", "force-ssl"}] == [
        "force-ssl",
        "database",
    ]
    assert judged(table, hand).readiness.reason == "The server's certificate has expired: it expired."


def test_a_client_at_another_address_is_new() -> None:
    table = after_a_full_sweep()
    moved = observation(look=look(sessions("orders-api", address="10.0.9.9")))
    assert "client orders-api" in written(steps_of(table, sample(table, NOW + 20 * MINUTE, moved)))


def test_a_document_that_changed_is_written_within_the_hour() -> None:
    table = after_a_full_sweep()
    steps = written(steps_of(table, full(NOW + 20 * MINUTE, SEEN, database(engine_version="17.5"))))
    assert "database" in steps
    steps = written(steps_of(table, full(NOW + 20 * MINUTE, SEEN, database(certificate_authority=RETIRED_CA))))
    assert {"database", "ca"} <= set(steps)


def test_within_the_hour_ninety_six_quiet_samples_a_day_write_no_more_than_twenty_four_would() -> None:
    table = after_a_full_sweep()
    steps = []
    for quarter in range(1, 97):
        hand = sample(table, NOW + quarter * 15 * MINUTE, SEEN)
        steps += written(steps_of(table, hand))
        done(table, hand)
    hourly = dict.fromkeys([*CLIENTS, "look", *OF_THE_SERVER], 24)
    # The verdict's reason names the day on which a client was seen last.
    assert {name: steps.count(name) for name in steps} == hourly | {"database": 1, "looks": 1}


def test_moments_of_an_hour_are_kept_as_its_beginning() -> None:
    table = after_a_full_sweep()
    done(table, sample(table, NOW + 20 * MINUTE, SEEN, is_contended=True))
    assert finding_of(table, "not-observed").observed_at == NOW + 20 * MINUTE
    assert finding_of(table, "not-observed").announced_at == NOW + 5 * MINUTE
    assert {row.version for sort, row in table.rows[KEY].items() if sort.startswith("client#")} == {
        int((NOW + 5 * MINUTE).timestamp()) * 1_000_000
    }


def test_a_versions_number_only_grows() -> None:
    table = after_a_full_sweep()
    before = {sort: row.version for sort, row in table.rows[KEY].items()}
    # An older look that is judged late still makes a later version.
    table.run(remember(full(NOW - timedelta(days=1), SEEN, is_contended=True)))
    done(table, full(NOW - timedelta(hours=3), HIDDEN, listed_at=NOW, is_contended=True))
    after = {sort: row.version for sort, row in table.rows[KEY].items()}
    assert all(after[sort] >= version for sort, version in before.items())
    assert any(after[sort] > version for sort, version in before.items())


def test_who_comes_without_tls_every_day_is_told_once_and_not_every_day() -> None:
    table, loose = empty_table(), database(force_ssl=NOT_ENFORCED, engine_version="14.18")
    legacy = observation(look=replace(look(sessions("legacy", tls=False)), force_ssl=False))
    told, sent = Counter[str](), Counter[str]()
    for hour in range(4 * 24):
        at = NOW + hour * HOUR
        hand = full(at, legacy, loose) if hour % 24 == 0 else sample(table, at, legacy)
        for each in judged(table, hand).settled:
            told[each.finding.check] += each.announced_at == at
            # A full sweep sends again what nobody is known to have taken, whatever it says.
            sent[each.finding.check] += hour % 24 != 0 and each.sent is not None and each.sent.at == at
    assert set(told.values()) == {1}
    assert set(sent.values()) == {0}
    assert finding_of(table, "plaintext-clients").finding.reason.endswith("last seen without TLS on 2026-11-28.")


@pytest.mark.parametrize(
    ("one", "other", "is_the_same"),
    [
        ('"a", last seen without TLS on 2026-11-24.', '"a", last seen without TLS on 2026-11-25.', True),
        ('"a", last seen with TLSv1.1 on 2026-11-24.', '"a", last seen with TLSv1.1 on 2026-11-25.', True),
        ('"a", last seen with TLSv1 on 2026-11-24.', '"a", last seen with TLSv1.1 on 2026-11-24.', False),
        ('"a", last seen with TLS on 2026-11-24.', '"a", last seen without TLS on 2026-11-24.', False),
        ('"a", last seen without TLS on 2026-11-24.', '"b", last seen without TLS on 2026-11-24.', False),
        ("AWS's API: it is 0", "AWS's API, at the last full sweep: it is 0", True),
        ("valid to 2026-11-24.", "valid to 2026-11-25.", False),
    ],
)
def test_what_a_finding_tells_is_the_same_where_but_a_day_of_a_client_changed(
    one: str, other: str, is_the_same: bool
) -> None:
    def digest(reason: str) -> str:
        return replace(finding_of(after_a_full_sweep(), "plaintext-clients").finding, reason=reason).digest()

    assert (digest(one) == digest(other)) is is_the_same
