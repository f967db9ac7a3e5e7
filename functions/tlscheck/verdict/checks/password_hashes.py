"""Check password-hashes: are passwords stored and accepted as SCRAM alone?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ACCEPTED_HASHES, PASSWORD_HASH
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.parameters import told, unknown
from tlscheck.verdict.remedies import setting
from tlscheck.wording import plain

CHECK = Check(
    CheckId.PASSWORD_HASHES,
    title="Passwords are stored and accepted as SCRAM alone",
    why="An MD5 hash that leaks is as good as the password.",
    remedy="Set rds.accepted_password_auth_method to scram once every password is stored so.",
    documentation=f"{GUIDE}/PostgreSQL_Password_Encryption_configuration.html",
    type=BEST_PRACTICES,
    severities={},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster: only told, since no change of a CA hangs on it."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        return unknown(evidence, CHECK.id, settings)
    group = plain(settings.parameter_group or "?")
    stored, accepted = (settings.values.get(name, "") for name in (PASSWORD_HASH, ACCEPTED_HASHES))
    reason = f"{PASSWORD_HASH} is {told(stored)} and {ACCEPTED_HASHES} {told(accepted)} in {group}."
    if stored == "scram-sha-256" and accepted == "scram":
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    first = "Let every user of a password set it anew under scram-sha-256,"
    step = setting(evidence.database, ACCEPTED_HASHES, "scram", first)
    return evidence.finding(
        CHECK.id, Status.INFORMATIONAL, reason, step if "md5" in {stored, *accepted.split("+")} else ""
    )
