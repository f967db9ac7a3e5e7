"""A Region's listing: what of it could be asked, and what could not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.gap import NOT_ASKED, Gap

LISTINGS = ("ec2:DescribeRegions", "rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBProxies")
"""The calls that name databases. Without one of them nothing may be called gone."""


@dataclass(frozen=True, slots=True)
class OfferedAuthority:
    """One CA that a Region offers (DescribeCertificates: a Certificate)."""

    identifier: str
    thumbprint: str | None
    """SHA-1 of the DER of the Region's root, lower-case hex."""

    expires: datetime | None
    override: bool = False
    """CustomerOverride: the account chose it as its default, instead of the one that RDS would take."""

    override_expires: datetime | None = None
    """CustomerOverrideValidTill: until then the choice holds."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """The CAs of a Region, and which one new databases get."""

    offered: tuple[OfferedAuthority, ...]
    default: str | None
    """DefaultCertificateForNewLaunches."""


@dataclass(frozen=True, slots=True)
class RegionListing:
    """How completely one Region was listed; a listing with gaps says nothing of what it did not see."""

    arn: str
    """`arn:<partition>:rds:<region>:<account>:region`: our name for the Region as a resource."""

    region: str
    databases: int
    gaps: tuple[Gap, ...] = ()
    authorities: Authorities | Gap = NOT_ASKED
    vanished: tuple[str, ...] = ()
    """Keys of known databases that are gone, as a complete listing shows, or that their owner excludes."""

    listed_at: datetime | None = None
    """When AWS's API was asked, UTC."""

    @property
    def is_complete(self) -> bool:
        """Whether what it does not name is not there; a call about parameters or CAs lists no database."""
        return not self.listing_gaps

    @property
    def listing_gaps(self) -> tuple[Gap, ...]:
        """Why it may not name everything that is there."""
        return tuple(gap for gap in self.gaps if gap.operation in LISTINGS)


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
