"""When a batch's looks were, noted for the next one that writes something of its databases."""

from collections.abc import Mapping
from datetime import datetime

from aws_lambda_powertools import Logger

from tlscheck.edges import clock
from tlscheck.edges.aws import noted_items, refusals
from tlscheck.edges.aws.noted_items import BatchLooks
from tlscheck.edges.aws.table import Table
from tlscheck.inventory.batch import Batch
from tlscheck.verdict.remembered import kept_look
from tlscheck.verdict.steps import Running
from tlscheck.wire.observation import Observation

logger = Logger(child=True)


def noted(
    table: Table, batch: Batch, mine: Running, observations: Mapping[str, Observation]
) -> Mapping[str, tuple[datetime, ...]]:
    """Key to when its looks of the last hours showed everybody, these observations' (by ARN) among them.

    Where the table refuses, the moments are lost: then there was no look, so far as anybody is told.
    """
    moments = {
        each.key: at
        for each in batch.databases
        if each.kind.is_server and each.arn in observations and (at := _moment(each.key, observations[each.arn]))
    }
    if not moments:
        return {}
    network = f"{batch.region} {batch.network or '-'}"
    try:
        found = noted_items.noted_of(table, network, moments.keys(), clock.now())
        # What lies outside is by a clock that is not this one's.
        after = {key: at for key, at in moments.items() if mine.began <= at <= mine.until}
        if after:
            noted_items.note(table, BatchLooks(network, mine.id, mine.began, after))
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        logger.warning("moments of looks not noted", reason=refusals.reason(error))
        return {}
    return found


def _moment(key: str, observation: Observation) -> datetime | None:
    at = observation.look.at
    looks = kept_look(key, observation, at, None).looks if at else ()
    return looks[0] if looks else None
