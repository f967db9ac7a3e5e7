"""A batch of databases: looked at, judged and remembered, each by itself."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aws_lambda_powertools import Logger

from tlscheck.edges import adoption, batch_logs, clock, deliveries, looking, noting, retiring, vanishing
from tlscheck.edges.aws import dynamodb, refusals
from tlscheck.edges.aws.table import Table
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.faults import FAULTS
from tlscheck.edges.results import ended
from tlscheck.edges.server import regional_roots
from tlscheck.inventory.batch import Batch, Depth, Sweep
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.hub import to_send_to
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.sharing import group_name, group_of
from tlscheck.ledger.logged import NOTHING_READ, Reading
from tlscheck.reporting.lost import remembered_listing, remembered_result, with_news
from tlscheck.reporting.refused import refusals_of
from tlscheck.reporting.result import BatchResult, DatabaseResult, probes_of, result_of, sights_of
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.heard import Heard
from tlscheck.verdict.in_hand import InHand, Member, Rules
from tlscheck.verdict.judgement import Judgement
from tlscheck.verdict.regional import is_told, judge_region
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import leave_region, remember, remember_region
from tlscheck.verdict.sending import Listener
from tlscheck.verdict.steps import Running, key_digests, may_be_overtaken
from tlscheck.wire.observation import Observation
from tlscheck.wire.targeting import ProbeBusy
from tlscheck.wording import listed

LONGEST = timedelta(minutes=6)
"""More than Observe may run: what it has not written by then it never will."""

MOST_GAPS = 3

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Task:
    """A batch, what the probe said of it, and whether somebody who looked earlier may still write."""

    batch: Batch
    sweep: Sweep
    environment: ObserveEnvironment
    observations: Mapping[str, Observation]
    """By ARN, as the logs."""

    asked_at: datetime
    is_contended: bool
    noted: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    """By key, when looks of the last hours were, this one among them."""

    asked: dynamodb.Asked = field(default_factory=dict)
    """What was read of the databases on a parameter group: once for all of them."""
    logs: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(slots=True)
class Observed:
    """Results and members so far: a cluster is judged after its members."""

    results: list[DatabaseResult] = field(default_factory=list)
    members: dict[tuple[str, str | None], dict[str, Member]] = field(default_factory=dict)
    judged: dict[str, tuple[RememberedFinding, ...]] = field(default_factory=dict)
    """By key."""


def observe(
    batch: Batch, key: str, sweep: Sweep, environment: ObserveEnvironment, busy: str | None = None
) -> BatchResult:
    """Looks at a batch and remembers what it saw; `key` is the batch's own.

    Raises ProbeBusy, with nothing written, where its probe may be asked again; with `busy`, why it is not, the
    batch is judged without it.
    """
    if sweep.depth is Depth.RETIRE:
        return retiring.observed(batch, environment)
    started, began = time.monotonic(), clock.now()
    about = [*(each.key for each in batch.databases), *(each.arn for each in batch.listings)]
    mine = Running(f"{key} {began.isoformat()}", began, began + LONGEST, key_digests(about))
    dynamodb.begin(environment.table, mine)
    task, observed = _looked(batch, sweep, mine, environment, busy), Observed()
    logs = batch_logs.read(task.batch, sweep.depth, environment, started, task.observations)
    task = replace(task, logs=logs)
    for database in sorted(task.batch.databases, key=lambda each: (each.kind is Kind.CLUSTER, each.arn)):
        _observe(database, task, observed)
    if batch.listings:
        deliveries.end_again(environment.table, {each.region: _listener(each, task) for each in batch.listings})
    regions = [_listed(listing, task) for listing in batch.listings]
    observed.results += [_unlisted(database, task) for database in batch.unlisted]
    _end(environment.table, mine.id)
    return BatchResult(
        databases=tuple(observed.results),
        listings=tuple(finding for findings, _ in regions for finding in findings),
        vanished=tuple(arn for _, vanished in regions for arn in vanished),
        probes=probes_of(task.observations.values()),
        hubs=batch.hubs,
        refused=refusals_of(batch.listings),
        sights=sights_of(batch.databases, task.observations),
    )


def _looked(batch: Batch, sweep: Sweep, mine: Running, environment: ObserveEnvironment, busy: str | None) -> Task:
    asked_at = clock.now()
    try:
        looked = looking.look(batch, sweep.depth, environment, busy)
    except ProbeBusy:
        _end(environment.table, mine.id)
        raise
    # After the look, so that who begins after this looks later.
    others = dynamodb.running(environment.table, clock.now())
    for each in looked.observations.values():
        logger.debug(
            "database looked at", database=each.arn, handshake=each.handshake.outcome, look=each.look.outcome
        )
    batch = replace(batch, databases=looked.databases)
    is_contended = may_be_overtaken(mine, sweep, others)
    noted = noting.noted(environment.table, batch, mine, looked.observations)
    return Task(batch, sweep, environment, looked.observations, asked_at, is_contended, noted)


def _end(table: Table, mine: str) -> None:
    if reason := ended(table, mine):
        logger.warning("batch still counts as under way", batch=mine, reason=reason)


def _observe(database: Database, task: Task, observed: Observed) -> None:
    """One database; whatever its items or answers hold costs it a reason, and nobody else anything."""
    try:
        judgement = _judgement(database, task, observed)
    except FAULTS as error:
        reason = _why(error)
        logger.exception("database not judged", database=database.arn)
        observed.results.append(_unjudged(database, reason, task, observed))
        return
    if judgement is None:
        logger.info("no longer listed: not written", database=database.arn)
        return
    if database.kind is Kind.MEMBER:
        of_cluster = observed.members.setdefault((database.region, database.cluster), {})
        of_cluster[database.identifier] = Member(
            judgement.look,
            judgement.clients,
            is_absent=False,
            findings=judgement.findings,
            logged=judgement.evidence.logged,
        )
    observed.judged[database.key] = judgement.findings
    observed.results.append(result_of(judgement))


def _judgement(database: Database, task: Task, observed: Observed) -> Judgement | None:
    observation, environment = task.observations[database.arn], task.environment
    hand = InHand(
        task.sweep,
        Rules(
            environment.user,
            environment.client_memory,
            environment.evidence,
            environment.publish,
            environment.target,
            environment.asker,
        ),
        database,
        observation,
        observation.look.at or task.asked_at,
        to_send_to(task.batch.hubs.get(database.region, NOT_ASKED)),
        observed.members.get((database.region, database.identifier), {}) if database.kind is Kind.CLUSTER else {},
        task.batch.groups.get(group_name(group)) if (group := group_of(database)) else None,
        observed.judged,
        task.is_contended,
        log=task.logs.get(database.arn, NOTHING_READ),
        noted=task.noted.get(database.key, ()),
    )
    # What this version listed it has adopted: samples need not ask again, at two reads for each database.
    if task.sweep.depth is Depth.FULL or database.listed_at is None:
        adoption.adopt(environment.table, database, environment.client_memory)
    return dynamodb.run(environment.table, remember(hand), environment.client_memory, task.asked)


def _unjudged(database: Database, why: str, task: Task, observed: Observed) -> DatabaseResult:
    members = observed.members.get((database.region, database.identifier), {})
    heard = {name: Heard(each.look.word if each.look else None, is_absent=True) for name, each in members.items()}
    remembered = _remembered(database.key, task.environment)
    result = remembered_result(database, remembered, why, heard, task.environment.evidence)
    return with_news(result, remembered, task.sweep.started_at)


def _remembered(key: str, environment: ObserveEnvironment) -> Remembered:
    try:
        return dynamodb.read(environment.table, key, clock.now())
    except FAULTS as error:
        logger.exception("what is remembered could not be read", key=key)
        return Remembered(key, unreadable=(Gap("dynamodb:Query", _why(error)),))


def _why(error: Exception) -> str:
    return refusals.reason(error) if isinstance(error, refusals.REFUSED) else type(error).__name__


def _listed(listing: RegionListing, task: Task) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """A Region's findings, and its databases that are gone; what is in the way of one costs no other anything."""
    try:
        findings = _of_region(listing, task)
    except FAULTS as error:
        logger.exception("region not judged", region=listing.region)
        findings = remembered_listing(listing, _remembered(listing.arn, task.environment), _why(error))
    return findings, tuple(vanishing.archived(listing, task.environment, _listener(listing, task)))


