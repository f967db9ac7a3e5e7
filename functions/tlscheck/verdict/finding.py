"""A finding: what one check says of one resource, and the findings that are remembered."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.verdict.check import CheckId, Status


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one resource now."""

    resource: str
    """ARN of the instance or cluster; `arn:<partition>:rds:<region>:<account>:region` for a Region as a whole."""

    region: str
    check: CheckId
    status: Status
    reason: str
    """One sentence for a person at three in the morning: what is, and why we think so."""

    next_step: str
    """The exact next step, or an empty text when there is nothing to do."""


@dataclass(frozen=True, slots=True)
class RememberedFinding:
    """A finding as stored: content, and the moments that matter (all of them moments of sweeps, UTC)."""

    finding: Finding
    first_observed_at: datetime
    changed_at: datetime
    """When its content last became what it is."""

    announced_at: datetime
    """When it last changed or was refreshed: it is sent on exactly when this moves."""

    observed_at: datetime
    """The sweep that wrote it last: an older or repeated sweep changes nothing."""

    not_observed_since: datetime | None = None
    """Set while an earlier warning or failure stands that could not be looked at again; with its reason."""

    not_observed_reason: str = ""
    archived_at: datetime | None = None
    """Set when its resource is gone, or its owner keeps sweeps from it; a finding of later takes it away."""
