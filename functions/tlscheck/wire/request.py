"""The probe's event, checked: which servers to look at, and how often."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeGuard

from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.names import named_region
from tlscheck.wire.target import DATABASE, Login, Target, Visit

MOST_TARGETS = 100
MOST_LOOKS = 10
MOST_SECONDS = 60
"""Between the first look at a server and the last."""

SIDE_BY_SIDE = 32
"""Servers that a probe begins with at a time: each is 50 ms of work for its third of a processor, and waiting."""

SERVER_SECONDS = 15.0
"""For one server, from the connection to the last row, beside the time between several looks."""

PROBE_SECONDS = 117.0
"""For all of a probe's targets: what its function's time-out leaves, 120, with a start and an answer."""

LONGEST_NAME = 63
"""Bytes of a PostgreSQL name: NAMEDATALEN - 1."""

_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
    r"(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\Z"
)
_REQUIRED = ("arn", "host", "port", "region", "login")
_OPTIONAL = ("user", "secret", "database", "cluster")


def targets(event: object) -> tuple[Target, ...]:
    """The targets of `{"targets": [Target...]}`.

    Raises BadRequest at the first key, type or value that is not allowed; then nothing was looked at.
    """
    fields = _object(event, "event", ("targets",), ("looks", "interval"))
    listed = fields["targets"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_TARGETS:
        allowed = f"a list of 1 to {MOST_TARGETS} targets"
        if isinstance(listed, list) and listed:
            raise BadRequest(f"targets: a list of {len(listed)} is not allowed; allowed: {allowed}")
        raise not_allowed("targets", listed, allowed)
    return tuple(_target(entry, f"targets[{index}]") for index, entry in enumerate(listed))


def refusal(told: object) -> str | None:
    """Why a probe refuses every target of an event with this one among them; None where it takes it."""
    try:
        _target(told, "target")
    except BadRequest as why:
        return str(why)
    return None


def visit(event: Mapping[str, object], usual: Visit) -> Visit:
    """The visit that `looks` and `interval` (seconds) of an event ask for instead of the usual one.

    Raises BadRequest.
    """
    looks, interval = event.get("looks", usual.looks), event.get("interval", usual.interval)
    if not _is_number(looks) or looks not in range(1, MOST_LOOKS + 1):
        raise not_allowed("looks", looks, f"a whole number from 1 to {MOST_LOOKS}")
    asked = int(looks)
    if not _is_number(interval) or not 0 <= interval <= MOST_SECONDS / max(1, asked - 1):
        raise not_allowed(
            "interval", interval, f"seconds from 0 on, {MOST_SECONDS} in all between the first look and the last"
        )
    return replace(usual, looks=asked, interval=float(interval))


def within_reason(looks: int, interval: float) -> float:
    """The interval, or the longest that so many looks may have (seconds)."""
    return min(interval, MOST_SECONDS / max(1, looks - 1))


def most_at_once(visit: Visit) -> int:
    """Targets of one call that fit into the probe's time, though each takes all that it may: 32 to 100.

    So with one look 100 take 4 rounds of 15 s, and with looks a minute apart there is time for one round of 75 s.
    """
    rounds = int(PROBE_SECONDS // (SERVER_SECONDS + visit.seconds))
    return min(MOST_TARGETS, SIDE_BY_SIDE * max(1, rounds))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _target(entry: object, path: str) -> Target:
    fields = _object(entry, path, _REQUIRED, _OPTIONAL)
    login, port = fields["login"], fields["port"]
    if not isinstance(login, str) or login not in set(Login):
        raise not_allowed(f"{path}.login", login, ", ".join(Login))
    if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65535:
        raise not_allowed(f"{path}.port", port, "a whole number from 1 to 65535")
    secret = fields.get("secret")
    if secret is not None or login == Login.SECRET:
        secret = _text(secret, f"{path}.secret", "the name or ARN of a secret", 2048)
    cluster = fields.get("cluster")
    if cluster is not None:
        cluster = _text(cluster, f"{path}.cluster", "the identifier of a cluster", LONGEST_NAME)
    user = fields.get("user", "")
    if user != "" or login == Login.IAM:
        user = _text(user, f"{path}.user", "the name of the database user", LONGEST_NAME)
    return Target(
        arn=_text(fields["arn"], f"{path}.arn", "the ARN of a database", 2048),
        host=_host(fields["host"], f"{path}.host"),
        port=port,
        region=named_region(f"{path}.region", fields["region"]),
        login=Login(login),
        user=str(user),
        secret=secret,
        database=_text(
            fields.get("database", DATABASE), f"{path}.database", "the name of a database", LONGEST_NAME
        ),
        cluster=cluster,
    )


def _object(
    value: object, path: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> Mapping[str, object]:
    allowed = (*required, *optional)
    if not isinstance(value, dict):
        raise not_allowed(path, value, f"an object with the keys {', '.join(allowed)}")
    for key in value:
        if key not in allowed:
            raise not_allowed(path, key, f"the keys {', '.join(allowed)}")
    for key in required:
        if key not in value:
            raise not_allowed(f"{path}.{key}", None, f"it is required beside {', '.join(required)}")
    return value


def _text(value: object, path: str, allowed: str, longest: int) -> str:
    """A printable text of 1 to `longest` bytes of UTF-8: so no NUL, which would end it in the protocol."""
    if isinstance(value, str) and value.isprintable() and 1 <= len(value.encode()) <= longest:
        return value
    raise not_allowed(path, value, f"{allowed}, of 1 to {longest} bytes")


def _host(value: object, path: str) -> str:
    if isinstance(value, str) and _HOST.match(value):
        return value
    raise not_allowed(path, value, "a host name")
