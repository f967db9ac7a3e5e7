"""Check certificate-rotation: by what AWS's API says, is the server certificate renewed in time, and how?"""

from datetime import datetime, timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import AUTHORITY, MaintenanceAction
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN, after_the_clients, renew
from tlscheck.wording import day, plain, sentence

CHECK = Check(
    CheckId.ROTATION,
    title="The server certificate is renewed in time",
    why="RDS renews it under the same CA; where that stalls, every client that verifies is cut off.",
    remedy="Apply the pending maintenance action, or see why the maintenance window did not.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)

RESTARTS = {
    True: " Its engine version needs no restart for that.",
    False: " Its engine version restarts for that.",
    None: " Whether that restarts it is not known.",
}
"""What a renewal does to the server, by SupportsCertificateRotationWithoutRestart."""

LATE = timedelta(days=14)
"""Two maintenance windows after its half-life, a certificate that RDS renews by itself should be new."""

OFFERED_BEFORE = timedelta(days=90)
"""RDS offers a renewal that restarts at the half-life, or at the latest three months before expiry."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, by the API alone: no connection is needed."""
    database = evidence.database
    expires, rotation = database.server_certificate_expires, database.rotation
    if expires is None:
        reason = (
            f"The API names no expiry of its server certificate (its status is {plain(database.status) or '?'})."
        )
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, ASK_AGAIN)
    until = f"Its server certificate is valid to {day(expires)}"
    restarts = RESTARTS[rotation.is_without_restart]
    if expires <= evidence.at:
        reason = f"Its server certificate expired on {day(expires)}, whatever its CA's own expiry is."
        return evidence.finding(CHECK.id, Status.FAILED, reason, _act(evidence))
    actions = rotation.actions
    if actions and not isinstance(actions, Gap):
        reason = f"{until}. RDS waits to apply {'; '.join(map(_told, actions))}.{restarts}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, _apply(evidence, actions[0]))
    renews = rotation.renews_from(expires)
    if renews is not None and not isinstance(actions, Gap):
        return _judge_renewal(evidence, expires, renews)
    unasked = (each.told for each in (actions, rotation.without_restart) if isinstance(each, Gap))
    why = next(unasked, "the API does not say how its version rotates")
    reason = sentence(f"{until}. How it is renewed is not known: {plain(why)}")
    if expires - evidence.at <= OFFERED_BEFORE:
        return evidence.finding(CHECK.id, Status.WARNING, reason, _act(evidence))
    step = "Allow tlscheck rds:DescribeDBEngineVersions and rds:DescribePendingMaintenanceActions."
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, step)


def _judge_renewal(evidence: Evidence, expires: datetime, renews: datetime) -> Finding:
    database = evidence.database
    until = f"Its server certificate is valid to {day(expires)}"
    if database.rotation.is_without_restart:
        if evidence.at > renews + LATE:
            reason = (
                f"{until}. RDS renews it by itself from {day(renews)} on, in the maintenance window, and has not: "
                f"its rotation is overdue (its status is {plain(database.status) or '?'})."
            )
            return evidence.finding(CHECK.id, Status.WARNING, reason, _act(evidence))
        reason = f"{until}; RDS renews it by itself and without a restart from {day(renews)} on."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    if expires - evidence.at <= OFFERED_BEFORE:
        restarts = RESTARTS[database.rotation.is_without_restart]
        reason = f"{until}, and RDS offers no renewal of it: that is overdue.{restarts}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, _act(evidence))
    reason = f"{until}; from {day(renews)} on RDS offers its renewal, which restarts the server."
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _told(action: MaintenanceAction) -> str:
    moments = {
        "in the window after": action.applied_after,
        "planned for": action.planned_at,
        "forced on": action.forced_at,
    }
    dates = ", ".join(f"{word} {day(moment)}" for word, moment in moments.items() if moment)
    return f"{action.action} ({dates})" if dates else action.action


def _apply(evidence: Evidence, action: MaintenanceAction) -> Advice:
    lines = commands.apply_maintenance(evidence.database, action.action)
    return after_the_clients(lines) if action.action == AUTHORITY else Advice("", lines)


def _act(evidence: Evidence) -> Advice:
    database = evidence.database
    if database.status == "stopped":
        return Advice("Start it for a maintenance window:", commands.start(database))
    return renew(database)
