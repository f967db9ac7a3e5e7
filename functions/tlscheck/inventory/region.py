"""A Region's listing: what of it could be asked, and what could not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.gap import DECIDED, NOT_ASKED, Gap, GapCause

LISTINGS = ("ec2:DescribeRegions", "rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBProxies")
"""The calls that name databases. Without one of them nothing may be called gone."""

_SERVERS = frozenset({"rds:DescribeDBInstances", "rds:DescribeDBClusters"})


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

    is_left_out: bool = False
    """Whether the owner names other Regions and not this one: nobody asked, and all that is known of it ends."""

    @property
    def is_complete(self) -> bool:
        """Whether what it does not name is not there; a call about parameters or CAs lists no database."""
        return not self.listing_gaps

    @property
    def listing_gaps(self) -> tuple[Gap, ...]:
        """Why it may not name everything that is there."""
        return tuple(gap for gap in self.gaps if gap.operation in LISTINGS)

    @property
    def refused(self) -> Gap | None:
        """Why nothing of it could be listed, where that has one cause; None where something could, or there are
        several."""
        asked = {gap.operation for gap in self.listing_gaps}
        causes = {gap.cause for gap in self.listing_gaps}
        is_whole = asked >= _SERVERS or causes == {GapCause.DISABLED}
        return self.listing_gaps[0] if is_whole and len(causes) == 1 else None

    @property
    def is_empty(self) -> bool:
        """Whether there is no database in it for certain."""
        return self.is_complete and self.databases == 0

    @property
    def may_have_databases(self) -> bool:
        """Whether there is, or may be, a database that it does not name: of what was decided nobody says so."""
        return not self.is_complete and not (self.refused and self.refused.cause in DECIDED)


def folded(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """One Gap an operation: its first reason, and how many others there were (one a parameter group, often)."""
    by_operation: dict[str, list[Gap]] = {}
    for gap in gaps:
        same = by_operation.setdefault(gap.operation, [])
        if gap.reason not in {each.reason for each in same}:
            same.append(gap)
    return tuple(_folded(first, others) for first, *others in by_operation.values())


def _folded(first: Gap, others: list[Gap]) -> Gap:
    if not others:
        return first
    is_one = all(each.cause is first.cause for each in others)
    reason = f"{first.reason} (and {len(others)} more)"
    return Gap(first.operation, reason, first.cause if is_one else GapCause.OTHER)
