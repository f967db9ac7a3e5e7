"""Stands in for what Lambda does when a batch from a DynamoDB stream fails.

ministack knows no failure but an exception, retries the same batch for ever, and ignores
ReportBatchItemFailures, BisectBatchOnFunctionError, MaximumRetryAttempts and thereby the on-failure
destination. Sources: Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda" and
"Retain discarded records".
"""

import time
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

type Record = dict[str, Any]

_PAUSE = 0.5
"""Seconds between attempts; Lambda's own back-off isn't documented."""


@dataclass(slots=True)
class _Trouble:
    """A batch that failed: how often it was tried again, how many records the next try takes, and when."""

    retries: int = 0
    size: int | None = None
    not_before: float = 0


_troubles: dict[str, _Trouble] = {}


def fill() -> None:
    """Read DynamoDB streams in place of ministack's own poller."""
    lambda_svc._poll_dynamodb_streams = _poll


def _poll() -> bool:
    """Give each mapping its next batch; True when any of them moved on."""
    moved = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            moved = _give(mapping) or moved
    return moved


def _give(mapping: Record) -> bool:
    source = mapping.get("EventSourceArn", "")
    table = _table_of(source)
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    trouble = _troubles.get(mapping["UUID"], _Trouble())
    if table is None or function is None or not mapping.get("Enabled", True) or time.time() < trouble.not_before:
        return False
    positions = lambda_svc._dynamodb_stream_positions
    start = max(positions.get(mapping["UUID"], 0), dynamodb.stream_start_position(table))
    read = dynamodb.stream_records_since(table, start, trouble.size or mapping.get("BatchSize", 100))
    if not read:
        return False
    wanted = lambda_svc._apply_filter_criteria(read, mapping)
    result = lambda_svc._execute_function(function, {"Records": wanted}) if wanted else {}
    failed = _first_failed(mapping, wanted, result) if wanted else None
    done = len(read) if failed is None else read.index(failed)
    if failed is None or done > 0:
        _troubles.pop(mapping["UUID"], None)
    elif _given_up(mapping, trouble, len(read)):
        lambda_svc._send_ddb_stream_failure_record(
            mapping, function, read, source, result, "RetryAttemptsExhausted"
        )
        done = len(read)
    positions[mapping["UUID"]] = start + done
    mapping["LastProcessingResult"] = "OK" if failed is None else "PROBLEM: Function call failed"
    return done > 0


def _table_of(source: str) -> str | None:
    try:
        spec = parse_arn(source)
    except ArnParseError:
        return None
    if spec.service != "dynamodb":
        return None
    name = str(spec.resource).split("/")[1]
    table = dynamodb._tables.get(name)
    return name if table and table.get("LatestStreamArn") == source else None


def _first_failed(mapping: Record, records: list[Record], result: Record) -> Record | None:
    """The record that Lambda would start again from; None when all of them are done."""
    if result.get("error"):
        return records[0]
    body = result.get("body")
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []) or not isinstance(body, dict):
        return None
    failures = body.get("batchItemFailures") or []
    reported = {failure.get("itemIdentifier") for failure in failures}
    if not reported:
        return None
    found = [record for record in records if record["dynamodb"]["SequenceNumber"] in reported]
    # An identifier that is no record's makes the whole batch count as failed.
    return found[0] if len(found) == len(reported) else records[0]


def _given_up(mapping: Record, trouble: _Trouble, size: int) -> bool:
    """Note one more failure of a batch's first record; True when it is to be discarded."""
    if mapping.get("BisectBatchOnFunctionError") and size > 1:
        # Splitting does not count as a retry.
        _troubles[mapping["UUID"]] = _Trouble(trouble.retries, size // 2)
        return False
    limit = int(mapping.get("MaximumRetryAttempts", -1))
    if 0 <= limit <= trouble.retries:
        _troubles.pop(mapping["UUID"], None)
        return True
    _troubles[mapping["UUID"]] = _Trouble(trouble.retries + 1, trouble.size, time.time() + _PAUSE)
    return False
