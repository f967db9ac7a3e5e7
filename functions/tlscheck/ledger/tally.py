"""What the events of one server's log add up to, whatever comes, in bounded memory.

Events may come late, twice and in any order, and what they add up to is the same; so is what two tallies of
stretches that touch or overlap add up to, as one of both would. What takes two lines, one after the other (see
fallbacks.py), a stretch must hold with both: each is read from some minutes before the end of the one before it.

Names are as the log has them. A client that sets its application_name after login, as PostgreSQL JDBC did does,
has none in the log, and in that of PostgreSQL 10 and 11 nobody has: it is a client without a name here, since
nothing in a line tells which one of that user, database and address it is.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tlscheck.ledger.adding_up import AddingUp
from tlscheck.ledger.client import Client, Who
from tlscheck.ledger.distinct import Distinct
from tlscheck.ledger.fallbacks import Fallbacks
from tlscheck.ledger.joining import hour
from tlscheck.ledger.log_joining import ADDRESSES, LOCKED_OUT, bounded_locked_out, bounded_rejections, latest
from tlscheck.ledger.logged import Hole, LeftOut, LockedOut, Logged, Met, Reading, Stretch
from tlscheck.ledger.reading_plan import SILENT
from tlscheck.ledger.retention import AHEAD
from tlscheck.ledger.stretches import common, united, without
from tlscheck.log.event import Connected, LogEvent, Rejected, Rejection, Unread
from tlscheck.wire.observation import SessionKind

ELSEWHEN = "its moment is not of the time that was read"
"""Of lines that a stranger wrote into the log, or of a clock that is wrong."""

RATE_OF = timedelta(days=1)
"""The least of which new connections a day are told: of less they would be those of its hour."""

_CLIENTS = {SessionKind.CLIENT, SessionKind.REPLICATION}
_ALERTS = frozenset(each for each in Rejection if each.is_alert)
_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)


class Tally:
    """Of one server, and of what lies between two moments."""

    def __init__(self, key: str, span: Stretch) -> None:
        """`key`: of the database. What is said of a moment more than a day outside the span is not believed."""
        self._since, self._until = span.since - AHEAD, span.until + AHEAD
        self._tls, self._plaintext = AddingUp(key), AddingUp(key)
        self._fallbacks = Fallbacks()
        self._rejections: dict[tuple[Rejection, str], Met] = {}
        self._locked_out: dict[LockedOut, Met] = {}
        self._left_out: dict[LeftOut, datetime] = {}
        self._counted_alerts = set[tuple[datetime, str]]()
        self._counted_plaintext = set[tuple[datetime, str]]()
        self._hours: dict[datetime, Met] = {}
        self._connections = Distinct()
        self._ends, self._unread = span.until, set[str]()
        self._at = self._hour = datetime.min.replace(tzinfo=UTC)
        self._met_at: datetime | None = None
        self._is_in_time = False

    def add(self, events: Iterable[LogEvent | Unread]) -> None:
        """Further events."""
        for event in events:
            if isinstance(event, Unread):
                self._unread.add(event.value)
                continue
            if event.origin.at is not self._at:
                self._come_to(event.origin.at)
            if not self._is_in_time:
                self._unread.add(ELSEWHEN)
            elif isinstance(event, Connected):
                self._connected(event)
            else:
                self._rejected(event)

    def add_counted(self, events: Iterable[LogEvent | Unread]) -> None:
        """Further events, each the last of its hour alone: an alert and a session without TLS from there within
        an hour may have been seconds apart, and nobody can tell."""
        counted = list(events)
        self.add(counted)
        for event in counted:
            if isinstance(event, Rejected) and event.rejection.is_alert:
                self._counted_alerts.add((hour(event.origin.at), event.origin.address))
            elif isinstance(event, Connected) and event.protocol is None and event.kind in _CLIENTS:
                self._counted_plaintext.add((hour(event.origin.at), event.origin.address))
        for at, address in self._counted_alerts:
            if {(at, address), (at + _HOUR, address)} & self._counted_plaintext:
                self._leave_out(LeftOut.COUNTED, at + _HOUR)

    def reading(
        self,
        read: Iterable[Stretch],
        holes: Iterable[Hole] = (),
        read_at: datetime | None = None,
        silent: str = SILENT,
    ) -> Reading:
        """All of it. `read`: what was read to its end; `holes`: what was not, and why; `silent`: why there may be
        nothing in what was read."""
        read = united(read)
        covered = common(read, self._runs())
        silences = (Hole(each, silent) for each in without(read, covered))
        rejections, refused = bounded_rejections(self._rejections)
        locked_out, shut = bounded_locked_out(self._locked_out)
        fallbacks, fallen = self._fallbacks.found()
        self._leave_out(LeftOut.REFUSALS, refused, shut)
        self._leave_out(LeftOut.FALLBACKS, fallen)
        length = sum((each.until - each.since for each in read), timedelta())
        has_rate = length >= RATE_OF
        tls, plaintext = self._tls.clients(), self._plaintext.clients()
        return Reading(
            tuple(
                Client(who, None, None, tls.get(who), plaintext.get(who))
                for who in sorted(tls.keys() | plaintext.keys(), key=Who.digest)
            ),
            Logged(
                covered,
                tuple(sorted((*holes, *silences), key=lambda hole: (hole.stretch.since, hole.why))),
                rejections,
                locked_out,
                fallbacks,
                dict.fromkeys(sorted(self._unread), self._ends),
                self._connections.count() * (timedelta(days=1) / length) if has_rate else None,
                read[-1].until if has_rate else None,
                dict(self._left_out),
                read_at,
            ),
        )

    def _come_to(self, at: datetime) -> None:
        """Lines of this moment follow."""
        self._at, self._is_in_time = at, self._since <= at <= self._until
        # As one object of all that follow each other, which makes comparing them cheap.
        if not self._hour <= at < self._hour + _HOUR:
            self._hour = hour(at)

    def _connected(self, event: Connected) -> None:
        origin, moment = event.origin, self._hour
        if origin.at is not self._met_at:
            self._met_at = origin.at
            _meet(self._hours, moment, origin.at)
        self._connections.add(hash(origin))
        if event.kind not in _CLIENTS:
            return
        names = (event.user, event.database, event.application)
        if event.protocol is None:
            self._plaintext.met(names, moment, origin.address)
            self._fallbacks.plaintext(origin.at, origin.address, *names)
        else:
            # A doubtful line's version may be the client's own word.
            protocol = "" if event.is_doubtful else event.protocol
            self._tls.met(names, moment, origin.address, protocol)

    def _rejected(self, event: Rejected) -> None:
        at, address = event.origin.at, event.origin.address
        if event.rejection in _ALERTS:
            self._fallbacks.alert(at, address)
        if event.rejection is Rejection.NO_ENCRYPTION:
            _meet(self._locked_out, LockedOut(address, event.user, event.database), at)
            if len(self._locked_out) > 2 * LOCKED_OUT:
                self._locked_out, left_out = bounded_locked_out(self._locked_out)
                self._leave_out(LeftOut.REFUSALS, left_out)
            return
        _meet(self._rejections, (event.rejection, address), at)
        if len(self._rejections) > 2 * ADDRESSES * len(Rejection):
            self._rejections, left_out = bounded_rejections(self._rejections)
            self._leave_out(LeftOut.REFUSALS, left_out)

    def _leave_out(self, what: LeftOut, *moments: datetime | None) -> None:
        if moment := latest(self._left_out.get(what), *moments):
            self._left_out[what] = moment

    def _runs(self) -> Iterable[Stretch]:
        """From the first line of a connection to the last, of hours in a row that have one each: before and after
        nobody knows whether the server logged any, or ran."""
        run: Met | None = None
        newest = datetime.min.replace(tzinfo=UTC)
        for each in sorted(self._hours):
            met = self._hours[each]
            if run and each - newest > _HOUR:
                yield Stretch(run.first, run.last + _SECOND)
                run = None
            run, newest = Met(run.first if run else met.first, met.last), each
        if run:
            yield Stretch(run.first, run.last + _SECOND)


def _meet[Key](said: dict[Key, Met], what: Key, at: datetime) -> None:
    known = said.get(what)
    if known is None:
        said[what] = Met(at, at)
    elif not known.first <= at <= known.last:
        said[what] = Met(min(known.first, at), max(known.last, at))
