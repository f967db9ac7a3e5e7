"""Who is remembered by name, and whom they fold with beyond the bounds."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest
from tlscheck.ledger.bounds import family, ledger_of
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.sightings import learn

from tests.examples import KEY, NOW, client, plaintext_client, trace, who

HOUR = timedelta(hours=1)


def by_sort(known: tuple[Client, ...]) -> dict[str, int]:
    sorts = [each.who.sort.value for each in known]
    return {sort: sorts.count(sort) for sort in dict.fromkeys(sorts)}


def reports(number: int, **changes: object) -> list[Client]:
    return [client(f"report-{each}", **changes) for each in range(number)]  # type: ignore[arg-type] # as in client()


def word(number: int) -> str:
    """One of 3,125 names that do not change."""
    return "".join("aeiou"[number // 5**place % 5] for place in range(5))


@pytest.mark.parametrize(
    ("texts", "of"),
    [
        (("orders", "orders", "orders-api"), ("orders", "orders", "orders-api")),
        (("tenant_12", "v-app-0a1b2c3d", "report-12"), ("tenant_#", "v-app-#", "report-#")),
    ],
)
def test_a_family_is_the_patterns_of_all_three_names(
    texts: tuple[str, str, str], of: tuple[str, str, str]
) -> None:
    name, user, application = texts
    assert family(Who(KEY, name, user, application)) == Who(KEY, *of, Sort.FOLD)
    assert family(Who(KEY, *of, Sort.FOLD)) == Who(KEY, *of, Sort.FOLD)


def test_twenty_spellings_of_a_name_are_twenty_clients_and_with_the_next_they_are_one() -> None:
    assert by_sort(ledger_of(reports(20))) == {"client": 20}
    (fold,) = ledger_of(reports(21))
    assert fold.who == who("report-#", sort=Sort.FOLD)
    assert fold.tls
    assert fold.tls.spellings == {who(f"report-{each}").digest()[:10] for each in range(21)}


def test_a_fold_says_all_that_its_clients_said() -> None:
    seen = [
        client(
            f"report-{each}",
            last_tls=NOW + each * HOUR,
            address=f"10.0.1.{each}",
            protocols=(f"TLSv1.{each % 3}",),
        )
        for each in range(21)
    ]
    (fold,) = ledger_of(seen)
    assert fold.tls
    assert (fold.tls.first, fold.tls.last) == (NOW - timedelta(days=30), NOW + 20 * HOUR)
    assert fold.tls.addresses == {f"10.0.1.{each}": NOW + each * HOUR for each in range(21)}
    assert fold.tls.protocols == {
        "TLSv1.0": NOW + 18 * HOUR, "TLSv1.1": NOW + 19 * HOUR, "TLSv1.2": NOW + 20 * HOUR}  # fmt: skip
    assert fold.tls.elsewhere is None
    assert fold.plaintext is None


def test_who_comes_later_with_a_name_that_folds_is_of_the_fold() -> None:
    known = ledger_of(reports(21))
    assert {each.who for each in learn(known, [client("report-99"), client("orders-api")])} == {
        who("report-#", sort=Sort.FOLD), who("orders-api")}  # fmt: skip


def test_names_that_fold_with_tls_leave_whoever_came_without_by_its_name() -> None:
    known = ledger_of([*reports(50), plaintext_client("report-12")])
    assert {each.who for each in known if each.plaintext} == {who("report-12")}
    assert {each.who for each in known if each.tls} == {who("report-#", sort=Sort.FOLD)}


def test_another_user_or_database_is_another_family() -> None:
    others = [client(who=who(f"report-{each}", user="billing")) for each in range(20)]
    more = [client(who=who(f"report-{each}", name="ledger")) for each in range(20)]
    assert by_sort(ledger_of([*reports(20), *others, *more])) == {"client": 60}


def test_the_first_four_hundred_clients_are_kept_by_name_and_the_next_hundred_too() -> None:
    clients = [client(word(number)) for number in range(500)]
    assert by_sort(ledger_of(clients[:400])) == {"client": 400}
    known = ledger_of(clients)
    assert by_sort(known) == {"client": 400, "fold": 100}
    assert {each.who.application for each in known} == {word(number) for number in range(500)}
    assert all(len(each.tls.spellings) == 1 for each in known if each.tls and each.who.sort is Sort.FOLD)


def test_whoever_comes_beyond_five_hundred_is_among_the_others_of_its_user() -> None:
    clients = [client(who=who(word(number), user=f"user-{'ab'[number % 2]}")) for number in range(600)]
    known = ledger_of(clients)
    assert by_sort(known) == {"client": 400, "fold": 100, "others-of-user": 2}
    others = [each for each in known if each.who.sort is Sort.OTHERS_OF_USER]
    assert {each.who for each in others} == {
        Who(KEY, "", user, "", Sort.OTHERS_OF_USER) for user in ("user-a", "user-b")
    }
    assert sum(len(each.tls.spellings) for each in others if each.tls) == 100
    for each in others:
        assert each.tls
        assert (dict(each.tls.addresses), each.tls.elsewhere) == ({}, NOW)


def test_beyond_twenty_users_whoever_is_left_is_one() -> None:
    clients = [client(who=who(word(number), user=f"user-{word(number % 30)}")) for number in range(3000)]
    known = ledger_of(clients)
    assert by_sort(known) == {"client": 400, "fold": 100, "others-of-user": 20, "others": 1}
    assert [each.who for each in known if each.who.sort is Sort.OTHERS] == [Who(KEY, "", "", "", Sort.OTHERS)]


def test_users_that_are_made_for_each_login_are_one_user() -> None:
    clients = [client(who=who(word(number), user=f"v-app-{number}")) for number in range(3000)]
    others = [each.who.user for each in ledger_of(clients) if each.who.sort is Sort.OTHERS_OF_USER]
    assert others == ["v-app-#"]


def test_the_thirty_third_address_is_elsewhere() -> None:
    at_32 = client(tls=trace(addresses=[f"10.0.1.{number}" for number in range(32)]))
    assert ledger_of([at_32]) == (at_32,)
    later = NOW + HOUR
    (known,) = ledger_of([at_32, *(client(address=f"10.0.2.{number}", last_tls=later) for number in range(200))])
    assert known.tls
    assert len(known.tls.addresses) == 32
    assert known.tls.elsewhere == later
    assert {*known.tls.addresses.values()} <= {NOW, later}


def test_of_a_family_that_a_probe_folded_every_spelling_is_of_the_fold() -> None:
    folded = Client(who("report-#", sort=Sort.FOLD), trace(folded=25), None)
    (known,) = ledger_of([folded, *reports(3)])
    assert known.who == folded.who
    assert known.tls
    assert (known.tls.folded, len(known.tls.spellings)) == (25, 3)


def test_a_family_that_was_folded_for_want_of_room_stays_so() -> None:
    own = frozenset({who("report-12").digest()[:10]})
    fold = Client(who("report-#", sort=Sort.FOLD), trace(spellings=own), None)
    (known,) = ledger_of([fold, client("report-13")])
    assert known.who == fold.who
    assert known.tls
    assert len(known.tls.spellings) == 2


def test_twenty_thousand_names_of_strangers_are_some_hundred_items() -> None:
    known: tuple[Client, ...] = ()
    for look in range(50):
        at = datetime(2026, 11, 1, tzinfo=UTC) + look * HOUR
        seen = (
            Client(
                Who(KEY, "orders", "orders", f"{word(number)}{word(number // 7)}{look:c}x"), None, Trace(at, at)
            )
            for number in range(400)
        )
        known = learn(known, seen)
        assert len(known) <= 521


def test_a_full_look_at_a_thousand_clients_is_learnt_in_a_moment() -> None:
    known = ledger_of(client(who=who(word(number), user=f"user-{number % 9}")) for number in range(1000))
    seen = [client(who=who(word(number), user=f"user-{number % 7}"), last_tls=NOW + HOUR) for number in range(400)]
    took = []
    for _ in range(3):
        began = process_time()
        learn(known, seen)
        took.append(process_time() - began)
    assert min(took) < 0.1
