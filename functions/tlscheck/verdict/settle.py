"""From what a check says now and what is remembered to what is remembered next."""

from dataclasses import replace
from datetime import datetime, timedelta

from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding, RememberedFinding

REFRESH = timedelta(days=7)
"""Security Hub deletes what was not updated for 90 days; a finding that stays as it is is sent again weekly."""

STANDING = frozenset({Status.FAILED, Status.WARNING})
"""What stays until somebody looked again: not having looked never makes it disappear."""


def settle(remembered: RememberedFinding | None, finding: Finding, now: datetime) -> RememberedFinding:
    """What to remember after the sweep that started at `now`.

    Returns `remembered` itself when that sweep is not later than what is remembered.
    """
    if remembered is None:
        return RememberedFinding(finding, now, now, now, now)
    if now <= remembered.observed_at:
        return remembered
    if finding.status is Status.NOT_OBSERVED and remembered.finding.status in STANDING:
        after = replace(
            remembered,
            not_observed_since=remembered.not_observed_since or now,
            not_observed_reason=finding.reason,
            archived_at=None,
        )
    else:
        after = replace(
            remembered,
            finding=finding,
            changed_at=remembered.changed_at if finding == remembered.finding else now,
            not_observed_since=None,
            not_observed_reason="",
            archived_at=None,
        )
    is_due = after != remembered or now - remembered.announced_at >= REFRESH
    return replace(after, observed_at=now, announced_at=now if is_due else remembered.announced_at)


def archived(remembered: RememberedFinding, now: datetime) -> RememberedFinding:
    """What to remember of a resource that the sweep which started at `now` found gone.

    Returns `remembered` itself when that sweep is not later, or the finding is archived already.
    """
    if now <= remembered.observed_at or remembered.archived_at is not None:
        return remembered
    return replace(remembered, archived_at=now, announced_at=now, observed_at=now)
