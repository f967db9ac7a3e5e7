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
from tlscheck.edges.aws.table import Ledger
from tlscheck.edges.discovering import discovered
from tlscheck.edges.events.environment import ObserveEnvironment
from tlscheck.edges.faults import FAULTS
from tlscheck.edges.laptop import environments, log_cost
from tlscheck.edges.laptop.crew import Interruption, alone, begun, done
from tlscheck.edges.laptop.denials import denials
from tlscheck.edges.laptop.log_patience import PatientPace
from tlscheck.edges.laptop.servers import looks
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.results import Recall, ended, kept_beside, remembered_batch
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Batch, Depth, Plan, Sweep, batch_key
from tlscheck.inventory.database import Database, Kind
from tlscheck.ledger.reading_price import ReadingPrice
from tlscheck.reporting.denied import lacking_statements
from tlscheck.reporting.reach import not_to, out_of_reach
from tlscheck.reporting.result import BatchResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.wire.targeting import STOPPED
from tlscheck.wording import counted

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

    def agrees(self, price: ReadingPrice) -> bool:
        """Whether logs are to be read for that; asked for in a thread of its own."""

    def reads(self, database: Database) -> None:
        """A server's log was read, as far as it could be; told by whichever thread read it."""

    def waits(self, until: datetime) -> None:
        """Nobody is looked at before the next pass begins, or all is over, at that moment."""

    def stops(self) -> None:
        """Somebody ended it (Ctrl-C): what is known by now is gathered."""


@dataclass(frozen=True, slots=True)
class SweptAccount:
    """The account that is swept, and what is remembered of it."""

    account: Account
    session: boto3.Session
    ledger: Ledger


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
    or for logs whose price nobody agrees to, and KeyboardInterrupt where nothing is known yet. Threads that wait
    for a server may be left behind.
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
    if terms.reads_logs:
        alone(partial(_agreed, first, where, terms, watcher), interruption)
    until = time.monotonic() + (terms.watching.total_seconds() if terms.watching else 0)
    pace = PatientPace(stop=interruption.over, told=watcher.reads)
    environment = environments.observes(where.ledger, terms, looks(terms, where.session, interruption), pace)
    began = time.monotonic()
    _observed(first, environment, watcher, interruption)
    # A log tells at the end what came meanwhile: passes between are for who is connected.
    again = replace(environment, log_overlap=None)
    passes, newest, took = 1, first, time.monotonic() - began
    while not newest.is_stopped and (left := until - time.monotonic()) > 0:
        pause = min(BETWEEN, left)
        watcher.waits(clock.now() + timedelta(milliseconds=pause * 1000))
        if not interruption.slept(pause):
            newest.is_stopped = True
            watcher.stops()
            break
        newest, began = _again(first, clock.now(), passes), time.monotonic()
        _observed(newest, environment if left - pause <= took else again, watcher, interruption)
        took = time.monotonic() - began
        passes += not newest.is_stopped
    summary = _summary(where, terms, first, newest)
    lacking = tuple(f"{each.told}." for each in lacking_statements(denied[earlier:]))
    notes = (*lacking, *_notes(terms, first, interruption))
    return Swept(summary, passes, whole.started_at, clock.now(), newest.is_stopped, where.account, notes)


def _notes(terms: SweepTerms, first: _Pass, interruption: Interruption) -> tuple[str, ...]:
    databases = [each for batch in first.batches.values() for each in batch.databases]
    sights = [each.sights for each in first.results.values()] if terms.connects else []
    missed = len(interruption.missed)
    told = (
        out_of_reach(sights, reads_logs=terms.reads_logs),
        not_to(terms.target, databases) if terms.target else "",
        f"{counted(missed, 'server')} had not answered when it was ended." if missed else "",
    )
    return tuple(filter(None, told))


def _agreed(first: _Pass, where: SweptAccount, terms: SweepTerms, watcher: Watcher) -> None:
    price = log_cost.price(
        environments.discovers(where.ledger, terms), tuple(first.batches.values()), is_kept=terms.remembers
    )
    if not watcher.agrees(price):
        raise log_cost.NotWantedError(log_cost.NOT_WANTED)


def _discovered(where: SweptAccount, terms: SweepTerms, whole: Sweep) -> _Pass:
    request, environment = terms.request, environments.discovers(where.ledger, terms)
    with sweeps.begun(where.ledger, whole):
        preview, reached = discovered(environment, request, whole, where.account, ())
    return _pass(Plan(whole, preview.unreadable), reached.batches)


def _pass(plan: Plan, batches: Sequence[Batch]) -> _Pass:
    return _Pass(plan, {batch_key(plan.sweep, number): each for number, each in enumerate(batches, start=1)})


def _again(first: _Pass, at: datetime, number: int) -> _Pass:
    """The same servers, looked at once more: of the API nothing is asked, and what may pause is left alone."""
    sample = replace(first.plan.sweep, id=f"{first.plan.sweep.id}-{number}", started_at=at, depth=Depth.SAMPLE)
    looked_at = [(each, _of_looks(each)) for each in first.batches.values()]
    batches = [replace(each, databases=some, listings=(), unlisted=()) for each, some in looked_at if some]
    return _pass(Plan(sample), batches)


def _of_looks(batch: Batch) -> tuple[Database, ...]:
    """Those of which another look may say something else: of a cluster, if all of its members are among them."""
    servers = [each for each in batch.databases if each.kind.is_server]
    left_alone = {each.cluster for each in servers if each.may_pause}
    return tuple(
        each
        for each in batch.databases
        if (each.kind.is_server and not each.may_pause)
        or (each.kind is Kind.CLUSTER and each.identifier not in left_alone)
    )


def _observed(this: _Pass, environment: ObserveEnvironment, watcher: Watcher, interruption: Interruption) -> None:
    names = [database.identifier for batch in this.batches.values() for database in batch.databases]
    watcher.looks(this.plan.sweep, names)
    calls = {
        key: partial(observing.observe, batch, key, this.plan.sweep, environment)
        for key, batch in this.batches.items()
    }
    for key, future in done(begun(calls, environments.AT_ONCE), interruption, GRACE, watcher.stops):
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
