"""All connections of one client within a short window: a client that falls back makes two."""

from dataclasses import dataclass

from tlscheck.rehearsal.contact import Contact
from tlscheck.rehearsal.trial import Trial

QUIET = 1.0
"""Seconds without a connection after which an attempt is over. A plaintext retry follows within milliseconds."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one client did once, and the trial that it met."""

    number: int
    """From 1, of its client."""

    trial: Trial
    contacts: tuple[Contact, ...]
    """By accept. Health checks are none of them."""

    is_whole: bool = True
    """False where connections came without a pause: its first may be the rest of the attempt before, and its last
    may be continued in the next."""

    is_stopped: bool = False
    """The command that it is of came more than once, and was over in it: its last connection may be cut off."""
