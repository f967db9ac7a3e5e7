"""DescribeLogGroups: which groups there are, of what class, how long they keep what, and since when."""

import base64
import binascii
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs

from tests.local_aws.emulator.gaps.logs import store
from tests.local_aws.emulator.gaps.logs.protocol import invalid

type Record = dict[str, Any]

_PAGE = 50


def describe_log_groups(request: Record) -> Record:
    """Answer one call: groups in ASCII order of their names."""
    if "logGroupNamePrefix" in request and "logGroupNamePattern" in request:
        raise invalid("logGroupNamePrefix and logGroupNamePattern are mutually exclusive.")
    names = sorted(cloudwatch_logs._log_groups)
    found = [name for name in names if _is_asked_for(name, request)]
    start = _position(request["nextToken"]) if "nextToken" in request else 0
    end = start + request.get("limit", _PAGE)
    answer: Record = {"logGroups": [_record(name) for name in found[start:end]]}
    return answer | ({"nextToken": base64.b64encode(str(end).encode()).decode()} if end < len(found) else {})


def _is_asked_for(name: str, request: Record) -> bool:
    identified = request.get("logGroupIdentifiers")
    return (
        name.startswith(request.get("logGroupNamePrefix", ""))
        and request.get("logGroupNamePattern", "") in name
        and request.get("logGroupClass") in {None, _class_of(name)}
        and (identified is None or name in {store.name_of(each) for each in identified})
    )


def _class_of(name: str) -> str:
    return str(store.group(name).get("logGroupClass") or "STANDARD")


def _record(name: str) -> Record:
    group = store.group(name)
    arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{name}"
    sizes = [store.size(event) for stream in group["streams"].values() for event in stream["events"]]
    optional = {each: group[each] for each in ("retentionInDays", "kmsKeyId") if group.get(each) is not None}
    return {
        "logGroupName": name,
        "creationTime": group["creationTime"],
        "metricFilterCount": sum(1 for of, _ in cloudwatch_logs._metric_filters if of == name),
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": sum(sizes),
        "logGroupClass": _class_of(name),
        **optional,
    }


def _position(token: str) -> int:
    try:
        return int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        raise invalid("The specified nextToken is invalid.") from None
