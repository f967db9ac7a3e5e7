"""Sorts of databases that behave otherwise than a plain instance or provisioned cluster."""

from collections.abc import Mapping
from enum import StrEnum

from tlscheck.inventory.described import ApiAnswer, amount, text, truth
from tlscheck.inventory.engine import clusters_act_as_one
from tlscheck.inventory.parameter_group import BABELFISH


class Trait(StrEnum):
    """What else a database is; a member has its cluster's traits."""

    SERVERLESS_V1 = "serverless-v1"
    """EngineMode serverless: no instances, and certificates of ACM; its support ended on 2025-03-31."""

    SERVERLESS_V2 = "serverless-v2"
    """ServerlessV2ScalingConfiguration or class db.serverless: otherwise like a provisioned one."""

    SCALES_TO_ZERO = "scales-to-zero"
    """ServerlessV2ScalingConfiguration.MinCapacity 0: its instances of class db.serverless pause when nobody has
    been connected for SecondsUntilAutoPause (300 to 86,400), and any connection resumes them."""

    GLOBAL = "global"
    """GlobalClusterIdentifier: one of the clusters of a global database, each with parameters of its own."""

    LIMITLESS = "limitless"
    """ClusterScalabilityType: clients connect to a shard group's endpoint."""

    BABELFISH = "babelfish"
    """rds.babelfish_status is on: a second listener speaks TDS."""

    EXPRESS = "express"
    """Express configuration: no VPC, reached over the internet with IAM tokens alone."""

    MULTI_AZ_CLUSTER = "multi-az-cluster"
    """A cluster that is rebooted, and given a CA, as a whole."""

    REPLICA = "read-replica"


def of_cluster(cluster: ApiAnswer, configured: Mapping[str, str | None]) -> tuple[Trait, ...]:
    """The traits of a DBCluster, whose parameter group holds these values, in effect or not yet."""
    found = {
        Trait.SERVERLESS_V1: text(cluster, "EngineMode") == "serverless",
        Trait.SERVERLESS_V2: bool(cluster.get("ServerlessV2ScalingConfiguration")),
        Trait.SCALES_TO_ZERO: amount(cluster, "ServerlessV2ScalingConfiguration", "MinCapacity") == 0,
        Trait.GLOBAL: text(cluster, "GlobalClusterIdentifier") is not None,
        Trait.LIMITLESS: is_limitless(cluster),
        Trait.BABELFISH: (configured.get(BABELFISH) or "").strip().lower() == "on",
        Trait.EXPRESS: truth(cluster, "VPCNetworkingEnabled") is False,
        Trait.MULTI_AZ_CLUSTER: clusters_act_as_one(text(cluster, "Engine")),
        Trait.REPLICA: text(cluster, "ReplicationSourceIdentifier") is not None,
    }
    return tuple(trait for trait, applies in found.items() if applies)


def of_instance(instance: ApiAnswer) -> tuple[Trait, ...]:
    """The traits that a standalone DBInstance has of its own."""
    sources = ("ReadReplicaSourceDBInstanceIdentifier", "ReadReplicaSourceDBClusterIdentifier")
    return (Trait.REPLICA,) if any(text(instance, source) for source in sources) else ()


def is_limitless(cluster: ApiAnswer) -> bool:
    """Whether a cluster is one of Aurora PostgreSQL Limitless Database."""
    return text(cluster, "ClusterScalabilityType") == "limitless"
