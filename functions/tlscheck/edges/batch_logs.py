"""The logs of a batch's servers, read between the looks and the judging, in what time that leaves.

Each server has its share of it: what one does not need the next ones have.
"""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from aws_lambda_powertools import Logger

from tlscheck.edges import clock, log_reading
from tlscheck.edges.aws import reading, table
from tlscheck.edges.aws.table import Table
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.faults import FAULTS
from tlscheck.edges.log_download import Downloads
from tlscheck.edges.log_terms import ReadingTerms
from tlscheck.edges.unread import unread
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database
from tlscheck.ledger.logged import NOTHING_LOGGED, NOTHING_READ, Reading
from tlscheck.ledger.reading_plan import Rhythm, reach
from tlscheck.wire.observation import Observation

LOG = "log"
"""Sort key of the item that keeps what a server's log said."""

NOTHING_OBSERVED: Mapping[str, Observation] = {}

logger = Logger(child=True)


def read(
    batch: Batch,
    depth: Depth,
    environment: ObserveEnvironment,
    started: float,
    observations: Mapping[str, Observation] = NOTHING_OBSERVED,
) -> dict[str, Reading]:
    """What the logs of its servers say, by ARN; Observe started at `started` of time.monotonic().

    `observations`, by ARN: whose looks are ours there.
    """
    servers = [each for each in batch.databases if each.kind.is_server]
    if environment.log_overlap is None:
        none = _turned_off(environment)
        return dict.fromkeys((each.arn for each in servers), none) if depth is Depth.FULL else {}
    rhythm = Rhythm(environment.log_overlap, is_full=depth is Depth.FULL)
    downloads = Downloads(environment.evidence, environment.user, is_full=rhythm.is_full)
    terms = ReadingTerms(
        environment.evidence,
        rhythm,
        environment.user,
        environment.first_read,
        downloads if environment.downloads_log_files else None,
        environment.log_pace,
        environment.asker,
    )
    pace = environment.log_pace
    until = min(time.monotonic() + pace.seconds, started + pace.before_judging)

    def one(number: int) -> Reading:
        database, now = servers[number], time.monotonic()
        share = now + (until - now) * min(1.0, pace.at_once / (len(servers) - number))
        observed = observations.get(database.arn)
        user = (observed and observed.look.user) or environment.user
        found = _of_one(database, terms.of(user), environment.table, share)
        pace.read(database)
        return found

    with ThreadPoolExecutor(pace.at_once, thread_name_prefix="log") as pool:
        return dict(zip((each.arn for each in servers), pool.map(one, range(len(servers))), strict=True))


def _turned_off(environment: ObserveEnvironment) -> Reading:
    now, why = clock.now(), environment.asker.reads_no_log
    return unread(NOTHING_LOGGED, reach(now, environment.evidence), why, now)


def _of_one(database: Database, terms: ReadingTerms, name: Table, until: float) -> Reading:
    now = clock.now()
    try:
        kept = reading.remembered(database.key, table.items_of(name, database.key, LOG), now).log
        logged = kept.logged if kept else NOTHING_LOGGED
        found = log_reading.read(database, logged, terms, now, until)
    except FAULTS as error:
        # Without its words and traceback: they may quote a line.
        why = f"it could not be read: {type(error).__name__}"
        logger.error("log not read", database=database.arn, reason=type(error).__name__)  # noqa: TRY400
        found = unread(NOTHING_LOGGED, reach(now, terms.evidence), why, now)
    if found == NOTHING_READ:
        return found
    return replace(found, logged=replace(found.logged, again=terms.rhythm.overlap))
