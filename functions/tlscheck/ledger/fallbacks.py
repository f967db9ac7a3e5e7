"""Clients that refuse the certificate and come in without TLS within seconds: they lost their encryption.

Lines may come late, twice and in any order: so the moments of both are kept, of each up to a bound, beyond which
those that came first are dropped. Where one comes so late that its counterpart may be gone, that is said.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from tlscheck.ledger.joining import hour
from tlscheck.ledger.log_joining import FALLBACKS, bounded_fallbacks, latest
from tlscheck.ledger.logged import Fallback, Met

WITHIN = timedelta(seconds=5)
"""From the alert to the line of the plaintext session, which the server writes once it has let it in.

libpq connects anew at once, in the same call (fe-connect.c); what takes time is logging in: a second or two with
IAM, more with a busy server. Lines have whole seconds. A longer time would take others behind one address for it.
"""

CANDIDATES = 10_000
"""Of each, alerts and plaintext sessions; an ordinary reading comes in order and needs those of 5 seconds."""

_NEVER = datetime.min.replace(tzinfo=UTC)

type _Origin = tuple[str, str, str]
"""Address, user and database."""


class Fallbacks:
    """What alerts and plaintext sessions of one server add up to."""

    def __init__(self, candidates: int = CANDIDATES) -> None:
        self._candidates = candidates
        # As sets that know what came first.
        self._alerts: dict[tuple[datetime, str], None] = {}
        self._plaintext: dict[tuple[datetime, _Origin, str], None] = {}
        self._origins: dict[_Origin, _Origin] = {}
        """Of what came without TLS, each once: of many names there are few."""

        self._gone_alerts, self._gone_plaintext = _Dropped(), _Dropped()
        self._found: dict[Fallback, Met] = {}
        self._incomplete: datetime | None = None
        """The newest moment of which some may be left out."""

    def alert(self, at: datetime, address: str) -> None:
        """Somebody refused the certificate."""
        if self._gone_plaintext.holds(at, at + WITHIN):
            self._incomplete = latest(self._incomplete, at + WITHIN)
        self._alerts[at, address] = None
        if len(self._alerts) > self._candidates:
            self._compact()

    def plaintext(self, at: datetime, address: str, user: str, database: str, application: str) -> None:
        """Somebody came in without TLS."""
        if self._gone_alerts.holds(at - WITHIN, at):
            self._incomplete = latest(self._incomplete, at)
        origin = (address, user, database)
        self._plaintext[at, self._origins.setdefault(origin, origin), application] = None
        if len(self._plaintext) > self._candidates:
            self._compact()

    def found(self) -> tuple[dict[Fallback, Met], datetime | None]:
        """Who fell back, and when; and the newest moment of whoever may have been left out."""
        self._pair()
        kept, left_out = bounded_fallbacks(self._found)
        return kept, latest(left_out, self._incomplete)

    def _compact(self) -> None:
        self._pair()
        most = self._candidates // 2
        for at, _ in _drop_first(self._alerts, most):
            self._gone_alerts.add(at)
        for at, _, _ in _drop_first(self._plaintext, most):
            self._gone_plaintext.add(at)
        self._origins = {origin: origin for _, origin, _ in self._plaintext}

    def _pair(self) -> None:
        alerts: defaultdict[str, list[datetime]] = defaultdict(list)
        for at, address in sorted(self._alerts):
            alerts[address].append(at)
        for at, (address, user, database), application in self._plaintext:
            moments = alerts.get(address)
            if not moments:
                continue
            place = bisect_left(moments, at - WITHIN)
            if place < len(moments) and moments[place] <= at:
                fallback = Fallback(address, user, database, application)
                known = self._found.get(fallback)
                self._found[fallback] = Met(min(known.first, at), max(known.last, at)) if known else Met(at, at)
        if len(self._found) > 2 * FALLBACKS:
            self._found, left_out = bounded_fallbacks(self._found)
            self._incomplete = latest(self._incomplete, left_out)


class _Dropped:
    """Moments of what is not kept any more."""

    def __init__(self) -> None:
        self._last = _NEVER
        self._of_hours: dict[datetime, datetime] = {}
        """Hour to the last of it."""

    def add(self, at: datetime) -> None:
        """One of them."""
        of = hour(at)
        self._of_hours[of] = max(at, self._of_hours.get(of, at))
        self._last = max(at, self._last)

    def holds(self, since: datetime, until: datetime) -> bool:
        """Whether any may lie between those two, which are less than an hour apart."""
        # What comes in order is later than all of them.
        if since > self._last:
            return False
        return any(since <= self._of_hours.get(hour(each), _NEVER) for each in (since, until))


def _drop_first[What](kept: dict[What, None], most: int) -> Iterator[What]:
    """All but so many, those that came first first."""
    for each in list(islice(kept, max(0, len(kept) - most))):
        del kept[each]
        yield each
