"""Clients as a reason names them: with the day on which each was seen last, since now it may be gone.

What a reason says must not change from one hour to the next, nor with every new container: so a day and no hour,
one address or none, numbers in steps, and those first that were seen first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import count, plaintext_of, tls_of
from tlscheck.wording import counted, day, listed, plain, quoted

MOST_LISTED = 5
"""Clients that a reason names; the report holds all of them."""

_ORDER = {Sort.CLIENT: 0, Sort.FOLD: 0, Sort.OTHERS_OF_USER: 1, Sort.OTHERS: 2}


@dataclass(frozen=True, slots=True)
class Callers:
    """Clients that a change of a server would cut off, as a finding tells those that share its parameters."""

    names: tuple[str, ...] = ()
    """Of the first of them, MOST_LISTED at most: each with the day on which it was seen last."""

    count: int = 0
    are_all: bool = False
    """Whether all who connect were seen: else others may be cut off too."""


NOT_KNOWN = Callers()


@dataclass(frozen=True, slots=True)
class Named:
    """A client as it was seen in one way: with TLS, with one version of it, or without."""

    client: Client
    trace: Trace
    how: str
    """`without TLS`"""

    last: datetime
    addresses: tuple[str, ...]
    """Those that count."""

    looked: datetime | None
    """When a look showed it so last; None: only the server's log did."""

    @property
    def has_a_name(self) -> bool:
        """Whether it is not what is left of many."""
        return self.client.who.sort in {Sort.CLIENT, Sort.FOLD}


def with_tls(clients: Iterable[Client]) -> tuple[Named, ...]:
    """Those of the clients that came with TLS."""
    return tuple(
        Named(client, trace, "with TLS", trace.last, tuple(trace.addresses), _last(client.tls))
        for client in clients
        if (trace := tls_of(client))
    )


def without_tls(
    clients: Iterable[Client], counting: Mapping[Who, Mapping[str, datetime]] | None = None
) -> tuple[Named, ...]:
    """Those of the clients that came without TLS; `counting`: the addresses of each that count, to when."""
    return tuple(
        Named(
            *(client, trace, "without TLS"),
            *_from(trace, (counting or {}).get(client.who)),
            _last(client.plaintext),
        )
        for client in clients
        if (trace := plaintext_of(client))
    )


def _last(trace: Trace | None) -> datetime | None:
    return trace.last if trace else None


def _from(trace: Trace, counting: Mapping[str, datetime] | None) -> tuple[datetime, tuple[str, ...]]:
    if not counting:
        return trace.last, tuple(trace.addresses)
    elsewhere = [trace.elsewhere] if trace.elsewhere else []
    return max(*counting.values(), *elsewhere, trace.first), tuple(counting)


def number_of(clients: Iterable[Client]) -> int:
    """How many people would call them: a fold is one, others are none that anybody could name."""
    return sum(client.who.sort in {Sort.CLIENT, Sort.FOLD} for client in clients)


def were_seen(clients: Iterable[Named]) -> str:
    """Their number as the beginning of a sentence: `3 clients were seen`."""
    clients = tuple(clients)
    known = sum(client.has_a_name for client in clients)
    others = "others, beyond those that are kept by name," if known < len(clients) else ""
    if not known:
        return f"{others.capitalize()} were seen"
    if others:
        return f"{counted(known, 'client')} and {others} were seen"
    return f"{counted(known, 'client')} {'was' if known == 1 else 'were'} seen"


def named(clients: Iterable[Named]) -> str:
    """The clients by name, at most MOST_LISTED of them; those that were there first come first."""
    ordered = sorted(clients, key=_place)
    return listed(map(_told, ordered[:MOST_LISTED]), most=MOST_LISTED, of=len(ordered))


def callers(clients: Iterable[Named], *, are_all: bool) -> Callers:
    """The same, as others are told of them; `are_all`: whether nobody else can come."""
    ordered = sorted(clients, key=_place)
    return Callers(tuple(map(_told, ordered[:MOST_LISTED])), len(ordered), are_all=are_all)


def or_more(number: int) -> str:
    """`100`, as what 117 and 190 are at least: in steps of 1, 2, 5, since it would be another one each hour."""
    step = 10 ** (len(str(number)) - 1)
    return f"{next(each for each in (5 * step, 2 * step, step, 0) if each <= number):,}"


def _place(client: Named) -> tuple[int, datetime, str, str, str]:
    who = client.client.who
    return _ORDER[who.sort], client.trace.first, who.application, who.user, who.name


def _told(client: Named) -> str:
    return f"{_what(client)}{_where(client)}, {_when(client)}"


def _what(client: Named) -> str:
    who, (number, _) = client.client.who, count(client.trace)
    names = f"{or_more(number)} {'name' if number == 1 else 'names'} or more"
    if who.sort is Sort.OTHERS:
        return f"others ({names})"
    if who.sort is Sort.OTHERS_OF_USER:
        return f"others as {quoted(who.user)} ({names})"
    nameless = "a client without an application name" if client.looked else "a client that the log does not name"
    what = quoted(who.application) if who.application.strip() else nameless
    many = f" ({names})" if who.sort is Sort.FOLD else ""
    return f"{what} as {quoted(who.user)} in {quoted(who.name)}{many}"


def _when(client: Named) -> str:
    last = f"{client.how} on {day(client.last)}"
    if client.looked is None:
        return f"by log only, last {last}"
    return f"last seen {last}" if client.looked.date() >= client.last.date() else f"last {last}, by log"


def _where(client: Named) -> str:
    if not client.has_a_name:
        return ""
    if len(client.addresses) > 1 or client.trace.elsewhere:
        return " from several addresses"
    first = plain(client.addresses[0]) if client.addresses else ""
    return f" from {first}" if first else ""
