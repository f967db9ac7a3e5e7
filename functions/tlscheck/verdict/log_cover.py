"""What of EvidenceDays a server's log covers, and why not all of it: what it does not cover, nobody has read."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tlscheck.inventory.parameter_group import LC_MESSAGES
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.coverage import told_hours
from tlscheck.ledger.lateness import within
from tlscheck.ledger.log_joining import ADDRESSES, FALLBACKS
from tlscheck.ledger.logged import LeftOut, Stretch
from tlscheck.ledger.reading_plan import SILENT
from tlscheck.ledger.stretches import common, without
from tlscheck.verdict.evidence import Evidence
from tlscheck.wording import counted, day, joined, listed, plain, sentence, span

NEWEST = timedelta(hours=2)
"""Lines of the time before a judgement may be on their way to the log service, or come with the next sweep; that a
server logs is known up to its newest line, and of an hour without one in the next."""

MOST_REASONS = 3

READ_LOG = "Let tlscheck read its log (see connection-log)."


def reads_log(evidence: Evidence) -> bool:
    """Whether the log covers anything of EvidenceDays."""
    since = evidence.at - evidence.evidence_span
    return any(each.until > since for each in evidence.logged.covered)


def of_members(evidence: Evidence) -> dict[str, Evidence]:
    """A cluster, by member as if its log were the cluster's."""
    return {name: replace(evidence, logged=logged) for name, logged in evidence.member_logs.items()}


def lacks_log(evidence: Evidence) -> str:
    """Why not everything that the log could say is known, as sentences; empty where all of it is.

    Without numbers that change from one hour to the next.
    """
    late = how_late(evidence) if evidence.logged.comes_too_late(evidence.at) else ""
    return joined(_not_covered(evidence), not_understood(evidence), late)


def not_understood(evidence: Evidence) -> str:
    """Why lines of EvidenceDays that may tell of a client were not, as sentences; empty where all were."""
    language, reasons = foreign_language(evidence), _not_understood(evidence)
    why = listed(map(plain, reasons), MOST_REASONS)
    return joined(
        f"The server writes its log in the language of lc_messages, {plain(language)}, and tlscheck understands "
        "English alone."
        if language
        else "",
        f"Its log has lines that may tell of clients and were not understood; of such a line: {why}."
        if reasons
        else "",
    )


def foreign_language(evidence: Evidence) -> str:
    """lc_messages, where the parameters name a language that is not understood."""
    settings = evidence.database.settings
    language = settings.values.get(LC_MESSAGES, "") if isinstance(settings, Settings) else ""
    first = re.split(r"[_.@]", language.strip().lower())[0]
    return "" if not first or first in _ENGLISH else language


_ENGLISH = ("en", "c", "posix")
"""Languages of lc_messages in which a line of the log is understood: `C`, `POSIX`, `en_US.UTF-8`."""


def left_out(evidence: Evidence, *of: LeftOut) -> str:
    """What its log told of EvidenceDays and is not kept, as sentences; empty where that is nothing."""
    since = evidence.at - evidence.evidence_span
    return joined(*(_LEFT_OUT[each] for each in of if evidence.logged.left_out.get(each, since) > since))


_LEFT_OUT = {
    LeftOut.REFUSALS: (
        f"More addresses and names were turned away, or broke off, than are kept of each kind ({ADDRESSES}): the "
        "log group has the others."
    ),
    LeftOut.FALLBACKS: (
        f"More came in without TLS after an alert than are kept ({FALLBACKS}), or their lines came too late to be "
        "told apart: the log group has the others."
    ),
    LeftOut.COUNTED: (
        "Where connections are so many that Logs Insights only counts them by the hour, an address refused the "
        "certificate and came in without TLS around the same hour; whether it did so within seconds, a count does "
        "not tell: see that address's lines in the log group."
    ),
}


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
    left = without([_asked(evidence)], told_hours(evidence.logged))
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
    """EvidenceDays, but for the newest hours."""
    return Stretch(evidence.at - evidence.evidence_span, evidence.at - NEWEST)
