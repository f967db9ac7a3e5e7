"""The clients of a database that count as connecting without TLS, each with the addresses that count."""

from collections.abc import Callable

from tlscheck.ledger.bounds import family
from tlscheck.ledger.client import Who
from tlscheck.ledger.counting import family_tls, plaintext_addresses
from tlscheck.verdict.clients import Named, without_tls
from tlscheck.verdict.evidence import Evidence


def plaintext_named(evidence: Evidence) -> tuple[Named, ...]:
    """Those that count."""
    return without_tls(evidence.plaintext_clients, addresses(evidence, plaintext_addresses))


def addresses[T](evidence: Evidence, which: Callable[..., T]) -> dict[Who, T]:
    """Of each client, those that count, or no longer do, to when it came from there without TLS last."""
    clients = evidence.belief.clients
    with_tls = family_tls(clients)
    return {
        client.who: which(client, evidence.at, evidence.watched_span, with_tls.get(family(client.who)))
        for client in clients
    }
