"""The clients of a database that had this one's name before, or of a cluster's member that is gone: are they here?

They connect by the name, so they are this one's now. One that came without TLS a short time ago and was not seen
here yet may come any day: until it is seen here, or that is long ago, nothing says that nobody comes without TLS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client, Sort, Who
from tlscheck.ledger.counting import plaintext_clients, unfolded, uses_tls
from tlscheck.verdict.clients import Named, named, were_seen, with_tls, without_tls
from tlscheck.verdict.evidence import Evidence, Past
from tlscheck.wording import day, plain

NAMELESS = frozenset({Sort.OTHERS_OF_USER, Sort.OTHERS})


@dataclass(frozen=True, slots=True)
class Awaited:
    """What of a predecessor's clients was not seen here yet."""

    past: Past
    without_tls: tuple[Client, ...]
    """Those that count as connecting without TLS, whenever that was."""

    with_tls: tuple[Client, ...]


def awaited(evidence: Evidence) -> tuple[Awaited, ...]:
    """Predecessors of which somebody was not seen here yet, the newest first."""
    here = (*unfolded(evidence.clients), *unfolded(evidence.member_clients))
    names = {_names(client.who) for client in here}
    folds = [client for client in here if client.who.sort is Sort.FOLD]
    found = []
    for past in evidence.past:
        clients = unfolded(past.clients)
        missing = {
            client.who
            for client in clients
            if _names(client.who) not in names and not any(_stands_for(fold, client.who) for fold in folds)
        }
        without = plaintext_clients(clients, evidence.at, evidence.evidence_span)
        each = Awaited(
            past,
            # Of others nobody knows whether each was seen here.
            tuple(client for client in without if client.who in missing or client.who.sort in NAMELESS),
            tuple(client for client in clients if client.who in missing and uses_tls(client)),
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
        if client.plaintext and client.plaintext.last > since
    )


def told_without_tls(evidence: Evidence) -> str:
    """Of each predecessor, who came without TLS and was not seen here yet."""
    return _told(evidence, ((each.past, without_tls(each.without_tls)) for each in awaited(evidence)))


def told_with_tls(evidence: Evidence) -> str:
    """Of each predecessor, who came with TLS and was not seen here yet."""
    return _told(evidence, ((each.past, with_tls(each.with_tls)) for each in awaited(evidence)))


def _told(evidence: Evidence, of: Iterable[tuple[Past, tuple[Named, ...]]]) -> str:
    return " ".join(
        f"{_before(evidence, past)} {_beginning(clients)} {clients[0].how}, and not here yet: {named(clients)}."
        for past, clients in of
        if clients
    )


def _beginning(clients: tuple[Named, ...]) -> str:
    beginning = were_seen(clients)
    return beginning[:1].lower() + beginning[1:]


def _before(evidence: Evidence, past: Past) -> str:
    before, database = past.predecessor, evidence.database
    known_as = plain(before.identifier if isinstance(before.resource_id, Gap) else before.resource_id)
    if before.identifier == database.identifier:
        return f"Until {day(before.until)} ({known_as}, then under this name)"
    if database.cluster == database.identifier:
        return f"Until {day(before.until)} ({plain(before.identifier)}, a member that is gone)"
    return f"Until {day(before.until)} ({known_as}, then {plain(before.identifier)})"


def _stands_for(fold: Client, who: Who) -> bool:
    """Whether the names are one of those that were folded here."""
    spelling = replace(who, key=fold.who.key).spelling()
    return any(spelling in trace.spellings for trace in (fold.tls, fold.plaintext) if trace)


def _names(who: Who) -> tuple[str, str, str, Sort]:
    return who.name, who.user, who.application, who.sort
