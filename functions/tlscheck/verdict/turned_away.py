"""Connections that came to nothing by a server's log, weighed by what the same address did before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from tlscheck.ledger.client import Client, Trace
from tlscheck.ledger.joining import hour
from tlscheck.ledger.logged import LockedOut, Met
from tlscheck.ledger.unfolding import unfolded
from tlscheck.log.event import Rejection
from tlscheck.verdict.evidence import Evidence
from tlscheck.wire.plaintext import USER as PLAINTEXT_USER
from tlscheck.wire.sessions import RDS_PROXY_USER, RDS_USERS
from tlscheck.wording import MOST_QUOTED, day, listed, plain, quoted

MOST_CALLERS = 2
"""Clients of an address that are named: whom to ask about it."""

ALERTS = {
    Rejection.UNKNOWN_CA: "it does not hold the root of that certificate",
    Rejection.CERTIFICATE_EXPIRED: "that certificate had expired by its clock",
    Rejection.BAD_CERTIFICATE: "none of that certificate's names is the one that it connects to; of Go, anything",
    Rejection.CERTIFICATE_UNKNOWN: "Java's word for a root that it does not hold, and for one that expired",
    Rejection.CERTIFICATE_REVOKED: "it holds that certificate for revoked",
    Rejection.UNSUPPORTED_CERTIFICATE: "that certificate is of a kind that it does not take",
    Rejection.DECRYPT_ERROR: "a signature did not verify",
}
"""What a client says by each. Measured of libpq, Python, Java and Go, whose words for one thing differ."""


class Reproof(Enum):
    """What a connection that came to nothing is worth."""

    ALERT = "alert"
    """Proof: it verifies, and refused the certificate of that moment."""

    KNOWN = "known"
    """Refused as it came without TLS; clients of that name came in before."""

    STRANGE = "strange"
    """The same of names under which nobody came in: a new client, or a stranger who tries."""

    TRIED = "tried"
    """The same of who came with TLS from there before, and never without: libpq's sslmode=prefer, its default,
    tries so once its login with TLS failed (by a wrong password, say), and allow before each."""

    SILENT = "silent"
    """It came with TLS before, broke off since, and came in no more: it may refuse without saying so."""

    HINT = "hint"
    """It broke off, and came in no more or never did, which a health check does too."""

    @property
    def is_proof(self) -> bool:
        """Whether it is known that somebody was turned away."""
        return self not in {Reproof.SILENT, Reproof.HINT}


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """One address, one way in which its connections came to nothing."""

    address: str
    reproof: Reproof
    met: Met
    told: str
    """All that is known of it, as an item of a list."""

    is_cleared: bool
    """Whether somebody came with TLS from there later, by a look."""

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Where it stands among others: those that were first come first."""
        return self.met.first, self.address, self.told


def turned_away(evidence: Evidence) -> tuple[TurnedAway, ...]:
    """All of EvidenceDays, but for whom nobody misses: tlscheck's own tries, RDS's, and who only closes early."""
    since = evidence.at - evidence.evidence_span
    known = _Known(unfolded(evidence.clients))
    found = (*_by_handshakes(evidence, known), *_locked_out(evidence, known))
    return tuple(sorted((each for each in found if each.met.last >= since), key=lambda each: each.place))


