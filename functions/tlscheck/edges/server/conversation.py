"""pg8000's connection, which logs in over a TLS connection of ours, and speaks SCRAM as PostgreSQL does."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import pbkdf2_hmac
from threading import Lock

import scramp
from pg8000.core import PASSWORD
from pg8000.native import Connection

from tlscheck.edges.server.encrypted import ServerSocket
from tlscheck.edges.stores.x509 import certificate
from tlscheck.wire import guard
from tlscheck.wire.login import Credential
from tlscheck.wire.scram import ScramFailed, end_point, prepared, too_many
from tlscheck.wire.statement import APPLICATION_NAME
from tlscheck.wire.target import Target

STARTUP = {
    # Nothing is converted: a name that another encoding cannot express would end the look.
    "client_encoding": "SQL_ASCII",
}
"""All that is said before the login, beside who we are and where to. Poolers refuse most other parameters
(pgbouncer's manual, ignore_startup_parameters), and login triggers run under them: others come with each look."""

FREELY = 20_000
"""SCRAM iterations that every server may ask for: 15 ms of a processor. Of more, one server's at a time: otherwise
thirty-two servers would take seconds of it from all others."""

_SAMPLE = 20_000
"""Iterations by which a processor's speed is measured."""

_TURNS = Lock()

_FAILED_AT = {
    guard.SASL: "SCRAM cannot be spoken by what the server offers",
    guard.SASL_CONTINUE: "the server's first SCRAM message does not continue ours",
    guard.SASL_FINAL: "the server could not prove that it knows the password",
}
"""By the request that is being answered, however many were already read."""


class Conversation(Connection):  # type: ignore[misc] # pg8000 has no types
    """A login and simple queries. Raises what pg8000, the socket and its guard raise, and ScramFailed."""

    def __init__(self, connection: ServerSocket, target: Target, credential: Credential) -> None:
        self._connection = connection
        self._bytes = prepared(credential.password)
        super().__init__(
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

    def rows(self, statements: str) -> Sequence[Sequence[object]]:
        """The rows that one message of statements answers with."""
        return self.run(statements) or ()

    def handle_AUTHENTICATION_REQUEST(self, data: bytes, context: object) -> None:  # noqa: N802 - pg8000's name
        """Answer what the guard has let through."""
        code = int.from_bytes(data[:4])
        try:
            match code:
                case guard.SASL:
                    self._begin_scram(data[4:])
                case guard.SASL_CONTINUE:
                    with _turn(self._connection):
                        super().handle_AUTHENTICATION_REQUEST(data, context)
                case _:
                    super().handle_AUTHENTICATION_REQUEST(data, context)
        except scramp.ScramException:
            raise ScramFailed(_FAILED_AT[code]) from None

    def handle_PARAMETER_STATUS(self, data: bytes, context: object) -> None:  # noqa: N802 - pg8000's name
        """Not looked at: a user's name, or a search_path since 18, need be in no encoding that is known here."""

    def handle_NOTICE_RESPONSE(self, data: bytes, context: object) -> None:  # noqa: N802 - pg8000's name
        """Not kept."""

    def handle_NOTIFICATION_RESPONSE(self, data: bytes, context: object) -> None:  # noqa: N802 - pg8000's name
        """Not kept."""

    def _begin_scram(self, offered: bytes) -> None:
        shown = self._connection.getpeercert(binary_form=True) or b""
        bound = end_point(shown, certificate(shown).signature)
        mechanisms = [each.decode() for each in offered.split(b"\0") if each in guard.MECHANISMS]
        # Stand-ins: PostgreSQL reads the user from the startup message, and the library refuses names and
        # passwords that PostgreSQL takes.
        self.auth = scramp.ScramClient(
            mechanisms, "*", "*", channel_binding=bound and ("tls-server-end-point", bound)
        )
        self.auth.password = self._bytes
        first = self.auth.get_client_first().encode()
        name = self.auth.mechanism_name.encode() + b"\0"
        self._send_message(PASSWORD, name + len(first).to_bytes(4) + first)
        self._sock.flush()


@contextmanager
def _turn(connection: ServerSocket) -> Iterator[None]:
    """For the iterations that a server asks for: at once, or one server after another while the time suffices.

    Raises OtherHash where it does not.
    """
    iterations = connection.guard.iterations
    if iterations <= FREELY:
        yield
        return
    if not _TURNS.acquire(timeout=connection.deadline.timeout()):
        raise too_many(iterations)
    try:
        begun = time.perf_counter()
        pbkdf2_hmac("sha256", b"-", b"-", _SAMPLE)
        if (time.perf_counter() - begun) * iterations / _SAMPLE > connection.deadline.left():
            raise too_many(iterations)
        yield
    finally:
        _TURNS.release()
