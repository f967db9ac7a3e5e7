"""The databases that are known before a sweep lists any: all that a sample looks at."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, pausing
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.request import Request
from tlscheck.inventory.trait import Trait

AT_ONCE = 8
"""Regions that are asked side by side."""


def known_databases(environment: DiscoverEnvironment, request: Request) -> KnownDatabases:
    """What the table holds; for a sample, with who has come to pause at 0 ACUs since it was listed.

    One of the whole account is without those in a Region that its owner leaves out since.
    """
    known = dynamodb.known(environment.table, environment.earlier_index, clock.now())
    if request.depth is not Depth.SAMPLE:
        return known
    if environment.regions and not request.is_narrow:
        named = tuple(each for each in known.databases if each.region in environment.regions)
        known = replace(known, databases=named)
    return _as_they_pause(known)


def _as_they_pause(known: KnownDatabases) -> KnownDatabases:
    """RDS is asked in Regions where an instance might have: samples would keep it awake until the next full sweep.

    Where RDS does not say, each that might have counts as one that has.
    """
    regions = sorted({each.region for each in known.databases if each.may_come_to_pause})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        clusters = dict(zip(regions, pool.map(pausing.clusters, regions), strict=True))
    silent = ((region, each) for region, each in clusters.items() if isinstance(each, Gap))
    gaps = (replace(gap, reason=f"{region}: {gap.reason}") for region, gap in silent)
    databases = (_as_it_pauses(each, clusters.get(each.region, frozenset())) for each in known.databases)
    return replace(known, databases=tuple(databases), unreadable=(*known.unreadable, *gaps))


def _as_it_pauses(database: Database, clusters: frozenset[str] | Gap) -> Database:
    if database.may_come_to_pause and (isinstance(clusters, Gap) or database.cluster in clusters):
        return replace(database, traits=(*database.traits, Trait.SCALES_TO_ZERO))
    return database
