"""ministack's log groups, read as the service shows them: in order, once they are to be seen, and while kept.

An event is what ministack keeps of it: timestamp and ingestionTime (ms), message, and an eventId, which becomes a
number in the order of arrival, so that events of one moment have an order.
"""

import heapq
import itertools
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from ministack.services import cloudwatch_logs

from tests.local_aws.emulator.gaps.logs import protocol, steering

type Event = dict[str, Any]
"""With `logStreamName` beside what ministack keeps."""

type Place = tuple[int, int, str]
"""Where an event stands: its timestamp, its ingestionTime, its eventId."""

OVERHEAD = 26
"""Bytes that the service counts for an event beside its message (PutLogEvents)."""

_DAY = 24 * 60 * 60 * 1000
_numbers = itertools.count(1)


def number_events() -> None:
    """Give events that arrive an eventId that grows, as the service does: 56 digits."""
    append = cloudwatch_logs._append_log_events

    def append_numbered(stream: dict[str, Any], arrived: list[Event]) -> None:
        for event in arrived:
            event["eventId"] = f"{next(_numbers):056d}"
        append(stream, arrived)

    cloudwatch_logs._append_log_events = append_numbered


def name_of(group: str) -> str:
    """A group's name, of its name or ARN."""
    return group.split(":log-group:", 1)[1].removesuffix(":*") if group.startswith("arn:") else group


def group(name: str) -> dict[str, Any]:
    """ministack's record of a group. Raises ResourceNotFoundException."""
    found: dict[str, Any] | None = cloudwatch_logs._log_groups.get(name)
    if found is None:
        raise protocol.RefusedError("ResourceNotFoundException", "The specified log group does not exist.")
    return found


def place(event: Event) -> Place:
    """Where it stands in its group."""
    return event["timestamp"], event["ingestionTime"], event["eventId"]


def seen(
    found: dict[str, Any], streams: Iterable[str], since: int | None, until: int | None, *, backwards: bool = False
) -> Iterator[Event]:
    """Events of these streams from `since` to `until` (ms, both included), in order.

    What has not been ingested for long enough, or is older than the group keeps, is not among them.
    """
    now = int(time.time() * 1000)
    kept = now - found["retentionInDays"] * _DAY if found.get("retentionInDays") else 0
    ingested = now - int(steering.now().lag * 1000)
    runs = [
        [
            {**event, "logStreamName": name}
            for event in _between(found["streams"][name]["events"], max(since or 0, kept), until)
            if event["ingestionTime"] <= ingested
        ]
        for name in streams
    ]
    for run in runs:
        run.sort(key=place, reverse=backwards)
    yield from heapq.merge(*runs, key=place, reverse=backwards)


def _between(history: list[Event], since: int, until: int | None) -> list[Event]:
    start = bisect_left(history, since, key=lambda event: event["timestamp"])
    if until is None:
        return history[start:]
    return history[start : bisect_right(history, until, key=lambda event: event["timestamp"])]


def size(event: Event) -> int:
    """Bytes that the service counts for it."""
    return len(event["message"].encode()) + OVERHEAD


def put(group_name: str, stream_name: str, arrived: list[Event]) -> None:
    """Keep events whatever their age, as if they had arrived at their own ingestionTime: now, if they name none.

    PutLogEvents takes nothing older than 14 days. A group is as old as the oldest event that it was given so.
    """
    if group_name not in cloudwatch_logs._log_groups:
        cloudwatch_logs._create_log_group({"logGroupName": group_name})
    if stream_name not in cloudwatch_logs._log_groups[group_name]["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group_name, "logStreamName": stream_name})
    now = int(time.time() * 1000)
    kept = [{"ingestionTime": now} | event for event in arrived]
    group = cloudwatch_logs._log_groups[group_name]
    group["creationTime"] = min(group["creationTime"], *(event["timestamp"] for event in kept), now)
    cloudwatch_logs._append_log_events(cloudwatch_logs._log_groups[group_name]["streams"][stream_name], kept)
