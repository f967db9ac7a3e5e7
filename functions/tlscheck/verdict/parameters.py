"""The parameters beside rds.force_ssl as reasons tell them, and what is said where they are not known."""

from tlscheck.inventory.gap import Gap
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.wording import plain, sentence


def told(value: str) -> str:
    """A value, which the group may leave out."""
    return plain(value) or "left to the engine"


def unknown(evidence: Evidence, check: CheckId, gap: Gap) -> Finding:
    """What a check of parameters says where they could not be read."""
    reason = sentence(f"Its parameters are not known: {plain(gap.reason)}")
    step = "Let tlscheck read the parameter group, or let its changes be applied, as the reason says."
    return evidence.finding(check, Status.NOT_OBSERVED, reason, step)
