"""Check babelfish-tls: does the second listener of Babelfish, which speaks TDS, insist on TLS?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import BABELFISH, TDS_ENCRYPTION
from tlscheck.verdict.check import AURORA_GUIDE, BEST_PRACTICES, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import setting
from tlscheck.wording import plain, sentence

CHECK = Check(
    CheckId.BABELFISH_TLS,
    title="Babelfish's TDS listener insists on TLS",
    why="rds.force_ssl says nothing of that listener: clients that speak TDS may send in the clear.",
    remedy="Set babelfishpg_tds.tds_ssl_encrypt to 1 in the cluster parameter group.",
    documentation=f"{AURORA_GUIDE}/babelfish-configuration.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)


def judge(evidence: Evidence) -> Finding:
    """The finding of a cluster; rds.force_ssl says nothing of that listener."""
    database = evidence.database
    settings = database.settings
    if isinstance(settings, Gap):
        reason = sentence(f"Whether Babelfish is on is not known: {plain(settings.reason)}")
        unread = "Let tlscheck read the cluster parameter group, as the reason says."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, unread)
    if settings.values.get(BABELFISH) != "on":
        return evidence.finding(CHECK.id, Status.PASSED, "Babelfish is not on: there is no TDS listener.")
    group, value = plain(settings.parameter_group or "?"), settings.values.get(TDS_ENCRYPTION)
    if value == "1":
        reason = f"Babelfish is on, and its TDS listener insists on TLS ({TDS_ENCRYPTION} is 1 in {group})."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    told = plain(value) if value else "left to the engine"
    reason = f"Babelfish is on, and its TDS listener takes plaintext ({TDS_ENCRYPTION} is {told} in {group})."
    step = setting(database, TDS_ENCRYPTION, "1", "Move its TDS clients to TLS,")
    return evidence.finding(CHECK.id, Status.FAILED if value == "0" else Status.WARNING, reason, step)
