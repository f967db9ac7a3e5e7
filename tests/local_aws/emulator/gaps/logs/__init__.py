"""Stands in for reading CloudWatch Logs: FilterLogEvents, DescribeLogGroups and Logs Insights' queries.

ministack splits quoted phrases at their spaces, ignores case and `?`, knows neither logStreamNamePrefix nor
nextToken, reads Infrequent Access groups, keeps no retention, finds logGroupNamePattern in any case, and ends
every query at once, without its parse, stats and bin. Groups, streams and events stay ministack's: CreateLogGroup,
PutRetentionPolicy, PutLogEvents and all the rest are its own.
"""

import json

from ministack import app
from ministack.core.responses import get_region

from tests.local_aws.emulator.gaps import calls, registration
from tests.local_aws.emulator.gaps.logs import events, groups, protocol, queries, steering, store

_OPERATIONS = {
    "FilterLogEvents": events.filter_log_events,
    "DescribeLogGroups": groups.describe_log_groups,
    "StartQuery": queries.start_query,
    "GetQueryResults": queries.get_query_results,
    "StopQuery": queries.stop_query,
}


def fill() -> None:
    """Answer these operations, and leave the others to ministack."""
    ministacks_own = app.SERVICE_HANDLERS["logs"]
    store.number_events()

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> registration.Response:
        name = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if name not in _OPERATIONS:
            answer: registration.Response = await ministacks_own(method, path, headers, body, query)
            return answer
        calls.count("logs", get_region(), name)
        return _answer(name, body)

    registration.serve("logs", handle, _resource_of)


def _answer(name: str, body: bytes) -> registration.Response:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        steering.demand_allowed(name)
        request = json.loads(body or b"{}")
        protocol.check_request(name, request)
        answer = protocol.checked_answer(name, _OPERATIONS[name](request))
    except protocol.RefusedError as refused:
        content = {"__type": refused.code, "message": str(refused)}
        return refused.status, headers | {"x-amzn-ErrorType": refused.code}, json.dumps(content).encode()
    return 200, headers, json.dumps(answer).encode()


def _resource_of(_method: str, _path: str, body: bytes, region: str, account: str) -> str:
    """What CloudWatch Logs names where it denies: a stream, whose name and group's name may be empty.

    So a policy for `log-group:NAME` without `:*` allows nothing, and DescribeLogGroups needs one for every group.
    """
    request = json.loads(body or b"{}")
    if "resourceArn" in request:
        return str(request["resourceArn"])
    named = [request.get(each) for each in ("logGroupName", "logGroupIdentifier")]
    named += [*request.get("logGroupNames", []), *request.get("logGroupIdentifiers", [])]
    group = store.name_of(next((each for each in named if each), ""))
    return f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{request.get('logStreamName', '')}"
