"""From a look's sessions to sightings, and what of the clients is new, gone or forgotten."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger import retention
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.sightings import changed, learn, sightings, still_remembered
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup, SessionKind

from tests.examples import KEY, NOW, client, plaintext_client, trace, who

AT = datetime(2026, 11, 24, 3, 59, 59, 999999, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WHO = Who(KEY, "orders", "orders", "orders-api")


def group(
    application: str = "orders-api",
    protocol: str | None = "TLSv1.3",
    addresses: tuple[str, ...] = ("10.0.1.5",),
    *,
    more: int = 0,
    user: str = "orders",
    kind: SessionKind = SessionKind.CLIENT,
    names: int = 1,
) -> SessionGroup:
    return SessionGroup(
        "orders", user, application, addresses, more, protocol is not None, protocol, 2, kind, names
    )


def look(*groups: SessionGroup, outcome: LookOutcome = LookOutcome.SEEN) -> Look:
    return Look(outcome, "", 170004, groups)


@pytest.mark.parametrize("at", [AT, AT.astimezone(timezone(timedelta(hours=5, minutes=30))), NOW])
def test_a_sighting_is_a_client_of_the_hour_of_its_look(at: datetime) -> None:
    assert sightings(KEY, look(group()), at) == (
        Client(WHO, Trace(NOW, NOW, {"10.0.1.5": NOW}, None, {"TLSv1.3": NOW}), None),
    )


def test_a_session_without_tls_is_a_trace_of_its_own_and_has_no_protocol() -> None:
    without = SessionGroup("orders", "orders", "orders-api", ("10.0.1.6",), 0, False, "TLSv1.3", 1)
    assert sightings(KEY, look(group(), without), AT) == (
        Client(
            WHO, Trace(NOW, NOW, {"10.0.1.5": NOW}, None, {"TLSv1.3": NOW}), Trace(NOW, NOW, {"10.0.1.6": NOW})
        ),
    )


def test_all_groups_of_a_client_are_one_sighting_in_any_order() -> None:
    groups = [
        group(),
        group(protocol="TLSv1.2", addresses=("10.0.1.6", "10.0.1.7")),
        group(protocol=None),
        group("cron"),
    ]
    expected = sightings(KEY, look(*groups), AT)
    assert [each.who.digest() for each in expected] == sorted(each.who.digest() for each in expected)
    (seen,) = (each.tls for each in expected if each.who == WHO)
    assert seen == Trace(
        NOW, NOW, dict.fromkeys(("10.0.1.5", "10.0.1.6", "10.0.1.7"), NOW), None, {"TLSv1.2": NOW, "TLSv1.3": NOW}
    )
    assert all(sightings(KEY, look(*order), AT) == expected for order in permutations(groups))


@pytest.mark.parametrize(("addresses", "more"), [(("10.0.1.5",), 1), ((), 0), ((), 7)])
def test_addresses_that_are_not_named_are_elsewhere(addresses: tuple[str, ...], more: int) -> None:
    (seen,) = sightings(KEY, look(group(protocol=None, addresses=addresses, more=more)), AT)
    assert seen.plaintext == Trace(NOW, NOW, dict.fromkeys(addresses, NOW), NOW)


def test_a_session_without_a_user_is_no_sighting() -> None:
    assert sightings(KEY, look(group(user="", protocol=None), group(user=" ")), AT) == sightings(
        KEY, look(group(user=" ")), AT
    )


@pytest.mark.parametrize("kind", list(SessionKind))
def test_sessions_that_nobody_has_to_see_to_are_no_clients(kind: SessionKind) -> None:
    seen = sightings(KEY, look(group("reports"), group(protocol=None, kind=kind)), AT)
    whose = ["orders-api", "reports"] if kind.value in {"CLIENT", "REPLICATION"} else ["reports"]
    assert sorted(each.who.application for each in seen) == whose


@pytest.mark.parametrize("outcome", [each for each in LookOutcome if each is not LookOutcome.SEEN])
def test_a_look_that_did_not_show_everybody_sights_nobody(outcome: LookOutcome) -> None:
    assert sightings(KEY, look(group(protocol=None), outcome=outcome), AT) == ()


def test_what_a_probe_folded_is_a_sighting_of_the_fold() -> None:
    (seen,) = sightings(KEY, look(group("sidekiq # shop [# of # busy]", names=25)), AT)
    assert seen.who == Who(KEY, "orders", "orders", "sidekiq # shop [# of # busy]", Sort.FOLD)
    assert seen.tls
    assert (seen.tls.folded, seen.tls.spellings) == (25, frozenset())


def test_what_another_probe_folded_differently_is_of_the_ledgers_fold() -> None:
    (seen,) = sightings(KEY, look(group("sidekiq 7.# shop", names=25)), AT)
    assert seen.who == Who(KEY, "orders", "orders", "sidekiq # shop", Sort.FOLD)


def test_learning_the_same_again_within_the_hour_changes_nothing() -> None:
    first = sightings(KEY, look(group(), group("cron", None)), NOW)
    known = learn((), first)
    assert changed((), known) == (known, ())
    again = learn(known, sightings(KEY, look(group(), group("cron", None)), AT))
    assert changed(known, again) == ((), ())
    later = learn(known, sightings(KEY, look(group(), group("cron", None)), AT + HOUR))
    assert changed(known, later) == (later, ())


@pytest.mark.parametrize(
    "news", [group(protocol="TLSv1.2"), group(addresses=("10.0.1.6",)), group(more=1), group(protocol=None)]
)
def test_another_protocol_address_or_way_is_news_within_the_hour(news: SessionGroup) -> None:
    known = learn((), sightings(KEY, look(group()), NOW))
    assert len(changed(known, learn(known, sightings(KEY, look(news), AT)))[0]) == 1


def test_an_older_look_adds_what_it_alone_saw_and_takes_nothing() -> None:
    known = learn((), sightings(KEY, look(group()), NOW))
    (seen,) = learn(known, sightings(KEY, look(group(protocol=None), group(protocol="TLSv1.1")), NOW - 5 * HOUR))
    assert seen.tls == Trace(
        NOW - 5 * HOUR, NOW, {"10.0.1.5": NOW}, None, {"TLSv1.3": NOW, "TLSv1.1": NOW - 5 * HOUR}
    )
    assert seen.plaintext == Trace(NOW - 5 * HOUR, NOW - 5 * HOUR, {"10.0.1.5": NOW - 5 * HOUR})
    assert (seen.first_seen, seen.last_seen) == (NOW - 5 * HOUR, NOW)


def test_clients_that_fold_are_gone_and_their_fold_is_new() -> None:
    before = learn((), [client(f"report-{number}") for number in range(20)] + [client()])
    after = learn(before, [client("report-20")])
    written, gone = changed(before, after)
    assert [each.who for each in written] == [who("report-#", sort=Sort.FOLD)]
    assert {each.who.application for each in gone} == {f"report-{number}" for number in range(20)}


@pytest.mark.parametrize(("age", "kept"), [(89 * DAY, True), (90 * DAY - HOUR, True), (90 * DAY, False)])
def test_a_client_is_remembered_to_the_last_moment_of_its_memory(age: timedelta, kept: bool) -> None:
    known = client(last_tls=NOW - age)
    assert still_remembered([known], NOW, 90 * DAY) == ((known,) if kept else ())


def test_each_side_address_and_protocol_is_forgotten_by_its_own_moment() -> None:
    old = NOW - 90 * DAY
    known = Client(
        WHO,
        Trace(
            old,
            NOW,
            {"10.0.1.5": NOW, "10.0.1.6": old},
            old,
            {"TLSv1.3": NOW, "TLSv1.1": old},
            frozenset({"a"}),
            3,
        ),
        trace(old),
    )
    assert still_remembered([known, plaintext_client(last_plaintext=old)], NOW, 90 * DAY) == (
        Client(WHO, Trace(old, NOW, {"10.0.1.5": NOW}, None, {"TLSv1.3": NOW}, frozenset({"a"}), 3), None),
    )


texts = st.text(max_size=8)
whos = st.builds(Who, texts, texts, texts, texts, st.sampled_from(Sort))


@given(whos, whos)
def test_different_clients_never_share_a_digest(one: Who, other: Who) -> None:
    assert (one.digest() == other.digest()) is (one == other)


def test_texts_that_only_join_to_the_same_are_different_clients() -> None:
    assert Who(KEY, "a", "bc", "").digest() != Who(KEY, "ab", "c", "").digest()


def test_a_digest_is_the_beginning_of_the_sha256_of_its_texts_as_a_json_list() -> None:
    # The table holds items under it: another one would make every client a new one.
    texts = f'["{KEY}", "orders", "orders", "orders-api", "client"]'
    assert WHO.digest() == sha256(texts.encode()).hexdigest()[:32]
    assert WHO.spelling() == WHO.digest()[:10]


def test_samples_look_for_thirty_days_at_what_no_full_sweep_lists_any_more() -> None:
    kept = retention.DATABASES
    assert kept == timedelta(days=30)
