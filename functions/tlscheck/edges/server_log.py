"""What every way to read a server's log does with its lines, and says where it cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from tlscheck.inventory.database import Database
from tlscheck.inventory.settings import Settings
from tlscheck.ledger.logged import Hole, Logged, Reading
from tlscheck.ledger.reading_plan import OFF, SILENT, Reach, holes
from tlscheck.ledger.tally import Tally
from tlscheck.log.event import LogEvent, Unread
from tlscheck.log.lines import events
from tlscheck.log.prefix import compiled

NO_TIME = "not read yet: this sweep had no time left"


@dataclass(slots=True)
class Lines:
    """Lines of one server, added to its tally by the prefix that they have."""

    prefixes: Sequence[str]
    """As LogPlace has them."""

    tally: Tally
    user: str
    """Database user of our own looks."""

    known: str | None = None
    """The prefix of the last ones."""

    @property
    def prefix(self) -> str:
        """What the next ones begin with, most likely."""
        return self.known or self.prefixes[0]

    def add(self, texts: Sequence[str]) -> list[LogEvent | Unread]:
        """Adds what these say, and gives it back."""
        if not texts:
            return []
        found = list(events(texts, self.prefix, self.user))
        if self.known is None or Unread.PREFIX in found:
            self.known = min(self.prefixes, key=lambda each: _strange(texts, each))
            # Before an upgrade, or a change of the parameter, it was another.
            found = []
            for prefix, some in groupby(texts, self._prefix_of):
                found += events(some, prefix, self.user)
        self.tally.add(found)
        return found

    def _prefix_of(self, text: str) -> str:
        """What this line begins with: as those before it, if it begins so, or in no other way."""
        before = self.prefix
        line = text.partition("\n")[0]
        fitting = (each for each in (before, *self.prefixes) if compiled(each).read(line))
        self.known = next(fitting, before)
        return self.known


def unread(logged: Logged, span: Reach, why: str, now: datetime) -> Reading:
    """A reading of nothing, and why."""
    found = Logged(holes=holes(logged, (), [Hole(span.asked, why)], span), read_at=now)
    return Reading(logged=replace(found, marks=logged.marks))


def silence(database: Database) -> str:
    """Why there may be nothing in what was read."""
    settings = database.settings
    return OFF if isinstance(settings, Settings) and settings.is_log_off else SILENT


def _strange(texts: Iterable[str], prefix: str) -> int:
    """How many lines do not begin so."""
    return sum(each is Unread.PREFIX for each in events(texts, prefix))
