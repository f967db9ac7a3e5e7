"""What tests steer the emulated account with: JSON under /_tlscheck/, beside the AWS APIs on the same port."""

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ministack.core.responses import request_scope

from tests.local_aws.emulator.gaps import calls, iam_login
from tests.local_aws.emulator.gaps.logs import steering as logs_steering
from tests.local_aws.emulator.gaps.logs import store as logs_store
from tests.local_aws.emulator.gaps.rds import log_files
from tests.local_aws.emulator.gaps.rds import state as rds_state
from tests.local_aws.emulator.gaps.security_hub import store as security_hub_store

_ACCOUNT = os.environ.get("MINISTACK_ACCOUNT_ID", "111122223333")

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Message, Receive, Send], Awaitable[None]]


def _set_rds(document: Any) -> Any:
    rds_state.replace(document)
    log_files.forget()
    return {}


def _refuse_findings(refusals: Any) -> Any:
    security_hub_store.refuse(refusals)
    return {}


def _deny_hubs(denials: Any) -> Any:
    security_hub_store.deny(denials)
    return {}


def _steer_logs(document: Any) -> Any:
    logs_steering.steer(document)
    return {}


def _append_log_files(document: Any) -> Any:
    for each in document["files"]:
        log_files.append(document["region"], each["instance"], each["name"], each["text"])
    return {}


def _put_log_events(document: Any) -> Any:
    with request_scope(document.get("account", _ACCOUNT), document["region"]):
        for each in document["streams"]:
            logs_store.put(each["group"], each["stream"], each["events"])
    return {}


def _take_calls(_: Any) -> Any:
    return calls.take()


_PATHS: dict[str, Callable[[Any], Any]] = {
    "/_tlscheck/rds": _set_rds,
    "/_tlscheck/security-hub/refuse": _refuse_findings,
    "/_tlscheck/security-hub/deny": _deny_hubs,
    "/_tlscheck/logs": _steer_logs,
    "/_tlscheck/logs/events": _put_log_events,
    "/_tlscheck/rds/log-files": _append_log_files,
    "/_tlscheck/calls": _take_calls,
    "/_tlscheck/iam-login": iam_login.answer,
}


class Control:
    """An ASGI application that answers the paths above and leaves every other request to ministack."""

    def __init__(self, emulator: Application) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer 200 with JSON, or 400 with `{"error": ...}` when what was sent makes no sense."""
        command = _PATHS.get(scope["path"]) if scope["type"] == "http" else None
        if command is None:
            await self._emulator(scope, receive, send)
            return
        try:
            status, answer = 200, command(json.loads(await _body(receive) or b"null"))
        except (ValueError, KeyError, TypeError) as error:
            status, answer = 400, {"error": f"{type(error).__name__}: {error}"}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body
