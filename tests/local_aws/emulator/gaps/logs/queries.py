"""StartQuery, GetQueryResults and StopQuery: a query runs for a while, and its rows come in pages."""

import base64
import binascii
import uuid
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id

from tests.local_aws.emulator.gaps.logs import query_stages, steering, store
from tests.local_aws.emulator.gaps.logs.protocol import RefusedError, invalid
from tests.local_aws.emulator.gaps.logs.query_text import Row, moment

type Record = dict[str, Any]

PAGE = 10_000
_DONE = 10**9


@dataclass
class _Query:
    rows: list[list[dict[str, str]]]
    statistics: dict[str, float]
    asked: int = 0
    ended: str = field(default_factory=lambda: steering.now().query_ends)
    runs: int = field(default_factory=lambda: steering.now().queries_run)

    @property
    def status(self) -> str:
        """As its last asking saw it."""
        if self.asked <= 1 and self.runs:
            return "Scheduled"
        return "Running" if self.asked - 1 <= self.runs and self.runs else self.ended


_queries: Any = AccountRegionScopedDict()


def start_query(request: Record) -> Record:
    """Answer with an id; what the query finds is what there is now."""
    name = _group_name(request)
    group = store.group(name)
    if request["startTime"] > request["endTime"]:
        raise invalid("End time should not be before the start time.")
    if request.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid("only Logs Insights QL is stood in for")
    query = query_stages.read(request["queryString"])
    since, until = request["startTime"] * 1_000, request["endTime"] * 1_000
    scanned = list(store.seen(group, sorted(group["streams"]), since, until))
    # Without a sort the newest events come first.
    rows = [_row(name, event) for event in reversed(scanned)]
    matched = len(rows)
    for stage in query.stages:
        rows = stage(rows)
        # A count's matches are what it counted.
        matched = len(rows) if rows and "@ptr" in rows[0] else matched if rows else 0
    limit = min(query.limit, request.get("limit", query_stages.LARGEST_LIMIT))
    shown = query.shown if query.counts else [*query.shown, "@ptr"]
    statistics = {
        "recordsMatched": float(matched),
        "recordsScanned": float(len(scanned)),
        "bytesScanned": float(sum(map(store.size, scanned))),
        "logGroupsScanned": 1.0,
    }
    identifier = str(uuid.uuid4())
    _queries[identifier] = _Query([_cells(row, shown) for row in rows[:limit]], statistics)
    return {"queryId": identifier}


def get_query_results(request: Record) -> Record:
    """Answer with what there is so far: of a query that runs, a part of it."""
    query = _query(request["queryId"])
    query.asked += 1
    status = query.status
    start = _position(request["nextToken"]) if "nextToken" in request else 0
    answer: Record = {"queryLanguage": "CWLI", "status": status}
    if status == "Scheduled":
        return answer | {"results": [], "statistics": dict.fromkeys(query.statistics, 0.0)}
    if status != "Complete":
        return answer | {"results": query.rows[: len(query.rows) // 2], "statistics": query.statistics}
    end = start + (request.get("maxItems") or PAGE)
    following = {"nextToken": base64.b64encode(str(end).encode()).decode()} if end < len(query.rows) else {}
    return answer | {"results": query.rows[start:end], "statistics": query.statistics} | following


def stop_query(request: Record) -> Record:
    """End a query that runs."""
    query = _query(request["queryId"])
    if query.status not in {"Scheduled", "Running"}:
        raise invalid("Query can't be cancelled because it is not running.")
    query.asked, query.ended = _DONE, "Cancelled"
    return {"success": True}


def _group_name(request: Record) -> str:
    given = [each for each in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if each in request]
    if len(given) != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.")
    named = request[given[0]]
    if not isinstance(named, str):
        if len(named) != 1:
            raise invalid("a query of several groups is not stood in for")
        named = named[0]
    return store.name_of(named)


def _query(identifier: str) -> _Query:
    found: _Query | None = _queries.get(identifier)
    if found is None:
        raise RefusedError("ResourceNotFoundException", "The specified query does not exist.")
    return found


def _row(group: str, event: Record) -> Row:
    return {
        "@timestamp": moment(event["timestamp"]),
        "@ingestionTime": moment(event["ingestionTime"]),
        "@message": event["message"],
        "@logStream": event["logStreamName"],
        "@log": f"{get_account_id()}:{group}",
        "@ptr": base64.b64encode(event["eventId"].encode()).decode(),
    }


def _cells(row: Row, shown: list[str]) -> list[dict[str, str]]:
    return [{"field": name, "value": _written(row[name])} for name in shown if name in row]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _position(token: str) -> int:
    try:
        return int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        raise invalid("The specified nextToken is invalid.") from None
