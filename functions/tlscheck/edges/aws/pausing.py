"""RDS: which clusters of a Region may pause at this moment, whatever they were listed as."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.inventory.described import ApiAnswer, amount, objects, text_or_empty
from tlscheck.inventory.engine import AURORA
from tlscheck.inventory.gap import Gap

_SOON = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
"""A sample waits for this answer, and leaves those databases alone without one."""


def clusters(region: str) -> frozenset[str] | Gap:
    """Identifiers of the clusters of Aurora PostgreSQL whose MinCapacity is 0.

    A Region that refuses the filter is asked without it: then those of others' engines are among them.
    """
    paginate = session.client("rds", region=region, config=_SOON).get_paginator("describe_db_clusters").paginate
    try:
        try:
            listed = _clusters_of(paginate(Filters=[{"Name": "engine", "Values": [AURORA.name]}]))
        except refusals.REFUSED as error:
            if refusals.code(error) not in refusals.FILTER_REFUSED:
                raise
            listed = _clusters_of(paginate())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return refusals.gap("rds:DescribeDBClusters", error)
    least = ("ServerlessV2ScalingConfiguration", "MinCapacity")
    return frozenset(text_or_empty(each, "DBClusterIdentifier") for each in listed if amount(each, *least) == 0)


def _clusters_of(pages: Iterable[Mapping[str, Any]]) -> list[ApiAnswer]:
    return [each for page in pages for each in objects(page.get("DBClusters"))]
