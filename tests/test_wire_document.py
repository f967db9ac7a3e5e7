"""Observations as JSON, and back as the doors read them."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from tlscheck.edges import documents
from tlscheck.wire.document import document
from tlscheck.wire.observation import (
    Certificate,
    Handshake,
    HandshakeOutcome,
    Look,
    LookOutcome,
    Observation,
    SessionGroup,
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
                TEXT,
                st.booleans(),
                st.none() | TEXT,
                st.none() | TEXT,
                st.integers(1),
            ),
            max_size=3,
        ).map(tuple),
    ),
)


@given(OBSERVATIONS)
def test_an_observation_survives_the_way_through_json(observation: Observation) -> None:
    text = json.dumps(document(observation))
    assert documents.load(Observation, text) == observation


def test_moments_are_iso_8601_and_outcomes_plain_text() -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    certificate = Certificate("CN=a", "CN=b", moment, None, ("a",), "00", "11", self_issued=False)
    shown = document(
        Observation(
            "arn:1",
            Handshake(HandshakeOutcome.EXPIRED, "late", chain=(certificate,)),
            Look(LookOutcome.NOT_TRIED, "no"),
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
                }
            ],
        },
        "look": {"outcome": "NOT_TRIED", "detail": "no", "server_version": None, "sessions": []},
    }
