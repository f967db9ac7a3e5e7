"""The row of a look, read back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.observation import LookOutcome, SessionGroup, SessionKind
from tlscheck.wire.sessions import look, merged, shown

PLAIN = ["orders", "orders_app", "worker", "10.0.0.7", False, None, None, "client backend", False, 3]
TLS = ["orders", "orders_app", "web", "10.0.0.8", True, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "client backend",
       False, 2]  # fmt: skip
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


def row(*groups: list[Any], kinds: int | None = None, **changed: Any) -> list[list[bytes | None]]:
    counted = {"groups": list(groups) or None, "kinds": len(groups) if kinds is None else kinds}
    sessions = sum(group[-1] for group in groups) or None
    return [[json.dumps(ANSWER | counted | {"sessions": sessions} | changed).encode()]]


def test_groups_become_sessions_with_and_without_tls() -> None:
    seen = look(row(PLAIN, TLS), "tlscheck")
    assert seen.outcome is LookOutcome.SEEN
    assert seen.server_version == 170010
    assert seen.detail == "5 sessions were seen."
    assert seen.sessions == (
        SessionGroup("orders", "orders_app", "worker", "10.0.0.7", False, None, None, 3),
        SessionGroup("orders", "orders_app", "web", "10.0.0.8", True, "TLSv1.3", "TLS_AES_256_GCM_SHA384", 2),
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
    group = [PLAIN[0], user, *PLAIN[2:7], process, own, 1]
    (read,) = look(row(group), "tlscheck").sessions
    assert read.kind is kind
    assert read.is_client is (kind in {SessionKind.CLIENT, SessionKind.REPLICATION})


def test_several_looks_keep_everyone_that_any_of_them_saw() -> None:
    first = look(row(PLAIN), "tlscheck")
    second = look(row([*PLAIN[:9], 1], TLS), "tlscheck")
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


def test_a_session_without_names_is_counted_with_empty_ones() -> None:
    seen = look(row([*[None] * 4, False, *[None] * 4, 1]), "tlscheck")
    assert seen.sessions == (SessionGroup("", "", "", "", False, None, None, 1),)


def test_a_name_that_is_no_utf_8_is_shown_with_a_mark_in_it() -> None:
    ((document,),) = row(PLAIN)
    assert document
    seen = look([[document.replace(b"orders_app", b"jos\xe9")]], "tlscheck")
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
        [[b"x"]],
        [[b"{}"]],
        [[b"[]"]],
        [[b"[" * 100_000]],
        [[b"{}", b"{}"]],
        [*row(PLAIN), *row(PLAIN)],
        row(PLAIN, version="170010"),
        row(PLAIN, hidden=None),
        row(PLAIN, sees_all=None),
        row(PLAIN, groups={}),
        row(PLAIN, groups=[1]),
        row([*PLAIN[:4], None, *PLAIN[5:]]),
        row([*PLAIN[:9], True]),
        row(PLAIN[:9]),
    ],
)
def test_an_answer_of_another_shape_is_a_failure_and_never_a_look(rows: list[list[bytes | None]]) -> None:
    seen = look(rows, "tlscheck")
    assert seen.outcome is LookOutcome.FAILED
    assert seen.sessions == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.binary(max_size=60) | st.none(), st.text())
def test_any_bytes_are_read_without_an_exception(answer: bytes | None, user: str) -> None:
    look([[answer]], user)


@given(st.dictionaries(st.sampled_from(sorted(ANSWER)), JSON), st.text())
def test_any_object_is_read_without_an_exception(changed: dict[str, Any], user: str) -> None:
    look([[json.dumps(ANSWER | changed).encode()]], user)


GROUPS = st.lists(
    st.tuples(
        *[st.none() | st.text(max_size=300)] * 4,
        st.booleans(),
        *[st.none() | st.text(max_size=40)] * 3,
        st.none() | st.booleans(),
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
        expected = sum(group[-1] for group in groups if group[4] is tls)
        assert sum(group.sessions for group in seen.sessions if group.tls is tls) == expected
    assert (seen.outcome is LookOutcome.NEEDS_PG_MONITOR) == (hidden > 0 and not sees_all)
