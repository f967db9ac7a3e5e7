"""The words of an observation as they are stored, sent and shown, and what is meant where a field says nothing."""

from enum import StrEnum

import pytest
from tlscheck.wire.observation import (
    Certificate,
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    Plaintext,
    PlaintextOutcome,
    SessionGroup,
    SessionKind,
)
from tlscheck.wire.target import Login, Target, Visit
from tlscheck.wire.targeting import not_tried


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        # Findings, summaries and the memory of earlier sweeps hold these: a changed one is an unknown one there.
        (
            HandshakeOutcome,
            [
                *("TRUSTED", "UNKNOWN_ISSUER", "SELF_SIGNED", "WRONG_NAME", "EXPIRED", "NOT_YET_VALID"),
                *("NOT_STRICT", "WEAK", "INCOMPLETE_CHAIN", "UNTRUSTED", "UNPROVEN", "BELOW_BAR", "OUTDATED"),
                *("NO_COMMON_TLS", "FAILED", "TLS_REFUSED", "NOT_POSTGRESQL", "CLOSED", "TIMED_OUT"),
                *("UNREACHABLE", "NO_ROOTS", "NOT_TRIED"),
            ],
        ),
        (
            LookOutcome,
            ["SEEN", "NEEDS_PG_MONITOR", "NO_CREDENTIALS", "LOGIN_REFUSED", "FAILED", "NOT_TRIED"],
        ),
        (PlaintextOutcome, ["ACCEPTED", "REFUSED", "UNKNOWN", "NOT_TRIED"]),
        (SessionKind, ["CLIENT", "REPLICATION", "RDS", "RDS_PROXY", "TLSCHECK"]),
        # an event of the probe says these, README.md's among them
        (Login, ["iam", "secret", "none"]),
    ],
)
def test_the_words_of_an_observation_are_these(words: type[StrEnum], stored: list[str]) -> None:
    assert [each.value for each in words] == stored
    assert [each.name for each in words] == [each.upper() for each in stored]


def test_a_handshake_that_tells_nothing_more_has_no_protocol_chain_or_ca() -> None:
    assert Handshake(HandshakeOutcome.CLOSED, "why") == Handshake(
        HandshakeOutcome.CLOSED, "why", protocol=None, cipher=None, chain=(), authority=None, direct_tls=None
    )


def test_a_look_that_tells_nothing_more_saw_nobody_once() -> None:
    assert Look(LookOutcome.SEEN, "why") == Look(
        LookOutcome.SEEN, "why", server_version=None, sessions=(), kinds=0, force_ssl=None, looks=1, at=None
    )


def test_sessions_are_a_clients_unless_it_is_said_whose_they_are() -> None:
    group = SessionGroup("d", "u", "a", ("10.0.0.1",), more_addresses=0, tls=False, protocol=None, sessions=1)
    assert (group.kind, group.names) == (SessionKind.CLIENT, 1)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SessionKind.CLIENT, True),
        (SessionKind.REPLICATION, True),
        (SessionKind.RDS, False),
        (SessionKind.RDS_PROXY, False),
        (SessionKind.TLSCHECK, False),
    ],
)
def test_somebody_must_see_to_the_tls_of_clients_and_of_replication_alone(
    kind: SessionKind, expected: bool
) -> None:
    group = SessionGroup("d", "u", "a", ("",), more_addresses=0, tls=False, protocol=None, sessions=1, kind=kind)
    assert group.is_client is expected


def test_a_certificate_that_nobody_could_read_has_neither_key_nor_digest() -> None:
    read = Certificate("s", "i", None, None, (), "00", "11", self_issued=False)
    assert (read.key, read.signature) == ("", "")


def test_an_observation_without_a_plaintext_try_says_that_nobody_asked_for_one() -> None:
    observed = not_tried("arn:1", "it is asleep")
    assert observed == Observation(
        "arn:1",
        Handshake(HandshakeOutcome.NOT_TRIED, "it is asleep"),
        Look(LookOutcome.NOT_TRIED, "it is asleep"),
        Plaintext(PlaintextOutcome.NOT_TRIED, "it was not asked for"),
        probe=None,
    )


def test_a_target_is_the_database_postgres_without_a_secret_unless_it_says_otherwise() -> None:
    target = Target("arn:1", "h", 5432, "eu-west-1", Login.NONE, "")
    assert (target.secret, target.database) == (None, "postgres")


def test_a_visit_is_one_look_without_a_plaintext_try_unless_it_says_otherwise() -> None:
    assert Visit() == Visit(looks=1, interval=0.0, plaintext=False)


@pytest.mark.parametrize(
    ("looks", "interval", "seconds"),
    [(1, 0.0, 0.0), (1, 30.0, 0.0), (2, 30.0, 30.0), (3, 2.5, 5.0), (10, 6.0, 54.0)],
)
def test_a_visit_waits_between_its_looks_and_not_after_the_last(
    looks: int, interval: float, seconds: float
) -> None:
    assert Visit(looks, interval).seconds == seconds
