"""From a look to sightings, and from sightings to what is known after them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tlscheck.ledger.bounds import BOUNDS, Bounds, family, ledger_of
from tlscheck.ledger.client import Client, Trace, Who
from tlscheck.ledger.joining import hour, joined
from tlscheck.wire.observation import Look, LookOutcome, SessionGroup


def sightings(key: str, look: Look, at: datetime) -> tuple[Client, ...]:
    """Who was seen in a look at the database with this key, made at `at`: what they add to what is known of them.

    Only a look that showed everything counts: where sessions are hidden from the role, pg_stat_ssl's missing
    rows would read as connections without TLS.
    """
    if look.outcome is not LookOutcome.SEEN:
        return ()
    moment = hour(at)
    seen: dict[Who, Client] = {}
    for group in look.sessions:
        # A session that is still logging in has no user yet, and no TLS to be seen.
        if not group.is_client or not group.user:
            continue
        who = Who(key, group.database, group.user, group.application)
        if group.names > 1:
            who = family(who)
        trace = _trace(group, moment)
        sighting = Client(who, trace, None) if group.tls else Client(who, None, trace)
        seen[who] = joined(seen.get(who, sighting), sighting)
    return tuple(sorted(seen.values(), key=lambda client: client.who.digest()))


def _trace(group: SessionGroup, moment: datetime) -> Trace:
    return Trace(
        moment,
        moment,
        dict.fromkeys(group.addresses, moment),
        moment if group.more_addresses > 0 or not group.addresses else None,
        {group.protocol: moment} if group.tls and group.protocol else {},
        folded=group.names if group.names > 1 else 0,
    )


def learn(known: Iterable[Client], seen: Iterable[Client], bounds: Bounds = BOUNDS) -> tuple[Client, ...]:
    """All that is known of the clients of a database once `seen` is, in whatever order it was seen."""
    return ledger_of((*known, *seen), bounds)


def changed(before: Iterable[Client], after: Iterable[Client]) -> tuple[tuple[Client, ...], tuple[Client, ...]]:
    """Those of `after` that are new or differ (to be written); those of `before` that others stand for now."""
    old = {client.who: client for client in before}
    new = {client.who: client for client in after}
    return (
        tuple(client for who, client in new.items() if client != old.get(who)),
        tuple(client for who, client in old.items() if who not in new),
    )


def still_remembered(clients: Iterable[Client], now: datetime, memory: timedelta) -> tuple[Client, ...]:
    """What of the clients was seen within `memory`: the table forgets the others in its own time."""
    kept = (client.traced(lambda trace: _remembered(trace, now, memory)) for client in clients)
    return tuple(client for client in kept if client.traces)


def _remembered(trace: Trace, now: datetime, memory: timedelta) -> Trace | None:
    def within(moments: Mapping[str, datetime]) -> dict[str, datetime]:
        return {what: moment for what, moment in moments.items() if now - moment < memory}

    if now - trace.last >= memory:
        return None
    elsewhere = trace.elsewhere if trace.elsewhere and now - trace.elsewhere < memory else None
    return replace(
        trace, addresses=within(trace.addresses), elsewhere=elsewhere, protocols=within(trace.protocols)
    )
