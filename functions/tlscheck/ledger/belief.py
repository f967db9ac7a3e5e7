"""What of a server's log is believed of its clients, where looks do not say the same: the look is believed.

What a line of the log says of TLS may be a text of the client's: an application_name can spell it. And whoever
was refused may have written a whole line. So TLS by the log counts only where nothing that was seen contradicts
it, and plaintext by the log only where the server takes any.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tlscheck.ledger.bounds import family
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.unfolding import unfolded

SPELLED = "SSL enabled ("
"""What PostgreSQL writes of a connection with TLS, after the names of the client."""


class Doubt(StrEnum):
    """Why something that the log says is not believed."""

    LOOK = "a look showed it without TLS"
    SPELLED = "a name spells what the server writes of TLS"
    ENFORCED = "the server refuses it"


@dataclass(frozen=True, slots=True)
class Doubted:
    """What the log says of one client and is not believed."""

    client: Client
    """With that in `logged_tls` or `logged_plaintext` alone."""

    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Belief:
    """Clients by their names, as far as one is known, with what of the log is believed; and what is not."""

    clients: tuple[Client, ...]
    doubted: tuple[Doubted, ...] = ()


type _Place = tuple[str | None, str | None, str | None]
"""User, database and address, of many of them as a pattern; None: any, as it is not known."""


@dataclass(slots=True)
class _Looks:
    """What looks showed, by place: of many applications at once, as what the log has may be another name."""

    without: dict[_Place, datetime] = field(default_factory=dict)
    """Place to when somebody came from there without TLS last."""

    with_tls: dict[_Place, datetime] = field(default_factory=dict)
    spelled: set[tuple[str, str]] = field(default_factory=set)
    """Users and databases of names that spell what the server writes."""

    def learn(self, client: Client) -> None:
        """Adds what looks showed of a client, and how anybody calls itself."""
        who = client.who
        if SPELLED in f"{who.application} {who.user} {who.name}":
            self.spelled.add(_names(who))
        for trace, known in ((client.plaintext, self.without), (client.tls, self.with_tls)):
            for place, at in _places(who, trace):
                known[place] = max(at, known.get(place, at))

    def contradict(self, who: Who, address: str, at: datetime) -> bool:
        """Whether one showed the same without TLS at that hour or later, and none with TLS."""
        user, name = _names(who)
        places: tuple[_Place, ...] = ((user, name, address), (user, name, None), (user, None, None), (None,) * 3)
        without = max((self.without[each] for each in places if each in self.without), default=None)
        if without is None or without < at:
            return False
        with_tls = self.with_tls.get((user, name, address))
        return with_tls is None or with_tls < at


def believed(clients: Iterable[Client], *, is_enforced: bool = False) -> Belief:
    """What counts of clients, of one database; `is_enforced`: whether it is known to refuse those without TLS.

    Believed again, it is the same.
    """
    clients = unfolded(clients)
    if not any(each.logged_tls or each.logged_plaintext for each in clients):
        return Belief(clients)
    looks = _Looks()
    for each in clients:
        looks.learn(each)
    found: list[Client] = []
    doubted: list[Doubted] = []
    for client in clients:
        tls, plaintext = client.logged_tls, client.logged_plaintext
        if tls and _names(client.who) in looks.spelled:
            doubted.append(Doubted(Client(client.who, None, None, logged_tls=tls), Doubt.SPELLED))
            tls = None
        elif tls and (contradicted := dict(_contradicted(client.who, tls, looks))):
            there = replace(tls, last=max(contradicted.values()), addresses=contradicted, elsewhere=None)
            doubted.append(Doubted(Client(client.who, None, None, logged_tls=there), Doubt.LOOK))
            tls = _without(tls, contradicted)
        if plaintext and is_enforced:
            doubted.append(Doubted(Client(client.who, None, None, None, plaintext), Doubt.ENFORCED))
            plaintext = None
        each = replace(client, logged_tls=tls, logged_plaintext=plaintext)
        if each.traces:
            found.append(each)
    return Belief(tuple(found), tuple(doubted))


def _contradicted(who: Who, trace: Trace, looks: _Looks) -> Iterator[tuple[str, datetime]]:
    if who.sort in {Sort.CLIENT, Sort.FOLD}:
        for address, at in trace.addresses.items():
            if looks.contradict(who, address, at):
                yield address, at


def _without(trace: Trace, addresses: Mapping[str, datetime]) -> Trace | None:
    """What is left of it; None where that is nothing."""
    left = {each: at for each, at in trace.addresses.items() if each not in addresses}
    moments = [*left.values(), *([trace.elsewhere] if trace.elsewhere else [])]
    return replace(trace, addresses=left, last=max(moments)) if moments else None


def _names(who: Who) -> tuple[str, str]:
    of = family(who)
    return of.user, of.name


def _places(who: Who, trace: Trace | None) -> Iterator[tuple[_Place, datetime]]:
    if trace is None:
        return
    user, name = _names(who)
    match who.sort:
        case Sort.OTHERS:
            yield (None, None, None), trace.last
        case Sort.OTHERS_OF_USER:
            yield (user, None, None), trace.last
        case _:
            for address, at in trace.addresses.items():
                yield (user, name, address), at
            if trace.elsewhere:
                yield (user, name, None), trace.elsewhere
