"""How two traces of one client become one: in any order, any number of times, with the same outcome.

Moments only grow (`first` only shrinks). What is bounded keeps the smallest digests: whoever is left out once is
left out for good, so that it does not matter when that was done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from heapq import nsmallest

from tlscheck.ledger.client import Client, Trace


def hour(moment: datetime) -> datetime:
    """The ledger's resolution: within an hour it does not know what came last."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def join(one: Trace | None, other: Trace) -> Trace:
    """All that both say; bounded by nothing but them."""
    if one is None or one == other:
        return other
    return Trace(
        min(one.first, other.first),
        max(one.last, other.last),
        _latest(one.addresses, other.addresses),
        _later(one.elsewhere, other.elsewhere),
        _latest(one.protocols, other.protocols),
        one.spellings | other.spellings,
        max(one.folded, other.folded),
    )


def joined(one: Client, other: Client) -> Client:
    """All that is known of a client, of which two are given."""
    return Client(one.who, _either(one.tls, other.tls), _either(one.plaintext, other.plaintext))


def bounded(trace: Trace, addresses: int, protocols: int, spellings: int) -> Trace:
    """The trace with at most so many of each; what its further addresses say is said of `elsewhere`."""
    if len(trace.addresses) > addresses:
        trace = _without(trace, nsmallest(addresses, trace.addresses, key=_order))
    if len(trace.protocols) > protocols:
        kept = nsmallest(protocols, trace.protocols)
        trace = replace(trace, protocols={each: trace.protocols[each] for each in kept})
    if len(trace.spellings) > spellings:
        trace = replace(trace, spellings=frozenset(nsmallest(spellings, trace.spellings)))
    return trace


def without_addresses(trace: Trace) -> Trace:
    """The trace of others: from where each of them came says nothing of the rest."""
    return _without(trace, ())


def _without(trace: Trace, kept: Iterable[str]) -> Trace:
    stays = {address: trace.addresses[address] for address in kept}
    gone = [moment for address, moment in trace.addresses.items() if address not in stays]
    elsewhere = max([*gone, *([trace.elsewhere] if trace.elsewhere else [])], default=None)
    return replace(trace, addresses=stays, elsewhere=elsewhere)


def _either(one: Trace | None, other: Trace | None) -> Trace | None:
    return join(one, other) if other else one


def _latest(one: Mapping[str, datetime], other: Mapping[str, datetime]) -> dict[str, datetime]:
    latest = dict(one)
    for what, moment in other.items():
        latest[what] = max(moment, latest.get(what, moment))
    return latest


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


@lru_cache(maxsize=4096)
def _order(address: str) -> str:
    return sha256(address.encode()).hexdigest()
