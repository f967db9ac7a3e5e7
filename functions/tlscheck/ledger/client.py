"""A client of a database: who connects, and how, over all looks so far.

Moments are those of looks, UTC, and kept to the hour (rounded down): within an hour the ledger does not know what
came last. So a look that shows nothing new within the hour adds nothing, in whatever order looks are learnt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii

DIGITS = 32
"""Of a digest."""

SPELLING = 10
"""Of it, the digits by which a fold counts what it stands for."""


class Sort(StrEnum):
    """What a client stands for."""

    CLIENT = "client"
    """One spelling of its names."""

    FOLD = "fold"
    """Many spellings of names that change, as one pattern: `sidekiq # shop [# of # busy]`."""

    OTHERS_OF_USER = "others-of-user"
    """Whoever came as this user beyond the clients that are kept by name."""

    OTHERS = "others"
    """Whoever came beyond those."""


@dataclass(frozen=True, slots=True)
class Who:
    """What makes two sessions the same client's. Every text of it comes from a client and is hostile."""

    key: str
    """Key of the database that it connects to."""

    name: str
    """datname that it connects to; empty for others."""

    user: str
    application: str
    sort: Sort = Sort.CLIENT

    def digest(self) -> str:
        """32 hex digits of SHA-256 over all texts, kept apart, so that no two clients share an item."""
        return _digest(self)

    def spelling(self) -> str:
        """The beginning of its digest, by which a fold counts what it stands for: 10 hex digits."""
        return _digest(self)[:SPELLING]


@lru_cache(maxsize=4096)
def _digest(who: Who) -> str:
    return digest_of(who.key, who.name, who.user, who.application, who.sort)


def digest_of(key: str, name: str, user: str, application: str, sort: Sort) -> str:
    """The digest of whom these texts make, where they are too many to make a Who of each."""
    # As json.dumps of a list has it, in a fifth of the time.
    text = f'[{_beginning(key, name, user)}, {encode_basestring_ascii(application)}, "{sort}"]'
    return sha256(text.encode()).hexdigest()[:DIGITS]


@lru_cache(maxsize=64)
def _beginning(*texts: str) -> str:
    return ", ".join(map(encode_basestring_ascii, texts))


@dataclass(frozen=True, slots=True)
class Trace:
    """How a client came in one way: with TLS, or without."""

    first: datetime
    last: datetime
    addresses: Mapping[str, datetime] = field(default_factory=dict)
    """Address to its own last moment; bounded."""

    elsewhere: datetime | None = None
    """Last moment from an address that is not among those."""

    protocols: Mapping[str, datetime] = field(default_factory=dict)
    """TLS version to the last moment with it."""

    spellings: frozenset[str] = frozenset()
    """Digests of what a fold or others stand for: all of them up to a bound, then the smallest."""

    folded: int = 0
    """The most names that a look brought folded already, without their digests: it stands for at least as many."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client of one database: a sighting, and everything that sightings of it add up to."""

    who: Who
    tls: Trace | None
    plaintext: Trace | None
    logged_tls: Trace | None = None
    """What the server's log alone says: its words of TLS may be the client's own (see log/event.py)."""

    logged_plaintext: Trace | None = None

    @property
    def traces(self) -> tuple[Trace, ...]:
        """All that there are of it."""
        return tuple(each for each in (self.tls, self.plaintext, self.logged_tls, self.logged_plaintext) if each)

    def traced(self, change: Callable[[Trace], Trace | None]) -> "Client":
        """The client with each of its traces as `change` makes it; None takes one away."""
        return Client(
            self.who,
            self.tls and change(self.tls),
            self.plaintext and change(self.plaintext),
            self.logged_tls and change(self.logged_tls),
            self.logged_plaintext and change(self.logged_plaintext),
        )

    @property
    def first_seen(self) -> datetime:
        """When it was met first, by looks or by the log."""
        return min(trace.first for trace in self.traces)

    @property
    def last_seen(self) -> datetime:
        """When it was met last, in either way."""
        return max(trace.last for trace in self.traces)
