"""Check certificate-rotation: by what AWS's API says, is the server certificate renewed in time, and how?"""

from datetime import datetime, timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.rotation import MaintenanceAction
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN
from tlscheck.verdict.renewal import OFFERED_BEFORE, renew
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
        return evidence.finding(CHECK.id, Status.FAILED, reason, renew(evidence, expires))
    actions = rotation.actions
    if actions and not isinstance(actions, Gap):
        reason = f"{until}. RDS waits to apply {'; '.join(_told(database, each) for each in actions)}.{restarts}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))
    renews = rotation.renews_from(expires)
    if renews is not None and not isinstance(actions, Gap):
        return _judge_renewal(evidence, expires, renews)
    unasked = [each for each in (actions, rotation.without_restart) if isinstance(each, Gap) and each != NOT_ASKED]
    why = next((each.told for each in unasked), "the API does not say how its version rotates")
    reason = sentence(f"{until}. How it is renewed is not known: {plain(why)}")
    if expires - evidence.at <= OFFERED_BEFORE:
        return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))
    step = (
        f"Let {' and '.join(each.operation for each in unasked)} succeed in this Region, as the reason says."
        if unasked
        else ASK_AGAIN
    )
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, step)


def _of_retired(evidence: Evidence, expires: datetime) -> Finding:
    """RDS renews under the CA that it has, and this one is gone; rds-ca-2019 was never renewed so."""
    name = plain(evidence.database.certificate_authority.identifier or "?")
    reason = (
        f"Its server certificate is valid to {day(expires)}. Whether RDS renews it is not known: the Region does "
        f"not offer its CA {name} any more."
    )
    if expires - evidence.at <= OFFERED_BEFORE:
        return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "See ca: another CA has a new one issued.")


def _judge_renewal(evidence: Evidence, expires: datetime, renews: datetime) -> Finding:
    database = evidence.database
    if database.certificate_authority.offer is Offer.RETIRED_OR_UNKNOWN:
        return _of_retired(evidence, expires)
    until = f"Its server certificate is valid to {day(expires)}"
    if database.rotation.is_without_restart:
        if evidence.at > renews + LATE:
            reason = (
                f"{until}. RDS renews it by itself from {day(renews)} on, in the maintenance window, and has not: "
                f"its rotation is overdue (its status is {plain(database.status) or '?'})."
            )
            return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))
        reason = f"{until}; RDS renews it by itself and without a restart from {day(renews)} on."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    if expires - evidence.at <= OFFERED_BEFORE:
        restarts = RESTARTS[database.rotation.is_without_restart]
        reason = f"{until}, and RDS offers no renewal of it: that is overdue.{restarts}"
        return evidence.finding(CHECK.id, Status.WARNING, reason, renew(evidence, expires))
    reason = f"{until}; from {day(renews)} on RDS offers its renewal, which restarts the server."
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _told(database: Database, action: MaintenanceAction) -> str:
    where = "" if action.resource_arn in {None, database.arn} else " of its cluster"
    moments = {
        "in the window after": action.applied_after,
        "planned for": action.planned_at,
        "forced on": action.forced_at,
    }
    dates = ", ".join(f"{word} {day(moment)}" for word, moment in moments.items() if moment)
    named = f"{plain(action.action)}{where}"
    return f"{named} ({dates})" if dates else named
