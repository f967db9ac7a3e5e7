"""The account's databases discovered, looked at and judged in this process, batch by batch."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import boto3
from aws_lambda_powertools import Logger

from tlscheck.edges import clock, observing, sweeps
from tlscheck.edges.aws import refusals
from tlscheck.edges.discovering import discovered
from tlscheck.edges.events.environment import DiscoverEnvironment, ObserveEnvironment
from tlscheck.edges.faults import FAULTS
from tlscheck.edges.laptop.crew import Interruption, alone, begun, done
from tlscheck.edges.laptop.denials import denials
from tlscheck.edges.laptop.servers import STOPPED, looks
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.ledger_file import LedgerFile
from tlscheck.edges.results import Recall, ended, kept_beside, remembered_batch
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep, batch_key
from tlscheck.ledger import retention
from tlscheck.ledger.reading_plan import OVERLAP
from tlscheck.reporting.denied import lacking_statements
from tlscheck.reporting.result import BatchResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.verdict.sending import Publish

BATCH_SIZE = 5
"""Databases that are judged and told of together: fewer than a stack's, so that who waits sees them come."""

AT_ONCE = 20
"""Batches that are looked at side by side."""

BETWEEN = 30.0
"""Seconds from one look to the next, where clients are watched for a while."""

GRACE = 2.0
"""Seconds after Ctrl-C in which what was seen by then is judged."""

logger = Logger(child=True)


class Watcher(Protocol):
    """Who is told how far it is, by the thread that sweeps."""

    def lists(self, account: Account) -> None:
        """The account is being listed."""

    def looks(self, sweep: Sweep, databases: Sequence[str]) -> None:
        """A pass begins over the databases with these identifiers."""

    def done(self, result: BatchResult) -> None:
        """A batch of them is judged."""

    def waits(self, until: datetime) -> None:
        """Nobody is looked at before the next pass begins, or all is over, at that moment."""

    def stops(self) -> None:
        """Somebody ended it (Ctrl-C): what is known by now is gathered."""


@dataclass(frozen=True, slots=True)
class SweptAccount:
    """The account that is swept, and what is remembered of it."""

    account: Account
    session: boto3.Session
    ledger: LedgerFile


