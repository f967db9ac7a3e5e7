"""CloudWatch Logs Insights: lines counted at the service, which asks a price for each byte that it scans."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.edges.aws.cloudwatch_logs import STRANGE, safe_gap
from tlscheck.edges.aws.log_answers import NOT_ITS_OWN
from tlscheck.edges.log_pace import LogTime
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.logged import Stretch
from tlscheck.log.insights import MOST_ROWS, Row, rows

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import GetQueryResultsResponseTypeDef

START, RESULTS = "logs:StartQuery", "logs:GetQueryResults"

POLL_SECONDS = 0.5

_SOON = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
_WAITING = frozenset({"Scheduled", "Running"})


class TooManyRowsError(Exception):
    """The answer is a part of one: what is counted is too much for one query."""

    def __init__(self, scanned: float) -> None:
        """`scanned`: the bytes that it scanned all the same."""
        super().__init__(scanned)
        self.scanned = scanned


@dataclass(frozen=True, slots=True)
class Counted:
    """What a query counted."""

    rows: tuple[Row, ...]
    scanned: float
    """Bytes, which are what is paid for; 0: it does not say."""


def counted(region: str, group: str, query: str, stretch: Stretch, left: LogTime) -> Counted | Gap | None:
    """What the query counts of whole seconds of that time; None: there is no such group.

    It is stopped where it has not ended in time. Raises TooManyRowsError.
    """
    pace = left.pace
    client = session.client("logs", region=region, config=_SOON)
    identity = pace.asked(START, region, lambda: _started(client, group, query, stretch))
    if identity is None or isinstance(identity, Gap):
        return identity
    while True:
        answer = pace.asked(RESULTS, region, lambda: _answer(client, identity))
        if answer is not None:
            return answer
        if left.over():
            _stop(client, identity)
            why = "it was stopped" if pace.is_stopped else "the query took longer than this sweep had time for"
            return Gap(RESULTS, why)
        time.sleep(POLL_SECONDS)


def _started(client: "CloudWatchLogsClient", group: str, query: str, stretch: Stretch) -> str | Gap | None:
    """The query's id; None: there is no such group."""
    try:
        started = client.start_query(
            logGroupName=group,
            startTime=int(stretch.since.timestamp()),
            endTime=int(stretch.until.timestamp()) - 1,  # both ends of the range are part of it
            queryString=query,
            limit=MOST_ROWS,
        )
        return started["queryId"]
    except refusals.ANY_FAILURE as error:
        if isinstance(error, refusals.REFUSED) and refusals.code(error) == "ResourceNotFoundException":
            return None
        return safe_gap(START, error)
    except NOT_ITS_OWN:
        return Gap(START, STRANGE)


def _answer(client: "CloudWatchLogsClient", query: str) -> Counted | Gap | None:
    """None: it is still counting. Raises TooManyRowsError."""
    try:
        answer = client.get_query_results(queryId=query)
        if answer["status"] == "Complete":
            return _rows(answer)
        return None if answer["status"] in _WAITING else Gap(RESULTS, f"the query ended as {answer['status']}")
    except refusals.ANY_FAILURE as error:
        return safe_gap(RESULTS, error)
    except NOT_ITS_OWN:
        return Gap(RESULTS, STRANGE)


def _rows(answer: "GetQueryResultsResponseTypeDef") -> Counted:
    scanned = float(answer.get("statistics", {}).get("bytesScanned", 0.0))
    found = [{each.get("field", ""): each.get("value", "") for each in row} for row in answer["results"]]
    if len(found) >= MOST_ROWS or answer.get("nextToken"):
        raise TooManyRowsError(scanned)
    return Counted(rows(found), scanned)


def _stop(client: "CloudWatchLogsClient", query: str) -> None:
    # One that ended meanwhile cannot be stopped, and any other ends by itself.
    with suppress(*refusals.ANY_FAILURE):
        client.stop_query(queryId=query)
