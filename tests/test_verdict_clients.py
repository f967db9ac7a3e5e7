"""How findings name clients: with dates, the same from one hour to the next, and what is folded as what it is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tlscheck.ledger.client import Client, Sort
from tlscheck.verdict.clients import or_more
from tlscheck.verdict.evidence import Evidence

from tests.examples import NOT_ENFORCED, NOW, client, database, evidence, plaintext_client, trace, who
from tests.verdicts import having, says

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ON_THE_2ND = datetime(2026, 11, 2, 22, 0, tzinfo=UTC)


RESTARTS = "This restarts the server, which interrupts every connection."


def without_tls(*clients: Client, at: datetime = NOW) -> tuple[str, str]:
    return of("plaintext-clients", replace(evidence(clients=clients), at=at))


def with_tls(*clients: Client) -> str:
    return of("tls-clients", evidence(clients=clients))[1]


def of(check: str, known: Evidence) -> tuple[str, str]:
    finding = says(check, known)
    return finding.status.value, finding.reason


def spellings(count: int) -> frozenset[str]:
    """As many digests, spread evenly, so that what is estimated from them is their number."""
    return frozenset(f"{number * 16**10 // (count + 1):010x}" for number in range(1, count + 1))


def test_a_client_that_is_not_there_now_is_told_with_the_day_on_which_it_was() -> None:
    assert without_tls(plaintext_client(last_plaintext=ON_THE_2ND)) == (
        "FAILED",
        (
            '1 client was seen without TLS: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen '
            "without TLS on 2026-11-02."
        ),
    )
    assert with_tls(client(last_tls=ON_THE_2ND)).startswith(
        '1 client was seen with TLS: "orders-api" as "orders" in "orders" from 10.0.1.5, last seen with TLS on '
        "2026-11-02. "
    )


def test_a_reason_is_the_same_at_every_hour_of_a_day_and_with_every_new_container() -> None:
    hours = [trace(NOW + hour * HOUR, ("10.0.1.5", f"10.0.7.{hour}"), first=ON_THE_2ND) for hour in range(21)]
    assert len({without_tls(plaintext_client(plaintext=each), at=each.last) for each in hours}) == 1
    assert len({with_tls(client(tls=each)) for each in hours}) == 1
    assert " from several addresses, last seen" in with_tls(client(tls=hours[0]))


def test_an_address_that_is_not_known_by_name_is_several() -> None:
    elsewhere = trace(NOW, elsewhere=NOW)
    assert "from several addresses" in with_tls(client(tls=elsewhere))
    assert "from several addresses" in without_tls(plaintext_client(plaintext=elsewhere))[1]
    assert with_tls(client(tls=trace(NOW, ("",)))).startswith(
        '1 client was seen with TLS: "orders-api" as "orders" in "orders", last seen'
    )


def test_names_that_come_later_never_hide_one_that_was_there_before() -> None:
    export = plaintext_client("invoice-export", plaintext=trace(NOW, first=ON_THE_2ND))
    invented = [plaintext_client(f"a{number:02}", plaintext=trace(NOW, first=NOW - DAY)) for number in range(13)]
    reason = without_tls(*invented, export)[1]
    assert reason.startswith('14 clients were seen without TLS: "invoice-export" as ')
    assert reason.endswith("; and 9 more.")


def test_the_address_that_counts_is_told_with_its_own_day() -> None:
    moments = {"10.0.1.5": ON_THE_2ND, "10.0.1.6": NOW - 9 * DAY}
    known = client(
        tls=trace(NOW, ("10.0.1.6",)),
        plaintext=replace(trace(NOW - 9 * DAY), addresses=moments),
    )
    assert without_tls(known)[1] == (
        '1 client was seen without TLS: "orders-api" as "orders" in "orders" from 10.0.1.5, last seen without TLS '
        "on 2026-11-02."
    )


def gone(days: float) -> Client:
    """One that came without TLS from an address from which it never came with."""
    return client(
        tls=trace(NOW, ("10.0.1.9",)),
        plaintext=trace(NOW - days * DAY, ("10.0.1.5",)),
    )


def test_an_address_that_is_gone_counts_for_35_days_and_then_is_told_as_such() -> None:
    status, reason = without_tls(gone(34))
    assert (status, reason.startswith("1 client was seen without TLS: ")) == ("FAILED", True)
    assert without_tls(gone(35)) == (
        "PASSED",
        (
            "The server refuses connections without TLS (rds.force_ssl is 1 in orders-pg17 (in-sync)), and none "
            'that counts was seen. Not counted any more: "orders-api" as "orders" in "orders" from 10.0.1.5, last '
            "seen without TLS on 2026-10-20; since then each was seen with TLS from elsewhere, and for 35 days "
            "not without."
        ),
    )


def test_what_is_gone_is_told_also_where_the_server_may_accept_plaintext() -> None:
    status, reason = of("plaintext-clients", evidence(database(force_ssl=NOT_ENFORCED), clients=[gone(35)]))
    assert status == "INFORMATIONAL"
    assert reason.startswith(
        "No client that counts was seen without TLS, but the server may accept one, and a look shows only"
    )
    assert ' Not counted any more: "orders-api" as ' in reason


def test_what_is_gone_is_told_where_its_name_came_with_tls_among_those_that_fold_with_it() -> None:
    names = frozenset(f"{number:010x}" for number in range(21))
    folded = client(who=who("report-#", sort=Sort.FOLD), tls=trace(NOW, ("10.0.1.9",), spellings=names))
    status, reason = without_tls(plaintext_client("report-12", last_plaintext=NOW - 40 * DAY), folded)
    assert status == "PASSED"
    assert ' Not counted any more: "report-12" as "orders" in "orders" from 10.0.1.5, last seen' in reason
    # It was never seen with TLS itself.
    assert "; since then each, or another name of its pattern, was seen with TLS from elsewhere" in reason


def test_what_is_gone_is_told_also_where_no_address_of_it_is_known() -> None:
    past = NOW - 40 * DAY
    unknown = client(tls=trace(NOW, ("10.0.1.9",)), plaintext=trace(past, (), elsewhere=past))
    others = client(who=who("", "", "", Sort.OTHERS), tls=trace(NOW, ()), plaintext=trace(past, ()))
    for known, told in ((unknown, '"orders-api" as "orders" in "orders"'), (others, "others (1 name or more)")):
        status, reason = without_tls(known)
        assert status == "PASSED"
        assert f" Not counted any more: {told}" in reason
        assert ", last seen without TLS on 2026-10-15; since then " in reason


def test_who_was_seen_without_tls_is_never_told_as_not_seen() -> None:
    moved = client(tls=trace(NOW), plaintext=trace(NOW - 8 * DAY))
    assert without_tls(moved) == (
        "PASSED",
        (
            "The server refuses connections without TLS (rds.force_ssl is 1 in orders-pg17 (in-sync)), and none "
            "that counts was seen."
        ),
    )


def test_what_is_gone_is_told_beside_what_is_not() -> None:
    reason = without_tls(gone(40), plaintext_client())[1]
    assert reason.startswith('1 client was seen without TLS: "billing-cron" as ')
    assert ' Not counted any more: "orders-api" as ' in reason


def test_how_long_a_gone_address_counts_is_the_owners_to_say() -> None:
    known = replace(evidence(clients=[gone(35)]), evidence_span=90 * DAY)
    assert says("plaintext-clients", known).status == "FAILED"
    assert says("plaintext-clients", known).told_step.endswith(
        "it stops counting once the client was seen with TLS, and then not without for 90 days."
    )


def fold(count: int, sort: Sort = Sort.FOLD, application: str = "sidekiq # shop [# of # busy]") -> Client:
    names = who(application, "app", "shop", sort) if sort is Sort.FOLD else who("", "app", "", sort)
    return plaintext_client(who=names, plaintext=trace(NOW - DAY, spellings=spellings(count)))


@pytest.mark.parametrize(
    ("client", "told"),
    [
        (fold(21), '"sidekiq # shop [# of # busy]" as "app" in "shop" (20 names or more) from 10.0.1.5'),
        (fold(1), '"sidekiq # shop [# of # busy]" as "app" in "shop" (1 name or more) from 10.0.1.5'),
    ],
)
def test_a_fold_is_told_as_one_client_with_how_many_names_it_has(client: Client, told: str) -> None:
    reason = without_tls(client)[1]
    assert reason == f"1 client was seen without TLS: {told}, last seen without TLS on 2026-11-23."


def test_a_fold_of_one_name_that_is_its_own_pattern_is_that_client() -> None:
    own = trace(NOW, spellings=frozenset({who("orders-api").spelling()}))
    folded = client(who=who("orders-api", sort=Sort.FOLD), tls=own, plaintext=own)
    assert without_tls(folded)[1].startswith(
        '1 client was seen without TLS: "orders-api" as "orders" in "orders" from 10.0.1.5, last'
    )
    assert with_tls(folded).startswith(
        '1 client was seen with TLS: "orders-api" as "orders" in "orders" from 10.0'
    )


@pytest.mark.parametrize(
    ("clients", "reason"),
    [
        (
            [fold(7, Sort.OTHERS_OF_USER)],
            (
                'Others, beyond those that are kept by name, were seen without TLS: others as "app" (5 names or '
                "more), last seen without TLS on 2026-11-23."
            ),
        ),
        (
            [plaintext_client(who=who("", "", "", Sort.OTHERS)), plaintext_client()],
            (
                "1 client and others, beyond those that are kept by name, were seen without TLS: "
                '"billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS on 2026-11-24; '
                "others (1 name or more), last seen without TLS on 2026-11-24."
            ),
        ),
    ],
)
def test_others_are_told_as_such_and_last(clients: Iterable[Client], reason: str) -> None:
    assert without_tls(*clients) == ("FAILED", reason)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1"),
        (2, "2"),
        (4, "2"),
        (5, "5"),
        (9, "5"),
        (10, "10"),
        (21, "20"),
        (99, "50"),
        (117, "100"),
        (190_000, "100,000"),
        (6_000_000, "5,000,000"),
    ],
)
def test_a_number_that_grows_by_the_hour_is_told_in_steps(number: int, said: str) -> None:
    assert or_more(number) == said


def protocols(**last: datetime) -> Client:
    """A client with the last moment of each version."""
    versions = {name.replace("_", "."): moment for name, moment in last.items()}
    return client("legacy", tls=replace(trace(NOW), protocols=versions))


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ({"TLSv1_1": ON_THE_2ND}, "TLSv1.1 on 2026-11-02"),
        ({"TLSv1": NOW - 300 * DAY}, "TLSv1 on 2026-01-28"),
        # Another machine under the same name may have the newer one.
        ({"TLSv1": NOW - 34 * DAY, "TLSv1_3": NOW}, "TLSv1 on 2026-10-21"),
        ({"TLSv1": NOW - 35 * DAY, "TLSv1_3": NOW}, ""),
        ({"TLSv1": NOW - 40 * DAY, "TLSv1_1": NOW - 40 * DAY, "TLSv1_2": NOW - 50 * DAY}, "TLSv1 on 2026-10-15"),
        ({"TLSv1": NOW - 40 * DAY, "TLSv1_3": NOW - 40 * DAY}, "TLSv1 on 2026-10-15"),
        ({"TLSv1_2": NOW}, ""),
        ({}, ""),
    ],
)
def test_clients_that_still_need_an_outdated_version_are_named(last: dict[str, datetime], told: str) -> None:
    known = protocols(**last)
    name = f'"legacy" as "orders" in "orders" from 10.0.1.5, last seen with {told}'
    assert with_tls(known).endswith(f" Below TLSv1.2 came {name}." if told else " the server cannot be seen.")
    allowed = database(settings=having(ssl_min_protocol_version="TLSv1"))
    step = says("tls-versions", evidence(allowed, clients=[known])).told_step
    beginning = (
        f"Move to TLSv1.2 or newer first: {name}. {RESTARTS} Then: aws rds "
        if told
        else "No client was seen below TLSv1.2 so far: "
    )
    assert step.startswith(beginning)


def test_who_came_below_it_is_named_also_where_the_group_does_not_say_what_the_server_takes() -> None:
    name = '"orders-api" as "orders" in "orders" from 10.0.1.5, last seen with TLSv1 on 2026-11-24'
    old = [client(protocols=("TLSv1",))]
    by_engine = says("tls-versions", evidence(database(settings=having(ssl_min_protocol_version="")), clients=old))
    assert by_engine.reason.endswith(
        f" to the engine, whose own default the API does not tell. Below TLSv1.2 came {name}."
    )
    assert by_engine.told_step.startswith(
        f"Move to TLSv1.2 or newer first: {name}. {RESTARTS} Then: aws rds modify-db-parameter-group "
    )
    raised = says("tls-versions", evidence(clients=old))
    assert (raised.status, raised.told_step) == ("PASSED", "")
    assert raised.reason == f"The server takes TLSv1.2 to TLSv1.3 (orders-pg17). Below TLSv1.2 came {name}."
