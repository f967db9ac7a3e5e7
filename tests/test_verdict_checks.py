"""What each check says of a database, by what is known of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.check import CheckId, Severity, Status
from tlscheck.verdict.checks import (
    ca,
    force_ssl,
    not_observed,
    plaintext_clients,
    server_certificate,
    tls_clients,
)
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.registry import CHECKS
from tlscheck.verdict.sharing import Server
from tlscheck.wire.observation import Handshake, HandshakeOutcome, LookOutcome, Plaintext, PlaintextOutcome
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    CURRENT_CA,
    NOT_ENFORCED,
    NOW,
    OFFERED,
    ORDERS,
    REGION,
    RETIRED_CA,
    UNKNOWN_CA,
    UNKNOWN_ENFORCEMENT,
    client,
    cluster,
    database,
    evidence,
    handshake,
    leaf,
    look,
    member,
    observation,
    plaintext_client,
    sessions,
)


def force(enforcement: Enforcement, group: str | None = "orders-pg17") -> ForceSsl:
    return ForceSsl(enforcement, group, f"rds.force_ssl in {group}")


@pytest.mark.parametrize(
    ("enforcement", "status", "step"),
    [
        (Enforcement.ENFORCED, Status.PASSED, ""),
        (Enforcement.NOT_ENFORCED, Status.FAILED, "modify-db-parameter-group"),
        (Enforcement.ENFORCED_AFTER_REBOOT, Status.WARNING, "reboot-db-instance"),
        (Enforcement.NOT_ENFORCED_AFTER_REBOOT, Status.WARNING, "modify-db-parameter-group"),
        (Enforcement.UNKNOWN, Status.NOT_OBSERVED, "the reason says"),
    ],
)
def test_every_state_of_force_ssl_is_a_status_of_its_own_reason(
    enforcement: Enforcement, status: Status, step: str
) -> None:
    finding = force_ssl.judge(evidence(database(force_ssl=force(enforcement))))
    until_then = {
        Enforcement.ENFORCED_AFTER_REBOOT: ". Whether it is enforced until then is not known.",
        Enforcement.NOT_ENFORCED_AFTER_REBOOT: (
            ". Whether it is enforced until then is not known: usually it is not."
        ),
    }
    said = f"rds.force_ssl in orders-pg17{until_then.get(enforcement, '')}"
    assert (finding.status, finding.reason) == (status, said)
    assert step in finding.told_step


@pytest.mark.parametrize(
    ("of", "command"),
    [
        (database(), "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier orders-prod"),
        (cluster(), "--db-instance-identifier ledger-1"),
        (
            cluster(engine="postgres"),
            "aws rds reboot-db-cluster --region us-east-1 --db-cluster-identifier ledger",
        ),
    ],
)
def test_a_pending_reboot_names_the_command_for_its_kind(of: Database, command: str) -> None:
    pending = replace(of, force_ssl=force(Enforcement.ENFORCED_AFTER_REBOOT))
    assert command in force_ssl.judge(evidence(pending)).told_step


def test_enforcing_tls_is_never_advised_before_its_plaintext_clients_are_named() -> None:
    loose = database(force_ssl=NOT_ENFORCED)
    known = force_ssl.judge(evidence(loose, clients=[plaintext_client()])).told_step
    assert known.startswith('Move to TLS first: "billing-cron" as "orders" in "orders" from 10.0.1.5, last seen ')
    unseen = force_ssl.judge(evidence(loose, not_tried(ORDERS, "no probe in vpc-0a1b2c3d"))).told_step
    assert unseen.startswith("Who connects without TLS could not be seen")
    coming = Server(
        "ledger-1", Callers(('"erp" as "x" in "y", last seen without TLS on 2026-11-20',), 1, are_all=True)
    )
    of_cluster = evidence(cluster(force_ssl=NOT_ENFORCED), servers={"ledger-1": coming})
    assert force_ssl.judge(of_cluster).told_step.startswith(
        'Move to TLS first: at ledger-1, "erp" as "x" in "y", last seen without TLS on 2026-11-20. '
        "This restarts its members, which interrupts every connection. What else waits in its parameter group is "
        "applied with it. Then: aws rds modify-db-cluster-parameter-group"
    )


def test_a_default_group_must_be_replaced_before_it_can_be_changed() -> None:
    loose = force(Enforcement.NOT_ENFORCED, "default.postgres14")
    finding = force_ssl.judge(evidence(database(force_ssl=loose)))
    assert finding.commands[0].startswith("aws rds create-db-parameter-group ")


def authority(**changes: Any) -> CertificateAuthority:
    fields: dict[str, Any] = {
        "identifier": "rds-ca-rsa2048-g1",
        "offer": Offer.OFFERED,
        "reason": "",
        "expires": datetime(2061, 5, 20, tzinfo=UTC),
        "pending": None,
        "offered": OFFERED,
    }
    return CertificateAuthority(**fields | changes)


@pytest.mark.parametrize(
    ("held", "status", "word"),
    [
        (CURRENT_CA, Status.PASSED, "valid to 2061-05-20"),
        (RETIRED_CA, Status.FAILED, "does not offer"),
        (UNKNOWN_CA, Status.NOT_OBSERVED, "AccessDenied"),
        (authority(identifier=None), Status.NOT_OBSERVED, ""),
        (authority(pending="rds-ca-rsa4096-g1"), Status.WARNING, "rds-ca-rsa4096-g1"),
        (
            authority(offer=Offer.RETIRED_OR_UNKNOWN, pending="rds-ca-rsa4096-g1"),
            Status.FAILED,
            "waits for the maintenance window",
        ),
        (authority(expires=NOW), Status.FAILED, "expired on 2026-11-24"),
        (authority(expires=NOW + timedelta(days=200)), Status.WARNING, "expires on 2027-06-12"),
        (authority(expires=None), Status.PASSED, "the Region offers it"),
    ],
)
def test_a_ca_is_judged_by_what_the_region_offers(held: CertificateAuthority, status: Status, word: str) -> None:
    finding = ca.judge(evidence(database(certificate_authority=held)))
    assert finding.status is status
    assert word in finding.reason


@pytest.mark.parametrize(
    ("of", "command"),
    [
        (database(), "modify-db-instance --region us-east-1 --db-instance-identifier orders-prod"),
        (member(), "modify-db-instance --region us-east-1 --db-instance-identifier ledger-1"),
        (member(engine="postgres"), "modify-db-cluster --region us-east-1 --db-cluster-identifier ledger"),
    ],
)
def test_a_ca_is_changed_where_its_kind_keeps_it(of: Database, command: str) -> None:
    retired = evidence(
        database(kind=of.kind, identifier=of.identifier, engine=of.engine, cluster=of.cluster,
                 certificate_authority=RETIRED_CA)
    )  # fmt: skip
    step = ca.judge(retired).told_step
    assert command in step
    assert "--ca-certificate-identifier rds-ca-rsa2048-g1" in step


FAILURES = {
    HandshakeOutcome.UNKNOWN_ISSUER,
    HandshakeOutcome.WRONG_NAME,
    HandshakeOutcome.EXPIRED,
    HandshakeOutcome.NOT_YET_VALID,
    HandshakeOutcome.SELF_SIGNED,
    HandshakeOutcome.WEAK,
    HandshakeOutcome.UNTRUSTED,
    HandshakeOutcome.INCOMPLETE_CHAIN,
    HandshakeOutcome.UNPROVEN,
    HandshakeOutcome.OUTDATED,
    HandshakeOutcome.TLS_REFUSED,
}


@pytest.mark.parametrize("outcome", [each for each in HandshakeOutcome if each is not HandshakeOutcome.TRUSTED])
def test_a_handshake_is_the_servers_failure_or_not_observed(outcome: HandshakeOutcome) -> None:
    finding = server_certificate.judge(evidence(seen=observation(handshake=handshake(outcome, "what was seen"))))
    is_borne = outcome in {HandshakeOutcome.NOT_STRICT, HandshakeOutcome.BELOW_BAR}
    bearable = Status.WARNING if is_borne else Status.NOT_OBSERVED
    assert finding.status is (Status.FAILED if outcome in FAILURES else bearable)
    assert "what was seen" in finding.reason
    assert finding.told_step


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (handshake(chain=(leaf(not_after=NOW + timedelta(days=30, seconds=1)),)), Status.PASSED),
        (handshake(chain=(leaf(not_after=NOW + timedelta(days=30)),)), Status.WARNING),
        (handshake(chain=(leaf(not_after=None),)), Status.NOT_OBSERVED),
        (handshake(chain=()), Status.NOT_OBSERVED),
    ],
)
def test_a_trusted_certificate_is_judged_by_its_own_expiry(shown: Handshake, status: Status) -> None:
    # AWS's API may say otherwise: a client sees what the server presents.
    stated = database(server_certificate_expires=NOW - timedelta(days=1))
    assert server_certificate.judge(evidence(stated, observation(handshake=shown))).status is status


def test_a_rotation_that_awaits_a_restart_shows_in_the_certificate() -> None:
    shown = observation(handshake=handshake(authority="rds-ca-ecc384-g1"))
    finding = server_certificate.judge(evidence(seen=shown))
    assert finding.status is Status.WARNING
    assert "hangs from rds-ca-ecc384-g1 while AWS's API names rds-ca-rsa2048-g1" in finding.reason
    assert "reboot-db-instance" in finding.told_step
    for same in (None, "rds-ca-rsa2048-g1"):
        seen = observation(handshake=handshake(authority=same))
        assert server_certificate.judge(evidence(seen=seen)).status is Status.PASSED


TRIED = {outcome: Plaintext(outcome, "") for outcome in PlaintextOutcome}


@pytest.mark.parametrize(
    ("api", "plaintext", "runs", "status"),
    [
        (Enforcement.ENFORCED, PlaintextOutcome.NOT_TRIED, None, Status.PASSED),
        (Enforcement.ENFORCED, PlaintextOutcome.REFUSED, None, Status.PASSED),
        (Enforcement.ENFORCED, PlaintextOutcome.ACCEPTED, None, Status.FAILED),
        (Enforcement.ENFORCED, PlaintextOutcome.ACCEPTED, True, Status.FAILED),
        (Enforcement.ENFORCED, PlaintextOutcome.NOT_TRIED, False, Status.FAILED),
        (Enforcement.ENFORCED, PlaintextOutcome.UNKNOWN, True, Status.PASSED),
        (Enforcement.UNKNOWN, PlaintextOutcome.NOT_TRIED, None, Status.NOT_OBSERVED),
        (Enforcement.UNKNOWN, PlaintextOutcome.UNKNOWN, None, Status.NOT_OBSERVED),
        (Enforcement.UNKNOWN, PlaintextOutcome.REFUSED, None, Status.PASSED),
        (Enforcement.UNKNOWN, PlaintextOutcome.NOT_TRIED, True, Status.PASSED),
        (Enforcement.UNKNOWN, PlaintextOutcome.ACCEPTED, None, Status.FAILED),
        (Enforcement.NOT_ENFORCED, PlaintextOutcome.REFUSED, None, Status.WARNING),
        (Enforcement.NOT_ENFORCED, PlaintextOutcome.ACCEPTED, None, Status.FAILED),
        (Enforcement.ENFORCED_AFTER_REBOOT, PlaintextOutcome.ACCEPTED, None, Status.WARNING),
        (Enforcement.ENFORCED_AFTER_REBOOT, PlaintextOutcome.REFUSED, None, Status.PASSED),
        (Enforcement.NOT_ENFORCED_AFTER_REBOOT, PlaintextOutcome.ACCEPTED, None, Status.FAILED),
    ],
)
def test_what_the_server_does_goes_before_what_is_configured(
    api: Enforcement, plaintext: PlaintextOutcome, runs: bool | None, status: Status
) -> None:
    seen = replace(observation(look=replace(look(), force_ssl=runs)), plaintext=TRIED[plaintext])
    known = evidence(database(force_ssl=force(api)), seen)
    assert force_ssl.judge(known).status is status
    passes = status is Status.PASSED
    assert (plaintext_clients.judge(known).status is Status.PASSED) is passes


def test_known_plaintext_clients_fail_whatever_the_look_showed() -> None:
    known = [plaintext_client()]
    for seen in (observation(), not_tried(ORDERS, "its status is stopped")):
        finding = plaintext_clients.judge(evidence(seen=seen, clients=known))
        assert finding.status is Status.FAILED
        assert finding.reason == (
            '1 client was seen without TLS: "billing-cron" as "orders" in "orders" from 10.0.1.5, '
            "last seen without TLS on 2026-11-24."
        )


def test_nobody_without_tls_passes_only_where_tls_is_enforced() -> None:
    assert plaintext_clients.judge(evidence()).status is Status.PASSED
    for state in (NOT_ENFORCED, UNKNOWN_ENFORCEMENT, force(Enforcement.ENFORCED_AFTER_REBOOT)):
        finding = plaintext_clients.judge(evidence(database(force_ssl=state)))
        assert finding.status is Status.INFORMATIONAL
        assert "only its moment" in finding.reason


@pytest.mark.parametrize("outcome", [each for each in LookOutcome if each is not LookOutcome.SEEN])
def test_a_look_that_saw_not_everybody_says_nothing_of_clients(outcome: LookOutcome) -> None:
    seen = observation(look=look(sessions(), outcome=outcome, detail="why"))
    for finding in (plaintext_clients.judge(evidence(seen=seen)), tls_clients.judge(evidence(seen=seen))):
        assert finding.status is Status.NOT_OBSERVED
        assert "why" in finding.reason


def test_tls_clients_are_told_and_never_judged() -> None:
    finding = tls_clients.judge(evidence(clients=[client("a"), client("b"), plaintext_client("c")]))
    assert finding.status is Status.INFORMATIONAL
    assert finding.reason.startswith('2 clients were seen with TLS: "a"')
    assert "Whether they verify the server cannot be seen." in finding.reason
    assert '"c"' not in finding.reason
    nobody = tls_clients.judge(evidence())
    assert (nobody.status, nobody.reason) == (Status.INFORMATIONAL, "No client was seen with TLS so far.")


def test_a_reason_names_a_few_clients_and_counts_the_others() -> None:
    finding = plaintext_clients.judge(evidence(clients=[plaintext_client(f"job-{n:02}") for n in range(17)]))
    assert finding.reason.startswith("17 clients were seen without TLS: ")
    assert finding.reason.endswith("; and 12 more.")


def test_what_was_looked_at_completely_passes_not_observed() -> None:
    assert not_observed.judge(evidence()).status is Status.PASSED
    assert not_observed.judge(evidence(cluster())).status is Status.PASSED


def test_not_observed_gathers_every_reason() -> None:
    blind = database(force_ssl=UNKNOWN_ENFORCEMENT, certificate_authority=UNKNOWN_CA)
    finding = not_observed.judge(evidence(blind, not_tried(ORDERS, "no probe in vpc-0a1b2c3d")))
    assert finding.status is Status.NOT_OBSERVED
    assert finding.reason == (
        "Not looked at: rds.force_ssl: rds:DescribeDBParameters: AccessDenied. "
        "CA: the Region's CAs could not be listed: AccessDenied. "
        "server: no probe in vpc-0a1b2c3d."
    )


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        (LookOutcome.NEEDS_PG_MONITOR, 'GRANT pg_monitor TO "tls""auditor";'),
        (LookOutcome.LOGIN_REFUSED, 'CREATE USER "tls""auditor"; GRANT rds_iam, pg_monitor TO "tls""auditor";'),
        (LookOutcome.NO_CREDENTIALS, "the probe could not get at its credentials"),
        (LookOutcome.FAILED, "See why orders-prod did not answer"),
    ],
)
def test_a_blind_look_names_what_opens_it(outcome: LookOutcome, step: str) -> None:
    seen = observation(look=look(outcome=outcome))
    assert step in not_observed.judge(evidence(seen=seen, user='tls"auditor')).told_step


NAMED = "orders/tlscheck"


def test_a_user_from_a_secret_is_not_guessed() -> None:
    seen = observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR))
    step = not_observed.judge(evidence(database(secret=NAMED), seen)).told_step
    assert "tlscheck:" not in step
    assert "the user that its secret names" in step


def test_a_region_is_observed_only_without_gaps() -> None:
    complete = RegionEvidence(RegionListing(REGION, "us-east-1", 3), {}, NOW)
    assert not_observed.judge_region(complete).status is Status.PASSED
    gap = Gap("rds:DescribeDBInstances", "AccessDenied: not authorized")
    finding = not_observed.judge_region(RegionEvidence(RegionListing(REGION, "us-east-1", 0, (gap,)), {}, NOW))
    assert (finding.resource, finding.status) == (REGION, Status.NOT_OBSERVED)
    assert "rds:DescribeDBInstances: AccessDenied: not authorized" in finding.reason
    assert finding.told_step == "Let these calls succeed in us-east-1: rds:DescribeDBInstances."


def test_every_check_is_described_and_a_pass_is_never_grave() -> None:
    assert set(CHECKS) == set(CheckId)
    for check in CHECKS.values():
        assert check.severity(Status.PASSED) is Severity.INFORMATIONAL
        assert check.title
        assert check.why
        assert check.documentation.startswith("https://docs.aws.amazon.com/")


def test_a_database_without_a_way_to_log_in_is_told_both_ways() -> None:
    closed = database(iam_authentication=False)
    seen = observation(look=look(outcome=LookOutcome.NOT_TRIED, detail="No login was asked for."))
    finding = not_observed.judge(evidence(closed, seen))
    assert finding.reason == "Not looked at: connections: no login was asked for."
    assert "--enable-iam-database-authentication" in finding.told_step
    assert "tlscheck:secret" in finding.told_step


def test_nobody_is_told_to_log_in_before_the_server_verifies() -> None:
    seen = observation(
        handshake=handshake(HandshakeOutcome.WRONG_NAME),
        look=look(outcome=LookOutcome.NOT_TRIED, detail="Not sent."),
    )
    assert plaintext_clients.judge(evidence(seen=seen)).told_step.startswith("Mend the server's TLS first")


@pytest.mark.parametrize(
    ("of", "reason", "step"),
    [
        (database(), "no probe in vpc-0a1b2c3d", "Role=probe-only into vpc-0a1b2c3d of us-east-1"),
        (database(), "the probe failed: MemoryError", "See the log of the probe"),
        (database(network=None), "it lies in no VPC, and there is no default probe", "ProbeReachesOtherVpcs"),
        (database(status="stopped"), "its status is stopped", "unless orders-prod should be available"),
    ],
)
def test_a_database_that_was_not_tried_names_what_opens_it(of: Database, reason: str, step: str) -> None:
    for finding in (
        server_certificate.judge(evidence(of, not_tried(ORDERS, reason))),
        tls_clients.judge(evidence(of, not_tried(ORDERS, reason))),
        not_observed.judge(evidence(of, not_tried(ORDERS, reason))),
    ):
        assert reason in finding.reason
        assert step in finding.told_step
