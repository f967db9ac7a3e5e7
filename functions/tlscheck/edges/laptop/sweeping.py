"""The account's databases discovered, looked at and judged in this process, batch by batch."""

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import boto3

from tlscheck.edges import clock, observing, sweeps
from tlscheck.edges.aws.table import Ledger
from tlscheck.edges.discovering import discovered
from tlscheck.edges.events.environment import DiscoverEnvironment, ObserveEnvironment
from tlscheck.edges.laptop.servers import looks
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.edges.results import Recall, kept_beside, remembered_batch
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import BATCH_SIZE, Batch, Depth, Plan, Sweep, batch_key
from tlscheck.ledger import retention
from tlscheck.ledger.reading_plan import OVERLAP
from tlscheck.reporting.result import BatchResult
from tlscheck.reporting.summary import Summary, summarise
from tlscheck.verdict.sending import Publish

AT_ONCE = 8
"""Batches that are looked at side by side, of 25 servers each: macOS lets a process have 256 sockets or files."""

BETWEEN = 60.0
"""Seconds from one look to the next, where clients are watched for a while."""

STOPPED = "stopped before it was looked at"


class Watcher(Protocol):
    """Who is told how far it is, by the thread that sweeps."""

    def lists(self, account: Account) -> None:
        """The account is being listed."""

    def looks(self, sweep: Sweep, databases: int) -> None:
        """A pass over so many databases begins."""

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
    """What holds of the sweep as a whole, in sentences."""


def sweep(where: SweptAccount, terms: SweepTerms, watcher: Watcher) -> Swept:
    """Sweeps the account; Ctrl-C ends it with what is known by then.

    Every client of AWS's must be of `where.session` by now. Raises BadRequest for what is asked for and not there.
    """
    began, environment = clock.now(), _environment(where, terms)
    watcher.lists(where.account)
    first = _discovered(where, terms, began)
    until = time.monotonic() + (terms.watching.total_seconds() if terms.watching else 0)
    _observed(first, environment, watcher)
    passes, newest = 1, first
    while not newest.is_stopped and (left := until - time.monotonic()) > 0:
        if not _waited(min(BETWEEN, left)):
            newest.is_stopped = True
            break
        newest = _again(first, clock.now(), passes)
        _observed(newest, environment, watcher)
        passes += not newest.is_stopped
    return Swept(
        _summary(where, terms, first, newest), passes, began, clock.now(), newest.is_stopped, where.account
    )


def _environment(where: SweptAccount, terms: SweepTerms) -> ObserveEnvironment:
    return ObserveEnvironment(
        table=where.ledger,
        bucket="",
        user=terms.user,
        default_probe="",
        client_memory=max(retention.CLIENTS, terms.evidence),
        evidence=terms.evidence,
        publish=Publish.NOTHING,
        log_overlap=OVERLAP if terms.reads_logs else None,
        looks=looks(terms, where.session),
    )


def _discovered(where: SweptAccount, terms: SweepTerms, began: datetime) -> _Pass:
    request, environment = terms.request, _discovery(where, terms)
    whole = Sweep(f"laptop-{began:%Y%m%dT%H%M%S%f}", began, Depth.FULL, narrow=request.is_narrow)
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


def _observed(this: _Pass, environment: ObserveEnvironment, watcher: Watcher) -> None:
    watcher.looks(this.plan.sweep, sum(len(each.databases) for each in this.batches.values()))
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="batch")
    try:
        under_way = {
            pool.submit(observing.observe, batch, key, this.plan.sweep, environment): key
            for key, batch in this.batches.items()
        }
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for each in done:
                this.results[under_way.pop(each)] = each.result()
                watcher.done(each.result())
    except KeyboardInterrupt:
        this.is_stopped = True
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _waited(seconds: float) -> bool:
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        return False
    return True


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
