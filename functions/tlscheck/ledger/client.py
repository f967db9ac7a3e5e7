"""A client of a database: who connects, and how, over all looks so far."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

SETTLED = timedelta(days=7)
"""A client last seen with TLS still counts as a plaintext client for this long after it was seen without."""


@dataclass(frozen=True, slots=True)
class Who:
    """What makes two sessions the same client's. Every text of it comes from a client and is hostile."""

    database: str
    """ARN of the database that it connects to."""

    name: str
    """datname that it connects to."""

    user: str
    application: str
    address: str

    def digest(self) -> str:
        """SHA-256 in hex over all five texts, kept apart, so that no two clients share a key."""
        parts = [self.database, self.name, self.user, self.application, self.address]
        return sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One client in one look: with TLS, without, or with sessions of both sorts at once."""

    who: Who
    tls: bool
    plaintext: bool
    protocols: tuple[str, ...]
    """TLS versions of its sessions, sorted."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client of one database, as remembered. All moments are moments of sweeps, UTC."""

    who: Who
    first_seen: datetime
    last_seen: datetime
    last_tls: datetime | None
    last_plaintext: datetime | None
    protocols: tuple[str, ...]
    """TLS versions that it was seen with, sorted."""


def merge(client: Client | None, sighting: Sighting, when: datetime) -> Client:
    """What is known of a client once it was seen in the look of the sweep that started at `when`.

    Returns `client` itself when that adds nothing: a repeated or older sweep, or the same again within the hour
    (so that what is not new is not written).
    """
    if client is None:
        client = Client(sighting.who, when, when, None, None, ())
    elif when <= client.last_seen or _known_this_hour(client, sighting, when):
        return client
    return replace(
        client,
        last_seen=when,
        last_tls=when if sighting.tls else client.last_tls,
        last_plaintext=when if sighting.plaintext else client.last_plaintext,
        protocols=tuple(sorted({*client.protocols, *sighting.protocols})),
    )


def uses_plaintext(client: Client, now: datetime) -> bool:
    """Whether it counts as a client without TLS: it last came so, or did within the last seven days."""
    if client.last_plaintext is None:
        return False
    if client.last_tls is None or _hour(client.last_plaintext) >= _hour(client.last_tls):
        return True
    return now - client.last_plaintext < SETTLED


def uses_tls(client: Client) -> bool:
    """Whether it was ever seen with TLS, as long as it is remembered."""
    return client.last_tls is not None


def _known_this_hour(client: Client, sighting: Sighting, when: datetime) -> bool:
    return (
        (not sighting.tls or _same_hour(client.last_tls, when))
        and (not sighting.plaintext or _same_hour(client.last_plaintext, when))
        and set(sighting.protocols) <= set(client.protocols)
    )


def _same_hour(moment: datetime | None, when: datetime) -> bool:
    return moment is not None and _hour(moment) == _hour(when)


def _hour(moment: datetime) -> int:
    # The ledger's resolution: within an hour it does not know which state came last.
    return int(moment.timestamp()) // 3600
