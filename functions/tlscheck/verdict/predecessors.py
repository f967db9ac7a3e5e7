"""The clients of a database that had this one's name before, or of a cluster's member that is gone: are they here?

They connect by the name, so they are this one's now. One that came without TLS a short time ago and was not seen
here since may come any day: until it is, or that is long ago, nothing says that nobody comes without TLS. As
everywhere, each address counts by itself: that it comes from one says nothing of another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from tlscheck.inventory.database import Kind
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.belief import believed
from tlscheck.ledger.client import Client, Sort, Trace, Who
from tlscheck.ledger.counting import plaintext_addresses, plaintext_clients, plaintext_of, uses_tls
from tlscheck.ledger.unfolding import unfolded
from tlscheck.verdict.clients import Named, named, were_seen, with_tls, without_tls
from tlscheck.verdict.evidence import Evidence, Past
from tlscheck.wording import day, plain

NAMELESS = frozenset({Sort.OTHERS_OF_USER, Sort.OTHERS})


@dataclass(frozen=True, slots=True)
class Awaited:
    """What of a predecessor's clients was not seen here yet."""

    past: Past
    without_tls: tuple[Client, ...]
    """Those that count as connecting without TLS, whenever that was, and were not seen here since."""

    from_addresses: Mapping[Who, Mapping[str, datetime]]
    """Of each of those, the addresses from which it was not, to when it came from there without TLS last."""

    were_here: bool
    """Whether any of those was here, earlier or from another address."""

    with_tls: tuple[Client, ...]


def awaited(evidence: Evidence) -> tuple[Awaited, ...]:
    """Predecessors of which somebody was not seen here yet, the newest first."""
    here = _Here.of(evidence)
    found = []
    for past in evidence.past:
        clients = believed(_until(past.predecessor.until, unfolded(past.clients))).clients
        twins = {client.who: here.twins(client.who) for client in clients}
        missing = {
            client.who: addresses
            for client in plaintext_clients(clients, evidence.at, evidence.evidence_span)
            if (addresses := _missing(client, twins[client.who], evidence)) is not None
        }
        each = Awaited(
            past,
            tuple(client for client in clients if client.who in missing),
            missing,
            any(twins[who] for who in missing),
            tuple(client for client in clients if uses_tls(client) and not twins[client.who]),
        )
        if each.without_tls or each.with_tls:
            found.append(each)
    return tuple(found)


def still_expected(evidence: Evidence) -> tuple[Client, ...]:
    """Those of them that came without TLS within EvidenceDays: while there are any, more may come."""
    since = evidence.at - evidence.evidence_span
    return tuple(
        client
        for each in awaited(evidence)
        for client in each.without_tls
        if (trace := plaintext_of(client)) and trace.last > since
    )


def told_without_tls(evidence: Evidence) -> str:
    """Of each predecessor, who came without TLS and was not seen here since."""
    return " ".join(
        _told(
            evidence,
            each.past,
            without_tls(each.without_tls, each.from_addresses),
            "not here since from the same address" if each.were_here else "not here yet",
        )
        for each in awaited(evidence)
        if each.without_tls
    )


def told_with_tls(evidence: Evidence) -> str:
    """Of each predecessor, who came with TLS and was not seen here yet."""
    return " ".join(
        _told(evidence, each.past, with_tls(each.with_tls), "not here yet")
        for each in awaited(evidence)
        if each.with_tls
    )


def _told(evidence: Evidence, past: Past, clients: tuple[Named, ...], here: str) -> str:
    before = _before(evidence, past, max(each.last for each in clients))
    return f"{before} {_beginning(clients)} {clients[0].how}, and {here}: {named(clients)}."


def _beginning(clients: tuple[Named, ...]) -> str:
    beginning = were_seen(clients)
    return beginning[:1].lower() + beginning[1:]


def _before(evidence: Evidence, past: Past, last: datetime) -> str:
    before, database = past.predecessor, evidence.database
    known_as = plain(before.identifier if isinstance(before.resource_id, Gap) else before.resource_id)
    until = day(before.until)
    if before.identifier == database.identifier:
        # One that lives on under another name is seen there, and nobody knows by which name they came before.
        return (
            f"At {known_as}, under this name until {until},"
            if last > before.until
            else f"Until {until} ({known_as}, then under this name)"
        )
    if database.kind is Kind.CLUSTER and (":db-" in before.key or ":db:" in before.key):
        return (
            f"At {plain(before.identifier)}, a member until {until},"
            if last > before.until
            else f"Until {until} ({plain(before.identifier)}, a member that is gone)"
        )
    return f"Until {until} ({known_as}, then {plain(before.identifier)})"


def _until(until: datetime, clients: Iterable[Client]) -> Iterator[Client]:
    """The clients, without what began when the name was another's already: they came by another one."""
    for client in clients:
        left = client.traced(lambda trace: None if trace.first > until else trace)
        if left.traces:
            yield left


@dataclass(frozen=True, slots=True)
class _Here:
    """Who was seen here, at this database or at a member of this cluster."""

    by_names: Mapping[tuple[str, str, str, Sort], list[Client]]
    folds: tuple[Client, ...]

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        here = (*evidence.belief.clients, *believed(evidence.member_clients).clients)
        by_names = defaultdict(list)
        for client in here:
            by_names[_names(client.who)].append(client)
        return cls(by_names, tuple(client for client in here if client.who.sort is Sort.FOLD))

    def twins(self, who: Who) -> tuple[Client, ...]:
        """The clients here of the same names, and what its names were folded into; of others nobody knows."""
        if who.sort in NAMELESS:
            return ()
        folds = (fold for fold in self.folds if _stands_for(fold, who))
        return (*self.by_names.get(_names(who), ()), *folds)


def _missing(client: Client, twins: tuple[Client, ...], evidence: Evidence) -> Mapping[str, datetime] | None:
    """Addresses from which it came without TLS and was not seen here since, to when; None where it all was."""
    plaintext = plaintext_of(client)
    assert plaintext  # noqa: S101 - of one that counts as connecting without TLS
    traces = [trace for twin in twins for trace in twin.traces]
    counting = plaintext_addresses(client, evidence.at, evidence.evidence_span)
    addresses = {
        address: at
        for address, at in counting.items()
        if not any(address in trace.addresses and trace.addresses[address] >= at for trace in traces)
    }
    if addresses:
        return addresses
    unnamed = _unnamed(plaintext)
    return None if unnamed is None or any(trace.last >= unnamed for trace in traces) else addresses


def _unnamed(trace: Trace) -> datetime | None:
    """The last moment from what is not among its addresses, if any."""
    known = {*trace.addresses.values(), *([trace.elsewhere] if trace.elsewhere else [])}
    return trace.elsewhere if trace.last in known else trace.last


def _stands_for(fold: Client, who: Who) -> bool:
    """Whether the names are one of those that were folded here."""
    spelling = replace(who, key=fold.who.key).spelling()
    return any(spelling in trace.spellings for trace in fold.traces)


def _names(who: Who) -> tuple[str, str, str, Sort]:
    return who.name, who.user, who.application, who.sort
