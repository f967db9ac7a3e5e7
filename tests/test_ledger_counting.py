"""Who counts as coming without TLS, until when, and how many names a fold stands for."""

from datetime import datetime, timedelta

import pytest
from tlscheck.ledger.bounds import ledger_of
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import (
    count,
    no_longer_counted,
    plaintext_addresses,
    plaintext_clients,
    tls_clients,
    uses_plaintext,
    uses_tls,
)
from tlscheck.ledger.sightings import learn
from tlscheck.ledger.unfolding import unfolded

from tests.examples import KEY, NOW, client, plaintext_client, trace, who

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EVIDENCE = 35 * DAY


def both(tls: dict[str, datetime], plaintext: dict[str, datetime], **changes: object) -> Client:
    """A client by the last moments of its addresses."""

    def side(moments: dict[str, datetime]) -> Trace | None:
        return Trace(min(moments.values()), max(moments.values()), moments) if moments else None

    return client(tls=side(tls), plaintext=side(plaintext), **changes)  # type: ignore[arg-type] # as in client()


@pytest.mark.parametrize(
    ("last_tls", "last_plaintext", "expected"),
    [
        (NOW, None, False),
        (None, NOW - 80 * DAY, True),
        (NOW - 20 * DAY, NOW - 19 * DAY, True),
        (NOW, NOW - 7 * DAY + HOUR, True),
        (NOW, NOW - 7 * DAY, False),
        # Of one hour: which came last is not known. An hour later it is.
        (NOW - 9 * DAY, NOW - 9 * DAY, True),
        (NOW - 9 * DAY + HOUR, NOW - 9 * DAY, False),
    ],
)
def test_an_address_counts_until_it_has_settled_on_tls(
    last_tls: datetime | None, last_plaintext: datetime | None, expected: bool
) -> None:
    assert uses_plaintext(client(last_tls=last_tls, last_plaintext=last_plaintext), NOW, EVIDENCE) is expected


def test_tls_from_one_address_does_not_clear_what_came_without_from_another() -> None:
    seen = both(tls={"10.0.1.5": NOW}, plaintext={"10.0.1.5": NOW - 20 * DAY, "10.0.1.6": NOW - 20 * DAY})
    assert uses_plaintext(seen, NOW, EVIDENCE)
    assert plaintext_addresses(seen, NOW, EVIDENCE) == {"10.0.1.6": NOW - 20 * DAY}
    assert no_longer_counted(seen, NOW, EVIDENCE) == {}


@pytest.mark.parametrize(("days", "counts"), [(34, True), (35, False), (300, False)])
def test_an_address_that_is_gone_stops_counting_after_the_days_of_evidence(days: int, counts: bool) -> None:
    last = NOW - days * DAY
    seen = both(tls={"10.0.1.5": NOW}, plaintext={"10.0.1.6": last})
    assert uses_plaintext(seen, NOW, EVIDENCE) is counts
    assert plaintext_addresses(seen, NOW, EVIDENCE) == ({"10.0.1.6": last} if counts else {})
    assert no_longer_counted(seen, NOW, EVIDENCE) == ({} if counts else {"10.0.1.6": last})


def test_the_days_of_evidence_are_the_owners() -> None:
    seen = both(tls={"10.0.1.5": NOW}, plaintext={"10.0.1.6": NOW - 40 * DAY})
    assert not uses_plaintext(seen, NOW, 40 * DAY)
    assert uses_plaintext(seen, NOW, 41 * DAY)


def test_an_address_that_is_gone_counts_while_another_of_its_client_comes_without_tls() -> None:
    plaintext = {"10.0.1.6": NOW - 100 * DAY, "10.0.1.7": NOW - DAY}
    seen = both(tls={"10.0.1.5": NOW}, plaintext=plaintext)
    assert plaintext_addresses(seen, NOW, EVIDENCE) == plaintext
    assert no_longer_counted(seen, NOW, EVIDENCE) == {}


