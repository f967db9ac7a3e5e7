"""CloudWatch Logs: the lines of a server's log, page by page, counted where it cannot be read so.

No text of a line gets into a log line of ours, a reason or an exception.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NotRequired, TypedDict

from botocore.config import Config
from botocore.parsers import ResponseParserError

from tlscheck.edges.aws import log_answers, refusals, session
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.reading_plan import LogGroup
from tlscheck.log.message import PHRASES

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef, FilterLogEventsResponseTypeDef, LogGroupTypeDef

FILTER, DESCRIBE = "logs:FilterLogEvents", "logs:DescribeLogGroups"

PATTERN = " ".join(f'?"{each.rstrip(": ")}"' for each in PHRASES)
"""As narrow as it gets: with `?` before each of several terms one of them must match, and beside terms without it,
such as leave something out (`-`), those are ignored (CloudWatch Logs User Guide, Filter pattern syntax). So RDS's
own connections come too: they show that the server logs any. Case counts, and phrases are quoted."""

MOST_EVENTS = 10_000
"""Of one page: the service's own limit, beside 1 MB (API Reference, FilterLogEvents)."""

RDS_GROUPS = "/aws/rds/"
MOST_PAGES_OF_GROUPS = 600
"""Of fifty each: 30,000 groups. The service allows ten DescribeLogGroups a second in an account's Region."""

_SOON = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
"""The service allows five FilterLogEvents a second in an account's Region ("How do I determine throttling in my
CloudWatch logs?", AWS Knowledge Center): what is throttled to the end is read by the next sweep."""

_WRONG_CLASS = frozenset({"InvalidOperationException"})
"""`The log group ... is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this log
class.` (aws/karpenter-provider-aws, pull request 9567). The API's own model does not name it."""


STRANGE = "its answer is none of its own"
"""Why there is nothing, where the service answered otherwise than it says. Nothing of that is quoted."""


class _Asked(TypedDict):
    """What FilterLogEvents is asked."""

    logGroupName: str
    logStreamNamePrefix: str
    startTime: int
    endTime: int
    filterPattern: str
    limit: int
    nextToken: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of events; it may hold none and not be the last."""

    texts: tuple[str, ...]
    size: int
    """Bytes of them."""

    token: str | None
    """Of the next page; None: there is no other."""

    lag: timedelta | None = None
    """The longest that the service had one of them after its moment; None: none of them says so."""


class NotReadableError(Exception):
    """The group is of a class that cannot be read page by page, but counted."""


def group(region: str, name: str) -> LogGroup | Gap | None:
    """What the service says of a log group of this very name; None: there is none."""
    pages = _client(region).get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    try:
        named = (each for page in pages for each in page["logGroups"] if each.get("logGroupName") == name)
        found = next(named, None)
        return None if found is None else _group(name, found)
    except refusals.ANY_FAILURE as error:
        return safe_gap(DESCRIBE, error)
    except log_answers.NOT_ITS_OWN:
        return Gap(DESCRIBE, STRANGE)


def rds_groups(region: str) -> dict[str, LogGroup] | Gap:
    """By name all log groups into which RDS exports, of however many databases, in a call for each fifty.

    A Gap where they are more than so many calls tell: then nobody can say of one that it is not there.
    """
    pages = _client(region).get_paginator("describe_log_groups").paginate(logGroupNamePrefix=RDS_GROUPS)
    found: dict[str, LogGroup] = {}
    try:
        for number, page in enumerate(pages):
            if number >= MOST_PAGES_OF_GROUPS:
                return Gap(DESCRIBE, f"{region} has more than {len(found):,} log groups of RDS")
            found |= {each["logGroupName"]: _group(each["logGroupName"], each) for each in page["logGroups"]}
    except refusals.ANY_FAILURE as error:
        return safe_gap(DESCRIBE, error)
    except log_answers.NOT_ITS_OWN:
        return Gap(DESCRIBE, STRANGE)
    return found


def page(region: str, group: str, streams: str, stretch: Stretch, token: str | None = None) -> Page | Gap | None:
    """A page of what the streams whose names begin with `streams` hold of that time; None: there is no such group.

    Raises NotReadableError.
    """
    asked = _Asked(
        logGroupName=group,
        logStreamNamePrefix=streams,
        startTime=_milliseconds(stretch.since),
        endTime=_milliseconds(stretch.until) - 1,  # both ends of the range are part of it
        filterPattern=PATTERN,
        limit=MOST_EVENTS,
    )
    if token is not None:
        asked["nextToken"] = token
    try:
        answer = _client(region).filter_log_events(**asked)
    except refusals.ANY_FAILURE as error:
        if isinstance(error, refusals.REFUSED):
            if refusals.code(error) == "ResourceNotFoundException":
                return None
            if refusals.code(error) in _WRONG_CLASS:
                raise NotReadableError from None
        return safe_gap(FILTER, error)
    try:
        return _page(answer)
    except log_answers.NOT_ITS_OWN:
        return Gap(FILTER, STRANGE)


def _page(answer: "FilterLogEventsResponseTypeDef") -> Page:
    events = answer["events"]
    texts = tuple([each.get("message") or "" for each in events])
    try:
        size = len("".join(texts).encode())
    except UnicodeEncodeError:
        # JSON can spell what no text can hold, half a character: nor can a table.
        texts = tuple(each.encode(errors="replace").decode() for each in texts)
        size = len("".join(texts).encode())
    return Page(texts, size, answer.get("nextToken") or None, _lag(events))


def _lag(events: "Sequence[FilteredLogEventTypeDef]") -> timedelta | None:
    try:
        lags = [each["ingestionTime"] - each["timestamp"] for each in events]
    except (KeyError, TypeError):
        told = ((each.get("ingestionTime"), each.get("timestamp")) for each in events)
        lags = [had - at for had, at in told if had is not None and at is not None]
    return _moment(max(lags)) - _moment(0) if lags else None


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _client(region: str) -> "CloudWatchLogsClient":
    client = session.client("logs", region=region, config=_SOON)
    client.meta.events.register(log_answers.READING, log_answers.take, unique_id=log_answers.READING)
    return client


def _group(name: str, described: "LogGroupTypeDef") -> LogGroup:
    created = described.get("creationTime")
    return LogGroup(
        name,
        described.get("logGroupClass", "STANDARD") == "STANDARD",
        described.get("retentionInDays"),
        None if created is None else _moment(created),
        described.get("storedBytes", 0),
    )


def safe_gap(operation: str, error: Exception) -> Gap:
    """What stands in the place of an answer, without a word of what was answered."""
    # What a parser says of an answer may quote it.
    if isinstance(error, ResponseParserError):
        return Gap(operation, STRANGE, GapCause.OTHER)
    if isinstance(error, (refusals.REFUSED, *refusals.UNREACHABLE)):
        return refusals.gap(operation, error)
    return Gap(operation, type(error).__name__, GapCause.OTHER)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
