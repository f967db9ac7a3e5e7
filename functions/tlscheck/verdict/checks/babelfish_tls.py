"""Check babelfish-tls: does the second listener of Babelfish, which speaks TDS, insist on TLS?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import BABELFISH, TDS_ENCRYPTION
from tlscheck.verdict.check import AURORA_GUIDE, BEST_PRACTICES, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.parameters import is_off, is_on
from tlscheck.verdict.whom import SEE_TDS_CLIENTS, also_changes, is_of_tds_too
from tlscheck.wording import joined, plain, sentence

CHECK = Check(
    CheckId.BABELFISH_TLS,
    title="Babelfish's TDS listener insists on TLS",
    why="In most versions rds.force_ssl says nothing of that listener: its clients may send in the clear.",
    remedy="Set babelfishpg_tds.tds_ssl_encrypt to 1 in the cluster parameter group.",
    documentation=f"{AURORA_GUIDE}/babelfish-configuration.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)

NOT_ON = frozenset({"", "off", "datadump"})
"""Values of rds.babelfish_status, beside `on`."""


def judge(evidence: Evidence) -> Finding:
    """The finding of a cluster, whose looks are at its other listener."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        reason = sentence(f"Whether Babelfish is on is not known: {plain(settings.reason)}")
        unread = "Let tlscheck read the cluster parameter group, or let RDS apply its changes, as the reason says."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, unread)
    group, status = plain(settings.parameter_group or "?"), settings.values.get(BABELFISH, "")
    if status.strip().lower() in NOT_ON:
        return evidence.finding(CHECK.id, Status.PASSED, "Babelfish is not on: there is no TDS listener.")
    if status.strip().lower() != "on":
        reason = f"Whether Babelfish is on is not known: {BABELFISH} is {plain(status)} in {group}."
        step = f"See which values {BABELFISH} may have; tlscheck may be too old to know this one."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, step)
    return _judge_listener(evidence, group, settings.values.get(TDS_ENCRYPTION, ""))


def _judge_listener(evidence: Evidence, group: str, value: str) -> Finding:
    told = f"{TDS_ENCRYPTION} is {plain(value) or 'left to the engine'} in {group}"
    if is_on(value):
        reason = f"Babelfish is on, and its TDS listener insists on TLS ({told})."
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    if is_of_tds_too(evidence.database) and evidence.enforcement.is_enforced:
        reason = (
            f"Babelfish is on, and {told}. In this version, AWS says, rds.force_ssl ends plaintext on its TDS "
            "listener too, and it is enforced; tlscheck does not look at that listener."
        )
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason)
    reason = f"Babelfish is on, and its TDS listener takes plaintext ({told})."
    step = joined(
        f"Move its TDS clients to TLS first: {SEE_TDS_CLIENTS}",
        f"Then set {TDS_ENCRYPTION} to 1 in {group} and reboot the members.",
        also_changes(evidence),
        "No command is given, as it cuts off whoever still comes without TLS.",
    )
    return evidence.finding(CHECK.id, Status.FAILED if is_off(value) else Status.WARNING, reason, step)
