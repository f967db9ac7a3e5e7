"""What a sweep from a laptop rests on: one look or some, the log, and what earlier runs remembered."""

from dataclasses import dataclass
from datetime import timedelta

from tlscheck.wording import counted, joined, span


@dataclass(frozen=True, slots=True)
class Footing:
    """What was done."""

    looks: int
    """How often every server was looked at."""

    took: timedelta
    """From the first look to the end of the last."""

    connects: bool
    """Whether servers were connected to."""

    log: timedelta | None
    """How far back their logs were read; None: not at all."""

    is_remembered: bool
    """Whether there is a file of what earlier looks showed."""

    unlooked: int | None = None
    """How many databases were not looked at, since somebody ended it; None: nobody did."""

    @property
    def told(self) -> str:
        """Sentences on how complete the picture of clients can be."""
        return joined(self._end, self._looks, self._log, self._memory)

    @property
    def _end(self) -> str:
        match self.unlooked:
            case None:
                return ""
            case 0:
                return "Ended before its time was over; each database was looked at."
        return f"Ended before it was done: {counted(self.unlooked, 'database')} not looked at."

    @property
    def _looks(self) -> str:
        if not self.connects:
            return "No server was connected to: what is said is AWS's API's word."
        if self.looks > 1:
            return (
                f"This rests on {self.looks} looks within {span(self.took)}: whoever was connected at none of"
                " these moments was not seen."
            )
        return "This rests on one look, and a look shows only its moment."

    @property
    def _log(self) -> str:
        if self.log is None:
            return ""
        return f"Logs count too, as far as they could be read: {counted(self.log.days, 'day')} at most."

    @property
    def _memory(self) -> str:
        return "What earlier runs saw counts too." if self.is_remembered else ""


def nothing_found(account: str, *, is_narrow: bool, is_whole: bool) -> str:
    """Of an account without a row; `is_whole`: whether all that was to be listed was."""
    what = "no such PostgreSQL database" if is_narrow else "no PostgreSQL database of RDS or Aurora"
    if not is_whole:
        return f"Account {account}: {what} was seen, and not all could be listed."
    return f"Account {account} has {what} in the Regions that were listed."
