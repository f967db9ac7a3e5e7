"""The RDS records of the fleet, in the shapes of the API's own answers (DescribeDBInstances and its kin)."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.local_aws.fleet.certificates import CertificateAuthority
from tests.local_aws.fleet.databases import (
    CLUSTER_PARAMETER_GROUPS,
    CLUSTERS,
    DATABASES,
    NETWORKS,
    OTHER_ENGINES,
    PARAMETER_GROUPS,
    PROXIES,
    UNSHIPPED,
    Behind,
    Cluster,
    Database,
    ParameterGroup,
    Proxy,
)

type Record = dict[str, Any]

_HOSTED_ZONES = {"us-east-1": "Z2R2ITUGPM61AM", "eu-west-1": "Z29XKXDKYMONMX"}
_CREATED = "2023-03-14T09:26:53Z"


def document(
    account: str,
    ports: Mapping[str, int],
    expiries: Mapping[str, datetime],
    authorities: Mapping[str, Mapping[str, CertificateAuthority]],
) -> dict[str, Record]:
    """What RDS holds, by Region.

    `ports` and `expiries` (of server certificates) are by identifier, `authorities` by Region and CA identifier.
    """
    regions: dict[str, Record] = {
        region: {
            "DBInstances": [
                _instance(account, database, ports.get(database.identifier), expiries.get(database.identifier))
                for database in DATABASES
                if database.region == region
            ]
            + [_neptune_instance(account, region, name) for name in OTHER_ENGINES if region == "us-east-1"],
            "DBClusters": [_cluster(account, cluster, ports) for cluster in CLUSTERS if cluster.region == region]
            + [_neptune_cluster(account, region, name) for name in OTHER_ENGINES if region == "us-east-1"],
            "Certificates": [
                _certificate(region, identifier, authority)
                for identifier, authority in authorities[region].items()
            ],
            "DefaultCertificateForNewLaunches": "rds-ca-rsa2048-g1",
            "DBMajorEngineVersions": [
                _major_version("postgres", "14", "2027-02-28T23:59:59.999Z"),
                _major_version("aurora-postgresql", "16", "2099-02-28T23:59:59.999Z"),
            ],
            "DBParameterGroups": {name: _parameter_group(group) for name, group in PARAMETER_GROUPS.items()},
            "DBClusterParameterGroups": {
                name: _parameter_group(group) for name, group in CLUSTER_PARAMETER_GROUPS.items()
            },
            "PendingMaintenanceActions": [
                {
                    "ResourceIdentifier": instance_arn(account, region, database.identifier),
                    "PendingMaintenanceActionDetails": [dict(database.maintenance)],
                }
                for database in DATABASES
                if database.region == region and database.maintenance
            ],
            "DBProxies": [_proxy(account, proxy) for proxy in PROXIES if proxy.region == region],
            "DBProxyTargets": {
                proxy.identifier: [{"RdsResourceId": proxy.fronts, "Type": "RDS_INSTANCE", "Port": 5432}]
                for proxy in PROXIES
                if proxy.region == region
            },
            "DBShardGroups": [
                {"DBShardGroupIdentifier": cluster.shard_group, "DBClusterIdentifier": cluster.identifier}
                for cluster in CLUSTERS
                if cluster.region == region and cluster.shard_group
            ],
        }
        for region in NETWORKS
    }
    # Europe's account chose its own default; the Region of the unshipped root holds no database.
    chosen = regions["eu-west-1"]["Certificates"][-1]
    chosen |= {"CustomerOverride": True, "CustomerOverrideValidTill": "2121-05-25T00:00:00Z"}
    regions["eu-west-1"]["DefaultCertificateForNewLaunches"] = chosen["CertificateIdentifier"]
    stranger = {
        **chosen,
        "CertificateIdentifier": "rds-ca-rsa2048-g1",
        "Thumbprint": "00" * 20,
        "CustomerOverride": False,
    }
    return regions | {UNSHIPPED: {"DBInstances": [], "DBClusters": [], "Certificates": [stranger]}}


def instance_arn(account: str, region: str, identifier: str) -> str:
    """DBInstanceArn."""
    return f"arn:aws:rds:{region}:{account}:db:{identifier}"


def cluster_arn(account: str, region: str, identifier: str) -> str:
    """DBClusterArn."""
    return f"arn:aws:rds:{region}:{account}:cluster:{identifier}"


def proxy_arn(account: str, region: str, identifier: str) -> str:
    """DBProxyArn: it names the proxy by an id of its own."""
    return f"arn:aws:rds:{region}:{account}:db-proxy:prx-{hashlib.sha256(identifier.encode()).hexdigest()[:17]}"


def _instance(account: str, database: Database, port: int | None, expiry: datetime | None) -> Record:
    region, network = database.region, database.network or NETWORKS[database.region]
    record: Record = {
        "DBInstanceIdentifier": database.identifier,
        "DBInstanceClass": "db.r6g.large",
        "Engine": database.engine,
        "EngineVersion": database.engine_version,
        "DBInstanceStatus": database.status,
        "MasterUsername": "postgres",
        "AllocatedStorage": 100,
        "StorageType": "gp3",
        "StorageEncrypted": True,
        "PreferredBackupWindow": "03:00-03:30",
        "PreferredMaintenanceWindow": "sun:04:00-sun:04:30",
        "BackupRetentionPeriod": 7,
        "DBSecurityGroups": [],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": f"sg-{network.removeprefix('vpc-')}", "Status": "active"}],
        "DBParameterGroups": [
            {
                "DBParameterGroupName": database.parameter_group,
                "ParameterApplyStatus": database.parameter_status,
            }
        ],
        "AvailabilityZone": f"{region}a",
        "DBSubnetGroup": _subnet_group(region, network),
        "PendingModifiedValues": {},
        "MultiAZ": False,
        "AutoMinorVersionUpgrade": True,
        "ReadReplicaDBInstanceIdentifiers": [],
        "LicenseModel": "postgresql-license",
        "PubliclyAccessible": False,
        "DbInstancePort": 0,
        "DbiResourceId": f"db-{_resource(database.identifier)}",
        "DBInstanceArn": instance_arn(account, region, database.identifier),
        "CACertificateIdentifier": database.ca,
        "IAMDatabaseAuthenticationEnabled": database.behind is Behind.IAM_LOGIN,
        "DeletionProtection": True,
        "CopyTagsToSnapshot": True,
        "TagList": [{"Key": "kind", "Value": _tag_value(database.kind)}],
    }
    if database.exports_log and not database.cluster:
        record["EnabledCloudwatchLogsExports"] = ["postgresql"]
    record["TagList"] += [{"Key": key, "Value": value} for key, value in database.tags.items()]
    if database.secret:
        record["TagList"].append({"Key": "tlscheck:secret", "Value": database.secret})
    if database.cluster:
        record["DBClusterIdentifier"] = database.cluster
        record["PromotionTier"] = 1
    if port is not None:
        record["Endpoint"] = {"Address": database.host, "Port": port, "HostedZoneId": _HOSTED_ZONES[region]}
        record["InstanceCreateTime"] = _CREATED
    if expiry is not None:
        record["CertificateDetails"] = {"CAIdentifier": database.ca, "ValidTill": expiry.isoformat()}
    return {**record, **database.record}


def _cluster(account: str, cluster: Cluster, ports: Mapping[str, int]) -> Record:
    members = [database for database in DATABASES if database.cluster == cluster.identifier]
    network = NETWORKS[cluster.region]
    record: Record = {
        "DBClusterIdentifier": cluster.identifier,
        "DBClusterArn": cluster_arn(account, cluster.region, cluster.identifier),
        "DbClusterResourceId": f"cluster-{_resource(cluster.identifier)}",
        "Engine": cluster.engine,
        "EngineVersion": cluster.engine_version,
        "EngineMode": "provisioned",
        "Status": "available",
        "Endpoint": cluster.host("cluster"),
        "ReaderEndpoint": cluster.host("cluster-ro"),
        "Port": ports[members[0].identifier] if members else 5432,
        "HostedZoneId": _HOSTED_ZONES[cluster.region],
        "MasterUsername": "postgres",
        "DBClusterParameterGroup": cluster.parameter_group,
        "DBSubnetGroup": f"private-{network}",
        "DBClusterMembers": [
            {
                "DBInstanceIdentifier": member.identifier,
                "IsClusterWriter": member is members[0],
                "DBClusterParameterGroupStatus": "in-sync",
                "PromotionTier": 1,
            }
            for member in members
        ],
        "AvailabilityZones": [f"{cluster.region}{zone}" for zone in "abc"],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": f"sg-{network.removeprefix('vpc-')}", "Status": "active"}],
        "BackupRetentionPeriod": 7,
        "MultiAZ": True,
        "StorageEncrypted": True,
        "IAMDatabaseAuthenticationEnabled": False,
        "HttpEndpointEnabled": False,
        "DeletionProtection": True,
        "ClusterCreateTime": _CREATED,
        "TagList": [{"Key": "kind", "Value": _tag_value(cluster.kind)}],
    }
    if any(member.exports_log for member in members):
        record["EnabledCloudwatchLogsExports"] = ["postgresql"]
    return {**record, **cluster.record}


def _major_version(engine: str, major: str, until: str) -> Record:
    """Ends of support that are near, or passed, and far, whenever this runs."""
    cycle = {
        "LifecycleSupportName": "open-source-rds-standard-support",
        "LifecycleSupportStartDate": "2022-02-03T00:00:00Z",
        "LifecycleSupportEndDate": until,
    }
    return {"Engine": engine, "MajorEngineVersion": major, "SupportedEngineLifecycles": [cycle]}


def _proxy(account: str, proxy: Proxy) -> Record:
    return {
        "DBProxyName": proxy.identifier,
        "DBProxyArn": proxy_arn(account, proxy.region, proxy.identifier),
        "Status": "available",
        "EngineFamily": proxy.family,
        "VpcId": NETWORKS[proxy.region],
        "VpcSecurityGroupIds": [],
        "VpcSubnetIds": [],
        "Auth": [],
        "RoleArn": f"arn:aws:iam::{account}:role/{proxy.identifier}",
        "Endpoint": f"{proxy.identifier}.proxy-c9x2example.{proxy.region}.rds.amazonaws.com",
        "RequireTLS": proxy.require_tls,
        "IdleClientTimeout": 1800,
        "DebugLogging": False,
        "CreatedDate": _CREATED,
        "UpdatedDate": _CREATED,
    }


def _neptune_instance(account: str, region: str, identifier: str) -> Record:
    name = f"{identifier}-1"
    return {
        "DBInstanceIdentifier": name,
        "DBClusterIdentifier": identifier,
        "DBInstanceArn": instance_arn(account, region, name),
        "DbiResourceId": f"db-{_resource(name)}",
        "DBInstanceClass": "db.r6g.large",
        "Engine": "neptune",
        "EngineVersion": "1.3.2.1",
        "DBInstanceStatus": "available",
        "Endpoint": {
            "Address": f"{name}.c9x2example.{region}.neptune.amazonaws.com",
            "Port": 8182,
            "HostedZoneId": _HOSTED_ZONES[region],
        },
        "DBParameterGroups": [{"DBParameterGroupName": "default.neptune1.3", "ParameterApplyStatus": "in-sync"}],
        "DBSubnetGroup": _subnet_group(region, NETWORKS[region]),
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "InstanceCreateTime": _CREATED,
    }


def _neptune_cluster(account: str, region: str, identifier: str) -> Record:
    return {
        "DBClusterIdentifier": identifier,
        "DBClusterArn": cluster_arn(account, region, identifier),
        "DbClusterResourceId": f"cluster-{_resource(identifier)}",
        "Engine": "neptune",
        "EngineVersion": "1.3.2.1",
        "EngineMode": "provisioned",
        "Status": "available",
        "Endpoint": f"{identifier}.cluster-c9x2example.{region}.neptune.amazonaws.com",
        "Port": 8182,
        "DBClusterParameterGroup": "default.neptune1.3",
        "DBClusterMembers": [
            {
                "DBInstanceIdentifier": f"{identifier}-1",
                "IsClusterWriter": True,
                "DBClusterParameterGroupStatus": "in-sync",
            }
        ],
        "ClusterCreateTime": _CREATED,
    }


def _subnet_group(region: str, network: str) -> Record:
    return {
        "DBSubnetGroupName": f"private-{network}",
        "DBSubnetGroupDescription": "Private subnets",
        "VpcId": network,
        "SubnetGroupStatus": "Complete",
        "Subnets": [
            {
                "SubnetIdentifier": f"subnet-{zone}{network.removeprefix('vpc-')}",
                "SubnetAvailabilityZone": {"Name": f"{region}{zone}"},
                "SubnetStatus": "Active",
            }
            for zone in "ab"
        ],
    }


def _certificate(region: str, identifier: str, authority: CertificateAuthority) -> Record:
    return {
        "CertificateIdentifier": identifier,
        "CertificateType": "CA",
        "Thumbprint": authority.thumbprint,
        "ValidFrom": authority.root.not_valid_before_utc.isoformat(),
        "ValidTill": authority.root.not_valid_after_utc.isoformat(),
        "CertificateArn": f"arn:aws:rds:{region}::cert:{identifier}",
        "CustomerOverride": False,
    }


def _parameter_group(group: ParameterGroup) -> Record:
    return {
        "family": group.family,
        "parameters": {
            "rds.force_ssl": {
                "ParameterName": "rds.force_ssl",
                "ParameterValue": group.force_ssl,
                "Description": "Force SSL connections.",
                "Source": "user",
                "ApplyType": group.apply_type,
                "DataType": "boolean",
                "AllowedValues": "0,1",
                "IsModifiable": True,
                "ApplyMethod": "pending-reboot" if group.apply_type == "static" else "immediate",
            },
            **{name: {"ParameterValue": value, "Source": "user"} for name, value in group.others.items()},
        },
    }


def _tag_value(text: str) -> str:
    # Letters, digits, spaces and _.:/=+-@ are all that a tag's value may hold.
    return "".join(character for character in text if character.isalnum() or character in " _.:/=+-@")


def _resource(identifier: str) -> str:
    digest = hashlib.sha256(identifier.encode()).digest()
    return base64.b32encode(digest).decode()[:26]
