"""From a look to sightings: the sessions of a client folded into one."""

from datetime import datetime, timedelta

from tlscheck.ledger.client import Client, Sighting, Who, merge
from tlscheck.wire.observation import Look, LookOutcome


def sightings(database: str, look: Look) -> tuple[Sighting, ...]:
    """The sightings of a look at the database with this ARN, one for each client, in a stable order.

    Only a look that showed everything counts: where sessions are hidden from the role, pg_stat_ssl's missing
    rows would read as connections without TLS.
    """
    if look.outcome is not LookOutcome.SEEN:
        return ()
    seen: dict[Who, Sighting] = {}
    for group in look.sessions:
        if not group.is_client:
            continue
        who = Who(database, group.database, group.user, group.application, group.address)
        before = seen.get(who, Sighting(who, tls=False, plaintext=False, protocols=()))
        protocols = {*before.protocols, group.protocol} if group.tls and group.protocol else {*before.protocols}
        seen[who] = Sighting(
            who,
            tls=before.tls or group.tls,
            plaintext=before.plaintext or not group.tls,
            protocols=tuple(sorted(protocols)),
        )
    return tuple(sorted(seen.values(), key=lambda sighting: sighting.who.digest()))


def learn(
    clients: tuple[Client, ...], seen: tuple[Sighting, ...], when: datetime
) -> tuple[tuple[Client, ...], tuple[Client, ...]]:
    """All clients known after the sweep of `when`, and those of them that are new or changed (to be written)."""
    known = {client.who: client for client in clients}
    changed = {}
    for sighting in seen:
        before = known.get(sighting.who)
        after = merge(before, sighting, when)
        if after is not before:
            changed[sighting.who] = after
    return tuple((known | changed).values()), tuple(changed.values())


def still_remembered(clients: tuple[Client, ...], now: datetime, memory: timedelta) -> tuple[Client, ...]:
    """The clients seen within `memory`: the table forgets the others in its own time."""
    return tuple(client for client in clients if now - client.last_seen < memory)
