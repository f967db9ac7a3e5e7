"""What of EvidenceDays a server's log covers, and why not all of it: what it does not cover, nobody has read."""

from datetime import datetime, timedelta

from tlscheck.ledger.logged import Stretch
from tlscheck.verdict.evidence import Evidence
from tlscheck.wording import counted, listed, plain, sentence

NEWEST = timedelta(hours=1)
"""Lines of the time before a judgement may be on their way to the log service, or come with the next sweep."""

MOST_REASONS = 3


def window(evidence: Evidence) -> Stretch:
    """The time that the log is asked about: EvidenceDays, but for the newest hour."""
    return Stretch(evidence.at - evidence.evidence_span, evidence.at - NEWEST)


def is_covered(evidence: Evidence) -> bool:
    """Whether all of that time was read to the end and understood, and nothing of it was too much to be kept."""
    return not (log_holes(evidence) or evidence.logged.unread or evidence.logged.left_out)


def log_holes(evidence: Evidence) -> tuple[Stretch, ...]:
    """The parts of that time that the log does not cover, in order."""
    asked, holes = window(evidence), []
    since = asked.since
    for each in sorted(evidence.logged.covered, key=_began):
        if each.since > since:
            holes.append(Stretch(since, min(each.since, asked.until)))
        since = max(since, each.until)
        if since >= asked.until:
            break
    if since < asked.until:
        holes.append(Stretch(since, asked.until))
    return tuple(each for each in holes if each.since < each.until)


def lacks_log(evidence: Evidence) -> str:
    """Why not everything that the log could say is known, as sentences; empty where all of it is.

    Without numbers that change from one hour to the next.
    """
    if is_covered(evidence):
        return ""
    logged, asked = evidence.logged, window(evidence)
    told = []
    if log_holes(evidence):
        span = counted(evidence.evidence_span.days, "day")
        lead = f"Its log covers a part of the last {span} only" if reads_log(evidence) else "Its log was not read"
        # One that ended before is none of that time.
        whys = dict.fromkeys(plain(each.why) for each in logged.holes if each.stretch.until > asked.since)
        why = listed(whys, MOST_REASONS)
        told.append(sentence(f"{lead}: {why}" if why else lead))
    if logged.unread:
        told.append(f"Lines of it were not understood: {listed(map(plain, sorted(logged.unread)), MOST_REASONS)}.")
    if logged.left_out:
        told.append("It tells of more than is kept.")
    return " ".join(told)


def reads_log(evidence: Evidence) -> bool:
    """Whether the log covers anything of that time."""
    asked = window(evidence)
    return any(each.until > asked.since and each.since < asked.until for each in evidence.logged.covered)


def _began(stretch: Stretch) -> datetime:
    return stretch.since
