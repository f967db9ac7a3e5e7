"""RDS's own files of a server's log, listed and read portion by portion: for logs that are not exported.

Every call is one of the control plane, of which an account's Region has a share that all its tools live on. No
text of a file gets into a log line of ours, a reason or an exception. Sources: API Reference of RDS,
DescribeDBLogFiles and DownloadDBLogFilePortion; what the service does beside that: aws/aws-sdk, issue 20;
aws/aws-cli, issue 2268.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from tlscheck.edges.aws import refusals, session
from tlscheck.edges.aws.cloudwatch_logs import safe_gap
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.log_files import FILES, LogFile, log_file

if TYPE_CHECKING:
    from mypy_boto3_rds.client import RDSClient
    from mypy_boto3_rds.type_defs import DescribeDBLogFilesMessagePaginateTypeDef

LIST, DOWNLOAD = "rds:DescribeDBLogFiles", "rds:DownloadDBLogFilePortion"

MOST_LINES = 10_000
"""Of one portion: the service's own limit, beside 1 MB."""

_SPARING = Config(connect_timeout=3, read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 3})
"""Adaptive: a Region that throttles is asked more slowly, not more often."""

_OF_THE_FILE = {
    "DBLogFileNotFoundFault": "a log file was removed before it was read",
    "InvalidParameterValue": f"{DOWNLOAD} refuses a log file: InvalidParameterValue",
}
"""Other files of the server may be read all the same. Why the second: `This file contains binary data and should
be downloaded instead of viewed` (aws/aws-cli, issue 2400)."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a file, of whole lines but where the service cut one, or the server is still writing it."""

    text: str
    marker: str
    """Of the next portion."""

    is_last: bool
    """Whether there is no other by now."""


class FileRefusedError(Exception):
    """This file cannot be read, whatever others can; its text is the reason."""


def listed(region: str, instance: str, since: datetime, until: float) -> tuple[LogFile, ...] | Gap:
    """The files that an instance wrote to since then, as far as their names tell of what time they are.

    `until`, of time.monotonic(): a list that is not whole by then is none.
    """
    asked: DescribeDBLogFilesMessagePaginateTypeDef = {
        "DBInstanceIdentifier": instance,
        "FilenameContains": FILES,
        "FileLastWritten": int(since.timestamp() * 1000),
    }
    found: list[LogFile] = []
    names = 0
    try:
        for page in _client(region).get_paginator("describe_db_log_files").paginate(**asked):
            of_page = page.get("DescribeDBLogFiles", [])
            names += len(of_page)
            files = (log_file(each.get("LogFileName", ""), each.get("Size", 0)) for each in of_page)
            found += filter(None, files)
            if time.monotonic() > until:
                return Gap(LIST, "it lists more files than this sweep had time for")
    except refusals.ANY_FAILURE as error:
        return safe_gap(LIST, error)
    if names and not found:
        return Gap(LIST, "no name of a log file tells what time it is of")
    return tuple(found)


def portion(region: str, instance: str, name: str, marker: str, lines: int) -> Portion | Gap:
    """At most so many lines of a file, from a marker on. Raises FileRefusedError."""
    try:
        answer = _client(region).download_db_log_file_portion(
            DBInstanceIdentifier=instance, LogFileName=name, Marker=marker, NumberOfLines=lines
        )
    except refusals.ANY_FAILURE as error:
        if isinstance(error, refusals.REFUSED) and (why := _OF_THE_FILE.get(refusals.code(error))):
            raise FileRefusedError(why) from None
        return safe_gap(DOWNLOAD, error)
    more = answer.get("AdditionalDataPending")
    following = answer.get("Marker") or ""
    if more is None or (more and following in {"", marker}):
        return Gap(DOWNLOAD, "the answer does not tell where the file goes on")
    return Portion(answer.get("LogFileData") or "", following, not more)


def _client(region: str) -> "RDSClient":
    client = session.client("rds", region=region, config=_SPARING)
    _keep_returns(client)
    return client


@cache
def _keep_returns(client: "RDSClient") -> None:
    """Lets no carriage return of a statement become a line's end, as XML's parsers make of it where it is not
    escaped: what follows it would be a line that a client spelled."""
    client.meta.events.register("before-parse.rds.DownloadDBLogFilePortion", _without_returns)


def _without_returns(response_dict: dict[str, Any], **_: Any) -> None:
    response_dict["body"] = response_dict["body"].replace(b"\r", b" ")
