"""The clients of a ledger as people read them."""

from collections.abc import Iterable
from dataclasses import replace

from tlscheck.ledger.client import Client, Sort, Who
from tlscheck.ledger.joining import joined


def unfolded(clients: Iterable[Client]) -> tuple[Client, ...]:
    """The clients as people read them: a fold of one spelling that is its pattern is the client of that name."""
    known: dict[Who, Client] = {}
    for client in clients:
        each = _as_one(client)
        before = known.get(each.who)
        known[each.who] = joined(before, each) if before else each
    return tuple(known.values())


def is_itself(client: Client) -> bool:
    """Whether it stands for nobody else."""
    return _as_one(client).who.sort is Sort.CLIENT


def _as_one(client: Client) -> Client:
    who = client.who
    if who.sort is not Sort.FOLD:
        return client
    one = Who(who.key, who.name, who.user, who.application)
    if any(trace.folded or trace.spellings != {one.spelling()} for trace in client.traces):
        return client
    return replace(client.traced(lambda trace: replace(trace, spellings=frozenset())), who=one)
