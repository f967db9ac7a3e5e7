"""Which resource an RDS call's IAM action is checked on (Service Authorization Reference of Amazon RDS).

ministack checks every call that names no instance or cluster on `*`; AWS checks a listing on `...:db:*`, so a
policy that names the resource type is enough there.
"""

from urllib.parse import parse_qs

_TYPES = {
    "DescribeDBInstances": ("db", "DBInstanceIdentifier"),
    "DescribeDBLogFiles": ("db", "DBInstanceIdentifier"),
    "DownloadDBLogFilePortion": ("db", "DBInstanceIdentifier"),
    "DescribeDBClusters": ("cluster", "DBClusterIdentifier"),
    "DescribeDBParameterGroups": ("pg", "DBParameterGroupName"),
    "DescribeDBParameters": ("pg", "DBParameterGroupName"),
    "DescribeDBClusterParameterGroups": ("cluster-pg", "DBClusterParameterGroupName"),
    "DescribeDBClusterParameters": ("cluster-pg", "DBClusterParameterGroupName"),
    "DescribeDBProxies": ("db-proxy", "DBProxyName"),
    "DescribeDBProxyTargets": ("db-proxy", "DBProxyName"),
    "DescribeDBShardGroups": ("shard-group", "DBShardGroupIdentifier"),
    "DescribePendingMaintenanceActions": ("db", "ResourceIdentifier"),
    "ListTagsForResource": ("db", "ResourceName"),
}


def arn_of(_method: str, _path: str, body: bytes, region: str, account: str) -> str:
    """ARN of the resource named, of every resource of its type when none is, or `*` for a call without one."""
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    kind, member = _TYPES.get(fields.get("Action", ""), ("", ""))
    if not kind:
        return "*"
    name = fields.get(member, "*")
    return name if name.startswith("arn:") else f"arn:aws:rds:{region}:{account}:{kind}:{name}"
