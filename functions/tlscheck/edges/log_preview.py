"""What reading the servers' logs would ask for, before a sweep does: for a preview, which reads none of them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import batched

from tlscheck.edges import clock
from tlscheck.edges.aws import cloudwatch_logs, reading, refusals, table
from tlscheck.edges.aws.log_items import LOG
from tlscheck.edges.aws.table import Table
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.preview import Preview
from tlscheck.ledger.log_place import log_place
from tlscheck.ledger.log_price import LogEstimate, LogTerms, estimated, previewed_logs
from tlscheck.ledger.logged import NOTHING_LOGGED, Logged
from tlscheck.ledger.reading_plan import OVERLAP, LogGroup, Rhythm

AT_ONCE = 8
"""Regions that are asked side by side."""

MOST_ITEMS = 100
"""Of one BatchGetItem."""


def with_logs(environment: DiscoverEnvironment, preview: Preview, batches: Sequence[Batch]) -> Preview:
    """The preview with what of the logs of these batches' servers would be read, where logs are read."""
    if environment.log_overlap is None:
        return preview
    found, gaps = estimates(environment, preview.depth, batches)
    return replace(preview, logs=previewed_logs(found, gaps))


def estimates(
    environment: DiscoverEnvironment, depth: Depth, batches: Sequence[Batch]
) -> tuple[tuple[LogEstimate | Gap, ...], tuple[Gap, ...]]:
    """Of each server of these batches, and why it is not known what of some was read before."""
    rhythm = Rhythm(environment.log_overlap or OVERLAP, is_full=depth is Depth.FULL)
    terms = LogTerms(environment.evidence_span, rhythm, environment.first_read)
    servers = [each for batch in batches for each in batch.databases if each.kind.is_server]
    known, gaps = _read_before(environment.table, servers)
    regions = sorted({each.region for each in servers})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        groups = dict(zip(regions, pool.map(cloudwatch_logs.rds_groups, regions), strict=True))
    now = clock.now()
    found = (
        estimated(each, known.get(each.key, NOTHING_LOGGED), _group_of(each, groups[each.region]), terms, now)
        for each in servers
    )
    return tuple(filter(None, found)), gaps


def _group_of(database: Database, groups: Mapping[str, LogGroup] | Gap) -> LogGroup | Gap | None:
    if isinstance(groups, Gap):
        return groups
    place = log_place(database)
    return groups.get(place.group) if place else None


def _read_before(name: Table, servers: Sequence[Database]) -> tuple[dict[str, Logged], tuple[Gap, ...]]:
    """By key what was read of each; what cannot be said counts as not read, since then most is to be read."""
    found: dict[str, Logged] = {}
    now = clock.now()
    try:
        for some in batched((each.key for each in servers), MOST_ITEMS):
            for item in table.items_at(name, ((key, LOG) for key in some)):
                kept = reading.remembered(item["pk"], [item], now).log
                if kept:
                    found[kept.key] = kept.logged
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return found, (refusals.gap("dynamodb:BatchGetItem", error),)
    return found, ()
