"""Clients that refuse the certificate and come in without TLS within seconds: they lost their encryption.

Lines may come late, twice and in any order: so the moments of both are kept, of each up to a bound, beyond which
those that came first are dropped. Where one comes so late that its counterpart may be gone, that is said.
"""

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta

from tlscheck.ledger.joining import hour
from tlscheck.ledger.log_joining import FALLBACKS, bounded_fallbacks, latest
from tlscheck.ledger.logged import Fallback, Met

WITHIN = timedelta(seconds=5)
"""From the alert to the line of the plaintext session, which the server writes once it has let it in.

libpq connects anew at once, in the same call (fe-connect.c); what takes time is logging in: a second or two with
IAM, more with a busy server. Lines have whole seconds. A longer time would take others behind one address for it.
"""

CANDIDATES = 20_000
"""Of each, alerts and plaintext sessions; an ordinary reading comes in order and needs those of 5 seconds."""

_HOUR = timedelta(hours=1)


class Fallbacks:
    """What alerts and plaintext sessions of one server add up to."""

    def __init__(self, candidates: int = CANDIDATES) -> None:
        self._candidates = candidates
        # As sets that know what came first.
        self._alerts: dict[tuple[datetime, str], None] = {}
        self._plaintext: dict[tuple[datetime, Fallback], None] = {}
        # Hour to the last moment of it that was dropped.
        self._dropped_alerts: dict[datetime, datetime] = {}
        self._dropped_plaintext: dict[datetime, datetime] = {}
        self._found: dict[Fallback, Met] = {}
        self._incomplete: datetime | None = None
        """The newest moment of which some may be left out."""

    def alert(self, at: datetime, address: str) -> None:
        """Somebody refused the certificate."""
        if any(at <= self._dropped_plaintext.get(each, at - WITHIN) for each in {hour(at), hour(at + WITHIN)}):
            self._incomplete = latest(self._incomplete, at + WITHIN)
        self._alerts[at, address] = None
        if len(self._alerts) > self._candidates:
            self._compact()

    def plaintext(self, at: datetime, address: str, user: str, database: str, application: str) -> None:
        """Somebody came in without TLS."""
        if self._dropped_alerts and any(
            at - WITHIN <= self._dropped_alerts.get(each, at - _HOUR) for each in {hour(at), hour(at - WITHIN)}
        ):
            self._incomplete = latest(self._incomplete, at)
        self._plaintext[at, Fallback(address, user, database, application)] = None
        if len(self._plaintext) > self._candidates:
            self._compact()

    def found(self) -> tuple[dict[Fallback, Met], datetime | None]:
        """Who fell back, and when; and the newest moment of whoever may have been left out."""
        self._pair()
        kept, left_out = bounded_fallbacks(self._found)
        return kept, latest(left_out, self._incomplete)

    def _compact(self) -> None:
        self._pair()
        _drop(self._alerts, self._dropped_alerts, self._candidates // 2)
        _drop(self._plaintext, self._dropped_plaintext, self._candidates // 2)

    def _pair(self) -> None:
        alerts: defaultdict[str, list[datetime]] = defaultdict(list)
        for at, address in sorted(self._alerts):
            alerts[address].append(at)
        for at, fallback in self._plaintext:
            moments = alerts.get(fallback.address)
            if not moments:
                continue
            place = bisect_left(moments, at - WITHIN)
            if place < len(moments) and moments[place] <= at:
                known = self._found.get(fallback)
                self._found[fallback] = Met(min(known.first, at), max(known.last, at)) if known else Met(at, at)
        if len(self._found) > 2 * FALLBACKS:
            self._found, left_out = bounded_fallbacks(self._found)
            self._incomplete = latest(self._incomplete, left_out)


def _drop[What](kept: dict[tuple[datetime, What], None], dropped: dict[datetime, datetime], most: int) -> None:
    """All but so many, those that came first first."""
    for moment, what in list(kept)[: max(0, len(kept) - most)]:
        del kept[moment, what]
        in_hour = hour(moment)
        dropped[in_hour] = max(moment, dropped.get(in_hour, moment))
