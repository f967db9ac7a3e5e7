"""How far a connection has come."""

from enum import Enum


class Awaits(Enum):
    """What a client is to send next."""

    FIRST = "a request for encryption, or its StartupMessage"
    HELLO = "its ClientHello"
    HANDSHAKE = "the rest of the handshake"
    STARTUP = "its StartupMessage over TLS"
    NOTHING = "nothing: the last word is said"
