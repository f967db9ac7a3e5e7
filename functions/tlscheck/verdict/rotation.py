"""Check certificate-rotation: by what AWS's API says, is the server certificate renewed in time, and how?"""

from datetime import datetime, timedelta

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import AUTHORITY, MaintenanceAction
from tlscheck.verdict import commands
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wording import day, plain, sentence

LATE = timedelta(days=14)
"""Two maintenance windows after its half-life, a certificate that RDS renews by itself should be new."""

OFFERED_BEFORE = timedelta(days=90)
"""RDS offers a renewal that restarts at the half-life, or at the latest three months before expiry."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member, by the API alone: no connection is needed."""
    check, database = CheckId.ROTATION, evidence.database
    expires, rotation = database.server_certificate_expires, database.rotation
    if expires is None:
        reason = (
            f"The API names no expiry of its server certificate (its status is {plain(database.status) or '?'})."
        )
        return evidence.finding(check, Status.NOT_OBSERVED, reason, "The next sweep asks again.")
    until = f"Its server certificate is valid to {day(expires)}"
    if expires <= evidence.at:
        reason = f"Its server certificate expired on {day(expires)}, whatever its CA's own expiry is."
        return evidence.finding(check, Status.FAILED, reason, _act(evidence))
    actions, renews = rotation.actions, rotation.renews_from(expires)
    if actions and not isinstance(actions, Gap):
        reason = f"{until}. RDS waits to apply {'; '.join(map(_told, actions))}.{_restarts(evidence)}"
        return evidence.finding(check, Status.WARNING, reason, _apply(evidence, actions[0]))
    if renews is not None and not isinstance(actions, Gap):
        return _judge_renewal(evidence, expires, renews)
    unasked = (each.told for each in (actions, rotation.without_restart) if isinstance(each, Gap))
    why = next(unasked, "the API does not say how its version rotates")
    reason = sentence(f"{until}. How it is renewed is not known: {plain(why)}")
    if expires - evidence.at <= OFFERED_BEFORE:
        return evidence.finding(check, Status.WARNING, reason, _act(evidence))
    step = "Allow tlscheck rds:DescribeDBEngineVersions and rds:DescribePendingMaintenanceActions."
    return evidence.finding(check, Status.NOT_OBSERVED, reason, step)


def _judge_renewal(evidence: Evidence, expires: datetime, renews: datetime) -> Finding:
    check, database = CheckId.ROTATION, evidence.database
    until = f"Its server certificate is valid to {day(expires)}"
    if database.rotation.without_restart is True:
        if evidence.at > renews + LATE:
            reason = (
                f"{until}. RDS renews it by itself from {day(renews)} on, in the maintenance window, and has not: "
                f"its rotation is overdue (its status is {plain(database.status) or '?'})."
            )
            return evidence.finding(check, Status.WARNING, reason, _act(evidence))
        reason = f"{until}; RDS renews it by itself and without a restart from {day(renews)} on."
        return evidence.finding(check, Status.PASSED, reason)
    if expires - evidence.at <= OFFERED_BEFORE:
        reason = f"{until}, and RDS offers no renewal of it: that is overdue.{_restarts(evidence)}"
        return evidence.finding(check, Status.WARNING, reason, _act(evidence))
    reason = f"{until}; from {day(renews)} on RDS offers its renewal, which restarts the server."
    return evidence.finding(check, Status.PASSED, reason)


def unknowns(evidence: Evidence) -> list[str]:
    """What the API did not say of the rotation, for the check not-observed."""
    database = evidence.database
    found = [] if database.server_certificate_expires else ["the API names no expiry of its server certificate"]
    rotation = database.rotation
    unasked = [each for each in (rotation.without_restart, rotation.actions) if isinstance(each, Gap)]
    return [*found, *(gap.told for gap in unasked)]


def _told(action: MaintenanceAction) -> str:
    moments = {
        "in the window after": action.applied_after,
        "planned for": action.planned_at,
        "forced on": action.forced_at,
    }
    dates = ", ".join(f"{word} {day(moment)}" for word, moment in moments.items() if moment)
    return f"{action.action} ({dates})" if dates else action.action


def _restarts(evidence: Evidence) -> str:
    match evidence.database.rotation.without_restart:
        case True:
            return " Its engine version needs no restart for that."
        case False:
            return " Its engine version restarts for that."
        case _:
            return " Whether that restarts it is not known."


def _apply(evidence: Evidence, action: MaintenanceAction) -> str:
    command = commands.apply_maintenance(evidence.database, action.action)
    if action.action == AUTHORITY:
        return f"Make sure that its TLS clients trust the new root (see tls-clients), then: {command}"
    return command


def _act(evidence: Evidence) -> str:
    database = evidence.database
    if database.status == "stopped":
        return f"Start it for a maintenance window: {commands.start(database)}"
    change = commands.change_authority(database, commands.preferred_authority(database))
    return f"{commands.renew_certificate(database)} or, where no such action waits: {change}"
