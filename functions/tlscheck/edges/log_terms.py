"""By what terms the logs of servers are read."""

from dataclasses import dataclass, replace
from datetime import timedelta

from tlscheck.edges.log_download import Downloads
from tlscheck.edges.log_pace import OBSERVES, LogPace
from tlscheck.ledger.log_price import FIRST_READ
from tlscheck.ledger.reading_plan import Rhythm
from tlscheck.wire.asker import STACK, Asker


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """What the owner set, and what sort of sweep it is."""

    evidence: timedelta
    rhythm: Rhythm
    user: str
    """Database user of our own looks."""

    first_read: float = FIRST_READ
    """Bytes that Logs Insights may scan for what is older than what is read again anyway."""

    downloads: Downloads | None = None
    """Of logs that are not exported; None: the owner does not want it."""

    pace: LogPace = OBSERVES
    asker: Asker = STACK

    def of(self, user: str) -> "ReadingTerms":
        """The same, where our own looks come as this user."""
        return replace(self, user=user, downloads=self.downloads and replace(self.downloads, user=user))
