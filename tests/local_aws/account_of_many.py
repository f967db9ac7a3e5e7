"""An account as large as is asked for, in the shapes of the RDS API's own answers."""

import json
from datetime import datetime
from typing import Any

from tests.answers import REGION, cluster, instance, member, proxy

FAMILIES = ("14.18", "15.13", "16.9", "17.5", "18.1")
"""An engine version of each of the five families."""

GROUPS = 50
"""Custom parameter groups, ten of each family; every eleventh instance uses its family's default group."""

CLUSTERS = 100
AURORA = (("16.9", "default.aurora-postgresql16"), ("17.5", "default.aurora-postgresql17"))


def many(instances: int, *, throttled: float = 0) -> dict[str, Any]:
    """The emulator's document of one Region; `throttled` is the part of the calls that it refuses."""
    clusters = [f"ledger-{number}" for number in range(CLUSTERS)]
    document: dict[str, Any] = {
        "DBInstances": [_instance(number) for number in range(instances)]
        + [_member(name, number, AURORA[i % 2][0]) for i, name in enumerate(clusters) for number in (1, 2)],
        "DBClusters": [_cluster(name, number) for number, name in enumerate(clusters)],
        "DBProxies": [proxy()],
        "DBProxyTargets": {"orders-proxy": [{"RdsResourceId": "shard-0", "Type": "RDS_INSTANCE", "Port": 5432}]},
        "DBParameterGroups": {
            f"group-{number}": {
                "family": f"postgres{_major(number)}",
                "parameters": {"rds.force_ssl": {"ParameterValue": str(number % 2)}},
            }
            for number in range(GROUPS)
        },
    }
    if throttled:
        refusal = {"code": "Throttling", "message": "Rate exceeded", "status": 400, "share": throttled}
        document["Faults"] = dict.fromkeys(OPERATIONS, refusal)
    found: dict[str, Any] = json.loads(json.dumps(document, default=datetime.isoformat))
    return {REGION: found}


OPERATIONS = (
    "DescribeDBInstances",
    "DescribeDBClusters",
    "DescribeCertificates",
    "DescribeDBProxies",
    "DescribeDBProxyTargets",
    "DescribeDBParameters",
    "DescribeDBClusterParameters",
    "DescribeDBEngineVersions",
    "DescribeDBMajorEngineVersions",
    "DescribePendingMaintenanceActions",
)


def _instance(number: int) -> dict[str, Any]:
    family = number % len(FAMILIES)
    major = _major(family)
    of_family = [each for each in range(GROUPS) if each % len(FAMILIES) == family]
    turn = (number // len(FAMILIES)) % (len(of_family) + 1)
    group = f"default.postgres{major}" if turn == len(of_family) else f"group-{of_family[turn]}"
    return instance(
        f"shard-{number}",
        group,
        EngineVersion=FAMILIES[family],
        DBSubnetGroup=_subnets(number % 7),
        VpcSecurityGroups=[{"VpcSecurityGroupId": f"sg-{number % 9:08x}", "Status": "active"}],
        PreferredMaintenanceWindow="sun:04:00-sun:04:30",
        EnabledCloudwatchLogsExports=["postgresql"],
        MasterUsername="postgres",
        InstanceCreateTime="2023-03-14T09:26:53Z",
        LatestRestorableTime="2026-11-24T03:00:00Z",
        TagList=[{"Key": key, "Value": f"{key}-{number % 13}"} for key in ("team", "stage", "service")],
    )


def _member(name: str, number: int, version: str) -> dict[str, Any]:
    return member(f"{name}-{number}", name, EngineVersion=version, DBSubnetGroup=_subnets(0))


def _cluster(name: str, number: int) -> dict[str, Any]:
    statuses = {f"{name}-1": "in-sync", f"{name}-2": "in-sync"}
    version, group = AURORA[number % 2]
    return cluster(name, group, statuses, EngineVersion=version)


def _subnets(network: int) -> dict[str, Any]:
    return {
        "DBSubnetGroupName": f"private-{network}",
        "VpcId": f"vpc-{network:08x}",
        "SubnetGroupStatus": "Complete",
        "Subnets": [
            {
                "SubnetIdentifier": f"subnet-{network}{zone}",
                "SubnetAvailabilityZone": {"Name": f"{REGION}{zone}"},
                "SubnetStatus": "Active",
            }
            for zone in "abc"
        ],
    }


def _major(number: int) -> str:
    return FAMILIES[number % len(FAMILIES)].split(".")[0]
