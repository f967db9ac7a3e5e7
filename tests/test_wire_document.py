"""Observations as JSON, and back as the doors read them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges import documents, earlier
from tlscheck.wire.document import document
from tlscheck.wire.document import documents as documents_of
from tlscheck.wire.observation import (
    Certificate,
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    SessionGroup,
    SessionKind,
)

TEXT = st.text(max_size=20)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
CERTIFICATES = st.builds(
    Certificate, TEXT, TEXT, MOMENTS, MOMENTS, st.lists(TEXT, max_size=3).map(tuple), TEXT, TEXT, st.booleans()
)
OBSERVATIONS = st.builds(
    Observation,
    TEXT,
    st.builds(
        Handshake,
        st.sampled_from(HandshakeOutcome),
        TEXT,
        st.none() | TEXT,
        st.none() | TEXT,
        st.lists(CERTIFICATES, max_size=3).map(tuple),
    ),
    st.builds(
        Look,
        st.sampled_from(LookOutcome),
        TEXT,
        st.none() | st.integers(100000, 190000),
        st.lists(
            st.builds(
                SessionGroup,
                TEXT,
                TEXT,
                TEXT,
                st.lists(TEXT, max_size=3).map(tuple),
                st.integers(0),
                st.booleans(),
                st.none() | TEXT,
                st.integers(1),
                st.sampled_from(SessionKind),
                st.integers(1),
            ),
            max_size=3,
        ).map(tuple),
        at=MOMENTS,
    ),
)


@given(OBSERVATIONS)
def test_an_observation_survives_the_way_through_json(observation: Observation) -> None:
    said = earlier.observation(json.loads(json.dumps(document(observation))))
    assert documents.from_document(Observation, said) == observation


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        (HandshakeOutcome.BELOW_BAR, "CLOSED"),
        (HandshakeOutcome.OUTDATED, "CLOSED"),
        (HandshakeOutcome.NO_COMMON_TLS, "CLOSED"),
        (HandshakeOutcome.FAILED, "CLOSED"),
        (HandshakeOutcome.UNPROVEN, "CLOSED"),
        (HandshakeOutcome.INCOMPLETE_CHAIN, "UNKNOWN_ISSUER"),
    ],
)
def test_an_outcome_that_0_4_0_does_not_know_is_told_beside_one_that_it_knows(
    ended: HandshakeOutcome, outcome: str
) -> None:
    shown: Any = document(Observation("arn:1", Handshake(ended, ""), Look(LookOutcome.NOT_TRIED, "")))["handshake"]
    assert (shown["outcome"], shown["ending"]) == (outcome, ended.value)


def test_an_ending_that_is_not_known_here_is_the_outcome_beside_it() -> None:
    shown: Any = document(Observation("arn:1", Handshake(HandshakeOutcome.CLOSED, ""), Look(LookOutcome.SEEN, "")))
    shown["handshake"]["ending"] = "SOMETHING_OF_2031"
    said = earlier.observation(shown)
    assert documents.from_document(Observation, said).handshake.outcome is HandshakeOutcome.CLOSED


def test_moments_are_iso_8601_and_outcomes_plain_text() -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    certificate = Certificate("CN=a", "CN=b", moment, None, ("a",), "00", "11", self_issued=False)
    shown = document(
        Observation(
            "arn:1",
            Handshake(HandshakeOutcome.EXPIRED, "late", chain=(certificate,)),
            Look(LookOutcome.NOT_TRIED, "no", at=datetime(2026, 11, 24, 3, tzinfo=UTC)),
        )
    )
    assert shown == {
        "arn": "arn:1",
        "handshake": {
            "outcome": "EXPIRED",
            "detail": "late",
            "protocol": None,
            "cipher": None,
            "chain": [
                {
                    "subject": "CN=a",
                    "issuer": "CN=b",
                    "not_before": "2026-11-24T00:00:00+00:00",
                    "not_after": None,
                    "names": ["a"],
                    "sha1": "00",
                    "sha256": "11",
                    "self_issued": False,
                    "key": "",
                    "signature": "",
                }
            ],
            "authority": None,
            "direct_tls": None,
        },
        "look": {
            "outcome": "NOT_TRIED",
            "detail": "no",
            "server_version": None,
            "sessions": [],
            "kinds": 0,
            "force_ssl": None,
            "looks": 1,
            "at": "2026-11-24T03:00:00+00:00",
            "user": "",
        },
        "plaintext": {"outcome": "NOT_TRIED", "detail": "it was not asked for"},
    }


GROUP = SessionGroup(*("orders", "orders_app", "x" * 63, ("2001:db8::1",), 0, True, "TLSv1.3"), sessions=12)
TRUSTED = Handshake(HandshakeOutcome.TRUSTED, "")


def test_what_is_usual_of_a_session_goes_without_saying() -> None:
    other = replace(GROUP, kind=SessionKind.RDS, names=3)
    (usual, unusual) = document(Observation("", TRUSTED, Look(LookOutcome.SEEN, "", sessions=(GROUP, other))))[
        "look"
    ]["sessions"]  # type: ignore[index] # a JSON document
    assert {"kind", "names"}.isdisjoint(usual)
    assert (unusual["kind"], unusual["names"]) == ("RDS", 3)


def test_a_group_also_says_what_an_observe_of_before_asks_of_it() -> None:
    nowhere = replace(GROUP, addresses=())
    (one, none) = document(Observation("", TRUSTED, Look(LookOutcome.SEEN, "", sessions=(GROUP, nowhere))))[
        "look"
    ]["sessions"]  # type: ignore[index] # a JSON document
    assert (one["addresses"], one["address"], one["cipher"]) == (["2001:db8::1"], "2001:db8::1", None)
    assert none["address"] == ""


@pytest.mark.parametrize(
    ("groups", "addresses", "more"),
    [(100, 32, 10), (150, 8, 34), (350, 4, 38), (400, 4, 38), (450, 2, 40), (550, 1, 41)],
)
def test_addresses_are_left_out_before_any_session_is(groups: int, addresses: int, more: int) -> None:
    places = tuple(f"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{number:04}" for number in range(32))
    crowd = tuple(
        replace(GROUP, application=f"{number:0>63}", addresses=places, more_addresses=10)
        for number in range(groups)
    )
    busy = Observation("arn:1", TRUSTED, Look(LookOutcome.SEEN, "seen", 170004, crowd, groups))
    (answered,) = documents_of([busy])
    look = documents.load(Observation, json.dumps(answered)).look
    assert (len(look.sessions), look.left_out, look.detail) == (groups, 0, "seen")
    assert {(len(each.addresses), each.more_addresses) for each in look.sessions} == {(addresses, more)}
    assert look.sessions[0].addresses == places[:addresses]


# Each time several times what fits: as many as 5000 for a hundred servers would take seconds.
@pytest.mark.parametrize(("servers", "kinds"), [(1, 5000), (25, 2000), (100, 600)])
def test_a_busy_server_is_answered_for_within_its_share_and_what_is_left_out_is_said(
    servers: int, kinds: int
) -> None:
    groups = tuple(replace(GROUP, application=f"{number:0>63}", tls=number % 2 == 0) for number in range(kinds))
    busy = Observation(
        "arn:1", TRUSTED, Look(LookOutcome.SEEN, f"{kinds} sessions were seen.", 170004, groups, kinds)
    )
    share = min(192 * 1024, 5_000_000 // servers)
    assert len(json.dumps(document(busy))) > 2 * share
    answered = documents_of([busy] * servers)
    assert len(json.dumps(answered)) <= 5_000_000  # Lambda takes 6 MB
    assert len(json.dumps(answered[0])) <= share
    look = documents.load(Observation, json.dumps(answered[0])).look
    assert len(look.sessions) > 100
    assert f"Only {len(look.sessions)} of {kinds} kinds of sessions are shown" in look.detail
    assert not any(group.tls for group in look.sessions)


def test_certificates_of_a_hundred_hostile_servers_fit_too() -> None:
    certificate = Certificate("CN=" + "x" * 500, "CN=" + "y" * 500, None, None, ("z" * 500,) * 50, "", "", False)
    hostile = Observation("arn:1", replace(TRUSTED, chain=(certificate,) * 10), Look(LookOutcome.NOT_TRIED, ""))
    assert len(json.dumps(documents_of([hostile] * 100))) <= 5_000_000
