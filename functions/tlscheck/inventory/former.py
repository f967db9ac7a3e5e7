"""Who had a database's name before it, and what it was called before."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.inventory.gap import Gap


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The database that had this one's name before: restored and renamed, switched over, promoted; or, of a
    cluster, a member that is gone. Its clients connect by the name, so they are this one's now."""

    key: str
    identifier: str
    resource_id: str | Gap
    until: datetime
    """When a listing first showed the name (or the cluster) without it, UTC."""


@dataclass(frozen=True, slots=True)
class Former:
    """What a database was listed as before it was renamed, or went from one cluster to another."""

    arn: str
    cluster: str | None
    last: datetime
    """When it was listed so for the last time, UTC."""
