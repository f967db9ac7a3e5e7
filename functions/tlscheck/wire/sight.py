"""What came of going to a server, as one of a few classes: reasons are free text, and nobody can count those."""

from enum import StrEnum

from tlscheck.inventory.database import Database
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation
from tlscheck.wire.targeting import no_probe, target_of
from tlscheck.wire.wakefulness import PAUSES


class Sight(StrEnum):
    """How far tlscheck came with a server."""

    SEEN = "SEEN"
    """It showed who is connected."""

    NO_PROBE = "NO_PROBE"
    """Nobody deployed a probe that reaches its network."""

    NOT_AVAILABLE = "NOT_AVAILABLE"
    """Its status says that no server listens, or it has no endpoint."""

    ASLEEP = "ASLEEP"
    """It may pause, and a connection would wake it or keep it awake."""

    PROBE_FAILED = "PROBE_FAILED"
    """Its probe could not be found or invoked, failed, or did not get to it."""

    UNREACHABLE = "UNREACHABLE"
    """The probe got no answer of a PostgreSQL server: no route, refused, timed out, closed, another protocol."""

    UNTRUSTED = "UNTRUSTED"
    """Its TLS does not verify, is too old or could not be made, so that nobody logs in."""

    NO_LOGIN = "NO_LOGIN"
    """It has neither IAM authentication nor a secret to log in with."""

    DENIED = "DENIED"
    """The probe could not get at its credentials."""

    LOGIN_REFUSED = "LOGIN_REFUSED"
    HIDDEN_SESSIONS = "HIDDEN_SESSIONS"
    """The role may not see other users' sessions."""

    BROKEN_OFF = "BROKEN_OFF"
    """The login or the query broke off."""


NOT_ASKED = frozenset({Sight.NO_PROBE, Sight.NOT_AVAILABLE, Sight.ASLEEP})
"""Nobody went there, or should have: that says nothing of a network or a probe."""

NOT_REACHED = frozenset({Sight.PROBE_FAILED, Sight.UNREACHABLE})
"""Somebody should have come there and did not."""

_BY_LOOK = {
    LookOutcome.SEEN: Sight.SEEN,
    LookOutcome.NEEDS_PG_MONITOR: Sight.HIDDEN_SESSIONS,
    LookOutcome.NO_CREDENTIALS: Sight.DENIED,
    LookOutcome.LOGIN_REFUSED: Sight.LOGIN_REFUSED,
    LookOutcome.FAILED: Sight.BROKEN_OFF,
    LookOutcome.NOT_TRIED: Sight.NO_LOGIN,
}

_NO_ANSWER = frozenset(
    {
        HandshakeOutcome.UNREACHABLE,
        HandshakeOutcome.TIMED_OUT,
        HandshakeOutcome.CLOSED,
        HandshakeOutcome.NOT_POSTGRESQL,
    }
)


def sight_of(database: Database, observation: Observation) -> Sight | None:
    """How far this observation came; None of what is no server: a cluster or a proxy."""
    if not database.kind.is_server:
        return None
    outcome = observation.handshake.outcome
    if outcome is HandshakeOutcome.NOT_TRIED:
        return _untried(database, observation)
    if outcome in _NO_ANSWER:
        return Sight.UNREACHABLE
    return _BY_LOOK[observation.look.outcome] if outcome is HandshakeOutcome.TRUSTED else Sight.UNTRUSTED


def _untried(database: Database, observation: Observation) -> Sight:
    if isinstance(target_of(database, user=""), str):
        return Sight.NOT_AVAILABLE
    detail = observation.handshake.detail
    if detail.startswith(PAUSES):
        return Sight.ASLEEP
    return Sight.NO_PROBE if detail == no_probe(database.network) else Sight.PROBE_FAILED
