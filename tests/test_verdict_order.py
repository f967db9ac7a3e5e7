"""Which of several things that are wrong with a database its verdict names, and in which words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.database import Database, Proxy
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.client import Client
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import (
    CURRENT_CA,
    GOOD_SETTINGS,
    KEY,
    NOT_ENFORCED,
    NOW,
    ORDERS,
    RETIRED_CA,
    UNKNOWN_ENFORCEMENT,
    client,
    cluster,
    database,
    evidence,
    handshake,
    look,
    member,
    observation,
    plaintext_client,
    proxy,
    trace,
    who,
)
from tests.verdicts import ready, says

EXPIRED = observation(handshake=handshake(HandshakeOutcome.EXPIRED, "a certificate has expired"))
HIDDEN = observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR, detail="needs pg_monitor"))
UNREAD = Gap("rds:DescribeDBParameters", "parameter group ledger-pg17 could not be read: AccessDenied")
RETIRED = (
    "Its CA is rds-ca-2019, which the Region does not offer any more: retired, or unknown to it; it offers "
    "rds-ca-ecc384-g1, rds-ca-rsa2048-g1, rds-ca-rsa4096-g1."
)
PLAINTEXT = (
    '1 client was seen without TLS: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen without TLS '
    "on 2026-11-24."
)


def verdict(of: Database, seen: Observation | None = None, *known: Client) -> tuple[str, str]:
    readiness = ready(evidence(of, seen, known))
    return readiness.verdict.value, readiness.reason


def state(enforcement: Enforcement) -> ForceSsl:
    return ForceSsl(enforcement, "ledger-pg17", "rds.force_ssl is as it is in ledger-pg17")


def test_a_retired_ca_comes_before_a_client_without_tls() -> None:
    # README: FIX_DATABASE is the first that applies where the CA would fail any client that verifies.
    assert verdict(database(certificate_authority=RETIRED_CA), None, plaintext_client()) == (
        "FIX_DATABASE",
        RETIRED,
    )


def test_a_certificate_that_no_client_accepts_comes_before_a_client_without_tls() -> None:
    assert verdict(database(), EXPIRED, plaintext_client()) == (
        "FIX_DATABASE",
        "The server's certificate has expired: a certificate has expired.",
    )


def test_a_certificate_and_a_ca_that_are_both_broken_are_both_told_the_certificate_first() -> None:
    said, reason = verdict(database(certificate_authority=RETIRED_CA), EXPIRED, plaintext_client())
    assert said == "FIX_DATABASE"
    assert reason.startswith(
        "The server's certificate has expired: a certificate has expired. Its CA is rds-ca-2019,"
    )
    assert "billing-cron" not in reason


@pytest.mark.parametrize(
    "of",
    [
        database(certificate_authority=replace(CURRENT_CA, pending="rds-ca-ecc384-g1")),
        database(server_certificate_expires=NOW),
        database(force_ssl=NOT_ENFORCED),
        database(settings=Settings("orders-pg17", GOOD_SETTINGS.values | {"ssl_max_protocol_version": "TLSv1.1"})),
    ],
)
def test_a_client_without_tls_comes_before_all_that_leaves_the_servers_proof_alone(of: Database) -> None:
    assert verdict(of, None, plaintext_client()) == ("FIX_CLIENTS", PLAINTEXT)


def test_a_client_without_tls_comes_before_what_could_not_be_looked_at() -> None:
    assert verdict(database(force_ssl=UNKNOWN_ENFORCEMENT), HIDDEN, plaintext_client()) == (
        "FIX_CLIENTS",
        PLAINTEXT,
    )


def test_all_other_failures_and_warnings_are_told_in_the_order_of_the_checks() -> None:
    old = Settings("orders-pg17", GOOD_SETTINGS.values | {"ssl_min_protocol_version": "TLSv1.1"})
    changing = replace(CURRENT_CA, pending="rds-ca-ecc384-g1")
    assert verdict(database(force_ssl=NOT_ENFORCED, settings=old, certificate_authority=changing)) == (
        "FIX_DATABASE",
        (
            "rds.force_ssl is 0 in orders-pg17 (in-sync). "
            "Its CA is rds-ca-rsa2048-g1. A change to rds-ca-ecc384-g1 waits for the maintenance window. "
            "The server still takes TLSv1.1 (ssl_min_protocol_version in orders-pg17)."
        ),
    )


@pytest.mark.parametrize(
    ("enforcement", "expected"),
    [
        (Enforcement.ENFORCED, "CLEAR"),
        (Enforcement.NOT_ENFORCED, "FIX_DATABASE"),
        (Enforcement.ENFORCED_AFTER_REBOOT, "FIX_DATABASE"),
        (Enforcement.NOT_ENFORCED_AFTER_REBOOT, "FIX_DATABASE"),
        (Enforcement.UNKNOWN, "NOT_OBSERVED"),
    ],
)
def test_a_member_is_clear_only_where_its_cluster_enforces_tls_today_and_tomorrow(
    enforcement: Enforcement, expected: str
) -> None:
    said, reason = verdict(member(force_ssl=state(enforcement)))
    assert said == expected
    told = "Its cluster's TLS enforcement: rds.force_ssl is as it is in ledger-pg17."
    assert (reason == told) == (expected == "FIX_DATABASE")


def test_a_members_lack_of_enforcement_says_that_its_clients_were_not_seen() -> None:
    assert verdict(member(force_ssl=state(Enforcement.NOT_ENFORCED)), HIDDEN) == (
        "FIX_DATABASE",
        (
            "Its cluster's TLS enforcement: rds.force_ssl is as it is in ledger-pg17. "
            "Who is connected was not seen: needs pg_monitor."
        ),
    )


def test_a_members_clients_without_tls_come_before_its_clusters_lack_of_enforcement() -> None:
    assert verdict(member(force_ssl=state(Enforcement.NOT_ENFORCED)), None, plaintext_client())[0] == "FIX_CLIENTS"


def not_observed(of: Database) -> tuple[str, str]:
    found = says("not-observed", evidence(of))
    return found.status.value, found.reason


def test_parameters_that_could_not_be_read_are_the_clusters_to_tell_and_not_each_members() -> None:
    assert not_observed(cluster(settings=UNREAD)) == (
        "NOT_OBSERVED",
        "Not looked at: parameters: parameter group ledger-pg17 could not be read: AccessDenied.",
    )
    assert not_observed(member(settings=UNREAD)) == ("PASSED", "Everything could be looked at.")
    assert verdict(member(settings=UNREAD))[0] == "CLEAR"


def test_the_reason_why_enforcement_is_not_known_is_not_told_twice() -> None:
    assert not_observed(database(force_ssl=UNKNOWN_ENFORCEMENT, settings=UNREAD)) == (
        "NOT_OBSERVED",
        "Not looked at: rds.force_ssl: rds:DescribeDBParameters: AccessDenied.",
    )


def test_what_was_not_looked_at_is_told_by_its_summary_where_there_is_one() -> None:
    assert verdict(database(), HIDDEN) == ("NOT_OBSERVED", "Not looked at: connections: needs pg_monitor.")


def test_what_its_summary_does_not_tell_is_told_by_its_own_check() -> None:
    # The proxy says nothing of RequireTLS, but everything of what it fronts: the summary passes.
    said, reason = verdict(proxy(proxy=Proxy(None, ())))
    assert said == "NOT_OBSERVED"
    assert reason.startswith("The API does not say whether RequireTLS is on. It fronts no database.")


def test_a_failure_that_could_not_be_looked_at_again_rules_and_says_since_when() -> None:
    failed = Finding(
        KEY, ORDERS, "us-east-1", CheckId("plaintext-clients"), Status.FAILED, "1 client connects without TLS", ""
    )
    seen = NOW - timedelta(days=3)
    before = RememberedFinding(failed, seen, seen, seen, seen, not_observed_since=NOW - timedelta(days=2))
    readiness = ready(evidence(database(), HIDDEN), before)
    assert (readiness.verdict.value, readiness.reason) == (
        "FIX_CLIENTS",
        "1 client connects without TLS. Since 2026-11-22 it could not be looked at again.",
    )


@pytest.mark.parametrize(
    ("of", "clients", "reason"),
    [
        (proxy(), (), "It insists on TLS; no rotation of RDS's CAs concerns its clients."),
        (cluster(), (), "TLS is enforced; certificates and clients are its members'."),
        (database(), (), "Nothing known stands in the way, and no client was seen with TLS so far."),
        (
            database(),
            (client("a", tls=trace(NOW, ("10.0.1.5", "10.0.1.6"))),),
            (
                "Nothing known stands in the way. Before the CA is changed, ask the owner of 1 TLS client: "
                "whether a client verifies the server cannot be seen."
            ),
        ),
        (
            member(),
            (client("a"), client(who=who("a", user="b"))),
            (
                "Nothing known stands in the way. Before the CA is changed, ask the owners of 2 TLS clients: "
                "whether a client verifies the server cannot be seen."
            ),
        ),
    ],
)
def test_clear_says_what_is_left_to_ask(of: Database, clients: tuple[Client, ...], reason: str) -> None:
    assert verdict(of, None, *clients) == ("CLEAR", reason)