class _Known:
    """Who comes from an address, and when somebody came in from there last. The ledger knows hours alone."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self._names = set[tuple[str, str]]()
        self._without = set[tuple[str, str]]()
        self._from = set[tuple[str, str, str]]()
        self._called: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._in: dict[str, datetime] = {}
        self._with_tls: dict[str, datetime] = {}
        self._looked: dict[tuple[str, ...], datetime] = {}
        for client in sorted(clients, key=lambda each: (each.first_seen, each.who.digest())):
            who = client.who
            self._names.add((who.user, who.name))
            if client.plaintext or client.logged_plaintext:
                self._without.add((who.user, who.name))
            what = quoted(who.application) if who.application.strip() else "a client without an application name"
            for trace in client.traces:
                _later(self._in, trace)
                for address in trace.addresses:
                    self._called[address][f"{what} as {quoted(who.user)}"] = None
            for trace in filter(None, (client.tls, client.logged_tls)):
                _later(self._with_tls, trace)
                self._from |= {(address, who.user, who.name) for address in trace.addresses}
            for address, last in client.tls.addresses.items() if client.tls else ():
                for key in ((address,), (address, who.user, who.name)):
                    self._looked[key] = max(last, self._looked.get(key, last))

    def came_later(self, moment: datetime, address: str, *called: str) -> bool:
        """Whether a look saw somebody come from there with TLS later; `called`: as this user in this database."""
        return self._looked.get((address, *called), moment) > moment

    def refused(self, who: LockedOut) -> Reproof:
        """What it is worth that it was refused as it came without TLS."""
        called = who.user, who.database
        if called not in self._names:
            return Reproof.STRANGE
        came_so = called in self._without or (who.address, *called) not in self._from
        return Reproof.KNOWN if came_so else Reproof.TRIED

    def breaking_off(self, address: str, moment: datetime) -> Reproof | None:
        """What it is worth that a connection from there broke off; None: they come in as well."""
        if self._in.get(address, moment - _HOUR) >= hour(moment):
            return None
        with_tls = self._with_tls.get(address)
        return Reproof.SILENT if with_tls and with_tls == self._in[address] else Reproof.HINT

    def callers(self, address: str) -> str:
        """Who comes from there, after a comma; empty where nobody was seen to."""
        names = list(self._called.get(address, {}))
        return f", from where {listed(names[:MOST_CALLERS], MOST_CALLERS, of=len(names))} came" if names else ""


_HOUR = timedelta(hours=1)


def _later(known: dict[str, datetime], trace: Trace) -> None:
    for address, last in trace.addresses.items():
        known[address] = max(last, known.get(address, last))


def _by_handshakes(evidence: Evidence, known: _Known) -> Iterator[TurnedAway]:
    broke_off: dict[str, Met] = {}
    for (rejection, address), met in evidence.logged.rejections.items():
        if rejection.is_alert:
            told = f"{_of(address)} ({rejection.value}: {ALERTS[rejection]}){known.callers(address)}"
            is_cleared = known.came_later(met.last, address)
            yield TurnedAway(address, Reproof.ALERT, met, f"{told}{_when(met, 'refused')}", is_cleared)
        elif rejection is not Rejection.NO_ENCRYPTION:
            before = broke_off.get(address, met)
            broke_off[address] = Met(min(before.first, met.first), max(before.last, met.last))
    for address, met in broke_off.items():
        if reproof := known.breaking_off(address, met.last):
            told = f"{_of(address)}{known.callers(address)}{_when(met, 'broke off')}"
            yield TurnedAway(address, reproof, met, told, is_cleared=False)


def _locked_out(evidence: Evidence, known: _Known) -> Iterator[TurnedAway]:
    ours = {evidence.user, PLAINTEXT_USER, RDS_PROXY_USER, *RDS_USERS}
    for who, met in evidence.logged.locked_out.items():
        if who.user in ours:
            continue
        reproof = known.refused(who)
        told = f"{quoted(who.user)} in {quoted(who.database)} from {_of(who.address)}{_when(met, 'refused')}"
        is_cleared = known.came_later(met.last, who.address, who.user, who.database)
        yield TurnedAway(who.address, reproof, met, told, is_cleared)


def _when(met: Met, how: str) -> str:
    since = f", first on {day(met.first)}" if day(met.first) != day(met.last) else ""
    return f"{since}, last {how} on {day(met.last)}"


def _of(address: str) -> str:
    return plain(address, MOST_QUOTED) or "an address that the log does not tell"
