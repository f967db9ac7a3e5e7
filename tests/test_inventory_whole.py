"""Every field of each kind of database, from an answer that tells all and from one that tells only its name."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tlscheck.inventory.certificate import CertificateAuthority, Offer
from tlscheck.inventory.database import Database, Endpoint, Kind, Proxy, Source
from tlscheck.inventory.described import Described
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl, Unsaid
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.lifecycle import Lifecycle
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.inventory.trait import Trait

from tests.answers import (
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
    instance_group,
    member,
    proxy,
    shard_group,
    target,
)

G1, ECC = "rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"
LISTED_AT = datetime(2026, 11, 24, 3, 0, 7, tzinfo=UTC)
MADE = datetime(2023, 3, 14, 9, 26, 53, tzinfo=UTC)
WINDOW, FORCED, PLANNED = (datetime(2027, 1, day, 4, tzinfo=UTC) for day in (3, 10, 17))
PENDING = {"EngineVersion": "18.1", "CACertificateIdentifier": ECC}
NOT_ASKED = Gap("nothing", "not asked")
OFFERED_G1 = CertificateAuthority(
    G1,
    Offer.OFFERED,
    "the Region offers rds-ca-rsa2048-g1",
    expires=ROOT_EXPIRES,
    pending=ECC,
    offered=(ECC, G1),
    default=ECC,
    of_certificate=G1,
)
OFFERED_RENEWAL = MaintenanceAction(
    *("server-certificate-rotation", WINDOW, FORCED, PLANNED),
    "arn:aws:rds:eu-central-1:123456789012:db:orders-prod",
)
OFFERED_CA = MaintenanceAction(
    *("ca-certificate-rotation", WINDOW, FORCED, PLANNED),
    "arn:aws:rds:eu-central-1:123456789012:cluster:ledger",
)
UNLISTED = Gap("rds:DescribeDBProxyTargets", "AccessDenied: no")


STATIC = ParameterKind(is_dynamic=False, is_modifiable=True, allowed="0,1")
DYNAMIC = ParameterKind(is_dynamic=True, is_modifiable=True, allowed="0,1")
ENDS, ENDS_LATER = datetime(2030, 2, 28, tzinfo=UTC), datetime(2033, 3, 31, tzinfo=UTC)
SUPPORT_OF_17 = {
    "Engine": "postgres",
    "MajorEngineVersion": "17",
    "SupportedEngineLifecycles": [
        {"LifecycleSupportName": "open-source-rds-standard-support", "LifecycleSupportEndDate": ENDS},
        {"LifecycleSupportName": "open-source-rds-extended-support", "LifecycleSupportEndDate": ENDS_LATER},
    ],
}
SUPPORT_OF_16 = {**SUPPORT_OF_17, "Engine": "aurora-postgresql", "MajorEngineVersion": "16"}


def action(of: str, name: str) -> dict[str, Any]:
    details = {
        "Action": name,
        "AutoAppliedAfterDate": WINDOW,
        "ForcedApplyDate": FORCED,
        "CurrentApplyDate": PLANNED,
    }
    return {"ResourceIdentifier": of, "PendingMaintenanceActionDetails": [details]}


EVERYTHING = Described(
    REGION,
    instances=[
        instance(
            PendingModifiedValues=PENDING,
            PubliclyAccessible=True,
            MasterUserSecret={"SecretArn": "arn:master"},
            PreferredMaintenanceWindow="sun:04:00-sun:04:30",
            InstanceCreateTime=MADE,
            EnabledCloudwatchLogsExports=["upgrade", "postgresql"],
            EngineLifecycleSupport="open-source-rds-extended-support-disabled",
            ReadReplicaSourceDBInstanceIdentifier="elsewhere",
            TagList=[{"Key": "tlscheck:secret", "Value": "orders/look"}, {"Key": "team"}],
        ),
        member(
            "ledger-1",
            PendingModifiedValues={"EngineVersion": "17.1"},
            PubliclyAccessible=False,
            DBInstanceClass="db.r8g.xlarge",
        ),
    ],
    clusters=[
        cluster(
            members={"ledger-1": "in-sync"},
            CertificateDetails={"CAIdentifier": G1, "ValidTill": LEAF_EXPIRES},
            PendingModifiedValues={"EngineVersion": "17.1", "CertificateDetails": {"CAIdentifier": ECC}},
            MasterUserSecret={"SecretArn": "arn:masters"},
            DBClusterInstanceClass="db.m6gd.large",
            PreferredMaintenanceWindow="mon:05:00-mon:05:30",
            EnabledCloudwatchLogsExports=["postgresql"],
            EngineLifecycleSupport="open-source-rds-extended-support",
            PubliclyAccessible=True,
            ReplicationSourceIdentifier="arn:source",
            TagList=[{"Key": "tlscheck:secret", "Value": "ledger/look"}],
        )
    ],
    certificates=[certificate(), certificate(ECC)],
    default_authority=ECC,
    parameters={
        instance_group(): {"rds.force_ssl": "1", "ssl_ciphers": None},
        cluster_group(): {"rds.force_ssl": "0", "rds.babelfish_status": "on"},
    },
    kinds={instance_group(): {"rds.force_ssl": STATIC}, cluster_group(): {"rds.force_ssl": DYNAMIC}},
    major_versions=[SUPPORT_OF_17, SUPPORT_OF_16],
    versions={
        ("postgres", "17.4"): engine_version(SupportedCACertificateIdentifiers=[G1, ECC]),
        ("aurora-postgresql", "16.6"): engine_version(SupportsCertificateRotationWithoutRestart=False),
    },
    maintenance=[
        action(arn("db", "orders-prod"), "server-certificate-rotation"),
        action(arn("cluster", "ledger"), "ca-certificate-rotation"),
    ],
    proxies=[proxy()],
    targets={"orders-proxy": [target(), target("ledger-1", "ledger")]},
    shard_groups=[shard_group("b"), shard_group("a"), shard_group("c", "other")],
    gaps=(Gap("rds:DescribeCertificates", "no"), UNLISTED),
    listed_at=LISTED_AT,
)
SUPPORTED = ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1")


def test_an_instance_that_tells_all_is_read_whole() -> None:
    assert databases(EVERYTHING)["orders-prod"] == Database(
        arn="arn:aws:rds:eu-central-1:123456789012:db:orders-prod",
        kind=Kind.INSTANCE,
        identifier="orders-prod",
        region="eu-central-1",
        engine="postgres",
        engine_version="17.4",
        status="available",
        resource_id="db-ORDERS-PROD",
        cluster=None,
        network="vpc-0a1b2c3d",
        endpoint=Endpoint("orders-prod.c9x2example.eu-central-1.rds.amazonaws.com", 5432),
        iam_authentication=True,
        secret="orders/look",  # noqa: S106 - the name of a secret
        force_ssl=ForceSsl(
            *(Enforcement.ENFORCED, "orders-pg17", "rds.force_ssl is 1 in orders-pg17 (in-sync)"),
            configured="1",
            applied=(Applied("orders-prod", "in-sync"),),
        ),
        certificate_authority=OFFERED_G1,
        server_certificate_expires=LEAF_EXPIRES,
        settings=Settings("orders-pg17", {"rds.force_ssl": "1", "ssl_ciphers": ""}),
        rotation=Rotation(
            without_restart=True,
            supported=(ECC, G1),
            actions=(OFFERED_RENEWAL,),
        ),
        traits=(Trait.REPLICA,),
        tags={"tlscheck:secret": "orders/look", "team": ""},
        pending_version="18.1",
        pending_changes=("CACertificateIdentifier", "EngineVersion"),
        source=Source("elsewhere", None),
        member_authorities={},
        proxies=("orders-proxy",),
        proxies_gap=UNLISTED,
        shard_groups=(),
        listed_at=LISTED_AT,
        master_secret="arn:master",  # noqa: S106 - an ARN
        lifecycle=Lifecycle(ENDS, ENDS_LATER, is_extended=False),
        maintenance_window="sun:04:00-sun:04:30",
        created_at=MADE,
        log_exports=("postgresql", "upgrade"),
        parameter_kinds={"rds.force_ssl": STATIC},
        proxy=None,
        instance_class="db.m7g.large",
        publicly_accessible=True,
    )


def test_a_member_that_tells_all_is_read_whole() -> None:
    found = databases(EVERYTHING)["ledger-1"]
    assert found == Database(
        arn="arn:aws:rds:eu-central-1:123456789012:db:ledger-1",
        kind=Kind.MEMBER,
        identifier="ledger-1",
        region="eu-central-1",
        engine="aurora-postgresql",
        engine_version="16.6",
        status="available",
        resource_id="db-LEDGER-1",
        cluster="ledger",
        network="vpc-0a1b2c3d",
        endpoint=Endpoint("ledger-1.c9x2example.eu-central-1.rds.amazonaws.com", 5432),
        iam_authentication=True,
        secret="ledger/look",  # noqa: S106 - the name of a secret
        force_ssl=ForceSsl(
            *(Enforcement.NOT_ENFORCED, "ledger-aurora16", "rds.force_ssl is 0 in ledger-aurora16 (in-sync)"),
            configured="0",
            applied=(Applied("ledger-1", "in-sync"),),
        ),
        certificate_authority=OFFERED_G1,
        server_certificate_expires=LEAF_EXPIRES,
        settings=Settings("ledger-aurora16", {"rds.force_ssl": "0", "rds.babelfish_status": "on"}),
        rotation=Rotation(without_restart=False, supported=SUPPORTED, actions=(OFFERED_CA,)),
        traits=(Trait.BABELFISH, Trait.REPLICA),
        tags={"tlscheck:secret": "ledger/look"},
        pending_version="17.1",
        pending_changes=("CertificateDetails", "EngineVersion"),
        source=None,
        proxies=("orders-proxy",),
        proxies_gap=UNLISTED,
        listed_at=LISTED_AT,
        master_secret="arn:masters",  # noqa: S106 - an ARN
        instance_class="db.r8g.xlarge",
        publicly_accessible=False,
        lifecycle=Lifecycle(ENDS, ENDS_LATER, is_extended=True),
        maintenance_window=None,
        created_at=None,
        log_exports=("postgresql",),
        parameter_kinds={"rds.force_ssl": DYNAMIC},
    )


def test_a_cluster_that_tells_all_is_read_whole() -> None:
    assert databases(EVERYTHING)["ledger"] == Database(
        arn="arn:aws:rds:eu-central-1:123456789012:cluster:ledger",
        kind=Kind.CLUSTER,
        identifier="ledger",
        region="eu-central-1",
        engine="aurora-postgresql",
        engine_version="16.6",
        status="available",
        resource_id="cluster-LEDGER",
        cluster=None,
        network="vpc-0a1b2c3d",
        endpoint=None,
        iam_authentication=True,
        secret="ledger/look",  # noqa: S106 - the name of a secret
        force_ssl=ForceSsl(
            *(Enforcement.NOT_ENFORCED, "ledger-aurora16", "rds.force_ssl is 0 in ledger-aurora16 (in-sync)"),
            configured="0",
            applied=(Applied("ledger-1", "in-sync"),),
        ),
        certificate_authority=replace(OFFERED_G1, ends={G1: ROOT_EXPIRES}),
        server_certificate_expires=LEAF_EXPIRES,
        settings=Settings("ledger-aurora16", {"rds.force_ssl": "0", "rds.babelfish_status": "on"}),
        rotation=Rotation(
            without_restart=False,
            supported=SUPPORTED,
            actions=(OFFERED_CA,),
        ),
        traits=(Trait.BABELFISH, Trait.REPLICA),
        tags={"tlscheck:secret": "ledger/look"},
        pending_version="17.1",
        pending_changes=("CertificateDetails", "EngineVersion"),
        source=Source("arn:source", None),
        member_authorities={"ledger-1": G1},
        member_ids={"ledger-1": "db-LEDGER-1"},
        listed_at=LISTED_AT,
        proxies=("orders-proxy",),
        proxies_gap=UNLISTED,
        shard_groups=("a", "b"),
        master_secret="arn:masters",  # noqa: S106 - an ARN
        instance_class="db.m6gd.large",
        publicly_accessible=True,
        lifecycle=Lifecycle(ENDS, ENDS_LATER, is_extended=True),
        maintenance_window="mon:05:00-mon:05:30",
        created_at=None,
        log_exports=("postgresql",),
        parameter_kinds={"rds.force_ssl": DYNAMIC},
        proxy=None,
    )


def test_a_proxy_that_tells_all_is_read_whole() -> None:
    assert databases(EVERYTHING)["orders-proxy"] == Database(
        arn="arn:aws:rds:eu-central-1:123456789012:db-proxy:prx-orders-proxy",
        kind=Kind.PROXY,
        identifier="orders-proxy",
        region="eu-central-1",
        engine="postgres",
        engine_version="",
        status="available",
        resource_id="prx-orders-proxy",
        cluster=None,
        network="vpc-0a1b2c3d",
        endpoint=None,
        iam_authentication=False,
        secret=None,
        force_ssl=ForceSsl(Enforcement.UNKNOWN, None, "a proxy has no parameter group", unsaid=Unsaid.UNNAMED),
        certificate_authority=CertificateAuthority(
            None,
            Offer.UNKNOWN,
            "a proxy's certificate is of AWS Certificate Manager, and no CA of RDS concerns it",
        ),
        server_certificate_expires=None,
        settings=NOT_ASKED,
        rotation=Rotation(without_restart=None, supported=(), actions=()),
        traits=(),
        proxies=(),
        proxies_gap=None,
        listed_at=LISTED_AT,
        proxy=Proxy(require_tls=True, fronts=("ledger", "orders-prod")),
    )


UNKNOWN_CA = CertificateAuthority(
    None, Offer.UNKNOWN, "the Region's CAs could not be listed: nothing: not asked", None, None, (), None
)


@pytest.mark.parametrize(
    ("described", "kind", "group", "operation", "member"),
    [
        (
            Described(
                REGION, instances=[{"DBInstanceArn": "arn:1", "DBInstanceIdentifier": "x", "Engine": "postgres"}]
            ),
            Kind.INSTANCE,
            "the API names no parameter group of this instance",
            "rds:DescribeDBInstances",
            "DbiResourceId",
        ),
        (
            Described(
                REGION, clusters=[{"DBClusterArn": "arn:1", "DBClusterIdentifier": "x", "Engine": "postgres"}]
            ),
            Kind.CLUSTER,
            "the API names no parameter group of the cluster",
            "rds:DescribeDBClusters",
            "DbClusterResourceId",
        ),
    ],
)
def test_an_answer_that_tells_only_its_name_leaves_all_else_empty(
    described: Described, kind: Kind, group: str, operation: str, member: str
) -> None:
    assert databases(described)["x"] == Database(
        arn="arn:1",
        kind=kind,
        identifier="x",
        region="eu-central-1",
        engine="postgres",
        engine_version="",
        status="",
        resource_id=Gap(operation, f"named no {member}"),
        cluster=None,
        network=None,
        endpoint=None,
        iam_authentication=False,
        secret=None,
        force_ssl=ForceSsl(Enforcement.UNKNOWN, None, group, fallback=False, unsaid=Unsaid.UNNAMED),
        certificate_authority=UNKNOWN_CA,
        server_certificate_expires=None,
        settings=Gap(operation, group),
        rotation=Rotation(without_restart=NOT_ASKED, supported=NOT_ASKED, actions=NOT_ASKED),
        traits=(Trait.MULTI_AZ_CLUSTER,) if kind is Kind.CLUSTER else (),
        tags={},
        pending_version=None,
        pending_changes=(),
        source=None,
        member_authorities={},
        proxies=(),
        proxies_gap=None,
        shard_groups=(),
        master_secret=None,
        proxy=None,
        instance_class=None,
        publicly_accessible=None,
        lifecycle=Lifecycle(NOT_ASKED),
        maintenance_window=None,
        created_at=None,
        log_exports=(),
        parameter_kinds={},
    )


def test_a_proxy_that_tells_only_its_name_says_nothing_of_its_targets_or_tls() -> None:
    answer = {"DBProxyArn": "arn:1", "DBProxyName": "x", "EngineFamily": "POSTGRESQL"}
    found = databases(Described(REGION, proxies=[answer]))["x"]
    assert (found.status, found.network, found.resource_id) == ("", None, "1")
    assert found.proxy == Proxy(None, NOT_ASKED)


@pytest.mark.parametrize("certificates", [[], [certificate("rds-ca-2019")], NOT_ASKED, [certificate()]])
def test_a_pending_ca_is_known_whatever_the_region_lists(certificates: Any) -> None:
    pending = instance(PendingModifiedValues={"CACertificateIdentifier": ECC})
    nameless = {**pending, "CACertificateIdentifier": "", "CertificateDetails": {}}
    for answer in (pending, nameless):
        found = databases(Described(REGION, instances=[answer], certificates=certificates))["orders-prod"]
        assert found.certificate_authority.pending == ECC
        listed = [] if isinstance(certificates, Gap) else certificates
        assert found.certificate_authority.offered == tuple(each["CertificateIdentifier"] for each in listed)
