"""A log that was read, and of which nothing of the last day is known: what it said before is no word of today."""

from datetime import timedelta

from tlscheck.ledger.reading_plan import SILENT
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.log_cover import MOST_REASONS
from tlscheck.wording import day, listed, plain, sentence

DAY = timedelta(days=1)


def log_stopped(evidence: Evidence) -> str:
    """Since when nothing of it is known and why, a sentence; empty: some of the last day is, or none ever was."""
    covered = evidence.logged.covered
    if not covered or covered[-1].until > evidence.at - DAY:
        return ""
    lead = f"Of its log nothing is known since {day(covered[-1].until)}"
    why = listed(dict.fromkeys(map(plain, _why(evidence))), MOST_REASONS)
    return sentence(f"{lead}: {why}" if why else lead)


def open_log(evidence: Evidence) -> str:
    """What has it read again."""
    if not evidence.asker.reads_logs:
        return "Ask again with --logs."
    if any(not each.startswith(SILENT) for each in _why(evidence)):
        return "Open what the reason names, so that tlscheck can read the log."
    return "See whether lines of connections still reach its log group: RDS connects to each server itself."


def _why(evidence: Evidence) -> list[str]:
    covered = evidence.logged.covered
    return [each.why for each in evidence.logged.holes if not covered or each.stretch.until > covered[-1].until]
