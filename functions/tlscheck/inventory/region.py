"""A Region's listing: what of it could be asked, and what could not."""

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
