"""Databases that a listing has no more: what is remembered of them, archived."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from aws_lambda_powertools import Logger

from tlscheck.edges import adoption
from tlscheck.edges.aws import dynamodb
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.faults import FAULTS
from tlscheck.inventory.region import RegionListing
from tlscheck.verdict.remembering import forget
from tlscheck.verdict.sending import Listener

AT_ONCE = 8
"""Databases that are gone: each is some ten writes, which one after the other take a quarter of a second."""

logger = Logger(child=True)


def archived(listing: RegionListing, environment: ObserveEnvironment, listener: Listener) -> Iterator[str]:
    """ARNs of those that are archived now; `listener` is their Region's Security Hub."""
    adoption.adopt_gone(environment.table, environment.earlier_index, listing.vanished, environment.client_memory)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda key: _forgotten(key, listing, environment, listener), listing.vanished)
        yield from (arn for arn in found if arn)


def _forgotten(
    key: str, listing: RegionListing, environment: ObserveEnvironment, listener: Listener
) -> str | None:
    try:
        return dynamodb.run(environment.table, forget(key, listing, listener), environment.client_memory)
    except FAULTS:
        # It stays listed, so that the next full sweep does it again.
        logger.exception("database that is gone not archived", key=key)
        return None
