"""Check password-hashes: are passwords stored and accepted as SCRAM alone?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ACCEPTED_HASHES, PASSWORD_HASH
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.parameters import told, unknown
from tlscheck.verdict.remedies import setting
from tlscheck.wording import joined, plain

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
    if "md5" not in {stored, *accepted.split("+")}:
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason)
    step = _require(evidence) if stored == "scram-sha-256" else _store(evidence)
    return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason, step)


def _store(evidence: Evidence) -> Advice:
    """New passwords are stored as SCRAM first: whoever sets one anew before that makes an MD5 hash again."""
    first = (
        "Whose driver does not speak SCRAM (libpq before 10, JDBC before 42.2.0) is cut off once its user's "
        "password is set anew, by a rotation of secrets too: update those drivers,"
    )
    return setting(evidence, PASSWORD_HASH, "scram-sha-256", first)


WHO_HAS_MD5 = (
    "CREATE EXTENSION IF NOT EXISTS rds_tools; "
    "SELECT rolname FROM rds_tools.role_password_encryption_type() WHERE encryption_type = 'md5';"
)


def _require(evidence: Evidence) -> str:
    """Whom it cuts off, nobody knows but the server: so no command.

    rds_tools is how RDS and Aurora show it, from 13 on: pg_authid is nobody's to read there (RDS User Guide,
    "Using SCRAM for PostgreSQL password encryption").
    """
    return joined(
        f"See which users still have an MD5 password: {WHO_HAS_MD5}",
        "Give their clients drivers that speak SCRAM, and each of these users its password anew. Once that names "
        f"nobody, give {ACCEPTED_HASHES} the value scram: it locks out whoever is left.",
        "The proxy in front of it is away for up to a minute then, says AWS." if evidence.database.proxies else "",
    )
