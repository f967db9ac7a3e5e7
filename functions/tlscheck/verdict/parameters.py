"""The parameters beside rds.force_ssl as reasons tell them, and what is said where they are not known."""

from tlscheck.inventory.gap import Gap
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.wording import plain, sentence


def told(value: str) -> str:
    """A value, which the group may leave out."""
    return plain(value) or "left to the engine"


def is_off(value: str) -> bool:
    """Whether a boolean parameter is off: RDS has 0 and 1, and PostgreSQL any beginning of these words that is one
    word's alone (bool.c, parse_bool_with_len)."""
    return _is_word(value, "off", least=2) or _is_word(value, "false") or _is_word(value, "no") or value == "0"


def is_on(value: str) -> bool:
    """The same of on."""
    return _is_word(value, "on", least=2) or _is_word(value, "true") or _is_word(value, "yes") or value == "1"


def _is_word(value: str, word: str, least: int = 1) -> bool:
    spelt = value.strip().lower()
    return len(spelt) >= least and word.startswith(spelt)


def unknown(evidence: Evidence, check: CheckId, gap: Gap) -> Finding:
    """What a check of parameters says where they could not be read."""
    reason = sentence(f"Its parameters are not known: {plain(gap.reason)}")
    step = "Let tlscheck read the parameter group, or let its changes be applied, as the reason says."
    return evidence.finding(check, Status.NOT_OBSERVED, reason, step)
