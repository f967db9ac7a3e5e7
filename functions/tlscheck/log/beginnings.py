"""Lines of a log whose log_line_prefix changed: by an upgrade, or as somebody set the parameter anew.

A change leads forward alone. So once a line began as the parameter says by now, a later one that begins as it once
was is none of the server's: a client that was refused spelt it in its names, where a shorter beginning leaves room
for a whole line, whatever the server's own is.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from tlscheck.log.event import LogEvent, Unread
from tlscheck.log.lines import events
from tlscheck.log.prefix import compiled


class Beginnings:
    """What the lines of one server begin with, as they come: those of a stretch of time in their order."""

    def __init__(self, prefixes: Sequence[str], current: str | None, own: str = "") -> None:
        """`prefixes`: all that may be met, the likeliest first; `current`: the one that the parameter says, None:
        that is not known; `own`: the user of our own looks.
        """
        self._prefixes, self._current, self._own = prefixes, current, own
        self._is_known = self._is_current = False
        self.prefix = prefixes[0]
        """Of the newest line that was read."""

    def begin(self) -> None:
        """What comes now is of another stretch of time."""
        self._is_current = False

    def events(self, texts: Sequence[str]) -> list[LogEvent | Unread]:
        """What the texts say."""
        if not texts:
            return []
        found = list(events(texts, self.prefix, self._own))
        if self._is_known and Unread.PREFIX not in found:
            self._is_current = self._is_current or (self.prefix == self._current and _is_any_read(found))
            return found
        self._is_known, self.prefix = True, min(self._prefixes, key=partial(_strange, texts))
        found = []
        for prefix, some in groupby(texts, self._of):
            read = list(events(some, prefix, self._own))
            if self._is_current and prefix != self._current:
                read = [each if isinstance(each, Unread) else Unread.AMBIGUOUS for each in read]
            self._is_current = self._is_current or (prefix == self._current and _is_any_read(read))
            found += read
        return found

    def _of(self, text: str) -> str:
        """What this line begins with: as those before it, if it begins so, or in no other way."""
        line = text.partition("\n")[0]
        fitting = (each for each in (self.prefix, *self._prefixes) if compiled(each).read(line))
        self.prefix = next(fitting, self.prefix)
        return self.prefix


def _strange(texts: Iterable[str], prefix: str) -> int:
    """How many lines do not begin so."""
    return sum(each is Unread.PREFIX for each in events(texts, prefix))


def _is_any_read(found: Iterable[LogEvent | Unread]) -> bool:
    return any(not isinstance(each, Unread) for each in found)
