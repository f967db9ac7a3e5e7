"""What findings say of clients that the server's log shows, beside looks and against them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tlscheck.inventory.former import Predecessor
from tlscheck.ledger.client import Client
from tlscheck.verdict.evidence import Evidence, Past

from tests.examples import NOT_ENFORCED, NOW, client, database, evidence, plaintext_client, trace
from tests.verdicts import says

DAY = timedelta(days=1)
TODAY, BEFORE = "2026-11-24", "2026-11-20"


def logged(application: str = "nightly", **ways: Any) -> Client:
    """A client by its traces."""
    return client(application, last_tls=None, **ways)


def without_tls(*clients: Client, **of: object) -> tuple[str, str]:
    known = evidence(database(**{"force_ssl": NOT_ENFORCED} | of), clients=clients)
    finding = says("plaintext-clients", known)
    return finding.status.value, finding.reason


def refusing(*clients: Client) -> Evidence:
    return evidence(clients=clients)


def test_today() -> None:
    assert NOW.date().isoformat() == TODAY


def test_one_that_no_look_showed_is_said_to_be_of_the_log_only() -> None:
    assert without_tls(logged(logged_plaintext=trace(NOW - 4 * DAY))) == (
        "FAILED",
        (
            '1 client was seen without TLS: "nightly" as "orders" in "orders" from 10.0.1.5, by log only, last '
            f"without TLS on {BEFORE}."
        ),
    )


def test_one_that_looks_showed_too_is_told_by_what_was_last() -> None:
    earlier, now = trace(NOW - 4 * DAY), trace(NOW)
    assert (
        f", last without TLS on {TODAY}, by log."
        in without_tls(logged(plaintext=earlier, logged_plaintext=now))[1]
    )
    assert (
        f", last seen without TLS on {TODAY}." in without_tls(logged(plaintext=now, logged_plaintext=earlier))[1]
    )
    # Which was last on a day would be another thing from one hour to the next.
    hour = trace(NOW - timedelta(hours=1))
    assert f", last seen without TLS on {TODAY}." in without_tls(logged(plaintext=hour, logged_plaintext=now))[1]


def test_one_that_the_log_does_not_name() -> None:
    told = (
        '1 client was seen without TLS: a client that the log does not name as "orders" in "orders" from 10.0.1.5'
    )
    assert without_tls(logged("", logged_plaintext=trace()))[1].startswith(told)
    named = plaintext_client("PostgreSQL JDBC Driver")
    assert without_tls(named, logged("", logged_plaintext=trace())) == without_tls(named)


def test_who_comes_with_tls_by_the_log_alone_is_told_with_those_who_do() -> None:
    known = logged(logged_tls=trace(NOW, protocols=("TLSv1.1",)))
    reason = says("tls-clients", evidence(clients=[known])).reason
    assert reason.startswith(
        '1 client was seen with TLS: "nightly" as "orders" in "orders" from 10.0.1.5, by log only'
    )
    assert (
        'Below TLSv1.2 came "nightly" as "orders" in "orders" from 10.0.1.5, by log only, last with TLSv1.1'
        in reason
    )


def test_tls_that_a_look_contradicts_is_told_and_counts_for_nothing() -> None:
    known = plaintext_client("web", plaintext=trace(NOW)), logged("", logged_tls=trace(NOW - 4 * DAY))
    said = (
        "Not believed, as a look showed the same user without TLS from there since: a client that the log does not"
        f' name as "orders" in "orders" from 10.0.1.5, by log only, last with TLS on {BEFORE}. The log may hold a'
        " text of the client's own."
    )
    assert said in without_tls(*known)[1]
    assert says("tls-clients", evidence(clients=known)).reason == f"No client was seen with TLS so far. {said}"


def test_tls_that_a_name_spells_is_told_and_counts_for_nothing() -> None:
    spelling = plaintext_client("web SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA3")
    reason = without_tls(spelling, logged("web", logged_tls=trace()))[1]
    assert "Not believed, as a name of the same user spells what the server writes of TLS: " in reason


def test_a_line_without_tls_of_a_server_that_refuses_it_breaks_nothing_and_is_told() -> None:
    finding = says("plaintext-clients", refusing(logged(logged_plaintext=trace(NOW - 4 * DAY))))
    assert finding.status.value == "PASSED"
    assert finding.reason.endswith(
        "and none that counts was seen. Not counted, as the server refuses it: "
        f'"nightly" as "orders" in "orders" from 10.0.1.5, by log only, last without TLS on {BEFORE}. It came'
        " before that, or somebody who was refused made the line up."
    )
    seen = says("plaintext-clients", refusing(logged(plaintext=trace(NOW), logged_plaintext=trace(NOW))))
    assert seen.status.value == "FAILED", "a look is believed"


def test_whom_the_log_shows_here_is_awaited_no_more() -> None:
    old = Predecessor("aws:111122223333:us-east-1:db-OLD", "orders-prod", "db-OLD", NOW - 2 * DAY)
    there = logged(logged_plaintext=trace(NOW - 4 * DAY))
    past = (Past(old, (replace(there, who=replace(there.who, key=old.key)),)),)
    awaited = says("plaintext-clients", evidence(past=past))
    assert awaited.status.value == "NOT_OBSERVED"
    assert f", by log only, last without TLS on {BEFORE}." in awaited.reason
    here = logged(logged_tls=trace(NOW))
    assert says("plaintext-clients", evidence(past=past, clients=[here])).status.value == "PASSED"
