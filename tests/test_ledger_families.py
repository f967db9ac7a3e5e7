"""Sessions whose names change, folded in a look: nobody is lost, and nobody hides behind others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.ledger.families import folded
from tlscheck.ledger.sightings import learn, sightings
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup, SessionKind
from tlscheck.wire.sessions import merged

from tests.examples import NOW


def group(application: str, tls: bool = True, protocol: str | None = "TLSv1.3", **changes: object) -> SessionGroup:
    made = SessionGroup("orders", "app", application, ("10.0.0.1",), 0, tls, protocol if tls else None, 1)
    return replace(made, **changes)  # type: ignore[arg-type] # its fields by name


def look(*groups: SessionGroup, left_out: int = 0) -> Look:
    return Look(LookOutcome.SEEN, "seen", 170004, groups, len(groups) + left_out)


def reports(number: int, tls: bool = True, protocol: str = "TLSv1.3") -> list[SessionGroup]:
    return [group(f"report-{each}", tls, protocol, addresses=(f"10.0.0.{each}",)) for each in range(number)]


def test_twenty_spellings_are_themselves_and_twenty_one_are_one() -> None:
    assert folded(look(*reports(20), group("web"), group("cron"))).sessions == (
        *reports(20),
        group("web"),
        group("cron"),
    )
    (one,) = folded(look(*reports(21))).sessions
    assert (one.application, one.names, one.sessions) == ("report-#", 21, 21)
    assert len(one.addresses) == 21
    assert one.more_addresses == 0


def test_those_without_tls_are_counted_by_themselves() -> None:
    seen = folded(look(*reports(21), *reports(3, tls=False)))
    assert [(each.application, each.tls) for each in seen.sessions] == [
        ("report-#", True),
        ("report-0", False),
        ("report-1", False),
        ("report-2", False),
    ]


def test_each_protocol_is_a_group_and_one_spelling_of_it_keeps_its_name() -> None:
    old = group("report-99", protocol="TLSv1.2")
    assert [
        (each.application, each.protocol, each.names) for each in folded(look(*reports(20), old)).sessions
    ] == [("report-#", "TLSv1.3", 20), ("report-99", "TLSv1.2", 1)]


def test_a_spelling_by_two_protocols_is_one_spelling() -> None:
    both = [*reports(20), *reports(20, protocol="TLSv1.2")]
    assert folded(look(*both)).sessions == tuple(both)


def test_other_kinds_of_sessions_fold_apart() -> None:
    readers = [replace(each, kind=SessionKind.REPLICATION) for each in reports(21)]
    assert [each.kind for each in folded(look(*readers, *reports(2))).sessions] == [
        SessionKind.REPLICATION,
        SessionKind.CLIENT,
        SessionKind.CLIENT,
    ]


def test_names_of_databases_and_users_that_change_fold_too() -> None:
    tenants = [group("web", database=f"tenant_{each}", user=f"v-token-{each}") for each in range(30)]
    (one,) = folded(look(*tenants)).sessions
    assert one.called == ("tenant_#", "v-token-#", "web")


def test_what_was_left_out_stays_left_out_and_what_was_folded_is_not() -> None:
    seen = folded(look(*reports(50), left_out=7))
    assert (len(seen.sessions), seen.kinds, seen.left_out) == (1, 8, 7)


def test_more_than_thirty_two_addresses_are_counted() -> None:
    (one,) = folded(look(*reports(50))).sessions
    assert (len(one.addresses), one.more_addresses) == (32, 18)
    (one,) = folded(look(*(replace(each, more_addresses=60) for each in reports(21)))).sessions
    assert (len(one.addresses), one.more_addresses) == (21, 40)


def test_a_family_that_two_looks_saw_half_of_is_one() -> None:
    first, second = look(*reports(30)[:15]), look(*reports(30)[15:])
    (one,) = folded(merged([folded(first), folded(second)])).sessions
    assert (one.names, one.sessions) == (30, 30)
    # Of those folded before nobody knows whether they are the same: there are thirty at least.
    (one,) = folded(merged([look(one), look(*reports(5))])).sessions
    assert (one.application, one.names) == ("report-#", 30)


def test_a_look_and_the_ledger_fold_alike() -> None:
    for number in (20, 21, 60):
        as_they_came = look(*reports(number), *reports(3, tls=False), group("web"))
        by_names = learn((), sightings("aws:1:eu-west-1:db-A", as_they_came, NOW))
        by_folds = learn((), sightings("aws:1:eu-west-1:db-A", folded(as_they_came), NOW))
        assert [each.who for each in by_names] == [each.who for each in by_folds]


NAMES = st.sampled_from(["web", "report-#", *(f"report-{each}" for each in range(40)), "pod-7d9c5b6f4-x2kqp"])
GROUPS = st.lists(
    st.builds(
        SessionGroup,
        st.sampled_from(["orders", "tenant_1", "tenant_2"]),
        st.sampled_from(["app", "dms"]),
        NAMES,
        st.sets(st.integers(0, 60), max_size=32).map(
            lambda them: tuple(f"10.0.0.{each}" for each in sorted(them))
        ),
        st.integers(0, 5),
        st.booleans(),
        st.sampled_from([None, "TLSv1.2", "TLSv1.3"]),
        st.integers(1, 9),
        st.sampled_from(SessionKind),
    ),
    max_size=90,
)


@given(GROUPS, st.integers(0, 3))
def test_folding_loses_no_session_changes_no_tls_and_ends_at_once(
    groups: list[SessionGroup], left_out: int
) -> None:
    def counted(seen: Look) -> dict[tuple[SessionKind, bool, str | None], int]:
        there = {(each.kind, each.tls, each.protocol) for each in seen.sessions}
        return {
            which: sum(each.sessions for each in seen.sessions if (each.kind, each.tls, each.protocol) == which)
            for which in there
        }

    # As a look brings them: no two groups alike.
    alike = {(*each.called, each.tls, each.protocol, each.kind): each for each in groups}
    seen = look(*alike.values(), left_out=left_out)
    fewer = folded(seen)
    assert counted(fewer) == counted(seen)
    assert fewer.left_out == left_out
    assert folded(fewer).sessions == fewer.sessions
    assert all(len(each.addresses) <= 32 for each in fewer.sessions)
    assert {each.called for each in seen.sessions if not each.tls} >= {
        each.called for each in fewer.sessions if not each.tls and each.names == 1
    }


@pytest.mark.parametrize("names", [1, 30])
def test_a_quiet_server_is_left_as_it_is(names: int) -> None:
    quiet = look(group("web"), group("pods-#", names=names))
    assert folded(quiet).sessions == quiet.sessions
