"""How much strangers may make a rehearsal hold, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a server in somebody's network."""

    connections: int = 2_500
    """At once. One more, and the oldest of the address that has the most is cut off: never the newest, which may
    be an honest one."""

    of_an_address: int = 2_200
    seconds: float = 10.0
    """Of one stage: the first packet, the ClientHello, the handshake, the StartupMessage."""

    bytes: int = 64 * 1024
    """Of one connection. A handshake with a client's certificate takes some 6 KiB."""

    pieces: int = 4_000
    """In which they may come."""

    told: int = 20_000
    """Contacts that are told in all: a client that tries ten times a second is told for half an hour."""

    told_of_an_address: int = 5_000
    told_noise: int = 1_000
    """Of those of an address that are no client's: silent, cut off, not understood."""