@pytest.mark.parametrize(
    ("tls", "counts"), [(NOW - 101 * DAY, True), (NOW - 100 * DAY, True), (NOW - 99 * DAY, False)]
)
def test_an_address_is_gone_only_where_its_client_came_with_tls_later(tls: datetime, counts: bool) -> None:
    assert uses_plaintext(both({"10.0.1.5": tls}, {"10.0.1.6": NOW - 100 * DAY}), NOW, EVIDENCE) is counts


def test_an_address_that_settled_on_tls_itself_is_not_called_gone() -> None:
    seen = both(tls={"10.0.1.6": NOW}, plaintext={"10.0.1.6": NOW - 50 * DAY})
    assert not uses_plaintext(seen, NOW, EVIDENCE)
    assert no_longer_counted(seen, NOW, EVIDENCE) == {}


@pytest.mark.parametrize(("days", "counts"), [(8, True), (34, True), (35, False)])
def test_what_came_from_elsewhere_counts_until_it_is_gone(days: int, counts: bool) -> None:
    last = NOW - days * DAY
    seen = client(plaintext=Trace(last, last, {}, last))
    assert uses_plaintext(seen, NOW, EVIDENCE) is counts
    assert plaintext_addresses(seen, NOW, EVIDENCE) == {}


def test_what_came_from_no_address_that_is_known_counts_as_from_elsewhere() -> None:
    last = NOW - 10 * DAY
    assert uses_plaintext(client(plaintext=Trace(last, last, {"10.0.1.5": last - HOUR})), NOW, EVIDENCE)


def test_a_report_without_tls_is_not_hidden_by_another_with_tls() -> None:
    old = [plaintext_client("report-12", last_plaintext=NOW - 300 * DAY)]
    known = learn(old, [client("report-13"), client("report-14", address="10.0.1.9")])
    assert [each.who for each in plaintext_clients(known, NOW, EVIDENCE)] == [who("report-12")]
    assert {each.who.application for each in tls_clients(known)} == {"report-13", "report-14"}


def sidekiq(number: int, **changes: object) -> list[Client]:
    names = [f"sidekiq 7.3 shop [{busy} of 25 busy]" for busy in range(number)]
    return [client(name, **changes) for name in names]  # type: ignore[arg-type] # as in client()


@pytest.mark.parametrize(("days", "counts"), [(7, True), (34, True), (35, False)])
def test_a_fold_clears_only_after_the_days_of_evidence_without_plaintext(days: int, counts: bool) -> None:
    last = NOW - days * DAY
    known = ledger_of([*sidekiq(25), *sidekiq(25, last_tls=None, last_plaintext=last)])
    assert [each.who.application for each in known] == ["sidekiq # shop [# of # busy]"]
    assert bool(plaintext_clients(known, NOW, EVIDENCE)) is counts
    assert uses_plaintext(known[0], NOW, EVIDENCE) is counts
    assert no_longer_counted(known[0], NOW, EVIDENCE) == ({} if counts else {"10.0.1.5": last})


def test_of_a_fold_no_address_is_gone_before_all_are() -> None:
    plaintext = {"10.0.1.6": NOW - 100 * DAY, "10.0.1.7": NOW - 50 * DAY}
    fold = both({"10.0.1.5": NOW - 70 * DAY}, plaintext, who=who("sidekiq #", sort=Sort.FOLD))
    assert plaintext_addresses(fold, NOW, EVIDENCE) == plaintext
    assert no_longer_counted(fold, NOW, EVIDENCE) == {}


def test_a_fold_never_clears_without_tls_that_came_later() -> None:
    last = NOW - 100 * DAY
    known = ledger_of([*sidekiq(25, last_tls=last), *sidekiq(25, last_tls=None, last_plaintext=last)])
    assert len(plaintext_clients(known, NOW, EVIDENCE)) == 1