def _of_region(listing: RegionListing, task: Task) -> tuple[Finding, ...]:
    at, environment = listing.listed_at or task.sweep.started_at, task.environment
    left_out, listener = listing.is_left_out, _listener(listing, task)
    trusted = regional_roots.installed()
    asked = (listing, trusted.thumbprints, at, trusted.owners, environment.asker)
    findings = () if left_out else judge_region(*asked)
    if not is_told(listing, task.batch.unlisted):
        dynamodb.run(environment.table, leave_region(listing, listener), environment.client_memory)
        return findings
    remembering = remember_region(listing, findings, is_contended=task.is_contended, listener=listener)
    remembered = dynamodb.run(environment.table, remembering, environment.client_memory)
    return tuple(each.finding for each in remembered)


def _unlisted(database: Database, task: Task) -> DatabaseResult:
    gaps = (gap for each in task.batch.listings if each.region == database.region for gap in each.listing_gaps)
    reason = listed((gap.told for gap in gaps), MOST_GAPS)
    remembered = _remembered(database.key, task.environment)
    error = f"its Region was not listed whole: {reason}"
    return remembered_result(database, remembered, error, span=task.environment.evidence)


def _listener(listing: RegionListing, task: Task) -> Listener:
    return Listener(task.environment.publish, to_send_to(task.batch.hubs.get(listing.region, NOT_ASKED)))
