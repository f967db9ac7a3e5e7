"""Clients that come by a version of TLS which is not safe any more."""

from collections.abc import Iterator

from tlscheck.ledger.client import Client
from tlscheck.ledger.counting import tls_clients, tls_of
from tlscheck.verdict.clients import Named, named
from tlscheck.verdict.evidence import Evidence

OUTDATED = ("TLSv1", "TLSv1.0", "TLSv1.1")
"""Versions that RFC 8996 ended in 2021."""


def by_outdated_tls(evidence: Evidence) -> tuple[Named, ...]:
    """The clients that still need one of them: with no newer one since, or within EvidenceDays. Of a cluster, its
    members'."""
    return tuple(_outdated(evidence, (*evidence.tls_clients, *tls_clients(evidence.member_clients))))


def below(evidence: Evidence) -> str:
    """Who they are, as a sentence; empty where there are none."""
    clients = by_outdated_tls(evidence)
    return f"Below TLSv1.2 came {named(clients)}." if clients else ""


def _outdated(evidence: Evidence, clients: tuple[Client, ...]) -> Iterator[Named]:
    since = evidence.at - evidence.evidence_span
    for client in clients:
        trace = tls_of(client)
        if trace is None:
            continue
        protocols = trace.protocols
        newer = [last for version, last in protocols.items() if version not in OUTDATED]
        needed = [
            version
            for version in OUTDATED
            if version in protocols
            and (protocols[version] > since or not any(last > protocols[version] for last in newer))
        ]
        if needed:
            oldest, looked = needed[0], client.tls.protocols.get(needed[0]) if client.tls else None
            addresses = tuple(trace.addresses)
            yield Named(client, trace, f"with {oldest}", protocols[oldest], addresses, looked)
