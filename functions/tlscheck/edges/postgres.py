"""A login and one look over a connection that is already verified."""

import struct
from collections.abc import Mapping
from contextlib import suppress

import scramp
from pg8000.native import Connection, DatabaseError, Error, InterfaceError

from tlscheck.edges.tls import ServerSocket
from tlscheck.wire.frames import ProtocolBroken
from tlscheck.wire.login import Credential, failed, refused, without
from tlscheck.wire.observation import Look, LookOutcome
from tlscheck.wire.sessions import APPLICATION_NAME, LOOK, look
from tlscheck.wire.target import Target

STARTUP = {
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


def look_at_sessions(connection: ServerSocket, target: Target, credential: Credential) -> Look:
    """Log in, look once, say goodbye. The connection must be verified: the password goes over it.

    The caller closes the connection, whatever comes back; no reason contains the password.
    """
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
    except DatabaseError as error:
        return refused(_fields(error, credential), target.login, credential.user, target.database)
    except _LEAKS as error:
        return _broken("login", connection, error)
    try:
        return look(session.run(LOOK), credential.user)
    except DatabaseError as error:
        return failed(_fields(error, credential), credential.user)
    except _LEAKS as error:
        return _broken("look", connection, error)
    finally:
        with suppress(*_LEAKS):
            session.close()


def _fields(error: DatabaseError, credential: Credential) -> Mapping[str, str]:
    """The fields of an ErrorResponse by their letter, each without the password that was just sent."""
    fields = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return {letter: without(credential.password, text) for letter, text in fields.items()}


def _broken(during: str, connection: ServerSocket, error: BaseException) -> Look:
    """A login or look that broke off. Nothing of the error's own text but what we wrote ourselves is repeated."""
    # pg8000 says goodbye before it passes an error on, and may fail at that too.
    causes = [error]
    while causes[-1].__context__ is not None:
        causes.append(causes[-1].__context__)
    broken = next((cause for cause in causes if isinstance(cause, ProtocolBroken)), None)
    if broken:
        why = f"{broken}"
    elif connection.deadline.left() <= 0 or any(isinstance(cause, TimeoutError) for cause in causes):
        why = "the server did not answer in time"
    elif "Authentication method" in str(error) and isinstance(error, InterfaceError):
        why = "the server asks for a way to authenticate that pg8000 does not speak"
    elif isinstance(error, InterfaceError | OSError):
        why = "the server closed the connection"
    elif isinstance(error, scramp.ScramException):
        why = "the SCRAM exchange failed: the server does not know this password, or is not what it says"
    else:
        why = f"the server broke PostgreSQL's protocol ({type(error).__name__})"
    return Look(LookOutcome.FAILED, f"The {during} broke off: {why}.")
