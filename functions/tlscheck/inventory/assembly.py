"""From what a Region's API answered to the databases that every other chapter starts from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tlscheck.inventory.account import Account
from tlscheck.inventory.certificate import authorities
from tlscheck.inventory.clusters import database_of_cluster
from tlscheck.inventory.database import Database, Source
from tlscheck.inventory.described import ApiAnswer, Described, text
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.instances import database_of_instance
from tlscheck.inventory.joined import Joined
from tlscheck.inventory.lookups import in_scope
from tlscheck.inventory.proxies import database_of_proxy, is_postgresql
from tlscheck.inventory.region import RegionListing, folded


@dataclass(frozen=True, slots=True)
class Inventory:
    """The databases of some Regions, ordered by ARN, and how completely each Region was listed."""

    databases: tuple[Database, ...]
    listings: tuple[RegionListing, ...] = ()


def assemble(
    account: Account,
    described: Iterable[Described],
    gaps: Iterable[tuple[str, Gap]] = (),
    at: datetime | None = None,
) -> Inventory:
    """The databases of the Regions described, and a listing for each.

    `gaps` are Regions about which something else is not known, as of `at`; one that was not described has a
    listing too.
    """
    answers = {each.region: each for each in described}
    for region, gap in gaps:
        answer = answers.get(region, Described(region, listed_at=at))
        answers[region] = replace(answer, gaps=(gap, *answer.gaps))
    regions = [_region(account, answers[region]) for region in sorted(answers)]
    databases = {database.arn: database for inventory in regions for database in inventory.databases}
    return Inventory(
        tuple(_with_source(databases, databases[arn]) for arn in sorted(databases)),
        tuple(listing for inventory in regions for listing in inventory.listings),
    )


def _region(account: Account, described: Described) -> Inventory:
    postgresql = [each for each in described.instances if in_scope(each)]
    instances, nameless_instances = _named(postgresql, "DBInstanceArn", "DBInstanceIdentifier", "Engine")
    postgresql = [each for each in described.clusters if in_scope(each)]
    clusters, nameless_clusters = _named(postgresql, "DBClusterArn", "DBClusterIdentifier", "Engine")
    postgresql = [each for each in described.proxies if is_postgresql(each)]
    proxies, nameless_proxies = _named(postgresql, "DBProxyArn", "DBProxyName", "EngineFamily")
    joined = Joined.of(described, instances, clusters)
    assembled = [database_of_instance(joined, each) for each in instances]
    networks = {each.cluster: each.network for each in assembled if each.cluster and each.network}
    assembled += [database_of_cluster(joined, networks, each) for each in clusters]
    assembled += [database_of_proxy(described, each) for each in proxies]
    gaps = [*described.gaps]
    gaps += [Gap("rds:DescribeDBInstances", _LEFT_OUT)] * nameless_instances
    gaps += [Gap("rds:DescribeDBClusters", _LEFT_OUT)] * nameless_clusters
    gaps += [Gap("rds:DescribeDBProxies", _LEFT_OUT)] * nameless_proxies
    region = described.region
    listing = RegionListing(
        account.region_arn(region),
        region,
        len({each.arn for each in assembled}),
        folded(gaps),
        authorities(described.certificates, described.default_authority),
        listed_at=described.listed_at,
    )
    return Inventory(tuple(assembled), (listing,))


_LEFT_OUT = "an answer without its ARN, identifier or engine was left out"


def _named(answers: Sequence[ApiAnswer], *members: str) -> tuple[list[ApiAnswer], int]:
    """Those that say who they are by all these members, and the number of those that don't."""
    named = [each for each in answers if all(text(each, member) for member in members)]
    return named, len(answers) - len(named)


def _with_source(databases: dict[str, Database], database: Database) -> Database:
    """A replica of a database in another Region, which it names by ARN, with that one's CA."""
    source = databases.get(database.source.name) if database.source else None
    if source is None:
        return database
    return replace(database, source=Source(source.arn, source.certificate_authority.identifier))
