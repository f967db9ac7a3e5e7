"""What tests steer the emulated CloudWatch Logs with: when events are seen, how it pages, and what it refuses.

    {"lag": 0.0, "examined": 10000, "empty_first": false, "tokens_live": 86400,
     "queries_run": 1, "query_ends": "Complete",
     "faults": {"us-east-1": {"FilterLogEvents": {"code": "ThrottlingException", "message": "Rate exceeded",
                                                  "status": 400, "share": 0.5}}}}

`lag` is how many seconds after its ingestion an event is seen by FilterLogEvents and by queries. A page of
FilterLogEvents examines at most `examined` events, whether they match or not, and is followed by another if there
are more: it may be empty. With `empty_first` every search begins with an empty page. Its tokens are good for
`tokens_live` seconds. A query is `Scheduled` when it
is asked for the first time, then `queries_run` times `Running`, then it is as `query_ends` says. `share` is the
part of the calls that fail (1 when left out). What is left out of a document is as above.
"""

from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import get_region

from tests.local_aws.emulator.gaps.logs import protocol

_ENDS = ("Complete", "Failed", "Timeout", "Cancelled", "Unknown")


@dataclass
class Steering:
    """How the service behaves now; see above."""

    lag: float = 0.0
    examined: int = 10_000
    empty_first: bool = False
    tokens_live: float = 24 * 60 * 60
    queries_run: int = 1
    query_ends: str = "Complete"
    faults: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    """Calls of each operation that has a fault, by Region and operation."""


_now = Steering()


def steer(document: dict[str, Any]) -> None:
    """Behave as the document says, and in everything else as by default; ValueError for what makes no sense."""
    global _now  # noqa: PLW0603 - one emulator a process
    wanted = Steering(**document)
    if wanted.examined < 1 or wanted.lag < 0 or wanted.queries_run < 0 or wanted.query_ends not in _ENDS:
        raise ValueError(f"no such behaviour: {document}")
    _now = wanted


def now() -> Steering:
    """How the service behaves."""
    return _now


def demand_allowed(operation: str) -> None:
    """Raise the error that this call is to fail with, if any."""
    region = get_region()
    fault = _now.faults.get(region, {}).get(operation)
    if fault is None:
        return
    before = _now.asked.get((region, operation), 0)
    _now.asked[region, operation] = before + 1
    share = float(fault.get("share", 1))
    if int((before + 1) * share) > int(before * share):
        message = fault.get("message", f"{fault['code']} injected into {operation}")
        raise protocol.RefusedError(fault["code"], message, int(fault.get("status", 400)))
