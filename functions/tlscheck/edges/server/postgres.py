"""A login and looks over a connection that is already verified."""

import ssl
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from pg8000.native import Error

from tlscheck.edges import clock
from tlscheck.edges.server.conversation import Conversation
from tlscheck.edges.server.crowds import alone
from tlscheck.edges.server.encrypted import ServerSocket
from tlscheck.ledger.families import folded
from tlscheck.wire.guard import Guard, NoTokenAsked, PasswordInTheClear
from tlscheck.wire.login import Credential, failed, refused, takes_passwords_alone, takes_tokens_alone
from tlscheck.wire.messages import ProtocolBroken
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.scram import OtherHash, ScramFailed, hash_again
from tlscheck.wire.sessions import MOST_SHOWN, look, merged, shown
from tlscheck.wire.statement import STATEMENT, bounded
from tlscheck.wire.target import Target, Visit
from tlscheck.wire.unsaid import unsaid

# What pg8000 lets through when a server breaks off or talks nonsense: its own errors, those of the socket, and
# those of Python that its parsing stumbles over.
_LEAKS = (
    *(Error, ProtocolBroken, OSError, struct.error),
    *(LookupError, ValueError, AttributeError, TypeError, ArithmeticError),
)

_LOOK = bounded(STATEMENT)


def look_at_sessions(
    connection: ServerSocket,
    target: Target,
    credential: Credential,
    visit: Visit = Visit(),  # noqa: B008 - frozen
) -> Look:
    """Log in, look as often as the visit says, say goodbye.

    The connection must be verified: a password goes over it. The caller closes it, whatever comes back; no reason
    contains the password.
    """
    connection.guard = Guard(target.login)
    try:
        session = Conversation(connection, target, credential)
    except _LEAKS as error:
        return _ended("login", connection, error, target, credential)
    seen: Look | None = None
    try:
        while not seen or (seen.looks < visit.looks and connection.deadline.left() > visit.interval):
            if seen:
                time.sleep(visit.interval)
            at = clock.now()
            try:
                rows = session.rows(_LOOK)
                new = _read(rows, credential, connection)
            except _LEAKS as error:
                ended = _ended("look", connection, error, target, credential)
                if not seen:
                    return replace(ended, at=at)
                together = shown(seen, MOST_SHOWN)
                return replace(together, detail=f"{together.detail} Then: {ended.detail}")
            new = replace(new, at=at)
            seen = folded(merged([seen, new])) if seen else new
        return shown(seen, MOST_SHOWN)
    finally:
        with suppress(*_LEAKS):
            session.close()


def _read(rows: Sequence[Sequence[object]], credential: Credential, connection: ServerSocket) -> Look:
    """A look, no more of it than is shown: with several looks it is held until the last. Raises TimeoutError."""
    size = sum(len(each) for row in rows for each in row if isinstance(each, str))
    with alone(size, connection.deadline):
        seen = shown(folded(look(rows, credential.user)), MOST_SHOWN)
        return unsaid(seen, credential.password) if connection.guard.has_the_credential else seen


def _ended(
    during: Literal["login", "look"],
    connection: ServerSocket,
    error: BaseException,
    target: Target,
    credential: Credential,
) -> Look:
    """What ended a conversation, as a look.

    What we answered last, and why we would not go on, is the error's to tell: the guard has read ahead of that.
    """
    # pg8000 says goodbye before it passes an error on, and may fail at that too.
    causes = [error]
    while causes[-1].__context__ is not None:
        causes.append(causes[-1].__context__)
    guard = connection.guard
    broken = next((cause for cause in reversed(causes) if isinstance(cause, ProtocolBroken)), None)
    if guard.error is not None and not isinstance(broken, OtherHash | ScramFailed):
        told = not guard.has_the_credential
        if during == "look":
            return failed(guard.error, credential.user, is_told=told)
        name, database, asker = credential.user, target.database, target.asker
        return refused(guard.error, target.login, name, database, is_told=told, asker=asker)
    match broken:
        case NoTokenAsked():
            return Look(LookOutcome.LOGIN_REFUSED, takes_passwords_alone(credential.user))
        case PasswordInTheClear():
            return Look(LookOutcome.LOGIN_REFUSED, takes_tokens_alone(credential.user, target.asker))
        case _:
            why = str(broken) if broken else _broken(connection, causes)
            remedy = hash_again(credential.user) if isinstance(broken, OtherHash) else ""
            return Look(LookOutcome.FAILED, f"The {during} broke off: {why}. {remedy}".rstrip())


def _broken(connection: ServerSocket, causes: list[BaseException]) -> str:
    """What broke a conversation that the guard had nothing against."""
    if connection.deadline.left() <= 0 or any(isinstance(cause, TimeoutError) for cause in causes):
        return "the server did not answer in time"
    for cause in reversed(causes):
        match cause:
            case ssl.SSLError():
                return f"the TLS connection failed ({cause.reason or 'closed without a goodbye'})"
            case OSError():
                return "the server closed the connection"
            case _:
                pass
    return f"the server broke PostgreSQL's protocol ({type(causes[0]).__name__})"
