"""FilterLogEvents: what of a group's events matches, page by page, and pages that hold nothing."""

import base64
import binascii
import hashlib
import json
import time
from typing import Any

from tests.local_aws.emulator.gaps.logs import patterns, steering, store
from tests.local_aws.emulator.gaps.logs.protocol import RefusedError, invalid

type Record = dict[str, Any]

PAGE_EVENTS = 10_000
PAGE_BYTES = 1024 * 1024

_READABLE = "STANDARD"


def filter_log_events(request: Record) -> Record:
    """Answer one call: events of all streams, in the order of their timestamp, ingestion and id."""
    group = _group(request)
    matches = patterns.matcher(request.get("filterPattern", ""))
    token = _read(request)
    backwards = not (token["forwards"] if token else request.get("startFromHead", True))
    behaviour = steering.now()
    if token is None and behaviour.empty_first:
        return {"events": [], "searchedLogStreams": [], "nextToken": _token(request, None, backwards=backwards)}
    after = tuple(token["after"]) if token and token["after"] else None
    limit = request.get("limit", PAGE_EVENTS)
    page: list[Record] = []
    examined, size, last = 0, 0, after
    since, until = request.get("startTime"), request.get("endTime")
    if after is not None:
        since, until = (since, after[0]) if backwards else (after[0], until)
    found = store.seen(group, _streams(group, request), since, until, backwards=backwards)
    following = None
    for event in found:
        if after is not None and (store.place(event) >= after if backwards else store.place(event) <= after):
            continue
        here = store.size(event) if matches(event["message"]) else 0
        is_full = len(page) == limit or (page and size + here > PAGE_BYTES)
        if is_full or examined == behaviour.examined:
            following = _token(request, last, backwards=backwards)
            break
        examined, last = examined + 1, store.place(event)
        if here:
            size += here
            page.append({name: event[name] for name in _MEMBERS})
    return {"events": page, "searchedLogStreams": []} | ({"nextToken": following} if following else {})


_MEMBERS = ("logStreamName", "timestamp", "message", "ingestionTime", "eventId")


def _group(request: Record) -> Record:
    named = [request[each] for each in ("logGroupName", "logGroupIdentifier") if each in request]
    if len(named) != 1:
        raise invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")
    name = store.name_of(named[0])
    found = store.group(name)
    kind = found.get("logGroupClass") or _READABLE
    if kind != _READABLE:
        raise RefusedError(
            "InvalidOperationException",
            f"The log group {name} is of log-group-class {kind}. "
            f"FilterLogEvents is not supported for this log class.",
        )
    return found


def _streams(group: Record, request: Record) -> list[str]:
    names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise invalid("logStreamNames and logStreamNamePrefix are mutually exclusive.")
    if names is not None:
        if set(names) - group["streams"].keys():
            raise RefusedError("ResourceNotFoundException", "The specified log stream does not exist.")
        return sorted(set(names))
    return sorted(name for name in group["streams"] if name.startswith(prefix or ""))


def _asked(request: Record) -> str:
    """The search, whichever page of it: a token is of one search only."""
    what = {name: value for name, value in request.items() if name not in {"nextToken", "limit", "startFromHead"}}
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def _token(request: Record, after: store.Place | None, *, backwards: bool) -> str:
    until = time.time() + steering.now().tokens_live
    what = {"asked": _asked(request), "after": after, "forwards": not backwards, "until": until}
    return base64.b64encode(json.dumps(what).encode()).decode()


def _read(request: Record) -> Record | None:
    if "nextToken" not in request:
        return None
    try:
        token: Record = json.loads(base64.b64decode(request["nextToken"], validate=True))
        is_good = token["asked"] == _asked(request) and token["until"] > time.time()
    except (binascii.Error, ValueError, KeyError, TypeError):
        is_good = False
    if not is_good:
        raise invalid("The specified nextToken is invalid.")
    return token
