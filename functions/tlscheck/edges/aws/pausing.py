"""RDS: which clusters of a Region may pause at this moment, whatever they were listed as."""

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.described import amount, objects, text_or_empty
from tlscheck.inventory.engine import AURORA
from tlscheck.inventory.gap import Gap

_SOON = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
"""A sample waits for this answer, and leaves those databases alone without one."""


def clusters(region: str) -> frozenset[str] | Gap:
    """Identifiers of the clusters of Aurora PostgreSQL whose MinCapacity is 0."""
    client = session.client("rds", region=region, config=_SOON)
    pages = client.get_paginator("describe_db_clusters").paginate(
        Filters=[{"Name": "engine", "Values": [AURORA.name]}]
    )
    try:
        listed = [each for page in pages for each in objects(page.get("DBClusters"))]
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return refusals.gap("rds:DescribeDBClusters", error)
    least = ("ServerlessV2ScalingConfiguration", "MinCapacity")
    return frozenset(text_or_empty(each, "DBClusterIdentifier") for each in listed if amount(each, *least) == 0)
