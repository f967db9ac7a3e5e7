"""What of a server's log counts: what looks and the server do not contradict."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.belief import Doubt, believed
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import (
    no_longer_counted,
    plaintext_addresses,
    plaintext_clients,
    plaintext_of,
    tls_clients,
    tls_of,
    uses_plaintext,
)
from tlscheck.ledger.unfolding import unfolded

from tests.examples import KEY, NOW, trace
from tests.test_ledger_laws import sightings

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EVIDENCE = 35 * DAY
HERE, THERE = "10.0.1.5", "10.0.1.6"
SPOOFED = "report SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA"


def came(application: str = "report", user: str = "app", sort: Sort = Sort.CLIENT, **ways: Any) -> Client:
    """A client by its traces; lines whose TLS no name can have spelled bring a version."""
    if by_log := ways.get("logged_tls"):
        ways["logged_tls"] = replace(by_log, protocols={"TLSv1.3": by_log.last})
    sides: dict[str, Any] = dict.fromkeys(("tls", "plaintext", "logged_tls", "logged_plaintext"))
    return Client(Who(KEY, "orders", user, application, sort), **sides | ways)


def at(days: float, *addresses: str, **changes: object) -> Trace:
    """From these addresses, so many days ago last."""
    return trace(NOW - days * DAY, addresses or (HERE,), **changes)  # type: ignore[arg-type] # as in trace()


def counting(*clients: Client) -> set[str]:
    return {each.who.application for each in plaintext_clients(clients, NOW, EVIDENCE)}


def doubts(*clients: Client, is_enforced: bool = False) -> list[tuple[str, Doubt]]:
    found = believed(clients, is_enforced=is_enforced).doubted
    return [(each.client.who.application, each.doubt) for each in found]


def test_who_comes_without_tls_by_the_log_alone_counts() -> None:
    client = came(logged_plaintext=at(1))
    assert counting(client) == {"report"}
    assert plaintext_addresses(client, NOW, EVIDENCE) == {HERE: NOW - DAY}


def test_the_last_of_looks_and_log_is_when_it_came_last() -> None:
    client = came(plaintext=at(3, HERE), logged_plaintext=at(1, HERE, THERE), tls=at(5), logged_tls=at(2, THERE))
    plaintext, tls = plaintext_of(client), tls_of(client)
    assert plaintext
    assert tls
    assert plaintext.addresses == {HERE: NOW - DAY, THERE: NOW - DAY}
    assert tls.addresses == {HERE: NOW - 5 * DAY, THERE: NOW - 2 * DAY}


@pytest.mark.parametrize("way", ["plaintext", "logged_plaintext"])
@pytest.mark.parametrize(
    ("application", "settling", "counts"),
    [
        ("", "tls", False),
        ("", "logged_tls", False),
        ("report", "tls", False),
        # The line names an application: what it says of TLS may be that name's own text.
        ("report", "logged_tls", True),
    ],
)
def test_tls_by_the_log_settles_an_address_where_no_name_can_have_spelled_it(
    way: str, application: str, settling: str, counts: bool
) -> None:
    ways: dict[str, Any] = {way: at(9), settling: at(8)}
    client = came(application, **ways)
    assert counting(client) == ({application} if counts else set())
    assert doubts(client) == []


@pytest.mark.parametrize(("days", "counts"), [(34, True), (35, False)])
def test_one_with_tls_by_the_log_is_gone_after_the_days_of_evidence(days: int, counts: bool) -> None:
    client = came(logged_plaintext=at(days, THERE), logged_tls=at(1))
    assert counting(client) == ({"report"} if counts else set())
    assert no_longer_counted(client, NOW, EVIDENCE) == ({} if counts else {THERE: NOW - days * DAY})


@pytest.mark.parametrize(
    ("look", "contradicts"),
    [
        (came(SPOOFED, plaintext=at(300, THERE)), Doubt.SPELLED),
        (came("other", plaintext=at(2)), Doubt.LOOK),
        (came("other", plaintext=at(1)), Doubt.LOOK),
        (came("other", plaintext=at(3)), None),
        (came("other", plaintext=at(1, THERE)), None),
        (came("other", user="else", plaintext=at(1)), None),
        (came("other", user="else", plaintext=at(1, THERE, elsewhere=NOW - DAY)), None),
        # Of some nobody knows from where they came.
        (came("other", plaintext=at(1, THERE, elsewhere=NOW - DAY)), Doubt.LOOK),
        (came("", sort=Sort.OTHERS_OF_USER, plaintext=at(1, elsewhere=NOW - DAY)), Doubt.LOOK),
        (came("", user="", sort=Sort.OTHERS, plaintext=at(1, elsewhere=NOW - DAY)), Doubt.LOOK),
        # It was seen with TLS from there too.
        (came("other", plaintext=at(1), tls=at(2)), None),
        (came("other", plaintext=at(1), tls=at(3)), Doubt.LOOK),
        (came("other", logged_plaintext=at(1)), None),
    ],
)
def test_a_look_that_shows_the_same_user_without_tls_is_believed(look: Client, contradicts: Doubt | None) -> None:
    logged = came("", logged_plaintext=at(9), logged_tls=at(2))
    assert doubts(logged, look) == ([("", contradicts)] if contradicts else [])
    # Else it has settled on TLS.
    (settled,) = (each for each in believed([logged, look]).clients if each.who == logged.who)
    assert uses_plaintext(settled, NOW, EVIDENCE) is bool(contradicts)


def test_what_of_it_nothing_contradicts_is_still_believed() -> None:
    logged = came(logged_tls=at(2, HERE, THERE))
    belief = believed([logged, came("other", plaintext=at(1, HERE))])
    (kept,) = (each.logged_tls for each in belief.clients if each.logged_tls)
    assert kept.addresses == {THERE: NOW - 2 * DAY}
    (doubted,) = belief.doubted
    assert doubted.client == came(logged_tls=at(2, HERE))


def test_names_that_were_folded_are_the_same_users() -> None:
    look = came("web", user="v-app-#", sort=Sort.FOLD, plaintext=at(1, folded=30))
    assert doubts(came("", user="v-app-1700000001", logged_tls=at(2)), look) == [("", Doubt.LOOK)]


def test_plaintext_by_the_log_of_a_server_that_refuses_it_counts_for_nothing_and_is_not_lost() -> None:
    only, both = came(logged_plaintext=at(1)), came("web", plaintext=at(9), logged_plaintext=at(1))
    belief = believed([only, both], is_enforced=True)
    assert belief.clients == (came("web", plaintext=at(9)),)
    assert [each.doubt for each in belief.doubted] == [Doubt.ENFORCED, Doubt.ENFORCED]
    assert [each.client for each in belief.doubted] == [only, came("web", logged_plaintext=at(1))]
    assert believed([only, both]).clients == (only, both)


def test_a_driver_that_tells_its_name_later_is_one_client() -> None:
    """The log has no application of it; looks do."""
    look, logged = came("PostgreSQL JDBC Driver", plaintext=at(2)), came("", logged_plaintext=at(1))
    assert counting(look, logged) == {"PostgreSQL JDBC Driver"}
    assert counting(look, came("", logged_plaintext=at(1, HERE, THERE))) == {"PostgreSQL JDBC Driver", ""}
    assert counting(look, replace(logged, plaintext=at(1))) == {"PostgreSQL JDBC Driver", ""}
    assert counting(came("by-log", logged_plaintext=at(1)), logged) == {"by-log", ""}
    assert counting(came("of-another", user="else", plaintext=at(1)), logged) == {"of-another", ""}
    with_tls = [came("PostgreSQL JDBC Driver", tls=at(2)), came("", logged_tls=at(1))]
    assert [each.who.application for each in tls_clients(with_tls)] == ["PostgreSQL JDBC Driver"]


@given(st.lists(sightings(), max_size=12), st.booleans())
def test_what_is_believed_again_is_the_same_and_looks_always_are(seen: list[Client], is_enforced: bool) -> None:
    belief = believed(seen, is_enforced=is_enforced)
    again = believed(belief.clients, is_enforced=is_enforced)
    assert again.clients == belief.clients
    assert again.doubted == ()
    looks = [(each.who, each.tls, each.plaintext) for each in belief.clients if each.tls or each.plaintext]
    known = unfolded(seen)
    assert looks == [(each.who, each.tls, each.plaintext) for each in known if each.tls or each.plaintext]
    ways = ("logged_tls", "logged_plaintext")
    kept = {(each.who, way) for each in belief.clients for way in ways if getattr(each, way)}
    kept |= {(each.client.who, way) for each in belief.doubted for way in ways if getattr(each.client, way)}
    assert kept == {(each.who, way) for each in known for way in ways if getattr(each, way)}, "nothing is lost"
