"""What reading logs from here would cost, and take, told before a line of them is read."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.preview import PreviewedLogs
from tlscheck.ledger.log_place import NOT_EXPORTED
from tlscheck.ledger.log_price import GB, MOST_SCANNED, NO_GROUP, USD_A_GB, LogEstimate, previewed_logs
from tlscheck.wording import counted, joined, listed

CALLS_A_SECOND = 4.0
"""Of each call of CloudWatch Logs, in an account's Region: the service allows five of FilterLogEvents, and a
stack, or somebody else's tool, may live on them."""

LONG = 60.0
"""Seconds that are told of."""

_NONE = (NOT_EXPORTED, NO_GROUP.format(""))
"""How the reason begins why there is nothing to read, and nothing to pay."""


@dataclass(frozen=True, slots=True)
class ReadingPrice:
    """At most so much, and at least so long."""

    logs: PreviewedLogs
    seconds: float
    """At the rate at which a Region answers, the slowest of them."""

    unknown: tuple[Gap, ...]
    """Of servers whose log may well be read, though nobody says how large it is."""

    days: int
    is_kept: bool
    """Whether what is read is remembered."""

    @property
    def usd(self) -> float:
        """Of what Logs Insights counts, by its list price in us-east-1."""
        return self.logs.counted_at_most_usd

    def is_above(self, bound: float) -> bool:
        """Whether to ask before: it costs more USD, or nobody knows what."""
        return bool(self.unknown) or self.usd > bound

    @property
    def said(self) -> str:
        """A few sentences, for who has to decide."""
        logs = self.logs
        if not logs.servers and not self.unknown:
            return "No server's log is in CloudWatch Logs: none is read."
        return joined(
            f"{self._what} would be read, of {counted(logs.servers, 'server')} in "
            f"{counted(logs.groups, 'log group')}: at most about {_size(logs.at_most_gb)}, by about "
            f"{logs.about_calls:,} calls{self._long}."
            if logs.servers
            else "",
            self._free if logs.servers else "",
            self._held,
            self._not_known,
            self._again,
        )

    @property
    def _what(self) -> str:
        days = f"{counted(self.days, 'day')} of logs"
        return f"Of {days} what is not remembered yet" if self.is_kept else days

    @property
    def _long(self) -> str:
        if self.seconds < LONG:
            return ""
        return f", which take {counted(math.ceil(self.seconds / 60), 'minute')} or more"

    @property
    def _free(self) -> str:
        logs = self.logs
        if not logs.counted:
            return "They are read page by page (FilterLogEvents), which costs nothing."
        paged = logs.servers - logs.counted
        by_page = f"{counted(paged, 'server')} page by page (FilterLogEvents), which costs nothing, and "
        return (
            f"{by_page if paged else ''}{logs.counted} by Logs Insights: at most about "
            f"{_size(logs.counted_at_most_gb)}, {self.usd:g} USD at {USD_A_GB} for a GB (us-east-1; other Regions "
            "ask up to twice as much)."
        )

    @property
    def _held(self) -> str:
        logs = self.logs
        if not logs.held_back_gb:
            return ""
        return (
            f"Another {_size(logs.held_back_gb)}, {logs.held_back_usd:g} USD, are left uncounted and not known: "
            "--first-read-gb says how much of each server's log may be counted."
        )

    @property
    def _not_known(self) -> str:
        if not self.unknown:
            return ""
        most = MOST_SCANNED / GB * USD_A_GB
        return (
            f"Of {counted(len(self.unknown), 'server')} it is not known what that costs "
            f"({listed(dict.fromkeys(each.told for each in self.unknown), 2)}): at most {most:g} USD each."
        )

    @property
    def _again(self) -> str:
        if self.is_kept or not (self.usd or self.seconds >= LONG):
            return ""
        return "Nothing of it is remembered: with --save FILE the next run reads only what is new."


def reading_price(
    estimates: Sequence[LogEstimate | Gap], unsaid: Sequence[Gap], days: int, *, is_kept: bool
) -> ReadingPrice:
    """Of all servers together; `unsaid`: why it is not known what was read before."""
    calls = Counter[str]()
    for each in estimates:
        if isinstance(each, LogEstimate):
            calls[each.database.region] += each.calls
    unknown = [each for each in estimates if isinstance(each, Gap) and not each.reason.startswith(_NONE)]
    slowest = max(calls.values(), default=0) / CALLS_A_SECOND
    return ReadingPrice(previewed_logs(estimates, unsaid), slowest, tuple(unknown), days, is_kept)


def _size(gigabytes: float) -> str:
    return f"{gigabytes:g} GB" if gigabytes >= 0.001 else "1 MB"
