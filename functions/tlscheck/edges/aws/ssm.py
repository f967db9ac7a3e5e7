"""Parameters of Systems Manager."""

from datetime import datetime, timedelta
from typing import Any

from tlscheck.edges import clock
from tlscheck.edges.aws import session

KEPT = timedelta(minutes=5)
"""How long a value is taken for what it still is: a sweep asks for the same few again and again, and each question
is an event of the account's CloudTrail."""

_kept: dict[tuple[Any, str], tuple[str, datetime]] = {}
"""Client and name -> value, and when it was read. That there is none is asked each time."""


def parameter(region: str, name: str) -> str | None:
    """A parameter's value, as it was at most five minutes ago; None when there is no such parameter.

    What AWS refuses is raised (refusals.py).
    """
    client = session.client("ssm", region=region)
    value, at = _kept.get((client, name), ("", None))
    if at is not None and at <= clock.now() < at + KEPT:
        return value
    try:
        value = client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        _kept.pop((client, name), None)
        return None
    _kept[client, name] = value, clock.now()
    return value


def names_under(region: str, path: str) -> frozenset[str]:
    """The last parts of the names of all parameters under a path. What AWS refuses is raised (refusals.py)."""
    pages = session.client("ssm", region=region).get_paginator("get_parameters_by_path").paginate(Path=path)
    return frozenset(each["Name"].rsplit("/", 1)[-1] for page in pages for each in page["Parameters"])


def forget() -> None:
    """Asks for every parameter again."""
    _kept.clear()
