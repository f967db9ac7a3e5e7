"""The row of a look, read back."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.document import documents
from tlscheck.wire.observation import (
    Handshake,
    HandshakeOutcome,
    LookOutcome,
    Observation,
    SessionGroup,
    SessionKind,
)
from tlscheck.wire.sessions import look, merged, shown

from tests.look_rows import row_of, text_of

PLAIN = ["orders", "orders_app", "worker", False, None, "client backend", False, 3, 1, ["10.0.0.7"]]
TLS = ["orders", "orders_app", "web", True, "TLSv1.3", "client backend", False, 2, 40, ["10.0.0.9", "10.0.0.8"]]
ANSWER = {
    "version": 170010,
    "hidden": 0,
    "sees_all": True,
    "member": True,
    "kinds": 1,
    "sessions": 3,
    "force_ssl": "1",
    "groups": [PLAIN],
}


def row(*groups: list[Any], kinds: int | None = None, **changed: Any) -> list[list[str]]:
    counted = {"groups": list(groups) or None, "kinds": len(groups) if kinds is None else kinds}
    sessions = sum(group[7] for group in groups if len(group) == 10) or None
    return row_of(ANSWER | counted | {"sessions": sessions} | changed)


def test_groups_become_sessions_with_and_without_tls() -> None:
    seen = look(row(PLAIN, TLS), "tlscheck")
    assert seen.outcome is LookOutcome.SEEN
    assert seen.server_version == 170010
    assert seen.detail == "5 sessions were seen."
    assert seen.sessions == (
        SessionGroup("orders", "orders_app", "worker", ("10.0.0.7",), 0, False, None, 3),
        SessionGroup("orders", "orders_app", "web", ("10.0.0.8", "10.0.0.9"), 38, True, "TLSv1.3", 2),
    )


@pytest.mark.parametrize(
    ("said", "is_on"),
    [("1", True), ("on", True), ("0", False), ("off", False), (None, None), ("2", None), (7, None)],
)
def test_a_server_that_does_not_know_force_ssl_leaves_it_open(said: object, is_on: bool | None) -> None:
    assert look(row(PLAIN, force_ssl=said), "tlscheck").force_ssl is is_on


@pytest.mark.parametrize(
    ("user", "process", "own", "kind"),
    [
        ("orders_app", "client backend", False, SessionKind.CLIENT),
        ("orders_app", None, None, SessionKind.CLIENT),
        ("dms", "walsender", False, SessionKind.REPLICATION),
        ("rdsadmin", "client backend", False, SessionKind.RDS),
        ("rdsrepladmin", "walsender", False, SessionKind.RDS),
        ("rdsproxyadmin", "client backend", False, SessionKind.RDS_PROXY),
        ("rdsadmin2", "client backend", False, SessionKind.CLIENT),
        ("tlscheck", "client backend", True, SessionKind.TLSCHECK),
    ],
)
def test_a_session_is_marked_by_whose_it_is(
    user: str, process: str | None, own: bool | None, kind: SessionKind
) -> None:
    group = [PLAIN[0], user, *PLAIN[2:5], process, own, 1, 1, [""]]
    (read,) = look(row(group), "tlscheck").sessions
    assert read.kind is kind
    assert read.is_client is (kind in {SessionKind.CLIENT, SessionKind.REPLICATION})


def test_several_looks_keep_everyone_that_any_of_them_saw() -> None:
    first = look(row(PLAIN), "tlscheck")
    second = look(row([*PLAIN[:7], 1, *PLAIN[8:]], TLS), "tlscheck")
    together = merged([first, second])
    assert together.looks == 2
    assert {(group.application, group.sessions) for group in together.sessions} == {("worker", 3), ("web", 2)}
    assert together.kinds == 2
    assert merged([first]) == first


def test_clients_without_tls_are_the_last_to_be_left_out() -> None:
    proxy = [PLAIN[0], "rdsproxyadmin", *PLAIN[2:]]
    seen = look(row(proxy, TLS, PLAIN), "tlscheck")
    assert [group.application for group in shown(seen, 2).sessions] == ["worker", "web"]
    assert "Only 2 of 3 kinds" in shown(seen, 2).detail
    assert shown(shown(seen, 2), 1).detail.count("Only") == 1


def test_nobody_connected_is_seen_too() -> None:
    seen = look(row(), "tlscheck")
    assert (seen.outcome, seen.sessions) == (LookOutcome.SEEN, ())


def test_hidden_sessions_are_a_lack_of_privilege_and_not_an_absence() -> None:
    seen = look(row(TLS, hidden=1, sees_all=False, member=False), "tlscheck")
    assert seen.outcome is LookOutcome.NEEDS_PG_MONITOR
    assert 'GRANT pg_monitor TO "tlscheck";' in seen.detail
    assert len(seen.sessions) == 1


def test_a_member_that_does_not_inherit_is_told_so() -> None:
    seen = look(row(hidden=1, sees_all=False), "tlscheck")
    assert seen.outcome is LookOutcome.NEEDS_PG_MONITOR
    assert "WITH INHERIT TRUE" in seen.detail


def test_a_session_that_is_just_beginning_is_no_lack_of_privilege() -> None:
    assert look(row(TLS, hidden=1), "tlscheck").outcome is LookOutcome.SEEN


def test_a_role_that_sees_all_without_inheriting_lacks_nothing() -> None:
    # PostgreSQL 10 to 14 ask for membership alone.
    assert look(row(TLS, sees_all=False), "tlscheck").outcome is LookOutcome.SEEN


def test_what_was_left_out_is_said() -> None:
    distinct = [[f"orders-{number}", *PLAIN[1:]] for number in range(400)]
    seen = look(row(*distinct, kinds=5000), "tlscheck")
    assert "Only 400 of 5000 kinds of sessions are shown" in seen.detail


def test_a_session_without_other_names_than_its_users_is_counted_with_empty_ones() -> None:
    seen = look(row([None, "dms", None, False, None, "walsender", None, 1, 1, [""]]), "tlscheck")
    assert seen.sessions == (SessionGroup("", "dms", "", ("",), 0, False, None, 1, SessionKind.REPLICATION),)


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_session_without_a_user_is_nobodys(nobody: str | None) -> None:
    seen = look(
        row(["orders", nobody, "", False, None, "client backend", None, 1, 1, ["10.0.0.7"]], TLS), "tlscheck"
    )
    assert [group.application for group in seen.sessions] == ["web"]
    assert (seen.kinds, seen.left_out) == (1, 0)


def test_addresses_are_named_up_to_thirty_two_and_counted_beyond() -> None:
    named = [f"10.0.0.{number}" for number in range(40)]
    (group,) = look(row([*PLAIN[:8], 50, named]), "tlscheck").sessions
    assert (group.addresses, group.more_addresses) == (tuple(sorted(named)[:32]), 18)
    (group,) = look(row([*PLAIN[:8], 1, named[:2]]), "tlscheck").sessions
    assert (group.addresses, group.more_addresses) == (("10.0.0.0", "10.0.0.1"), 0)


def test_an_address_that_any_look_saw_is_kept() -> None:
    first = look(row([*PLAIN[:8], 1, ["10.0.0.7"]]), "tlscheck")
    second = look(row([*PLAIN[:8], 40, ["10.0.0.8", "10.0.0.7"]]), "tlscheck")
    (group,) = merged([first, second, first]).sessions
    # 40 at least: those of one look may be those of another.
    assert (group.addresses, group.more_addresses, group.sessions) == (("10.0.0.7", "10.0.0.8"), 38, 3)


def test_what_any_look_left_out_is_missing_from_all_of_them() -> None:
    # The second shows as many as the first knew of, but nobody knows whether they are the same.
    first = look(row(PLAIN, kinds=3), "tlscheck")
    second = look(row(*[[*TLS[:2], f"web-{number}", *TLS[3:]] for number in range(5)]), "tlscheck")
    for looks in ([first, second], [second, first]):
        together = merged(looks)
        assert (len(together.sessions), together.kinds, together.left_out) == (6, 8, 2)
        assert "Only 6 of 8 kinds" in together.detail


def test_the_newest_of_several_looks_is_their_moment() -> None:
    early, late = datetime(2026, 11, 24, 3, tzinfo=UTC), datetime(2026, 11, 24, 4, tzinfo=UTC)
    seen = look(row(PLAIN), "tlscheck")
    assert merged([replace(seen, at=late), replace(seen, at=early)]).at == late
    assert merged([seen, seen]).at is None


def test_what_is_left_out_is_what_there_was_and_is_not_shown() -> None:
    # A look of 400 groups of 520: it is no look at everybody.
    distinct = [[f"orders-{number}", *PLAIN[1:]] for number in range(400)]
    seen = look(row(*distinct, kinds=520), "tlscheck")
    assert (len(seen.sessions), seen.left_out) == (400, 120)
    assert look(row(*distinct, kinds=0), "tlscheck").left_out == 0


def test_what_was_said_after_the_looks_stays_when_fewer_are_shown() -> None:
    seen = replace(look(row(PLAIN, TLS), "tlscheck"), detail="2 looks. Then: Only the end was lost.")
    said = (
        "2 looks. Then: Only the end was lost. Only 1 of 2 kinds of sessions are shown, those without TLS first."
    )
    assert shown(seen, 1).detail == shown(shown(seen, 1), 1).detail == said


def test_a_name_that_is_no_utf_8_is_shown_with_a_mark_in_it() -> None:
    answer = json.dumps(ANSWER).encode().replace(b"orders_app", b"jos\xe9")
    seen = look([[text_of(answer)]], "tlscheck")
    assert seen.sessions[0].user == "jos\ufffd"


def test_names_alike_after_cutting_are_one_group() -> None:
    long = "x" * 256
    seen = look(row([long + "a", *PLAIN[1:]], [long + "b", *PLAIN[1:]]), "tlscheck")
    assert [(group.database, group.sessions) for group in seen.sessions] == [(long, 6)]
    assert (seen.kinds, seen.detail) == (1, "6 sessions were seen.")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[None]],
        [[b"e30="]],
        [["x"]],
        [["\xe9"]],
        [["e30="]],
        [[text_of(b"[]")]],
        [[text_of(b"[" * 100_000)]],
        [["e30=", "e30="]],
        [*row(PLAIN), *row(PLAIN)],
        row(PLAIN, version="170010"),
        row(PLAIN, hidden=None),
        row(PLAIN, sees_all=None),
        row(PLAIN, groups={}),
        row(PLAIN, groups=[1]),
        row([*PLAIN[:3], None, *PLAIN[4:]]),
        row([*PLAIN[:7], True, *PLAIN[8:]]),
        row([*PLAIN[:8], None, []]),
        row([*PLAIN[:9], [7]]),
        row([*PLAIN[:9], "10.0.0.7"]),
        row(PLAIN[:9]),
    ],
)
def test_an_answer_of_another_shape_is_a_failure_and_never_a_look(rows: list[list[Any]]) -> None:
    seen = look(rows, "tlscheck")
    assert seen.outcome is LookOutcome.FAILED
    assert seen.sessions == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.text(max_size=60) | st.binary(max_size=60).map(text_of) | st.none(), st.text())
def test_any_text_is_read_without_an_exception(answer: str | None, user: str) -> None:
    look([[answer]], user)


@given(st.dictionaries(st.sampled_from(sorted(ANSWER)), JSON), st.text())
def test_any_object_is_read_without_an_exception(changed: dict[str, Any], user: str) -> None:
    look(row_of(ANSWER | changed), user)


GROUPS = st.lists(
    st.tuples(
        *[st.none() | st.text(max_size=300)] * 3,
        st.booleans(),
        *[st.none() | st.text(max_size=40)] * 2,
        st.none() | st.booleans(),
        st.integers(1, 9),
        st.integers(0, 99),
        st.lists(st.text(max_size=300), max_size=40),
    ).map(list),
    max_size=8,
)


@given(GROUPS, st.integers(0, 3), st.booleans(), st.booleans())
def test_no_session_is_lost_and_none_without_tls_becomes_one_with(
    groups: list[list[Any]], hidden: int, sees_all: bool, member: bool
) -> None:
    seen = look(row(*groups, hidden=hidden, sees_all=sees_all, member=member), "tlscheck")
    for tls in (True, False):
        expected = sum(group[7] for group in groups if group[3] is tls and group[1])
        assert sum(group.sessions for group in seen.sessions if group.tls is tls) == expected
    assert (seen.outcome is LookOutcome.NEEDS_PG_MONITOR) == (hidden > 0 and not sees_all)


def test_half_a_character_in_a_name_costs_the_neighbours_nothing() -> None:
    half = ["orders\ud800", "orders_app", "\udfffworker", True, "TLSv1.3\ud800", "client backend", False, 1, 1]
    seen = look(row([*half, ["10.0.0.7\ud800"]], TLS), "tlscheck")
    names = {(group.database, group.application, group.protocol, group.addresses) for group in seen.sessions}
    assert ("orders?", "?worker", "TLSv1.3?", ("10.0.0.7?",)) in names
    answer = documents([Observation("arn:1", Handshake(HandshakeOutcome.TRUSTED, ""), seen)])
    assert json.dumps(answer, ensure_ascii=False).encode()


@pytest.mark.parametrize("place", [7, 8])
def test_a_number_that_no_server_can_count_to_is_no_answer(place: int) -> None:
    group = [*PLAIN[:place], 10**4000, *PLAIN[place + 1 :]]
    assert look(row_of(ANSWER | {"groups": [group]}), "tlscheck").outcome is LookOutcome.FAILED
    assert look(row_of(ANSWER | {"kinds": 10**4000}), "tlscheck").outcome is LookOutcome.FAILED
