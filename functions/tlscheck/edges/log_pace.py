"""How fast the logs of servers are read, and for how long: Lambda ends a function, and a person waits."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tlscheck.edges.unread import NO_TIME
from tlscheck.inventory.database import Database

STOPPED = "not read yet: it was stopped"
"""Why time of a log is not known, where somebody ended the reading."""


@dataclass(frozen=True, slots=True)
class LogPace:
    """As Observe reads them: in what time looks and judging leave it, one server of a batch after the other."""

    seconds: float = 60.0
    """For all servers of a batch."""

    before_judging: float = 180.0
    """Seconds of Observe's 300 after which no more is read: looks at servers that resume take most of them."""

    at_once: int = 1
    """Servers of a batch whose logs are read side by side."""

    @property
    def is_stopped(self) -> bool:
        """Whether somebody ended it: what is being read is given up between two answers."""
        return False

    def asked[T](self, call: str, region: str, ask: Callable[[], T]) -> T:  # noqa: ARG002 - of others
        """The answer of a call of the log service; a Gap where it is throttled: the next sweep goes on."""
        return ask()

    def read(self, database: Database) -> None:
        """Is told that a server's log was read, as far as it could be."""


OBSERVES = LogPace()


@dataclass(frozen=True, slots=True)
class LogTime:
    """How long one server's log may be read, and at which pace."""

    until: float
    """Of time.monotonic()."""

    pace: LogPace = OBSERVES

    def over(self) -> str:
        """Why no more is read; empty: it goes on."""
        if self.pace.is_stopped:
            return STOPPED
        return NO_TIME if time.monotonic() > self.until else ""
