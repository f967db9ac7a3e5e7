"""Lines of a log whose log_line_prefix may have changed in between: before an upgrade it was another."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from tlscheck.log.event import LogEvent, Unread
from tlscheck.log.lines import events
from tlscheck.log.prefix import compiled


class Beginnings:
    """What the lines of one log begin with, of those that they may."""

    def __init__(self, prefixes: Sequence[str], own: str) -> None:
        """`prefixes`: the likeliest first; `own`: the user of our own looks."""
        self._prefixes = prefixes
        self._own = own
        self._met: str | None = None

    @property
    def newest(self) -> str:
        """As the lines that were read last have it; before any the likeliest."""
        return self._met or self._prefixes[0]

    def events(self, texts: Sequence[str]) -> list[LogEvent | Unread]:
        """What the texts say, each by the prefix that it has."""
        if not texts:
            return []
        found = list(events(texts, self.newest, self._own))
        if self._met is not None and Unread.PREFIX not in found:
            return found
        self._met = min(self._prefixes, key=lambda each: self._strange(texts, each))
        return [each for prefix, some in groupby(texts, self._of) for each in events(some, prefix, self._own)]

    def _of(self, text: str) -> str:
        """What this line begins with: as those before it, if it begins so, or in no other way."""
        line = text.partition("\n")[0]
        fitting = (each for each in (self.newest, *self._prefixes) if compiled(each).read(line))
        self._met = next(fitting, self.newest)
        return self._met

    def _strange(self, texts: Iterable[str], prefix: str) -> int:
        """How many lines do not begin so."""
        return sum(each is Unread.PREFIX for each in events(texts, prefix, self._own))
