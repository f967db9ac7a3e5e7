"""How two traces of one client become one: in any order, any number of times, with the same outcome.

Moments only grow (`first` only shrinks). What is bounded keeps the smallest digests: whoever is left out once is
left out for good, so that it does not matter when that was done.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    """All that both say."""
    return join_all([one, other]) if one else other


def join_all(traces: Sequence[Trace]) -> Trace:
    """All that any of them says, bounded by nothing but them."""
    if len(traces) == 1:
        return traces[0]
    return Trace(
        min(trace.first for trace in traces),
        max(trace.last for trace in traces),
        _latest(trace.addresses for trace in traces),
        max((trace.elsewhere for trace in traces if trace.elsewhere), default=None),
        _latest(trace.protocols for trace in traces),
        frozenset().union(*(trace.spellings for trace in traces)),
        max(trace.folded for trace in traces),
    )


def either(one: Trace | None, other: Trace | None) -> Trace | None:
    """All that those of the two say that there are."""
    return join(one, other) if other else one


def joined(one: Client, other: Client) -> Client:
    """All that is known of a client, of which two are given."""
    return Client(
        one.who,
        either(one.tls, other.tls),
        either(one.plaintext, other.plaintext),
        either(one.logged_tls, other.logged_tls),
        either(one.logged_plaintext, other.logged_plaintext),
    )


def bounded(trace: Trace, addresses: int, protocols: int, spellings: int) -> Trace:
    """The trace with at most so many of each; what its further addresses say is said of `elsewhere`."""
    if len(trace.addresses) > addresses:
        kept = {each: trace.addresses[each] for each in nsmallest(addresses, trace.addresses, key=nearness)}
        gone = [moment for address, moment in trace.addresses.items() if address not in kept]
        trace = replace(trace, addresses=kept, elsewhere=max([*gone, trace.elsewhere or trace.first]))
    if len(trace.protocols) > protocols:
        kept = {each: trace.protocols[each] for each in nsmallest(protocols, trace.protocols)}
        trace = replace(trace, protocols=kept)
    if len(trace.spellings) > spellings:
        trace = replace(trace, spellings=frozenset(nsmallest(spellings, trace.spellings)))
    return trace


def _latest(said: Iterable[Mapping[str, datetime]]) -> dict[str, datetime]:
    latest: dict[str, datetime] = {}
    for moments in said:
        for what, moment in moments.items():
            if what not in latest or moment > latest[what]:
                latest[what] = moment
    return latest


NEAREST = " "
"""Before that of any address."""


@lru_cache(maxsize=4096)
def nearness(address: str) -> str:
    """By which addresses are kept where there are too many: those whose hex digits come first."""
    return sha256(address.encode()).hexdigest()
