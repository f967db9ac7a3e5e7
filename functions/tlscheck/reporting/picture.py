"""How complete the picture of a database's clients is, as a report shows it: a week's hours, and in words."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.ledger.coverage import completeness
from tlscheck.verdict.completeness import how_complete, is_complete_by_log
from tlscheck.verdict.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Picture:
    """What looks and the log cover of the last whole days, UTC."""

    since: datetime
    until: datetime
    looks: int
    """How many there were that showed everybody."""

    is_log_complete: bool
    """Whether whoever opened a connection of its own in these days is in the list."""

    week: tuple[str, ...]
    """A line of 24 letters a weekday, Monday first: what `Completeness.week` says."""

    said: str


def picture_of(evidence: Evidence) -> Picture | None:
    """The picture of a server; None: it is none, or no day is over since somebody looked or read."""
    of = completeness(evidence.looks, evidence.logged, evidence.evidence_span, evidence.at)
    if of is None or not evidence.database.kind.is_server:
        return None
    return Picture(
        of.since, of.until, len(of.looks), is_complete_by_log(evidence, of), of.week(), how_complete(evidence)
    )
