"""Check babelfish-tls: does the second listener of Babelfish, which speaks TDS, insist on TLS?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import BABELFISH, TDS_ENCRYPTION
from tlscheck.verdict import commands
from tlscheck.verdict.checks import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wording import plain, sentence


def judge(evidence: Evidence) -> Finding:
    """The finding of a cluster; rds.force_ssl says nothing of that listener."""
    check, database = CheckId.BABELFISH_TLS, evidence.database
    settings = database.settings
    if isinstance(settings, Gap):
        reason = sentence(f"Whether Babelfish is on is not known: {plain(settings.reason)}")
        step = "Let tlscheck read the cluster parameter group, as the reason says."
        return evidence.finding(check, Status.NOT_OBSERVED, reason, step)
    if settings.values.get(BABELFISH) != "on":
        return evidence.finding(check, Status.PASSED, "Babelfish is not on: there is no TDS listener.")
    group, value = plain(settings.parameter_group or "?"), settings.values.get(TDS_ENCRYPTION)
    if value == "1":
        reason = f"Babelfish is on, and its TDS listener insists on TLS ({TDS_ENCRYPTION} is 1 in {group})."
        return evidence.finding(check, Status.PASSED, reason)
    told = plain(value) if value else "left to the engine"
    reason = f"Babelfish is on, and its TDS listener takes plaintext ({TDS_ENCRYPTION} is {told} in {group})."
    step = f"Move its TDS clients to TLS, then: {commands.set_parameter(database, TDS_ENCRYPTION, '1')}"
    return evidence.finding(check, Status.FAILED if value == "0" else Status.WARNING, reason, step)
