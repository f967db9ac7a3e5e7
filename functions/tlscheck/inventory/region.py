"""A Region's listing: what of it could be asked, and what could not."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One call that gave no answer, and why: `rds:DescribeDBClusters`, `AccessDenied: ...`."""

    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class RegionListing:
    """How completely one Region was listed; a listing with gaps says nothing of what it did not see."""

    arn: str
    """`arn:<partition>:rds:<region>:<account>:region`: our name for the Region as a resource."""

    region: str
    databases: int
    gaps: tuple[Gap, ...] = ()


def folded(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """One Gap an operation: its first reason, and how many others there were (one a parameter group, often)."""
    by_operation: dict[str, list[str]] = {}
    for gap in gaps:
        reasons = by_operation.setdefault(gap.operation, [])
        if gap.reason not in reasons:
            reasons.append(gap.reason)
    return tuple(
        Gap(operation, first if not others else f"{first} (and {len(others)} more)")
        for operation, (first, *others) in by_operation.items()
    )
