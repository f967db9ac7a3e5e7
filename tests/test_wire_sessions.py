"""The row of a look, read back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.observation import LookOutcome, SessionGroup
from tlscheck.wire.sessions import LONGEST_TEXT, MOST_GROUPS, look

PLAIN = ["orders", "orders_app", "worker", "10.0.0.7", False, None, None, 3]
TLS = ["orders", "orders_app", "web", "10.0.0.8", True, "TLSv1.3", "TLS_AES_256_GCM_SHA384", 2]


def row(
    *groups: list[Any], hidden: int = 0, sees_all: bool = True, member: bool = True, kinds: int | None = None
) -> list[list[Any]]:
    document = json.dumps(groups).encode() if groups else None
    return [[170010, hidden, sees_all, member, len(groups) if kinds is None else kinds, document]]


def test_groups_become_sessions_with_and_without_tls() -> None:
    seen = look(row(PLAIN, TLS), "tlscheck")
    assert seen.outcome is LookOutcome.SEEN
    assert seen.server_version == 170010
    assert seen.detail == "5 sessions were seen."
    assert seen.sessions == (
        SessionGroup("orders", "orders_app", "worker", "10.0.0.7", False, None, None, 3),
        SessionGroup("orders", "orders_app", "web", "10.0.0.8", True, "TLSv1.3", "TLS_AES_256_GCM_SHA384", 2),
    )


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
    seen = look(row(*[PLAIN] * MOST_GROUPS, kinds=5000), "tlscheck")
    assert f"Only {MOST_GROUPS} of 5000 kinds of sessions are shown" in seen.detail


def test_a_session_without_names_is_counted_with_empty_ones() -> None:
    seen = look(row([None, None, None, None, False, None, None, 1]), "tlscheck")
    assert seen.sessions == (SessionGroup("", "", "", "", False, None, None, 1),)


def test_a_name_that_is_no_utf_8_is_shown_with_a_mark_in_it() -> None:
    document = json.dumps([PLAIN]).encode().replace(b"orders_app", b"jos\xe9")
    seen = look([[170010, 0, True, True, 1, document]], "tlscheck")
    assert seen.sessions[0].user == "jos\ufffd"


def test_names_alike_after_cutting_are_one_group() -> None:
    long = "x" * LONGEST_TEXT
    seen = look(row([long + "a", *PLAIN[1:]], [long + "b", *PLAIN[1:]]), "tlscheck")
    assert [(group.database, group.sessions) for group in seen.sessions] == [(long, 6)]


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [],
        [[]],
        [[170010]],
        [[170010, 0, True, True, 1, "text"]],
        [["170010", 0, True, True, 0, None]],
        [[170010, 0, None, True, 0, None]],
        [[170010, 0, True, True, 1, b"{}"]],
        [[170010, 0, True, True, 1, b"[1]"]],
        [[170010, 0, True, True, 1, b"["]],
        [[170010, 0, True, True, 1, b"[" * 100_000]],
        [[170010, 0, True, True, 1, json.dumps([[*PLAIN[:4], None, None, None, 1]]).encode()]],
        [[170010, 0, True, True, 1, json.dumps([[*PLAIN[:7], True]]).encode()]],
    ],
)
def test_an_answer_of_another_shape_is_a_failure_and_never_a_look(rows: object) -> None:
    seen = look(rows, "tlscheck")
    assert seen.outcome is LookOutcome.FAILED
    assert seen.sessions == ()


VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.binary()


@given(st.lists(st.lists(VALUES, max_size=7), max_size=2), st.text())
def test_any_rows_are_read_without_an_exception(rows: list[list[object]], user: str) -> None:
    look(rows, user)


GROUPS = st.lists(
    st.tuples(
        *[st.none() | st.text(max_size=300)] * 4,
        st.booleans(),
        *[st.none() | st.text(max_size=40)] * 2,
        st.integers(1, 9),
    ).map(list),
    max_size=8,
)


@given(GROUPS, st.integers(0, 3), st.booleans(), st.booleans())
def test_no_session_is_lost_and_none_without_tls_becomes_one_with(
    groups: list[list[Any]], hidden: int, sees_all: bool, member: bool
) -> None:
    seen = look(row(*groups, hidden=hidden, sees_all=sees_all, member=member), "tlscheck")
    for tls in (True, False):
        expected = sum(group[7] for group in groups if group[4] is tls)
        assert sum(group.sessions for group in seen.sessions if group.tls is tls) == expected
    assert (seen.outcome is LookOutcome.NEEDS_PG_MONITOR) == (hidden > 0 and not sees_all)
