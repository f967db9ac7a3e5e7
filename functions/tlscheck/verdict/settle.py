"""From what a check says now and what is remembered to what is remembered next."""

from dataclasses import replace
from datetime import datetime

from tlscheck.verdict.announce import Announced, changes_of, telling
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Basis, Finding, RememberedFinding

STANDING = frozenset({Status.FAILED, Status.WARNING})
"""What stays until somebody looked again: not having looked never makes it disappear."""

RANKS = {
    Status.PASSED: 0,
    Status.INFORMATIONAL: 0,
    Status.NOT_OBSERVED: 1,
    Status.WARNING: 2,
    Status.FAILED: 3,
}
"""How bad a status is, the larger the worse."""


def settle(
    remembered: RememberedFinding | None, finding: Finding, basis: Basis, at: datetime
) -> RememberedFinding:
    """What to remember of a check that says this by facts of `basis`, the newest of which is of `at`.

    Returns `remembered` itself where that rests on later facts than these.
    """
    is_conclusive = finding.status is not Status.NOT_OBSERVED
    if remembered is None:
        concluded = at if is_conclusive else None
        return RememberedFinding(
            finding,
            at,
            at,
            at,
            at,
            None,
            "",
            None,
            basis,
            finding.status,
            finding.digest(),
            concluded_at=concluded,
        )
    if is_later(remembered.basis, basis):
        return remembered
    changes = remembered.changes
    if not is_conclusive and remembered.finding.status in STANDING:
        after = replace(
            remembered,
            not_observed_since=remembered.not_observed_since or at,
            not_observed_reason=finding.reason,
            changes=changes_of(changes, at, changed=False),
        )
    else:
        is_other = finding.status is not remembered.finding.status
        after = replace(
            remembered,
            finding=finding,
            changed_at=remembered.changed_at if finding == remembered.finding else at,
            not_observed_since=None,
            not_observed_reason="",
            changes=changes_of(changes, at, changed=is_other),
            concluded_at=at if is_conclusive else remembered.concluded_at,
        )
    after = replace(after, archived_at=None, observed_at=at, basis=basis)
    return _announced(remembered, after, at)


def is_later(one: Basis, other: Basis) -> bool:
    """Whether the first rests on a fact that the second does not know yet."""
    return _is_later(one.listed_at, other.listed_at) or _is_later(one.looked_at, other.looked_at)


def joined(one: Basis, other: Basis) -> Basis:
    """The later of both moments."""
    return Basis(_latest(one.listed_at, other.listed_at), _latest(one.looked_at, other.looked_at))


def archived(remembered: RememberedFinding, basis: Basis, at: datetime) -> RememberedFinding:
    """What to remember of a resource that a listing found gone, or of a check that does not apply any more.

    Returns `remembered` itself when it rests on a later listing, or is archived already.
    """
    if _is_later(remembered.basis.listed_at, basis.listed_at) or remembered.archived_at is not None:
        return remembered
    rests_on = joined(remembered.basis, basis)
    return replace(remembered, archived_at=at, announced_at=at, observed_at=at, basis=rests_on)


def _announced(before: RememberedFinding, after: RememberedFinding, at: datetime) -> RememberedFinding:
    rank = RANKS[before.announced_status or before.finding.status]
    digest = after.finding.digest(after.not_observed_reason)
    known = before.announced_digest or before.finding.digest(before.not_observed_reason)
    told = Announced(rank, before.announced_at, after.changes, before.flaps_told_at)
    tells = telling(told, RANKS[after.finding.status], at, differs=digest != known)
    if not (tells.is_due or before.archived_at is not None):
        return replace(after, announced_digest=known)
    return replace(
        after,
        announced_at=at,
        announced_status=after.finding.status,
        announced_digest=digest,
        flaps_told_at=at if tells.flaps else before.flaps_told_at,
    )


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)
