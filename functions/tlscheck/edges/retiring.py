"""What a stack leaves in Security Hub, archived before it is removed: planned, and done batch by batch."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger

from tlscheck.edges import clock, plans
from tlscheck.edges.aws import dynamodb, refusals, regions
from tlscheck.edges.events.environment import DiscoverEnvironment, ObserveEnvironment
from tlscheck.edges.samples import Reached
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Batch, Sweep, in_retiring_batches
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.preview import previewed
from tlscheck.reporting.result import BatchResult
from tlscheck.verdict.retiring import retire

AT_ONCE = 8
"""Keys: each is a read and some ten writes."""

logger = Logger(child=True)


def planned(environment: DiscoverEnvironment, sweep: Sweep | None, account: Account) -> dict[str, Any]:
    """Plans to retire all databases that are remembered, gone ones too, and every Region; or previews that."""
    known = dynamodb.known(environment.table, environment.earlier_index, clock.now())
    enabled = regions.enabled(account.region)
    databases = (*known.databases, *known.gone)
    named = {account.region, *environment.regions, *(each.region for each in databases)}
    named |= set() if isinstance(enabled, Gap) else {*enabled}
    keys = {each.key for each in databases} | {account.region_arn(each) for each in named}
    batches = in_retiring_batches(account.region, keys)
    gaps = (*known.unreadable, *([enabled] if isinstance(enabled, Gap) else []))
    preview = previewed(databases, len(batches), gaps)
    return plans.planned(environment, sweep, preview, Reached(batches))


def observed(batch: Batch, environment: ObserveEnvironment) -> BatchResult:
    """Hands on as archived all findings of a batch that a Security Hub may show, and says how many."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda key: _retired(key, environment), batch.retired))
    return BatchResult(
        (),
        (),
        retired=sum(count for count, _ in done),
        unretired=tuple(Gap(key, why) for key, (_, why) in zip(batch.retired, done, strict=True) if why),
    )


def _retired(key: str, environment: ObserveEnvironment) -> tuple[int, str]:
    try:
        return dynamodb.run(environment.table, retire(key, clock.now()), environment.client_memory)
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.exception("findings not archived", key=key)
        return 0, refusals.reason(error)
