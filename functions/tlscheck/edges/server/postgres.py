"""A login and looks over a connection that is already verified."""

import ssl
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import scramp
from pg8000.native import Connection, Error

from tlscheck.edges import clock
from tlscheck.edges.server.crowds import alone
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.tls import ServerSocket
from tlscheck.ledger.families import folded
from tlscheck.wire.guard import SASL_CONTINUE, SASL_FINAL, Guard
from tlscheck.wire.login import Credential, failed, grant_rds_iam, refused, takes_tokens_alone, without
from tlscheck.wire.messages import ProtocolBroken
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.sessions import MOST_SHOWN, look, merged, shown
from tlscheck.wire.statement import APPLICATION_NAME, STATEMENT
from tlscheck.wire.target import Target, Visit

STARTUP = {
    # Nothing is converted: a name that another encoding cannot express would end the look.
    "client_encoding": "SQL_ASCII",
    "default_transaction_read_only": "on",
    "statement_timeout": "5000",
    "lock_timeout": "500",
    "idle_in_transaction_session_timeout": "5000",
    "search_path": "pg_catalog",
}
"""Parameters that every supported version knows; times in milliseconds."""

# What pg8000 lets through when a server breaks off or talks nonsense: its own errors, those of the socket, and
# those of Python that its parsing stumbles over.
_LEAKS = (
    *(Error, scramp.ScramException, ProtocolBroken, OSError, struct.error),
    *(LookupError, ValueError, AttributeError, TypeError, ArithmeticError),
)

_SCRAM_FAILURES = {
    SASL_CONTINUE: "the server's first SCRAM message does not continue ours",
    SASL_FINAL: "the server could not prove that it knows the password",
}
"""By the request that it failed at."""


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
        session = Connection(
            credential.user,
            host=target.host,
            port=target.port,
            database=target.database,
            password=credential.password,
            ssl_context=False,
            sock=connection,
            application_name=APPLICATION_NAME,
            startup_params=STARTUP,
        )
    except _LEAKS as error:
        return _ended(connection, error, target, credential)
    seen: Look | None = None
    try:
        while not seen or (seen.looks < visit.looks and connection.deadline.left() > visit.interval):
            if seen:
                time.sleep(visit.interval)
            at = clock.now()
            try:
                rows = session.run(STATEMENT)
                new = _read(rows or (), credential.user, connection.deadline)
            except _LEAKS as error:
                ended = _ended(connection, error, target, credential)
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


def _read(rows: Sequence[Sequence[object]], user: str, deadline: Deadline) -> Look:
    """A look, no more of it than is shown: with several looks it is held until the last. Raises TimeoutError."""
    size = sum(len(each) for row in rows for each in row if isinstance(each, str))
    with alone(size, deadline):
        return shown(folded(look(rows, user)), MOST_SHOWN)


def _ended(connection: ServerSocket, error: Exception, target: Target, credential: Credential) -> Look:
    """What ended a conversation, as a look; of an error's text nothing but what we wrote ourselves is used."""
    guard = connection.guard
    if guard.error is not None:
        # The server may repeat the password that was just sent.
        fields = {letter: without(credential.password, text) for letter, text in guard.error.items()}
        if guard.is_in:
            return failed(fields, credential.user)
        return refused(fields, target.login, credential.user, target.database)
    if guard.kept_the_token:
        reason = f"The server asks for a password instead of an IAM token. {grant_rds_iam(credential.user)}"
        return Look(LookOutcome.LOGIN_REFUSED, reason)
    if guard.kept_the_password:
        return Look(LookOutcome.LOGIN_REFUSED, takes_tokens_alone(credential.user))
    during = "look" if guard.is_in else "login"
    why = guard.ending or _broken(connection, error)
    return Look(LookOutcome.FAILED, f"The {during} broke off: {why}.")


def _broken(connection: ServerSocket, error: BaseException) -> str:
    """What broke a conversation that the guard had nothing against."""
    # pg8000 says goodbye before it passes an error on, and may fail at that too.
    causes = [error]
    while causes[-1].__context__ is not None:
        causes.append(causes[-1].__context__)
    if connection.deadline.left() <= 0 or any(isinstance(cause, TimeoutError) for cause in causes):
        return "the server did not answer in time"
    for cause in reversed(causes):
        match cause:
            case scramp.ScramException():
                usual = "SCRAM cannot be spoken with this password, this certificate or what the server offers"
                return _SCRAM_FAILURES.get(connection.guard.request or 0, usual)
            case ssl.SSLError():
                return f"the TLS connection failed ({cause.reason or 'closed without a goodbye'})"
            case OSError():
                return "the server closed the connection"
            case _:
                pass
    return f"the server broke PostgreSQL's protocol ({type(error).__name__})"
