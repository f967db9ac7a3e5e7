"""What a client's record says after one more look: every field of it, and each moment on both sides."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tlscheck.ledger import retention
from tlscheck.ledger.client import Client, Sighting, Who, merge, uses_plaintext
from tlscheck.ledger.sightings import learn, sightings, still_remembered
from tlscheck.wire.observation import SessionGroup, SessionKind

from tests.examples import NOW, ORDERS, client, look, sessions

WHO = Who(ORDERS, "orders", "orders", "orders-api", "10.0.1.5")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
EARLIER = NOW - 3 * DAY

TLS12 = Sighting(WHO, tls=True, plaintext=False, protocols=("TLSv1.2",))
TLS13 = Sighting(WHO, tls=True, plaintext=False, protocols=("TLSv1.3",))
PLAINTEXT = Sighting(WHO, tls=False, plaintext=True, protocols=())
BOTH = Sighting(WHO, tls=True, plaintext=True, protocols=("TLSv1.2",))
NEITHER = Sighting(WHO, tls=False, plaintext=False, protocols=())

WITH_TLS = Client(WHO, EARLIER, EARLIER, EARLIER, None, ("TLSv1.3",))
WITHOUT = Client(WHO, EARLIER, EARLIER, None, EARLIER, ())


@pytest.mark.parametrize(
    ("known", "sighting", "after"),
    [
        (None, TLS12, Client(WHO, NOW, NOW, NOW, None, ("TLSv1.2",))),
        (None, PLAINTEXT, Client(WHO, NOW, NOW, None, NOW, ())),
        (None, BOTH, Client(WHO, NOW, NOW, NOW, NOW, ("TLSv1.2",))),
        (None, NEITHER, Client(WHO, NOW, NOW, None, None, ())),
        (WITH_TLS, TLS12, Client(WHO, EARLIER, NOW, NOW, None, ("TLSv1.2", "TLSv1.3"))),
        (WITH_TLS, TLS13, Client(WHO, EARLIER, NOW, NOW, None, ("TLSv1.3",))),
        (WITH_TLS, PLAINTEXT, Client(WHO, EARLIER, NOW, EARLIER, NOW, ("TLSv1.3",))),
        (WITH_TLS, BOTH, Client(WHO, EARLIER, NOW, NOW, NOW, ("TLSv1.2", "TLSv1.3"))),
        (WITHOUT, TLS12, Client(WHO, EARLIER, NOW, NOW, EARLIER, ("TLSv1.2",))),
        (WITHOUT, PLAINTEXT, Client(WHO, EARLIER, NOW, None, NOW, ())),
    ],
)
def test_a_record_after_one_more_look(known: Client | None, sighting: Sighting, after: Client) -> None:
    assert merge(known, sighting, NOW) == after


@pytest.mark.parametrize("sighting", [TLS12, TLS13, PLAINTEXT, BOTH])
def test_a_sweep_that_is_not_later_adds_nothing_whatever_it_saw(sighting: Sighting) -> None:
    known = replace(WITH_TLS, last_seen=NOW)
    assert merge(known, sighting, NOW - MOMENT) is known
    assert merge(known, sighting, NOW) is known
    assert merge(known, sighting, NOW + MOMENT) is not known


@pytest.mark.parametrize(
    ("last_tls", "last_plaintext", "sighting", "when", "is_news"),
    [
        # NOW is a full hour: its own begins with it.
        (NOW, None, TLS12, NOW + HOUR - MOMENT, False),
        (NOW, None, TLS12, NOW + HOUR, True),
        (NOW - MOMENT, None, TLS12, NOW + MOMENT, True),
        (None, NOW, PLAINTEXT, NOW + HOUR - MOMENT, False),
        (None, NOW, PLAINTEXT, NOW + HOUR, True),
        (None, NOW - MOMENT, PLAINTEXT, NOW + MOMENT, True),
        (NOW, None, PLAINTEXT, NOW + MOMENT, True),
        (None, NOW, TLS12, NOW + MOMENT, True),
        (NOW, NOW, BOTH, NOW + MOMENT, False),
        (NOW, NOW - HOUR, BOTH, NOW + MOMENT, True),
        (NOW - HOUR, NOW, BOTH, NOW + MOMENT, True),
        (NOW, NOW - HOUR, TLS12, NOW + MOMENT, False),
        (NOW - HOUR, NOW, PLAINTEXT, NOW + MOMENT, False),
        (NOW, None, TLS13, NOW + MOMENT, True),
    ],
)
def test_what_an_hour_said_already_is_no_news(
    last_tls: datetime | None, last_plaintext: datetime | None, sighting: Sighting, when: datetime, is_news: bool
) -> None:
    known = Client(WHO, EARLIER, NOW, last_tls, last_plaintext, ("TLSv1.1", "TLSv1.2"))
    assert (merge(known, sighting, when) is not known) is is_news


@pytest.mark.parametrize(
    ("last_tls", "last_plaintext", "uses"),
    [
        (NOW, NOW - 7 * DAY + MOMENT, True),
        (NOW, NOW - 7 * DAY, False),
        # Of one hour: which came last is not known. The hour before came before.
        (EARLIER - 7 * DAY + HOUR - MOMENT, EARLIER - 7 * DAY, True),
        (EARLIER - 7 * DAY + HOUR, EARLIER - 7 * DAY + HOUR - MOMENT, False),
        (None, EARLIER - 80 * DAY, True),
        (None, None, False),
    ],
)
def test_a_client_without_tls_counts_to_the_end_of_seven_days(
    last_tls: datetime | None, last_plaintext: datetime | None, uses: bool
) -> None:
    assert uses_plaintext(client(last_tls=last_tls, last_plaintext=last_plaintext), NOW) is uses


def session(tls: bool, protocol: str | None, kind: SessionKind = SessionKind.CLIENT) -> SessionGroup:
    return SessionGroup("orders", "orders", "orders-api", "10.0.1.5", tls, protocol, None, 1, kind)


@pytest.mark.parametrize(
    ("groups", "sighting"),
    [
        ((session(True, "TLSv1.3"), session(True, "TLSv1.2")), (True, False, ("TLSv1.2", "TLSv1.3"))),
        ((session(True, None),), (True, False, ())),
        # Whatever it says of a version: a session without TLS has none.
        ((session(False, "TLSv1.3"),), (False, True, ())),
        ((session(True, "TLSv1.3"), session(False, None)), (True, True, ("TLSv1.3",))),
        ((session(False, None), session(True, "TLSv1.3")), (True, True, ("TLSv1.3",))),
    ],
)
def test_the_sessions_of_a_client_are_one_sighting(
    groups: tuple[SessionGroup, ...], sighting: tuple[bool, bool, tuple[str, ...]]
) -> None:
    (seen,) = sightings(ORDERS, look(*groups))
    assert (seen.who, seen.tls, seen.plaintext, seen.protocols) == (WHO, *sighting)


@pytest.mark.parametrize("kind", list(SessionKind))
def test_sessions_that_nobody_has_to_see_to_are_no_clients(kind: SessionKind) -> None:
    others = (session(False, None, kind), sessions("reports"))
    seen = [each.who.application for each in sightings(ORDERS, look(*others))]
    whose = ["orders-api", "reports"] if kind.value in {"CLIENT", "REPLICATION"} else ["reports"]
    assert sorted(seen) == whose


def test_sightings_are_in_an_order_that_their_sessions_have_no_part_in() -> None:
    groups = [sessions(f"job-{number}") for number in range(8)]
    there, back = sightings(ORDERS, look(*groups)), sightings(ORDERS, look(*reversed(groups)))
    assert there == back
    assert [each.who.digest() for each in there] == sorted(each.who.digest() for each in there)


def test_learning_keeps_the_order_and_writes_only_what_changed() -> None:
    first, second = client("a"), client("b", last_seen=EARLIER, last_tls=EARLIER)
    changed = replace(second, last_seen=NOW, last_tls=NOW)
    seen = tuple(Sighting(each.who, tls=True, plaintext=False, protocols=("TLSv1.3",)) for each in (first, second))
    assert learn((first, second), seen, NOW) == ((first, changed), (changed,))


def test_a_client_is_remembered_to_the_last_moment_of_its_memory() -> None:
    kept = client("kept", last_seen=NOW - 90 * DAY + MOMENT)
    gone = client("gone", last_seen=NOW - 90 * DAY)
    assert still_remembered((gone, kept), NOW, 90 * DAY) == (kept,)


def test_samples_look_for_thirty_days_at_what_no_full_sweep_lists_any_more() -> None:
    kept = retention.DATABASES
    assert kept == timedelta(days=30)
