"""RDS's control plane, one Region at a time: what it answers, and a Gap wherever it doesn't."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from tlscheck.edges import clock
from tlscheck.edges.aws import session
from tlscheck.edges.aws.patience import LostPatience, Patience
from tlscheck.edges.aws.refusals import REFUSED, UNREACHABLE, code, gap
from tlscheck.inventory import engine
from tlscheck.inventory.described import ApiAnswer, Described, EngineVersion, Values, objects, text
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.inventory.lookups import (
    families_to_read,
    groups_to_read,
    proxies_to_read,
    versions_in_use,
)
from tlscheck.inventory.parameter_group import ASKED_FOR, ParameterGroup, ParameterGroupFamily, Scope
from tlscheck.inventory.proxies import is_postgresql
from tlscheck.inventory.trait import is_limitless

if TYPE_CHECKING:
    from mypy_boto3_rds.client import RDSClient
    from mypy_boto3_rds.type_defs import FilterTypeDef

REGIONS_AT_ONCE = 8
QUESTIONS_AT_ONCE = 4
"""To one Region, about its groups, families, versions and proxies."""


_PATIENT = Config(connect_timeout=5, read_timeout=30, retries={"mode": "adaptive", "total_max_attempts": 10})
"""Adaptive: a Region that throttles is asked more slowly, not more often. How long one that says nothing, or too
little, is asked at all: tlscheck.edges.aws.patience."""

_VANISHED = frozenset({"DBParameterGroupNotFound", "DBProxyNotFoundFault", "DBProxyTargetGroupNotFoundFault"})
"""Somebody deleted it since its database was listed: a reason of that database, and nothing about the Region."""

_POSTGRESQL: "list[FilterTypeDef]" = [{"Name": "engine", "Values": list(engine.NAMES)}]
_BY_NAME: "dict[str, list[FilterTypeDef]]" = {"Filters": [{"Name": "parameter-name", "Values": list(ASKED_FOR)}]}
_FILTER_REFUSED = frozenset({"InvalidParameterValue", "InvalidParameterCombination"})
"""How an API that does not know the filter may answer."""

type Pages = Iterable[Mapping[str, Any]]
type Paginate = Callable[..., Pages]


def describe_regions(regions: Sequence[str]) -> list[Described]:
    """Every Region described, several at once. A Region that fails is described by its gaps."""
    clients = [session.client("rds", region=region, config=_PATIENT) for region in regions]
    with ThreadPoolExecutor(REGIONS_AT_ONCE) as pool:
        return list(pool.map(describe, clients))


def describe(client: "RDSClient") -> Described:
    """One Region: its listings and certificates, then each distinct group, family and version once."""
    listed_at = clock.now()
    with Patience(client) as patience:
        return replace(_described(client, _Asking(client, patience)), listed_at=listed_at)


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
    groups = groups_to_read(instances, clusters)
    described = replace(
        described,
        parameters=ask.each(ask.values_of_group, groups),
        versions=ask.each(ask.version, versions_in_use(instances, clusters)),
        targets=ask.each(ask.targets, proxies_to_read(described.proxies)),
        maintenance=ask.maintenance() if instances or clusters else (),
        shard_groups=ask.shard_groups() if any(map(is_limitless, clusters)) else (),
    )
    described = replace(described, defaults=ask.each(ask.values_of_family, families_to_read(described)))
    # In an order of their own: the same gaps must read the same in every sweep.
    return replace(described, gaps=tuple(sorted(ask.gaps, key=lambda gap: (gap.operation, gap.reason))))


class _Asking:
    """Questions to one Region. One that is refused leaves a Gap, and the others are still asked.

    A Region that cannot be reached is not asked again, and neither is a call that it refuses to answer time after
    time: each question would wait for all its retries.
    """

    def __init__(self, client: "RDSClient", patience: Patience) -> None:
        self._client = client
        self._patience = patience
        self._silent: tuple[str, GapCause] | None = None
        self._throttled: Counter[str] = Counter()
        """Of an operation: questions that were throttled to the last, since it answered one."""
        self.gaps: list[Gap] = []

    def each[K: Hashable, V](self, question: Callable[[K], V], about: Iterable[K]) -> dict[K, V]:
        """The answers to one question about each of these, several at once."""
        asked = list(about)
        with ThreadPoolExecutor(QUESTIONS_AT_ONCE) as pool:
            return dict(zip(asked, pool.map(question, asked), strict=True))

    def instances(self) -> list[ApiAnswer]:
        pages = self._client.get_paginator("describe_db_instances").paginate(Filters=_POSTGRESQL)
        return self._listed("rds:DescribeDBInstances", pages, "DBInstances")[0]

    def clusters(self) -> list[ApiAnswer]:
        pages = self._client.get_paginator("describe_db_clusters").paginate(Filters=_POSTGRESQL)
        return self._listed("rds:DescribeDBClusters", pages, "DBClusters")[0]

    def proxies(self) -> list[ApiAnswer]:
        pages = self._client.get_paginator("describe_db_proxies").paginate()  # it knows no filter
        found = self._listed("rds:DescribeDBProxies", pages, "DBProxies", may_lack=True)[0]
        return [each for each in found if is_postgresql(each)]

    def targets(self, proxy: str) -> Sequence[ApiAnswer] | Gap:
        pages = self._client.get_paginator("describe_db_proxy_targets").paginate(DBProxyName=proxy)
        found, gap = self._listed("rds:DescribeDBProxyTargets", pages, "Targets")
        return gap or found

    def certificates(self) -> tuple[Sequence[ApiAnswer] | Gap, str | None]:
        """The CAs, and the one that new databases get."""
        default: list[str | None] = []

        def noted(pages: Pages) -> Pages:
            for page in pages:
                default.append(text(page, "DefaultCertificateForNewLaunches"))
                yield page

        pages = noted(self._client.get_paginator("describe_certificates").paginate())
        found, gap = self._listed("rds:DescribeCertificates", pages, "Certificates")
        return gap or found, next(filter(None, default), None)

    def maintenance(self) -> Sequence[ApiAnswer] | Gap:
        pages = self._client.get_paginator("describe_pending_maintenance_actions").paginate()
        found, gap = self._listed("rds:DescribePendingMaintenanceActions", pages, "PendingMaintenanceActions")
        return gap or found

    def version(self, version: EngineVersion) -> ApiAnswer | Gap:
        # Without IncludeAll the API knows nothing of versions that are deprecated, which databases still run.
        engine, number = version
        paginate = self._client.get_paginator("describe_db_engine_versions").paginate
        pages = paginate(Engine=engine, EngineVersion=number, IncludeAll=True)
        operation = "rds:DescribeDBEngineVersions"
        found, gap = self._listed(operation, pages, "DBEngineVersions")
        exact = (each for each in found if text(each, "EngineVersion") == number)
        return gap or next(exact, Gap(operation, f"the API knows no {engine} {number}"))

    def shard_groups(self) -> Sequence[ApiAnswer] | Gap:
        pages = self._pages_of_shard_groups()
        found, gap = self._listed("rds:DescribeDBShardGroups", pages, "DBShardGroups", may_lack=True)
        return gap or found

    def _pages_of_shard_groups(self) -> Pages:
        """DescribeDBShardGroups has a marker, and botocore no paginator for it."""
        page = self._client.describe_db_shard_groups()
        yield page
        while marker := page.get("Marker"):
            page = self._client.describe_db_shard_groups(Marker=marker)
            yield page

    def values_of_group(self, group: ParameterGroup) -> Values | Gap:
        if group.scope is Scope.INSTANCE:
            pages: Paginate = self._client.get_paginator("describe_db_parameters").paginate
            return self._values("rds:DescribeDBParameters", partial(pages, DBParameterGroupName=group.name))
        pages = self._client.get_paginator("describe_db_cluster_parameters").paginate
        ask = partial(pages, DBClusterParameterGroupName=group.name)
        return self._values("rds:DescribeDBClusterParameters", ask)

    def values_of_family(self, family: ParameterGroupFamily) -> Values | Gap:
        if family.scope is Scope.INSTANCE:
            pages: Paginate = self._client.get_paginator("describe_engine_default_parameters").paginate
            ask = partial(_defaults, pages, DBParameterGroupFamily=family.name)
            return self._values("rds:DescribeEngineDefaultParameters", ask)
        pages = self._client.get_paginator("describe_engine_default_cluster_parameters").paginate
        ask = partial(_defaults, pages, DBParameterGroupFamily=family.name)
        return self._values_in("rds:DescribeEngineDefaultClusterParameters", ask())  # it knows no filter

    def _values(self, operation: str, ask: Paginate) -> Values | Gap:
        """Filtered by name; an API that refuses the filter, or finds nothing by it, is asked for all of them."""
        filtered = self._values_in(operation, ask(**_BY_NAME), tolerated=_FILTER_REFUSED)
        return self._values_in(operation, ask()) if filtered == {} else filtered

    def _values_in(self, operation: str, pages: Pages, tolerated: frozenset[str] = frozenset()) -> Values | Gap:
        found, gap = self._listed(operation, pages, "Parameters", tolerated)
        if gap:
            return gap
        values = ((text(each, "ParameterName"), text(each, "ParameterValue")) for each in found)
        return {name: value for name, value in values if name in ASKED_FOR}

    def _listed(
        self,
        operation: str,
        pages: Pages,
        member: str,
        tolerated: frozenset[str] = frozenset(),
        *,
        may_lack: bool = False,
    ) -> tuple[list[ApiAnswer], Gap | None]:
        """The elements of all pages; with a Gap, those that came before it. A tolerated refusal is no Gap.

        `may_lack`: not every Region has what is asked for. Where the call does not exist there are none.
        """
        if self._silent:
            why, cause = self._silent
            return [], self._noted(Gap(operation, f"not asked any more: {why}", cause))
        if self._throttled[operation] >= QUESTIONS_AT_ONCE:
            why = "not asked any more: throttled time after time"
            return [], self._noted(Gap(operation, why, GapCause.THROTTLED))
        found: list[ApiAnswer] = []
        try:
            for page in pages:
                found += objects(page.get(member))
        except (*UNREACHABLE, LostPatience) as error:
            is_given_up = isinstance(error, LostPatience)
            silence = Gap(operation, str(error), GapCause.UNREACHABLE) if is_given_up else gap(operation, error)
            self._silent = silence.reason, silence.cause
            return found, self._noted(silence)
        except REFUSED as error:
            refusal = gap(operation, error)
            is_none = may_lack and refusal.cause is GapCause.NOT_OFFERED
            return found, None if is_none or code(error) in tolerated else self._refused(refusal, code(error))
        self._throttled[operation] = 0
        return found, None

    def _refused(self, refusal: Gap, code: str) -> Gap:
        if refusal.cause is GapCause.THROTTLED:
            self._throttled[refusal.operation] += 1
        return refusal if code in _VANISHED else self._noted(refusal)

    def _noted(self, gap: Gap) -> Gap:
        self.gaps.append(gap)
        return gap


def _defaults(paginate: Paginate, **asked: Any) -> Pages:
    """DescribeEngineDefault*Parameters wrap their Parameters in EngineDefaults."""
    return (page["EngineDefaults"] for page in paginate(**asked))
