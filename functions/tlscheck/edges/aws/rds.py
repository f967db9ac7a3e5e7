"""RDS's control plane, one Region at a time: what it answers, and a Gap wherever it doesn't."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from tlscheck.edges import clock
from tlscheck.edges.aws import session
from tlscheck.edges.aws.asking import Asking, Pages, Paginate
from tlscheck.edges.aws.patience import Patience
from tlscheck.inventory import engine, lifecycle
from tlscheck.inventory.described import ApiAnswer, Described, EngineVersion, text
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.lookups import (
    families_to_read,
    groups_to_read,
    in_scope,
    proxies_to_read,
    versions_in_use,
)
from tlscheck.inventory.parameter_group import ASKED_FOR, ParameterGroup, ParameterGroupFamily, Scope
from tlscheck.inventory.parameters import kinds_where_read, values_or_gap
from tlscheck.inventory.proxies import is_postgresql
from tlscheck.inventory.trait import is_limitless

if TYPE_CHECKING:
    from mypy_boto3_rds.client import RDSClient

REGIONS_AT_ONCE = 8

_PATIENT = Config(connect_timeout=5, read_timeout=30, retries={"mode": "adaptive", "total_max_attempts": 10})
"""Adaptive: a Region that throttles is asked more slowly, not more often. How long one that says nothing, or too
little, is asked at all: tlscheck.edges.aws.patience."""

_POSTGRESQL: Mapping[str, Any] = {"Filters": [{"Name": "engine", "Values": list(engine.NAMES)}]}
_VERSIONS = "rds:DescribeDBEngineVersions"
_BY_NAME: Mapping[str, Any] = {"Filters": [{"Name": "parameter-name", "Values": list(ASKED_FOR)}]}


def describe_regions(regions: Sequence[str]) -> list[Described]:
    """Every Region described, several at once. A Region that fails is described by its gaps."""
    clients = [session.client("rds", region=region, config=_PATIENT) for region in regions]
    with ThreadPoolExecutor(REGIONS_AT_ONCE) as pool:
        return list(pool.map(describe, clients))


def describe(client: "RDSClient") -> Described:
    """One Region: its listings and certificates, then each distinct group, family and version once."""
    listed_at = clock.now()
    with Patience(client):
        return replace(_described(client, _Asking(client)), listed_at=listed_at)


def _described(client: "RDSClient", ask: "_Asking") -> Described:
    certificates, default_authority = ask.certificates()
    described = Described(
        client.meta.region_name,
        certificates=certificates,
        default_authority=default_authority,
        instances=ask.instances(),
        clusters=ask.clusters(),
        proxies=ask.proxies(),
    )
    instances, clusters = described.instances, described.clusters
    groups = ask.each(ask.parameters_of_group, groups_to_read(instances, clusters))
    described = replace(
        described,
        parameters=values_or_gap(groups),
        kinds=kinds_where_read(groups),
        versions=ask.versions(versions_in_use(instances, clusters)),
        targets=ask.each(ask.targets, proxies_to_read(described.proxies)),
        maintenance=ask.maintenance() if instances or clusters else (),
        shard_groups=ask.shard_groups() if any(map(is_limitless, clusters)) else (),
    )
    families = ask.each(ask.parameters_of_family, families_to_read(described))
    described = replace(described, defaults=values_or_gap(families))
    if lifecycle.is_needed(described):
        described = replace(described, major_versions=ask.major_versions(lifecycle.only_engine(described)))
    # In an order of their own: the same gaps must read the same in every sweep.
    return replace(described, gaps=tuple(sorted(ask.gaps, key=lambda gap: (gap.operation, gap.reason))))


class _Asking(Asking):
    """What is asked of one Region's RDS."""

    def __init__(self, client: "RDSClient") -> None:
        super().__init__()
        self._client = client

    def instances(self) -> list[ApiAnswer]:
        paginate = self._client.get_paginator("describe_db_instances").paginate
        found = self.filtered("rds:DescribeDBInstances", paginate, _POSTGRESQL, "DBInstances")[0]
        return [each for each in found if in_scope(each)]

    def clusters(self) -> list[ApiAnswer]:
        paginate = self._client.get_paginator("describe_db_clusters").paginate
        found = self.filtered("rds:DescribeDBClusters", paginate, _POSTGRESQL, "DBClusters", may_lack=True)[0]
        return [each for each in found if in_scope(each)]

    def proxies(self) -> list[ApiAnswer]:
        pages = self._client.get_paginator("describe_db_proxies").paginate()  # it knows no filter
        found = self.listed("rds:DescribeDBProxies", pages, "DBProxies", may_lack=True)[0]
        return [each for each in found if is_postgresql(each)]

    def targets(self, proxy: str) -> Sequence[ApiAnswer] | Gap:
        pages = self._client.get_paginator("describe_db_proxy_targets").paginate(DBProxyName=proxy)
        found, gap = self.listed("rds:DescribeDBProxyTargets", pages, "Targets", may_lack=True)
        return gap or found

    def certificates(self) -> tuple[Sequence[ApiAnswer] | Gap, str | None]:
        """The CAs, and the one that new databases get."""
        default: list[str | None] = []

        def noted(pages: Pages) -> Pages:
            for page in pages:
                default.append(text(page, "DefaultCertificateForNewLaunches"))
                yield page

        pages = noted(self._client.get_paginator("describe_certificates").paginate())
        found, gap = self.listed("rds:DescribeCertificates", pages, "Certificates")
        return gap or found, next(filter(None, default), None)

    def maintenance(self) -> Sequence[ApiAnswer] | Gap:
        pages = self._client.get_paginator("describe_pending_maintenance_actions").paginate()
        operation, member = "rds:DescribePendingMaintenanceActions", "PendingMaintenanceActions"
        found, gap = self.listed(operation, pages, member, may_lack=True)
        return gap or found

    def versions(self, wanted: Sequence[EngineVersion]) -> dict[EngineVersion, ApiAnswer | Gap]:
        """What the API says of each of these: in one call for all of an engine, or for the only one of it."""
        by_engine: dict[str, list[str]] = defaultdict(list)
        for name, number in wanted:
            by_engine[name].append(number)
        several = [(name, tuple(numbers)) for name, numbers in by_engine.items() if len(numbers) > 1]
        told: dict[EngineVersion, ApiAnswer | Gap] = {}
        for (name, numbers), found in self.each(self._versions_of, several).items():
            told |= {(name, each): found for each in numbers} if isinstance(found, Gap) else found
        told |= self.each(self._version, [each for each in wanted if each not in told])
        return {each: told[each] for each in wanted}

    def _versions_of(self, wanted: tuple[str, tuple[str, ...]]) -> dict[EngineVersion, ApiAnswer] | Gap:
        """Those of an engine's versions that the API finds by their numbers."""
        name, numbers = wanted
        paginate = self._client.get_paginator("describe_db_engine_versions").paginate
        by_number = {"Filters": [{"Name": "engine-version", "Values": list(numbers)}]}
        ask = partial(paginate, Engine=name, IncludeAll=True)
        found, gap = self.filtered(_VERSIONS, ask, by_number, "DBEngineVersions")
        return gap or {
            (name, number): each for each in found if (number := text(each, "EngineVersion")) in numbers
        }

    def _version(self, version: EngineVersion) -> ApiAnswer | Gap:
        # Without IncludeAll the API knows nothing of versions that are deprecated, which databases still run.
        name, number = version
        paginate = self._client.get_paginator("describe_db_engine_versions").paginate
        pages = paginate(Engine=name, EngineVersion=number, IncludeAll=True)
        found, gap = self.listed(_VERSIONS, pages, "DBEngineVersions")
        exact = (each for each in found if text(each, "EngineVersion") == number)
        return gap or next(exact, Gap(_VERSIONS, f"the API knows no {name} {number}"))

    def shard_groups(self) -> Sequence[ApiAnswer] | Gap:
        pages = self._pages_of_shard_groups()
        found, gap = self.listed("rds:DescribeDBShardGroups", pages, "DBShardGroups", may_lack=True)
        return gap or found

    def _pages_of_shard_groups(self) -> Pages:
        """DescribeDBShardGroups has a marker, and botocore no paginator for it."""
        page = self._client.describe_db_shard_groups()
        yield page
        while marker := page.get("Marker"):
            page = self._client.describe_db_shard_groups(Marker=marker)
            yield page

    def major_versions(self, asked: Mapping[str, Any]) -> Sequence[ApiAnswer] | Gap:
        operation, member = "rds:DescribeDBMajorEngineVersions", "DBMajorEngineVersions"
        paginate = self._client.get_paginator("describe_db_major_engine_versions").paginate
        found, gap = self.filtered(operation, paginate, asked, member, may_lack=True)
        return gap or found

    def parameters_of_group(self, group: ParameterGroup) -> Sequence[ApiAnswer] | Gap:
        if group.scope is Scope.INSTANCE:
            pages: Paginate = self._client.get_paginator("describe_db_parameters").paginate
            return self._parameters("rds:DescribeDBParameters", partial(pages, DBParameterGroupName=group.name))
        pages = self._client.get_paginator("describe_db_cluster_parameters").paginate
        ask = partial(pages, DBClusterParameterGroupName=group.name)
        return self._parameters("rds:DescribeDBClusterParameters", ask)

    def parameters_of_family(self, family: ParameterGroupFamily) -> Sequence[ApiAnswer] | Gap:
        if family.scope is Scope.INSTANCE:
            pages: Paginate = self._client.get_paginator("describe_engine_default_parameters").paginate
            ask = partial(_defaults, pages, DBParameterGroupFamily=family.name)
            return self._parameters("rds:DescribeEngineDefaultParameters", ask)
        pages = self._client.get_paginator("describe_engine_default_cluster_parameters").paginate
        ask = partial(_defaults, pages, DBParameterGroupFamily=family.name)
        operation = "rds:DescribeEngineDefaultClusterParameters"
        return _ours(*self.listed(operation, ask(), "Parameters"))  # it knows no filter

    def _parameters(self, operation: str, ask: Paginate) -> Sequence[ApiAnswer] | Gap:
        """Filtered by name; an API that refuses the filter, or finds nothing by it, is asked for all of them."""
        is_filtered = self.asks_filtered(operation)
        found = _ours(*self.filtered(operation, ask, _BY_NAME, "Parameters"))
        if found or not is_filtered:
            return found
        found = _ours(*self.listed(operation, ask(), "Parameters"))
        if found and not isinstance(found, Gap):
            self.found_only_without_filter(operation)
        return found


def _ours(found: Sequence[ApiAnswer], gap: Gap | None) -> Sequence[ApiAnswer] | Gap:
    return gap or [each for each in found if text(each, "ParameterName") in ASKED_FOR]


def _defaults(paginate: Paginate, **asked: Any) -> Pages:
    """DescribeEngineDefault*Parameters wrap their Parameters in EngineDefaults."""
    return (page["EngineDefaults"] for page in paginate(**asked))
