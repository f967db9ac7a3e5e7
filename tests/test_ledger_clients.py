"""The ledger: clients remembered over looks, whatever order and however often they come."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.client import Client, Sighting, Who, merge, uses_plaintext, uses_tls
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.wire.observation import LookOutcome

from tests.examples import NOW, ORDERS, client, look, plaintext_client, sessions

WHO = Who(ORDERS, "orders", "orders", "orders-api", "10.0.1.5")
HOUR = timedelta(hours=1)

protocols = st.sets(st.sampled_from(["TLSv1.2", "TLSv1.3"])).map(lambda found: tuple(sorted(found)))
sighted = st.builds(
    lambda tls, plaintext, seen_with: Sighting(WHO, tls or not plaintext, plaintext, seen_with if tls else ()),
    st.booleans(),
    st.booleans(),
    protocols,
)
moments = st.integers(0, 60 * 24 * 30).map(lambda minutes: NOW + timedelta(minutes=minutes))
histories = st.lists(st.tuples(sighted, moments), min_size=1, max_size=12, unique_by=lambda each: each[1])
"""Sweeps in any order, no two of which started together."""


def remembered(history: list[tuple[Sighting, datetime]]) -> Client:
    known: Client | None = None
    for sighting, when in history:
        known = merge(known, sighting, when)
    assert known is not None
    return known


@given(histories)
def test_repeating_any_sweep_of_a_history_changes_nothing(history: list[tuple[Sighting, datetime]]) -> None:
    known = remembered(history)
    for sighting, when in history:
        if when <= known.last_seen:
            assert merge(known, sighting, when) is known


@given(histories, sighted, st.integers(0, 60 * 24 * 30))
def test_an_older_sweep_changes_nothing(
    history: list[tuple[Sighting, datetime]], sighting: Sighting, minutes: int
) -> None:
    known = remembered(history)
    assert merge(known, sighting, known.last_seen - timedelta(minutes=minutes)) is known


@given(histories)
def test_what_was_seen_once_is_never_forgotten_by_a_later_look(history: list[tuple[Sighting, datetime]]) -> None:
    known: Client | None = None
    for sighting, when in history:
        before, known = known, merge(known, sighting, when)
        if before is not None:
            assert known.first_seen == before.first_seen
            assert known.last_seen >= before.last_seen
            assert set(known.protocols) >= set(before.protocols)
            assert known.last_plaintext is not None or before.last_plaintext is None
            assert known.last_tls is not None or before.last_tls is None


@given(histories)
def test_a_new_moment_is_remembered_to_the_hour(history: list[tuple[Sighting, datetime]]) -> None:
    history.sort(key=lambda each: each[1])
    known = remembered(history)
    with_plaintext = [when for sighting, when in history if sighting.plaintext]
    assert (known.last_plaintext is None) == (not with_plaintext)
    if known.last_plaintext:
        assert timedelta() <= with_plaintext[-1] - known.last_plaintext < HOUR


@pytest.mark.parametrize(
    ("sighting", "minutes", "is_news"),
    [
        (Sighting(WHO, tls=True, plaintext=False, protocols=("TLSv1.3",)), 59, False),
        (Sighting(WHO, tls=True, plaintext=False, protocols=("TLSv1.3",)), 60, True),
        (Sighting(WHO, tls=True, plaintext=False, protocols=("TLSv1.2",)), 1, True),
        (Sighting(WHO, tls=False, plaintext=True, protocols=()), 1, True),
        (Sighting(WHO, tls=True, plaintext=True, protocols=("TLSv1.3",)), 1, True),
    ],
)
def test_the_same_again_within_the_hour_is_no_news(sighting: Sighting, minutes: int, is_news: bool) -> None:
    known = client()
    assert (merge(known, sighting, NOW + timedelta(minutes=minutes)) is not known) == is_news


def test_all_sessions_of_a_client_are_one_sighting_in_any_order() -> None:
    groups = [
        sessions(tls=True),
        sessions(tls=False),
        sessions("billing-cron", tls=False),
        sessions(address="10.0.1.6"),
    ]
    expected = set(sightings(ORDERS, look(*groups)))
    assert len(expected) == 3
    assert Sighting(WHO, tls=True, plaintext=True, protocols=("TLSv1.3",)) in expected
    assert all(set(sightings(ORDERS, look(*order))) == expected for order in permutations(groups))


@pytest.mark.parametrize("outcome", [each for each in LookOutcome if each is not LookOutcome.SEEN])
def test_a_look_that_did_not_show_everybody_sights_nobody(outcome: LookOutcome) -> None:
    assert sightings(ORDERS, look(sessions(tls=False), outcome=outcome)) == ()


texts = st.text(max_size=8)


@given(st.lists(st.tuples(texts, texts, texts, texts, texts), min_size=2, max_size=2, unique=True))
def test_different_clients_never_share_a_key(names: list[tuple[str, str, str, str, str]]) -> None:
    first, second = (Who(*each) for each in names)
    assert first.digest() != second.digest()


def test_texts_that_only_join_to_the_same_are_different_clients() -> None:
    assert Who(ORDERS, "a", "bc", "", "").digest() != Who(ORDERS, "ab", "c", "", "").digest()


@pytest.mark.parametrize(
    ("last_tls", "last_plaintext", "expected"),
    [
        (NOW, None, False),
        (None, NOW - timedelta(days=80), True),
        (NOW - timedelta(days=20), NOW - timedelta(days=19), True),
        (NOW, NOW - timedelta(days=6, hours=23), True),
        (NOW, NOW - timedelta(days=7), False),
        # The same hour: which came last is not known, so it still counts.
        (NOW - timedelta(days=9) + timedelta(minutes=40), NOW - timedelta(days=9), True),
    ],
)
def test_a_client_uses_plaintext_until_it_has_settled_on_tls(
    last_tls: datetime | None, last_plaintext: datetime | None, expected: bool
) -> None:
    assert uses_plaintext(client(last_tls=last_tls, last_plaintext=last_plaintext), NOW) is expected


def test_a_client_seen_with_tls_once_is_a_tls_client() -> None:
    assert uses_tls(client())
    assert not uses_tls(plaintext_client())


def test_learning_returns_everybody_and_what_is_new() -> None:
    old, seen_again = client("reports"), client("orders-api")
    later = NOW + timedelta(hours=2)
    found = sightings(ORDERS, look(sessions("orders-api"), sessions("new-job", tls=False)))
    known, news = learn((old, seen_again), found, later)
    assert {each.who.application for each in known} == {"reports", "orders-api", "new-job"}
    assert {each.who.application for each in news} == {"orders-api", "new-job"}
    assert learn(known, found, later) == (known, ())


def test_a_client_is_forgotten_after_its_memory() -> None:
    kept, gone = client("kept"), client("gone", last_seen=NOW - timedelta(days=90))
    assert still_remembered((kept, gone), NOW, timedelta(days=90)) == (kept,)