@pytest.mark.parametrize(("days", "counts"), [(34, 3), (35, 0)])
@pytest.mark.parametrize(("with_tls", "without"), [(25, 3), (3, 25)])
def test_where_a_familys_names_fold_on_one_side_its_other_side_clears_as_a_fold_does(
    days: int, counts: int, with_tls: int, without: int
) -> None:
    # Which of 25 names came with TLS is not known any more: else three would count as long as they are remembered.
    known = ledger_of([*sidekiq(with_tls), *sidekiq(without, last_tls=None, last_plaintext=NOW - days * DAY)])
    assert len(plaintext_clients(known, NOW, EVIDENCE)) == (min(counts, 1) if without == 25 else counts)


@pytest.mark.parametrize(("days", "counts"), [(34, True), (35, False)])
def test_others_clear_only_by_their_own_moments(days: int, counts: bool) -> None:
    others = Who(KEY, "", "orders", "", Sort.OTHERS_OF_USER)
    last = NOW - days * DAY
    without = Client(others, None, trace(last, ()))
    assert plaintext_clients([without, client()], NOW, EVIDENCE) == (without,)
    cleared = Client(others, trace(NOW, ()), trace(last, ()))
    assert bool(plaintext_clients([cleared], NOW, EVIDENCE)) is counts


def test_a_fold_of_one_name_that_does_not_change_is_the_client_of_that_name() -> None:
    own = frozenset({who("orders-api").digest()[:10]})
    last = NOW - 8 * DAY
    fold = Client(who("orders-api", sort=Sort.FOLD), None, trace(last, spellings=own))
    assert unfolded([fold]) == (Client(who("orders-api"), None, trace(last)),)
    assert unfolded([fold, client()]) == (client(last_plaintext=last),)
    # So it settles as a client does, in a week.
    assert plaintext_clients([fold], NOW, EVIDENCE)
    assert not plaintext_clients([fold, client()], NOW, EVIDENCE)


def test_a_fold_of_one_name_that_changes_stays_a_fold() -> None:
    for fold in (
        Client(
            who("report-#", sort=Sort.FOLD), None, trace(spellings=frozenset({who("report-12").digest()[:10]}))
        ),
        Client(who("api", sort=Sort.FOLD), trace(folded=2, spellings=frozenset({who("api").digest()[:10]})), None),
    ):
        assert unfolded([fold]) == (fold,)


def test_a_client_seen_with_tls_once_is_a_tls_client() -> None:
    assert uses_tls(client())
    assert not uses_tls(plaintext_client())


@pytest.mark.parametrize(("names", "said"), [(1, (1, True)), (21, (21, True)), (99, (99, True))])
def test_names_are_counted_exactly_to_the_bound(names: int, said: tuple[int, bool]) -> None:
    digests = frozenset(who(f"report-{number}").digest()[:10] for number in range(names))
    assert count(trace(spellings=digests)) == said


@pytest.mark.parametrize("names", [1_000, 20_000, 190_000])
def test_more_names_are_estimated_to_some_tenths_in_two_digits(names: int) -> None:
    digests = sorted(who(f"report-{number}").digest()[:10] for number in range(names))
    number, is_exact = count(trace(spellings=frozenset(digests[:100])))
    assert not is_exact
    assert 0.7 * names < number < 1.3 * names
    assert len(str(number).rstrip("0")) <= 2


@pytest.mark.parametrize(
    ("folded", "spellings", "said"),
    [
        (25, (), (25, False)),
        (25, ("aaaaaaaaaa",), (25, False)),
        (0, (), (1, True)),
        (2, ("a", "b", "c"), (3, False)),
    ],
)
def test_what_a_probe_folded_is_counted_as_at_least_so_many(
    folded: int, spellings: tuple[str, ...], said: tuple[int, bool]
) -> None:
    assert count(trace(folded=folded, spellings=frozenset(spellings))) == said
