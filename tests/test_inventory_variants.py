"""Clusters, replicas, proxies and rotations of every sort, from answers of the RDS API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.database import Database, Kind, Proxy, Source
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities, OfferedAuthority
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.trait import Trait

from tests.answers import (
    ACCOUNT,
    LEAF_EXPIRES,
    REGION,
    ROOT_EXPIRES,
    arn,
    certificate,
    cluster,
    cluster_group,
    databases,
    engine_version,
    instance,
    maintenance,
    member,
    proxy,
    shard_group,
    target,
)

DENIED = Gap("rds:DescribeAnything", "AccessDenied: no")
BABELFISH_ON = {cluster_group(): {"rds.babelfish_status": "on"}}


@pytest.mark.parametrize(
    ("changes", "trait"),
    [
        ({"EngineMode": "serverless"}, Trait.SERVERLESS_V1),
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4.0}}, Trait.SERVERLESS_V2),
        ({"GlobalClusterIdentifier": "world"}, Trait.GLOBAL),
        ({"ClusterScalabilityType": "limitless"}, Trait.LIMITLESS),
        ({"VPCNetworkingEnabled": False, "InternetAccessGatewayEnabled": True}, Trait.EXPRESS),
        ({"Engine": "postgres", "EngineVersion": "17.4"}, Trait.MULTI_AZ_CLUSTER),
        ({"ReplicationSourceIdentifier": arn("cluster", "other")}, Trait.REPLICA),
    ],
)
def test_a_cluster_and_its_members_say_what_sort_they_are(changes: dict[str, Any], trait: Trait) -> None:
    described = Described(
        REGION, instances=[member("writer")], clusters=[cluster(members={"writer": "in-sync"}, **changes)]
    )
    found = databases(described)
    assert found["ledger"].traits == found["writer"].traits == (trait,)


def test_a_plain_cluster_and_a_plain_instance_are_of_no_sort() -> None:
    found = databases(Described(REGION, instances=[instance()], clusters=[cluster(VPCNetworkingEnabled=True)]))
    assert {each.traits for each in found.values()} == {()}


def test_babelfish_shows_in_the_clusters_parameters() -> None:
    described = Described(REGION, clusters=[cluster(members={"writer": "in-sync"})], parameters=BABELFISH_ON)
    assert databases(described)["ledger"].traits == (Trait.BABELFISH,)


def test_a_limitless_cluster_names_its_shard_groups() -> None:
    clusters = [cluster(ClusterScalabilityType="limitless"), cluster("other")]
    described = Described(REGION, clusters=clusters, shard_groups=[shard_group(), shard_group("b", "other")])
    assert databases(described)["ledger"].shard_groups == ("ledger-shards",)


def test_a_replica_knows_its_source_and_that_ones_ca() -> None:
    described = Described(
        REGION,
        instances=[
            instance(
                "copy", ReadReplicaSourceDBInstanceIdentifier="orders-prod", CACertificateIdentifier="rds-ca-2019"
            ),
            instance(),
        ],
    )
    copy = databases(described)["copy"]
    assert copy.source == Source("orders-prod", "rds-ca-rsa2048-g1")
    assert copy.traits == (Trait.REPLICA,)


def test_a_replica_in_another_region_knows_its_source_by_arn() -> None:
    source = arn("db", "orders-prod")
    copy = instance(
        "copy", ReadReplicaSourceDBInstanceIdentifier=source, DBInstanceArn=source.replace(REGION, "us-east-1")
    )
    inventory = assemble(
        ACCOUNT, [Described("us-east-1", instances=[copy]), Described(REGION, instances=[instance()])]
    )
    (found,) = (each for each in inventory.databases if each.identifier == "copy")
    assert found.source == Source(source, "rds-ca-rsa2048-g1")


def test_a_replica_of_a_cluster_has_its_members_ca_where_they_agree() -> None:
    answers = [
        instance("copy", ReadReplicaSourceDBClusterIdentifier="ledger"),
        member("a"),
        member("b", CACertificateIdentifier="rds-ca-ecc384-g1"),
    ]
    one = Described(REGION, instances=answers[:2], clusters=[cluster(members={"a": "in-sync"})])
    mixed = Described(REGION, instances=answers, clusters=[cluster(members={"a": "in-sync", "b": "in-sync"})])
    assert databases(one)["copy"].source == Source("ledger", "rds-ca-rsa2048-g1")
    assert databases(mixed)["copy"].source == Source("ledger", None)


def test_a_cluster_has_the_ca_of_each_member_and_none_of_one_that_was_not_listed() -> None:
    described = Described(
        REGION,
        instances=[member("a"), member("b", CACertificateIdentifier="rds-ca-ecc384-g1")],
        clusters=[cluster(members=dict.fromkeys(("a", "b", "c"), "in-sync"))],
    )
    assert databases(described)["ledger"].member_authorities == {
        "a": "rds-ca-rsa2048-g1",
        "b": "rds-ca-ecc384-g1",
        "c": None,
    }


def fronted(**changes: Any) -> dict[str, Database]:
    described = Described(
        REGION,
        instances=[instance(), member("writer")],
        clusters=[cluster(members={"writer": "in-sync"})],
        proxies=[proxy(), proxy("ledger-proxy", RequireTLS=False), proxy("shop", EngineFamily="MYSQL")],
        targets={"orders-proxy": [target()], "ledger-proxy": [target("writer", "ledger")]} | changes,
    )
    return databases(described)


def test_a_proxy_is_a_database_of_its_own_that_says_what_it_fronts() -> None:
    found = fronted()
    assert found["orders-proxy"].kind is Kind.PROXY
    assert found["orders-proxy"].arn == arn("db-proxy", "prx-orders-proxy")
    assert found["orders-proxy"].network == "vpc-0a1b2c3d"
    assert found["orders-proxy"].proxy == Proxy(require_tls=True, fronts=("orders-prod",))
    assert found["ledger-proxy"].proxy == Proxy(require_tls=False, fronts=("ledger",))
    assert "shop" not in found


def test_databases_know_the_proxies_before_them() -> None:
    assert {name: each.proxies for name, each in fronted().items() if each.kind is not Kind.PROXY} == {
        "orders-prod": ("orders-proxy",),
        "ledger": ("ledger-proxy",),
        "writer": ("ledger-proxy",),
    }


def test_a_proxy_whose_targets_could_not_be_listed_says_why() -> None:
    unlisted = fronted(**{"orders-proxy": DENIED})["orders-proxy"].proxy
    assert unlisted == Proxy(True, Gap("rds:DescribeAnything", "AccessDenied: no"))


@pytest.mark.parametrize("operation", ["rds:DescribeDBProxies", "rds:DescribeDBProxyTargets"])
def test_without_the_proxies_a_database_says_that_it_does_not_know_them(operation: str) -> None:
    described = Described(REGION, instances=[instance()], gaps=(Gap(operation, "AccessDenied: no"),))
    assert databases(described)["orders-prod"].proxies_gap == Gap(operation, "AccessDenied: no")


VERSIONS = {("postgres", "17.4"): engine_version()}
SUPPORTED = ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1")


def rotation(**answers: Any) -> Rotation:
    described = Described(REGION, instances=[instance()], **{"versions": VERSIONS, "maintenance": []} | answers)
    return databases(described)["orders-prod"].rotation


def test_an_engine_version_says_how_it_rotates_and_what_it_supports() -> None:
    assert rotation() == Rotation(without_restart=True, supported=SUPPORTED)


@pytest.mark.parametrize("action", ["server-certificate-rotation", "ca-certificate-rotation"])
def test_both_names_of_the_maintenance_action_are_known(action: str) -> None:
    window = datetime(2027, 1, 3, 4, tzinfo=UTC)
    found = rotation(maintenance=[maintenance(action=action, AutoAppliedAfterDate=window, ForcedApplyDate=window)])
    arn = "arn:aws:rds:eu-central-1:123456789012:db:orders-prod"
    # What RDS says of it in words is kept where that alone tells which CA comes.
    words = "Rotation of the server certificate" if action == "ca-certificate-rotation" else None
    assert found.actions == (MaintenanceAction(action, window, window, resource_arn=arn, description=words),)


def test_other_actions_and_those_of_other_databases_do_not_count() -> None:
    assert rotation(maintenance=[maintenance(action="db-upgrade"), maintenance("billing")]).actions == ()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"versions": {}}, (Gap("nothing", "not asked"), None)),
        ({"versions": {("postgres", "17.4"): DENIED}}, (Gap("rds:DescribeAnything", "AccessDenied: no"), None)),
        ({"maintenance": DENIED}, (None, Gap("rds:DescribeAnything", "AccessDenied: no"))),
    ],
)
def test_what_was_not_answered_of_a_rotation_has_its_reason(
    answers: dict[str, Any], expected: tuple[Gap | None, Gap | None]
) -> None:
    found, (version, actions) = rotation(**answers), expected
    assert found == Rotation(version or True, version or SUPPORTED, actions or ())


@pytest.mark.parametrize(("without_restart", "days"), [(True, 182.5), (False, 547.5)])
def test_a_certificate_is_renewed_from_its_half_life_on(without_restart: bool, days: float) -> None:
    assert Rotation(without_restart).renews_from(LEAF_EXPIRES) == LEAF_EXPIRES - timedelta(days=days)


def test_without_the_engine_version_nobody_knows_when_a_certificate_is_renewed() -> None:
    assert Rotation().renews_from(LEAF_EXPIRES) is None


def test_a_pending_upgrade_is_known() -> None:
    pending = instance(PendingModifiedValues={"EngineVersion": "18.1"})
    assert databases(Described(REGION, instances=[pending]))["orders-prod"].pending_version == "18.1"


def test_a_regions_cas_and_its_default_travel_with_its_listing() -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    chosen = certificate(
        "rds-ca-ecc384-g1", CustomerOverride=True, CustomerOverrideValidTill=until, Thumbprint="AB12"
    )
    described = Described(REGION, certificates=[certificate(), chosen], default_authority="rds-ca-ecc384-g1")
    (listing,) = assemble(ACCOUNT, [described]).listings
    offered = (
        OfferedAuthority("rds-ca-rsa2048-g1", "7c40cb42714b6fdb2b296f9bbd0e8bb364436a76", ROOT_EXPIRES),
        OfferedAuthority("rds-ca-ecc384-g1", "ab12", ROOT_EXPIRES, override=True, override_expires=until),
    )
    assert listing.authorities == Authorities(offered, "rds-ca-ecc384-g1")


@pytest.mark.parametrize(("certificates", "why"), [(DENIED, "AccessDenied"), ([], "listed no CA at all")])
def test_a_region_without_a_list_of_cas_says_why(certificates: Any, why: str) -> None:
    (listing,) = assemble(ACCOUNT, [Described(REGION, certificates=certificates)]).listings
    assert isinstance(listing.authorities, Gap)
    assert why in listing.authorities.reason


def test_a_members_tags_are_its_clusters_and_its_own_go_first() -> None:
    described = Described(
        REGION,
        instances=[member("writer", TagList=[{"Key": "team", "Value": "x"}])],
        clusters=[cluster(TagList=[{"Key": "team", "Value": "y"}, {"Key": "tlscheck:exclude", "Value": ""}])],
    )
    found = databases(described)
    assert found["writer"].tags == {"team": "x", "tlscheck:exclude": ""}
    assert found["writer"].is_excluded
    assert found["ledger"].is_excluded
