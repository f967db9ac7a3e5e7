"""What a server itself said of whether it enforces TLS, and when."""

from dataclasses import dataclass
from datetime import datetime

from tlscheck.wire.observation import Observation, PlaintextOutcome


@dataclass(frozen=True, slots=True)
class Word:
    """A server's deed (it refused or accepted a client without TLS) or word (how it runs rds.force_ssl)."""

    refuses: bool
    said: str
    """`the server refuses a client without TLS`: a clause in the present tense, as of that moment."""

    at: datetime | None
    """The look's moment, UTC; None of a probe that did not say."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of a server, and whether this sweep's look heard it."""

    word: Word | None = None
    """None: it never said anything that is remembered."""

    is_new: bool = False
    """Whether the newest look heard it; else it is an earlier look's, and what has been since is not known."""

    is_absent: bool = False
    """Of a cluster's member: whether this sweep did not look at it (filtered, excluded, lost, not listed)."""


NOTHING_HEARD = Heard()


def word_of(observation: Observation, at: datetime | None) -> Word | None:
    """What a look heard of it, if anything: a deed goes before a word."""
    match observation.plaintext.outcome:
        case PlaintextOutcome.REFUSED:
            return Word(refuses=True, said="the server refuses a client without TLS", at=at)
        case PlaintextOutcome.ACCEPTED:
            return Word(refuses=False, said="the server accepts a client without TLS", at=at)
    match observation.look.force_ssl:
        case True:
            return Word(refuses=True, said="the server runs with rds.force_ssl on", at=at)
        case False:
            return Word(refuses=False, said="the server runs with rds.force_ssl off", at=at)
    return None
