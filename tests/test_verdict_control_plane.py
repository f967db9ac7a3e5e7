"""What the checks of AWS's own answers say: parameters, upgrades, rotations, clusters, proxies and Regions."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Proxy, Source
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import regional
from tlscheck.verdict.check import Status
from tlscheck.verdict.checks import (
    babelfish_tls,
    ca,
    certificate_rotation,
    connection_log,
    default_ca,
    force_ssl,
    not_observed,
    password_hashes,
    plaintext_clients,
    proxy_tls,
    tls_clients,
    tls_versions,
    trust_store,
)
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding

from tests.examples import (
    BY_ITSELF,
    CURRENT_CA,
    GOOD_SETTINGS,
    NOT_ENFORCED,
    NOW,
    OFFERED,
    REGION,
    RETIRED_CA,
    client,
    cluster,
    database,
    evidence,
)
from tests.examples import proxy as a_proxy

DENIED = Gap("rds:DescribeAnything", "AccessDenied")
UNREAD = Gap("rds:DescribeDBParameters", "parameter group orders-pg17 could not be read: AccessDenied")


def having(**values: str | None) -> Settings:
    """Good settings with some of them changed (`__` for a dot), or taken away."""
    changed = GOOD_SETTINGS.values | {name.replace("__", "."): value for name, value in values.items()}
    return Settings("orders-pg17", {name: value for name, value in changed.items() if value is not None})


HASHES, ACCEPTED = "password_encryption", "rds__accepted_password_auth_method"


def of(settings: Settings | Gap, **changes: Any) -> Database:
    return database(settings=settings, **changes)


@pytest.mark.parametrize(
    ("settings", "status", "says", "step"),
    [
        (GOOD_SETTINGS, Status.PASSED, "takes TLSv1.2 to TLSv1.3", ""),
        (having(ssl_min_protocol_version="TLSv1"), Status.WARNING, "still takes TLSv1 ", "=TLSv1.2"),
        (
            having(ssl_min_protocol_version="TLSv1.1"),
            Status.WARNING,
            "still takes TLSv1.1",
            "modify-db-parameter-group",
        ),
        (having(ssl_min_protocol_version=""), Status.INFORMATIONAL, "to the engine", ""),
        (having(ssl_min_protocol_version=None), Status.INFORMATIONAL, "to the engine", ""),
        (
            having(ssl_min_protocol_version="TLSv1", ssl_max_protocol_version="TLSv1.1"),
            Status.FAILED,
            "newest version that the server speaks",
            "=TLSv1.3",
        ),
        (having(ssl_max_protocol_version=""), Status.PASSED, "up to the newest that it knows", ""),
        (having(ssl_ciphers="ECDHE-RSA-AES256-SHA"), Status.PASSED, "ssl_ciphers is ECDHE-RSA-AES256-SHA", ""),
        (having(ssl="0"), Status.FAILED, "speaks no TLS", "ParameterName=ssl,ParameterValue=1"),
        (UNREAD, Status.NOT_OBSERVED, "AccessDenied", "answer for the parameter group"),
    ],
)
def test_the_protocol_versions_that_a_server_takes(
    settings: Settings, status: Status, says: str, step: str
) -> None:
    finding = tls_versions.judge(evidence(of(settings)))
    assert finding.status is status
    assert says in finding.reason
    assert step in finding.told_step


@pytest.mark.parametrize(
    ("settings", "status", "step"),
    [
        (GOOD_SETTINGS, Status.PASSED, ""),
        (having(**{HASHES: "md5"}), Status.INFORMATIONAL, "scram"),
        (having(**{ACCEPTED: "md5+scram"}), Status.INFORMATIONAL, "scram"),
        (having(**{HASHES: "", ACCEPTED: ""}), Status.INFORMATIONAL, ""),
        (UNREAD, Status.NOT_OBSERVED, "parameter group"),
    ],
)
def test_how_passwords_are_stored_is_told_and_never_fails(settings: Settings, status: Status, step: str) -> None:
    finding = password_hashes.judge(evidence(of(settings)))
    assert finding.status is status
    assert step in finding.told_step


@pytest.mark.parametrize(
    ("value", "logs"),
    [
        ("1", True),
        ("on", True),
        ("true", True),
        ("all", True),
        ("receipt,authentication,authorization", True),
        ("Authorization, setup_durations", True),
        ("0", False),
        ("off", False),
        ("", False),
        ("receipt,authentication", False),
    ],
)
def test_log_connections_is_a_boolean_before_18_and_a_list_since(value: str, logs: bool) -> None:
    finding = connection_log.judge(evidence(of(having(log_connections=value))))
    assert finding.status is (Status.PASSED if logs else Status.INFORMATIONAL)


@pytest.mark.parametrize(("version", "value"), [("17.4", "1"), ("18.1", "authorization")])
def test_the_step_sets_log_connections_as_the_version_wants_it(version: str, value: str) -> None:
    finding = connection_log.judge(evidence(of(having(log_connections="0"), engine_version=version)))
    assert f"ParameterName=log_connections,ParameterValue={value}," in finding.told_step


@pytest.mark.parametrize(
    ("prefix", "status"),
    [
        ("%t:%r:%u@%d:[%p]:", Status.PASSED),
        ("%m:%h:%u", Status.PASSED),
        ("%t [%p] ", Status.INFORMATIONAL),
        ("", Status.PASSED),
    ],
)
def test_a_log_without_addresses_is_told(prefix: str, status: Status) -> None:
    assert connection_log.judge(evidence(of(having(log_line_prefix=prefix)))).status is status


def test_a_log_of_an_unread_group_is_not_observed() -> None:
    assert connection_log.judge(evidence(of(UNREAD))).status is Status.NOT_OBSERVED


@pytest.mark.parametrize(
    ("babelfish_is", "encrypt", "status"),
    [
        ("on", "0", Status.FAILED),
        ("on", None, Status.WARNING),
        ("on", "1", Status.PASSED),
        ("off", "0", Status.PASSED),
        (None, None, Status.PASSED),
    ],
)
def test_babelfishs_listener_needs_tls_of_its_own(
    babelfish_is: str | None, encrypt: str | None, status: Status
) -> None:
    settings = having(rds__babelfish_status=babelfish_is, babelfishpg_tds__tds_ssl_encrypt=encrypt)
    finding = babelfish_tls.judge(evidence(cluster(settings=settings, engine_version="16.6")))
    assert finding.status is status
    # Who connects to that listener is not known: there is no command that would cut them off.
    assert ("Then set babelfishpg_tds.tds_ssl_encrypt to 1" in finding.next_step) == (status is not Status.PASSED)
    assert finding.commands == ()


def test_babelfish_of_an_unread_group_is_not_observed() -> None:
    assert babelfish_tls.judge(evidence(cluster(settings=UNREAD))).status is Status.NOT_OBSERVED


def off(group: str) -> ForceSsl:
    return ForceSsl(Enforcement.NOT_ENFORCED, group, f"rds.force_ssl is 0 in {group} (in-sync)")


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


WITH_RESTART = Rotation(without_restart=False, supported=OFFERED)
OFFERED_RENEWAL = (MaintenanceAction("server-certificate-rotation", applied_after=days(10)),)
OFFERED_CA = (MaintenanceAction("ca-certificate-rotation", forced_at=days(10)),)


@pytest.mark.parametrize(
    ("expires", "renewal", "status", "says"),
    [
        (days(300), BY_ITSELF, Status.PASSED, "by itself and without a restart from 2027-03-21"),
        (days(180), BY_ITSELF, Status.PASSED, "by itself"),
        (days(160), BY_ITSELF, Status.WARNING, "overdue"),
        (days(800), WITH_RESTART, Status.PASSED, "which restarts the server"),
        (days(89), WITH_RESTART, Status.WARNING, "RDS offers no renewal of it: that is overdue"),
        (days(300), replace(BY_ITSELF, actions=OFFERED_RENEWAL), Status.WARNING, "in the window after 2026-12-04"),
        (days(500), replace(WITH_RESTART, actions=OFFERED_CA), Status.WARNING, "version restarts for that"),
        (days(-1), BY_ITSELF, Status.FAILED, "expired on 2026-11-23"),
        (None, BY_ITSELF, Status.NOT_OBSERVED, "names no expiry"),
        (days(300), Rotation(DENIED, DENIED), Status.NOT_OBSERVED, "AccessDenied"),
        (days(300), replace(BY_ITSELF, actions=DENIED), Status.NOT_OBSERVED, "AccessDenied"),
        (days(300), Rotation(), Status.NOT_OBSERVED, "does not say how"),
        (days(80), Rotation(DENIED, DENIED), Status.WARNING, "AccessDenied"),
    ],
)
def test_the_renewal_of_a_server_certificate(
    expires: datetime | None, renewal: Rotation, status: Status, says: str
) -> None:
    finding = certificate_rotation.judge(evidence(database(server_certificate_expires=expires, rotation=renewal)))
    assert finding.status is status
    assert says in finding.reason
    assert bool(finding.told_step) == (status is not Status.PASSED)


def test_a_stopped_instance_that_missed_its_rotation_is_to_be_started() -> None:
    stopped = database(status="stopped", server_certificate_expires=days(100))
    finding = certificate_rotation.judge(evidence(stopped))
    assert "its status is stopped" in finding.reason
    assert "start-db-instance" in finding.told_step


@pytest.mark.parametrize(
    ("whose", "says"),
    [
        (None, "server-certificate-rotation (in"),
        (database().arn, "server-certificate-rotation (in"),
        (cluster().arn, "server-certificate-rotation of its cluster (in"),
    ],
)
def test_whose_action_it_is_is_told(whose: str | None, says: str) -> None:
    action = replace(OFFERED_RENEWAL[0], resource_arn=whose)
    found = certificate_rotation.judge(evidence(database(rotation=replace(BY_ITSELF, actions=(action,)))))
    assert says in found.reason


@pytest.mark.parametrize(
    ("used", "says"),
    [
        (
            "rds-ca-rsa4096-g1",
            "in use is of rds-ca-rsa4096-g1, says AWS's API: a restart is awaited.",
        ),
        ("rds-ca-2019", " The Region does not offer rds-ca-2019 any more."),
    ],
)
def test_a_certificate_of_another_ca_than_is_configured_awaits_a_restart(used: str, says: str) -> None:
    found = ca.judge(evidence(database(certificate_authority=replace(CURRENT_CA, of_certificate=used))))
    assert says in found.reason


@pytest.mark.parametrize("action", [OFFERED_RENEWAL, OFFERED_CA])
def test_the_step_applies_the_action_by_its_own_name(action: tuple[MaintenanceAction, ...]) -> None:
    finding = certificate_rotation.judge(evidence(database(rotation=replace(BY_ITSELF, actions=action))))
    assert f"--apply-action {action[0].action}" in finding.told_step
    assert ("trust the root" in finding.told_step) == (action is OFFERED_CA)


@pytest.mark.parametrize(
    ("members", "status", "says"),
    [
        ({"a": "rds-ca-rsa2048-g1", "b": "rds-ca-rsa2048-g1"}, Status.PASSED, "rds-ca-rsa2048-g1"),
        ({"a": "rds-ca-rsa2048-g1", "b": "rds-ca-ecc384-g1"}, Status.WARNING, "b has rds-ca-ecc384-g1"),
        ({"a": "rds-ca-rsa2048-g1", "b": None}, Status.NOT_OBSERVED, "The CA of b is not known"),
        ({}, Status.INFORMATIONAL, "names no members"),
    ],
)
def test_cas_mixed_within_one_cluster(members: dict[str, str | None], status: Status, says: str) -> None:
    finding = ca.judge(evidence(cluster(member_authorities=members)))
    assert finding.status is status
    assert says in finding.reason


def test_a_change_of_a_multi_az_clusters_ca_that_waits_is_told() -> None:
    waiting = cluster(engine="postgres", certificate_authority=replace(CURRENT_CA, pending="rds-ca-ecc384-g1"))
    finding = ca.judge(evidence(waiting))
    assert finding.status is Status.WARNING
    assert "rds-ca-ecc384-g1" in finding.reason


def test_a_replica_left_on_the_old_ca_names_its_rotated_source() -> None:
    left = database(certificate_authority=RETIRED_CA, source=Source("orders-prod", "rds-ca-rsa2048-g1"))
    finding = ca.judge(evidence(left))
    assert finding.status is Status.FAILED
    assert "replica of orders-prod, which has rds-ca-rsa2048-g1" in finding.reason


def test_a_ca_that_the_region_no_longer_knows_is_retired_or_unknown_and_never_expired_today() -> None:
    finding = ca.judge(evidence(database(certificate_authority=RETIRED_CA)))
    assert "retired, or unknown" in finding.reason
    assert "expired" not in finding.reason


@pytest.mark.parametrize(
    ("without_restart", "says"),
    [
        (True, "The server does not restart"),
        (False, "The server restarts for that"),
        (None, "Whether the server restarts for that"),
    ],
)
def test_a_change_of_ca_says_whether_it_restarts(without_restart: bool | None, says: str) -> None:
    renewal = Rotation(without_restart, OFFERED)
    finding = ca.judge(evidence(database(certificate_authority=RETIRED_CA, rotation=renewal)))
    assert says in finding.told_step


def test_a_change_goes_to_a_ca_that_the_engine_version_supports() -> None:
    renewal = Rotation(True, ("rds-ca-rsa4096-g1",))
    finding = ca.judge(evidence(database(certificate_authority=RETIRED_CA, rotation=renewal)))
    assert "--ca-certificate-identifier rds-ca-rsa4096-g1" in finding.told_step


def test_another_ca_than_new_databases_get_is_told() -> None:
    other = replace(CURRENT_CA, default="rds-ca-ecc384-g1")
    finding = ca.judge(evidence(database(certificate_authority=other)))
    assert (finding.status, "New databases get rds-ca-ecc384-g1" in finding.reason) == (Status.PASSED, True)


@pytest.mark.parametrize("enforcement", [Enforcement.ENFORCED, Enforcement.NOT_ENFORCED])
def test_what_only_our_own_table_says_is_neither_a_pass_nor_a_failure(enforcement: Enforcement) -> None:
    state = ForceSsl(enforcement, "orders-pg17", "only by our own table of versions", fallback=True)
    of_table = evidence(database(force_ssl=state))
    assert force_ssl.judge(of_table).status is Status.NOT_OBSERVED
    assert plaintext_clients.judge(of_table).status is Status.INFORMATIONAL
    assert "our own table" in not_observed.judge(of_table).reason


@pytest.mark.parametrize(
    ("require", "status"), [(True, Status.PASSED), (False, Status.WARNING), (None, Status.NOT_OBSERVED)]
)
def test_a_proxys_flag_is_reported_with_what_it_fronts(require: bool | None, status: Status) -> None:
    finding = proxy_tls.judge(evidence(a_proxy(proxy=Proxy(require, ("orders-prod",)))))
    assert finding.status is status
    assert "It fronts orders-prod." in finding.reason
    assert ("modify-db-proxy" in finding.told_step) == (require is False)


@pytest.mark.parametrize("require", [True, False, None])
def test_of_a_proxy_that_is_being_deleted_nothing_is_to_be_done(require: bool | None) -> None:
    """DBProxy.Status: `deleting`."""
    finding = proxy_tls.judge(evidence(a_proxy(status="deleting", proxy=Proxy(require, ("orders-prod",)))))
    assert (finding.status, finding.told_step) == (Status.INFORMATIONAL, "")
    assert finding.reason.startswith("It is being deleted. It fronts orders-prod. ")


def test_a_proxy_whose_targets_are_not_known_says_so() -> None:
    blind = evidence(a_proxy(proxy=Proxy(True, DENIED)))
    assert "What it fronts is not known: rds:DescribeAnything: AccessDenied." in proxy_tls.judge(blind).reason
    assert not_observed.judge(blind).status is Status.NOT_OBSERVED


def test_a_database_behind_a_proxy_says_that_its_clients_are_hidden() -> None:
    fronted = database(proxies=("orders-proxy",))
    for known in ([], [client()]):
        assert "proxy orders-proxy are hidden" in tls_clients.judge(evidence(fronted, clients=known)).reason


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"traits": (Trait.SERVERLESS_V1,), "member_authorities": {}}, "Serverless v1"),
        ({"traits": (Trait.EXPRESS,), "member_authorities": {}}, "express"),
        ({"shard_groups": ("ledger-shards",)}, "shard groups, to which its clients connect: ledger-shards"),
        ({"settings": UNREAD}, "could not be read"),
        (
            {"proxies_gap": Gap("rds:DescribeDBProxies", "AccessDenied")},
            "proxies: rds:DescribeDBProxies: AccessDenied",
        ),
        ({"member_authorities": {"a": None}}, "CA: that of some members is not known"),
    ],
)
def test_what_cannot_be_known_of_a_cluster_is_said(changes: dict[str, Any], says: str) -> None:
    finding = not_observed.judge(evidence(cluster(**changes)))
    assert finding.status is Status.NOT_OBSERVED
    assert says in finding.reason


ROOT = OfferedAuthority("rds-ca-rsa2048-g1", "7c40", days(12000))
ROOTS = {"7c40": "CN=Amazon RDS us-east-1 Root CA RSA2048 G1"}


def listing(*offered: OfferedAuthority, default: str | None = "rds-ca-rsa2048-g1") -> RegionListing:
    return RegionListing(REGION, "us-east-1", 3, authorities=Authorities(offered, default))


def trusted(*offered: OfferedAuthority) -> Finding:
    return trust_store.judge(RegionEvidence(listing(*offered), ROOTS, NOW))


def test_a_region_whose_roots_we_ship_passes() -> None:
    assert trusted(ROOT).status is Status.PASSED


def test_a_region_whose_root_we_do_not_ship_is_a_finding_with_the_command_that_refreshes_the_layer() -> None:
    finding = trusted(ROOT, OfferedAuthority("rds-ca-rsa2048-g2", "beef", days(12000)))
    assert finding.status is Status.FAILED
    assert "rds-ca-rsa2048-g2 (SHA-1 beef)" in finding.reason
    assert "make trust-store && make deploy" in finding.told_step


def test_an_expired_ca_that_the_region_still_lists_needs_no_root() -> None:
    assert trusted(ROOT, OfferedAuthority("rds-ca-2019", "d40d", days(-800))).status is Status.PASSED


def test_a_ca_without_a_thumbprint_is_not_observed() -> None:
    assert trusted(replace(ROOT, thumbprint=None)).status is Status.NOT_OBSERVED


def test_cas_that_could_not_be_listed_are_neither_shipped_nor_missing() -> None:
    unknown = replace(listing(), authorities=Gap("rds:DescribeCertificates", "AccessDenied"))
    assert trust_store.judge(RegionEvidence(unknown, {}, NOW)).status is Status.NOT_OBSERVED
    assert default_ca.judge(RegionEvidence(unknown, ROOTS, NOW)).status is Status.NOT_OBSERVED


@pytest.mark.parametrize(
    ("offered", "default", "status", "says"),
    [
        ((ROOT,), "rds-ca-rsa2048-g1", Status.PASSED, "the Region's own default"),
        ((replace(ROOT, override=True),), "rds-ca-rsa2048-g1", Status.INFORMATIONAL, "the account chose"),
        (
            (replace(ROOT, override=True, override_expires=days(30)),),
            "rds-ca-rsa2048-g1",
            Status.WARNING,
            "until 2026-12-24",
        ),
        ((ROOT,), "rds-ca-2019", Status.FAILED, "rds-ca-2019"),
        ((replace(ROOT, expires=days(-1)),), "rds-ca-rsa2048-g1", Status.FAILED, "expired"),
        ((ROOT,), None, Status.NOT_OBSERVED, "the API names none"),
    ],
)
def test_the_default_ca_and_its_override(
    offered: tuple[OfferedAuthority, ...], default: str | None, status: Status, says: str
) -> None:
    finding = default_ca.judge(RegionEvidence(listing(*offered, default=default), ROOTS, NOW))
    assert finding.status is status
    assert says in finding.reason


def test_a_region_has_a_finding_of_each_of_its_checks() -> None:
    gap = Gap("rds:DescribeDBProxies", "AccessDenied")
    found = regional.judge_region(replace(listing(ROOT), gaps=(gap,)), ROOTS, NOW)
    assert {each.check: each.status for each in found} == {
        "not-observed": Status.NOT_OBSERVED,
        "trust-store": Status.PASSED,
        "default-ca": Status.PASSED,
    }


def test_the_ca_of_a_database_that_was_not_told_stays_not_observed() -> None:
    unlisted = CertificateAuthority("rds-ca-rsa2048-g1", Offer.UNKNOWN, "the Region listed no CA at all")
    assert ca.judge(evidence(database(certificate_authority=unlisted))).status is (Status.NOT_OBSERVED)


def test_not_enforced_is_a_failure_when_the_api_itself_says_so() -> None:
    assert force_ssl.judge(evidence(database(force_ssl=NOT_ENFORCED))).status is Status.FAILED