@dataclass(slots=True)
class _Pass:
    """One look at every database: its batches, and what has become of them."""

    plan: Plan
    batches: dict[str, Batch]
    """By key."""

    results: dict[str, BatchResult] = field(default_factory=dict)
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of it."""

    summary: Summary
    passes: int
    """How often everybody was looked at."""

    began: datetime
    ended: datetime
    is_stopped: bool
    """Whether somebody ended it before it was done: then there is what was known by then."""

    account: Account
    notes: tuple[str, ...] = ()
    """What holds of the sweep as a whole, in sentences: what was not allowed, first what a statement mends."""


def sweep(where: SweptAccount, terms: SweepTerms, watcher: Watcher) -> Swept:
    """Sweeps the account; Ctrl-C ends it with what is known by then, and a second one at once.

    Every client of AWS's must be of `where.session` by now. Raises BadRequest for what is asked for and not there,
    and KeyboardInterrupt where nothing is known yet. Threads that wait for a server may be left behind.
    """
    with Interruption() as interruption:
        began = clock.now()
        whole = Sweep(f"laptop-{began:%Y%m%dT%H%M%S%f}", began, Depth.FULL, narrow=terms.request.is_narrow)
        try:
            return _swept(where, terms, whole, watcher, interruption)
        finally:
            if why := ended(where.ledger, whole.id):
                logger.warning("sweep still counts as under way", sweep=whole.id, reason=why)


def _swept(
    where: SweptAccount, terms: SweepTerms, whole: Sweep, watcher: Watcher, interruption: Interruption
) -> Swept:
    denied = denials(where.session)
    earlier = len(denied)
    watcher.lists(where.account)
    first = alone(partial(_discovered, where, terms, whole), interruption)
    until = time.monotonic() + (terms.watching.total_seconds() if terms.watching else 0)
    environment = _environment(where, terms, interruption)
    _observed(first, environment, watcher, interruption)
    # Of a log an hour's worth is read in one sweep; later passes are for who is connected.
    again = replace(environment, log_overlap=None)
    passes, newest = 1, first
    while not newest.is_stopped and (left := until - time.monotonic()) > 0:
        pause = min(BETWEEN, left)
        watcher.waits(clock.now() + timedelta(milliseconds=pause * 1000))
        if not interruption.slept(pause):
            newest.is_stopped = True
            watcher.stops()
            break
        newest = _again(first, clock.now(), passes)
        _observed(newest, again, watcher, interruption)
        passes += not newest.is_stopped
    summary = _summary(where, terms, first, newest)
    ended_at = clock.now()
    lacking = tuple(f"{each.told}." for each in lacking_statements(denied[earlier:]))
    return Swept(summary, passes, whole.started_at, ended_at, newest.is_stopped, where.account, lacking)


def _environment(where: SweptAccount, terms: SweepTerms, interruption: Interruption) -> ObserveEnvironment:
    return ObserveEnvironment(
        table=where.ledger,
        bucket="",
        user=terms.user,
        default_probe="",
        client_memory=max(retention.CLIENTS, terms.evidence),
        evidence=terms.evidence,
        publish=Publish.NOTHING,
        log_overlap=OVERLAP if terms.reads_logs else None,
        looks=looks(terms, where.session, interruption),
    )


def _discovered(where: SweptAccount, terms: SweepTerms, whole: Sweep) -> _Pass:
    request, environment = terms.request, _discovery(where, terms)
    with sweeps.begun(where.ledger, whole):
        preview, reached = discovered(environment, request, whole, where.account, ())
    return _pass(Plan(whole, preview.unreadable), reached.batches)


def _discovery(where: SweptAccount, terms: SweepTerms) -> DiscoverEnvironment:
    return DiscoverEnvironment(
        table=where.ledger,
        bucket="",
        regions=(),
        evidence_span=terms.evidence,
        is_security_hub_enabled=False,
        earlier_index=None,
        state_machine="",
        has_default_probe=True,
        max_concurrency=AT_ONCE,
        batch_size=BATCH_SIZE,
        sample_batch_size=BATCH_SIZE,
    )


def _pass(plan: Plan, batches: Sequence[Batch]) -> _Pass:
    return _Pass(plan, {batch_key(plan.sweep, number): each for number, each in enumerate(batches, start=1)})


def _again(first: _Pass, at: datetime, number: int) -> _Pass:
    """The same servers, looked at once more: of the API nothing is asked."""
    sample = replace(first.plan.sweep, id=f"{first.plan.sweep.id}-{number}", started_at=at, depth=Depth.SAMPLE)
    return _pass(Plan(sample), [each for each in first.batches.values() if each.databases])


def _observed(this: _Pass, environment: ObserveEnvironment, watcher: Watcher, interruption: Interruption) -> None:
    names = [database.identifier for batch in this.batches.values() for database in batch.databases]
    watcher.looks(this.plan.sweep, names)
    calls = {
        key: partial(observing.observe, batch, key, this.plan.sweep, environment)
        for key, batch in this.batches.items()
    }
    for key, future in done(begun(calls, AT_ONCE), interruption, GRACE, watcher.stops):
        this.results[key] = _result(future, this, key, environment)
        watcher.done(this.results[key])
    this.is_stopped = interruption.came()


def _result(future: Future[BatchResult], this: _Pass, key: str, environment: ObserveEnvironment) -> BatchResult:
    """A batch's, or where it failed as a whole, by whatever mistake, what is remembered of its databases."""
    try:
        return future.result()
    except FAULTS as error:
        logger.exception("batch not observed", batch=key)
        why = refusals.reason(error) if isinstance(error, refusals.ANY_FAILURE) else type(error).__name__
        recall = Recall(environment.evidence, this.plan.sweep.started_at)
        return remembered_batch(environment.table, this.batches[key], f"tlscheck failed at it: {why}", recall)


def _summary(where: SweptAccount, terms: SweepTerms, first: _Pass, newest: _Pass) -> Summary:
    recall = Recall(terms.evidence, first.plan.sweep.started_at)
    results = {
        key: first.results.get(key) or remembered_batch(where.ledger, batch, STOPPED, recall)
        for key, batch in first.batches.items()
    }
    newer = {row.key: row for result in newest.results.values() for row in result.databases}
    rows = {
        key: replace(each, databases=tuple(newer.get(row.key, row) for row in each.databases))
        for key, each in results.items()
    }
    refused, skipped, gaps = kept_beside(where.ledger, first.plan.sweep)
    return summarise(first.plan, rows, refused, gaps, skipped)
