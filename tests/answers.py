"""Answers of the RDS API in the shape that botocore gives them, for tests to change where they differ."""

from datetime import UTC, datetime
from typing import Any

from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.parameter_group import ParameterGroup, Scope

REGION = "eu-central-1"
ACCOUNT = Account("aws", "123456789012", REGION)
LEAF_EXPIRES = datetime(2027, 3, 1, 12, tzinfo=UTC)
ROOT_EXPIRES = datetime(2061, 5, 21, 22, tzinfo=UTC)


def arn(kind: str, identifier: str) -> str:
    return f"arn:aws:rds:{REGION}:123456789012:{kind}:{identifier}"


def instance(identifier: str = "orders-prod", group: str = "orders-pg17", **changes: Any) -> dict[str, Any]:
    """An element of DescribeDBInstances.DBInstances: a standalone instance in order. None takes a member away."""
    answer = {
        "DBInstanceIdentifier": identifier,
        "DBInstanceArn": arn("db", identifier),
        "DbiResourceId": f"db-{identifier.upper()}",
        "DBInstanceClass": "db.m7g.large",
        "Engine": "postgres",
        "EngineVersion": "17.4",
        "DBInstanceStatus": "available",
        "Endpoint": {"Address": f"{identifier}.c9x2example.{REGION}.rds.amazonaws.com", "Port": 5432},
        "DBSubnetGroup": {"DBSubnetGroupName": "private", "VpcId": "vpc-0a1b2c3d", "Subnets": []},
        "DBParameterGroups": [{"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"}],
        "PendingModifiedValues": {},
        "IAMDatabaseAuthenticationEnabled": True,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": LEAF_EXPIRES},
        "TagList": [],
    }
    return {name: value for name, value in (answer | changes).items() if value is not None}


def member(identifier: str, cluster: str = "ledger", **changes: Any) -> dict[str, Any]:
    """An Aurora instance: its own parameter group is its family's default and says nothing of rds.force_ssl."""
    aurora = {"Engine": "aurora-postgresql", "EngineVersion": "16.6", "DBClusterIdentifier": cluster}
    return instance(identifier, "default.aurora-postgresql16", **(aurora | changes))


def cluster(
    identifier: str = "ledger",
    group: str = "ledger-aurora16",
    members: dict[str, str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """An element of DescribeDBClusters.DBClusters; `members` are identifiers with their group's status."""
    answer = {
        "DBClusterIdentifier": identifier,
        "DBClusterArn": arn("cluster", identifier),
        "DbClusterResourceId": f"cluster-{identifier.upper()}",
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.6",
        "EngineMode": "provisioned",
        "Status": "available",
        "Endpoint": f"{identifier}.cluster-c9x2example.{REGION}.rds.amazonaws.com",
        "DBSubnetGroup": "private",
        "DBClusterParameterGroup": group,
        "DBClusterMembers": [
            {"DBInstanceIdentifier": name, "IsClusterWriter": not index, "DBClusterParameterGroupStatus": status}
            for index, (name, status) in enumerate((members or {}).items())
        ],
        "IAMDatabaseAuthenticationEnabled": True,
        "TagList": [],
    }
    return {name: value for name, value in (answer | changes).items() if value is not None}


def certificate(identifier: str = "rds-ca-rsa2048-g1", **changes: Any) -> dict[str, Any]:
    """An element of DescribeCertificates.Certificates."""
    answer = {
        "CertificateIdentifier": identifier,
        "CertificateType": "CA",
        "Thumbprint": "7c40cb42714b6fdb2b296f9bbd0e8bb364436a76",
        "ValidFrom": datetime(2021, 5, 21, 22, tzinfo=UTC),
        "ValidTill": ROOT_EXPIRES,
        "CertificateArn": f"arn:aws:rds:{REGION}::cert:{identifier}",
        "CustomerOverride": False,
    }
    return {name: value for name, value in (answer | changes).items() if value is not None}


def engine_version(number: str = "17.4", engine: str = "postgres", **changes: Any) -> dict[str, Any]:
    """An element of DescribeDBEngineVersions.DBEngineVersions."""
    answer = {
        "Engine": engine,
        "EngineVersion": number,
        "Status": "available",
        "SupportsCertificateRotationWithoutRestart": True,
        "SupportedCACertificateIdentifiers": ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1"],
    }
    return {name: value for name, value in (answer | changes).items() if value is not None}


def maintenance(
    identifier: str = "orders-prod", action: str = "server-certificate-rotation", **changes: Any
) -> dict[str, Any]:
    """An element of DescribePendingMaintenanceActions.PendingMaintenanceActions."""
    details = {"Action": action, "Description": "Rotation of the server certificate", **changes}
    return {"ResourceIdentifier": arn("db", identifier), "PendingMaintenanceActionDetails": [details]}


def proxy(name: str = "orders-proxy", **changes: Any) -> dict[str, Any]:
    """An element of DescribeDBProxies.DBProxies."""
    answer = {
        "DBProxyName": name,
        "DBProxyArn": arn("db-proxy", f"prx-{name}"),
        "Status": "available",
        "EngineFamily": "POSTGRESQL",
        "VpcId": "vpc-0a1b2c3d",
        "Endpoint": f"{name}.proxy-c9x2example.{REGION}.rds.amazonaws.com",
        "RequireTLS": True,
    }
    return {name: value for name, value in (answer | changes).items() if value is not None}


def target(identifier: str = "orders-prod", cluster: str | None = None) -> dict[str, Any]:
    """An element of DescribeDBProxyTargets.Targets: an instance, or a member of a cluster that is followed."""
    answer = {"RdsResourceId": identifier, "Type": "RDS_INSTANCE", "Port": 5432, "TrackedClusterId": cluster}
    return {name: value for name, value in answer.items() if value is not None}


def shard_group(identifier: str = "ledger-shards", cluster: str = "ledger") -> dict[str, Any]:
    """An element of DescribeDBShardGroups.DBShardGroups."""
    return {"DBShardGroupIdentifier": identifier, "DBClusterIdentifier": cluster, "Status": "available"}


def instance_group(name: str = "orders-pg17") -> ParameterGroup:
    return ParameterGroup(Scope.INSTANCE, name)


def cluster_group(name: str = "ledger-aurora16") -> ParameterGroup:
    return ParameterGroup(Scope.CLUSTER, name)


def databases(described: Described) -> dict[str, Database]:
    """What is made of one Region's answers, by identifier (no test gives two databases the same)."""
    return {each.identifier: each for each in assemble(ACCOUNT, [described]).databases}
