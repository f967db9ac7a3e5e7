"""What of EvidenceDays a server's log covers, and why not all of it: what it does not cover, nobody has read."""

from collections.abc import Sequence
from datetime import timedelta

from tlscheck.ledger.lateness import within
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.reading_plan import SILENT
from tlscheck.ledger.stretches import common, without
from tlscheck.verdict.evidence import Evidence
from tlscheck.wording import counted, day, joined, listed, plain, sentence, span

NEWEST = timedelta(hours=1)
"""Lines of the time before a judgement may be on their way to the log service, or come with the next sweep."""

MOST_REASONS = 3

READ_LOG = "Let tlscheck read its log (see connection-log)."


def reads_log(evidence: Evidence) -> bool:
    """Whether the log covers anything of EvidenceDays."""
    since = evidence.at - evidence.evidence_span
    return any(each.until > since for each in evidence.logged.covered)


def lacks_log(evidence: Evidence) -> str:
    """Why not everything that the log could say is known, as sentences; empty where all of it is.

    Without numbers that change from one hour to the next.
    """
    logged = evidence.logged
    unread = listed(map(plain, _not_understood(evidence)), MOST_REASONS)
    return joined(
        _not_covered(evidence),
        f"Lines of it were not understood: {unread}." if unread else "",
        "It tells of more than is kept." if logged.left_out else "",
        how_late(evidence) if logged.comes_too_late(evidence.at) else "",
    )


def how_late(evidence: Evidence) -> str:
    """How late its lines come, and whether the next reading finds them, as a sentence; empty: nobody knows."""
    lag, again = evidence.logged.lag(evidence.at), evidence.logged.again
    if lag is None or again is None:
        return ""
    most = within(lag)
    late = f"Its lines come {'up to ' + span(most) if most else 'more than a day'} late, and"
    if not evidence.logged.comes_too_late(evidence.at):
        return f"{late} the last {span(again)} are read again."
    return f"{late} no more than {span(again)} are read again: some may be missing until the next full sweep."


def _not_understood(evidence: Evidence) -> list[str]:
    """Why lines of EvidenceDays were not."""
    since = evidence.at - evidence.evidence_span
    return sorted(why for why, when in evidence.logged.unread.items() if when > since)


def _not_covered(evidence: Evidence) -> str:
    left = without([_asked(evidence)], evidence.logged.covered)
    if not left:
        return ""
    lead = _lead(evidence, left, counted(evidence.evidence_span.days, "day"))
    about = (each for each in evidence.logged.holes if common([each.stretch], left))
    why = listed(dict.fromkeys(plain(each.why) for each in about), MOST_REASONS)
    return sentence(f"{lead}: {why}" if why else lead)


def _lead(evidence: Evidence, left: Sequence[Stretch], days: str) -> str:
    if not reads_log(evidence):
        return f"Its log covers no hour of the last {days}" if _tells(evidence) else "Its log was not read"
    if len(left) == 1 and left[0].since == evidence.at - evidence.evidence_span:
        return f"Its log covers nothing before {day(left[0].until)}"
    return f"Its log covers a part of the last {days} only"


def _tells(evidence: Evidence) -> bool:
    """Whether anything of it was read, though of no hour enough."""
    since, logged = evidence.at - evidence.evidence_span, evidence.logged
    proofs = (*logged.rejections.values(), *logged.locked_out.values(), *logged.fallbacks.values())
    return (
        bool(_not_understood(evidence))
        or any(each.last >= since for each in proofs)
        or any(each.why.startswith(SILENT) and each.stretch.until > since for each in logged.holes)
    )


def _asked(evidence: Evidence) -> Stretch:
    """EvidenceDays, but for the newest hour."""
    return Stretch(evidence.at - evidence.evidence_span, evidence.at - NEWEST)
