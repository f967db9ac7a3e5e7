"""Clients as a report names them: all of them, and all that is remembered of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tlscheck.ledger.belief import Doubt, Doubted
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import count
from tlscheck.ledger.unfolding import unfolded
from tlscheck.verdict.evidence import Past


@dataclass(frozen=True, slots=True)
class TraceRow:
    """How a client came in one way, with TLS or without. Moments are UTC, kept to the hour."""

    first: datetime
    last: datetime
    names: int
    """How many names it stands for."""

    names_are_exact: bool
    """Whether they were counted; else their number is estimated."""

    addresses: dict[str, datetime]
    """Address to its own last moment."""

    elsewhere: datetime | None
    """Last moment from an address that is not among those."""

    protocols: dict[str, datetime]
    """TLS version to the last moment with it."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client. Names that change are folded into a pattern, and beyond a bound into others."""

    application: str
    user: str
    name: str
    """datname that it connects to."""

    sort: Sort
    is_plaintext: bool
    """Whether it counts as connecting without TLS."""

    tls: TraceRow | None
    plaintext: TraceRow | None
    logged_tls: TraceRow | None
    """What the server's log says of it, whether looks showed the same or not."""

    logged_plaintext: TraceRow | None
    doubts: tuple[Doubt, ...]
    """Why some of what the log says of it counts for nothing."""


@dataclass(frozen=True, slots=True)
class PastRow:
    """A database that had this one's name before, or a member of this cluster that is gone, and its clients."""

    key: str
    identifier: str
    until: datetime
    """When a listing first showed the name, or the cluster, without it."""

    clients: tuple[ClientRow, ...]


def client_rows(
    clients: Iterable[Client], plaintext: Iterable[Client], doubted: Iterable[Doubted] = ()
) -> tuple[ClientRow, ...]:
    """A row each, by the name as far as one is known; `plaintext` are those that count as such, and come first."""
    without = {client.who for client in plaintext}
    doubts: defaultdict[Who, set[Doubt]] = defaultdict(set)
    for each in doubted:
        doubts[each.client.who].add(each.doubt)
    rows = (
        _row(client, doubts.get(client.who, ()), is_plaintext=client.who in without)
        for client in unfolded(clients)
    )
    return tuple(sorted(rows, key=_order))


def past_row(past: Past) -> PastRow:
    """Of a predecessor: whether its clients come without TLS is judged by those who connect now."""
    of = past.predecessor
    return PastRow(of.key, of.identifier, of.until, client_rows(past.clients, ()))


def _row(client: Client, doubts: Iterable[Doubt], *, is_plaintext: bool) -> ClientRow:
    who = client.who
    return ClientRow(
        who.application,
        who.user,
        who.name,
        who.sort,
        is_plaintext,
        _trace(client.tls),
        _trace(client.plaintext),
        _trace(client.logged_tls),
        _trace(client.logged_plaintext),
        tuple(sorted(doubts)),
    )


def _trace(trace: Trace | None) -> TraceRow | None:
    if trace is None:
        return None
    names, is_exact = count(trace)
    return TraceRow(
        trace.first,
        trace.last,
        names,
        is_exact,
        dict(sorted(trace.addresses.items())),
        trace.elsewhere,
        dict(sorted(trace.protocols.items())),
    )


def _order(row: ClientRow) -> tuple[bool, str, str, str, str]:
    return not row.is_plaintext, row.application, row.user, row.name, row.sort
