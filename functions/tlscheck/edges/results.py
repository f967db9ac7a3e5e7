"""What observe left for the report, as this version reads it, and the table's own memory where that is missing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges import clock
from tlscheck.edges.aws import dynamodb, refusals, s3
from tlscheck.edges.aws.table import Table
from tlscheck.edges.documents import from_document, load
from tlscheck.edges.plans import batches_of
from tlscheck.inventory.batch import Batch, Sweep
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.overlap import SkippedSample, to_tell
from tlscheck.reporting.delivery import Undelivered
from tlscheck.reporting.lost import NO_ERROR, lost_batch
from tlscheck.reporting.result import BatchResult, DatabaseResult, result_key
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.remembered import Remembered
from tlscheck.wording import plain

UNREADABLE = (ValueError, TypeError, RecursionError, refusals.REFUSED)
"""What reading one object may raise: it costs that one alone."""


@dataclass(frozen=True, slots=True)
class Recall:
    """By what is told what the table still knows."""

    span: timedelta
    """How long nothing without TLS must have been seen of a client before it counts as none."""

    since: datetime
    """When the sweep started: what it wrote as announced, and did not leave here, people are told all the same."""


@dataclass(frozen=True, slots=True)
class LeftResult:
    """The result of a batch, so far as it could be read."""

    result: BatchResult
    unread: str = ""
    """Why rows of it are missing; empty: none is."""


def results_of(
    bucket: str, table: Table, plan: str, recall: Recall
) -> tuple[Mapping[str, BatchResult], tuple[Gap, ...]]:
    """The results of a plan's batches by their key, each whole by what the table knows; and what was unreadable.

    A batch of which nothing can be read has a result too, that it is lost: its databases have no names then.
    """
    found: dict[str, BatchResult] = {}
    gaps: list[Gap] = []
    for key in batches_of(bucket, plan):
        try:
            found[key] = _result(bucket, table, key, recall)
        except UNREADABLE as error:
            gaps.append(Gap(key, why_unread(error)))
            found[key] = BatchResult((), (), lost=f"its batch could not be read ({why_unread(error)})")
    return found, tuple(gaps)


def remembered_batch(table: Table, batch: Batch, error: str, recall: Recall) -> BatchResult:
    """What the table still knows of a batch that was not observed, and why there is nothing newer."""
    databases = (*batch.databases, *batch.unlisted)
    keys = [*(each.key for each in databases), *(each.arn for each in batch.listings)]
    known = {key: _remembered(table, key) for key in keys}
    return lost_batch(batch, known, error, recall.span, recall.since)


def load_result(text: str) -> LeftResult:
    """The result of a batch, without findings of checks that only an earlier or later version has.

    A row that cannot be read costs none of the others. Raises ValueError where nothing can be.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("databases"), list):
        raise ValueError("no result of a batch")  # noqa: TRY004 - of the text
    rows: list[DatabaseResult] = []
    unread = ""
    for each in document["databases"]:
        try:
            rows.append(from_document(DatabaseResult, _known_alone(each)))
        except UNREADABLE as error:
            unread = unread or why_unread(error)
    rest = from_document(BatchResult, _known_alone(document | {"databases": []}))
    return LeftResult(replace(rest, databases=tuple(rows)), unread)


def kept_beside(
    table: Table, sweep: Sweep
) -> tuple[tuple[Undelivered, ...], tuple[SkippedSample, ...], tuple[Gap, ...]]:
    """The findings that their Security Hubs refused, the samples that looked at nothing before this sweep, and
    whether that could not be asked."""
    gaps: list[Gap] = []
    refused: tuple[Undelivered, ...] = ()
    skipped: tuple[SkippedSample, ...] = ()
    try:
        refused = dynamodb.undelivered(table)
        skipped = to_tell(dynamodb.skipped(table), sweep)
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        gaps.append(refusals.gap("dynamodb:Query", error))
    return refused, skipped, tuple(gaps)


def ended(table: Table, running: str, told: Sequence[SkippedSample] = ()) -> str:
    """Says that a sweep or batch is not under way any more, and of which skipped samples its report told.

    Else why not: then it is over by itself later, and the next report tells of them again.
    """
    try:
        dynamodb.end(table, running)
        dynamodb.tell_skipped(table, told, running)
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return refusals.reason(error)
    return ""


def why_unread(error: Exception) -> str:
    """The first fault of a document, or why it was not handed out, in one line."""
    if isinstance(error, refusals.REFUSED):
        return refusals.reason(error)
    return plain(" ".join(str(error).split("\n")[:3]))


def _result(bucket: str, table: Table, key: str, recall: Recall) -> BatchResult:
    try:
        text = s3.get(bucket, result_key(key))
        left = load_result(text) if text is not None else None
    except UNREADABLE as error:
        unread = f"its result could not be read ({why_unread(error)})"
        return remembered_batch(table, _batch(bucket, key), unread, recall)
    if left is None or left.result.sweep_started_at not in (None, recall.since):
        return remembered_batch(table, _batch(bucket, key), NO_ERROR, recall)
    return _completed(table, _batch(bucket, key), left, recall) if left.unread else left.result


def _batch(bucket: str, key: str) -> Batch:
    if (text := s3.get(bucket, key)) is None:
        raise ValueError("it is not there")
    return load(Batch, text)


def _completed(table: Table, batch: Batch, left: LeftResult, recall: Recall) -> BatchResult:
    """A result with all databases of its batch: those whose row could not be read as the table knows them."""
    read = {each.key for each in left.result.databases}
    missing = replace(
        batch,
        databases=tuple(each for each in batch.databases if each.key not in read),
        unlisted=tuple(each for each in batch.unlisted if each.key not in read),
        listings=(),
    )
    error = f"its result could not be read ({left.unread})"
    return replace(
        left.result, databases=left.result.databases + remembered_batch(table, missing, error, recall).databases
    )


def _remembered(table: Table, key: str) -> Remembered:
    try:
        return dynamodb.read(table, key, clock.now())
    except (refusals.REFUSED, *refusals.UNREACHABLE) as error:
        return Remembered(key, unreadable=(refusals.gap("dynamodb:Query", error),))


def _known_alone(document: Any) -> Any:
    """Without findings of checks that this version has not."""
    if not isinstance(document, dict):
        return document
    return document | {
        field: [
            each for each in document[field] if not isinstance(each, dict) or each.get("check") in set(CheckId)
        ]
        for field in {"findings", "listings"} & document.keys()
        if isinstance(document[field], list)
    }
