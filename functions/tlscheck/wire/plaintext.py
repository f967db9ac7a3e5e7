"""Would the server let a client in without TLS? A connection that stops at the server's first answer.

The user does not exist and no password is sent. Where plaintext is refused the server logs, as for any such
client, `FATAL: no pg_hba.conf entry for host "...", user "tlscheck-plaintext", database "postgres", no encryption`
(`SSL off` before PostgreSQL 14); where it is accepted the connection ends before the login: PostgreSQL 12 and
later log nothing of it but the lines of log_connections, 10 and 11
`FATAL: password authentication failed for user "tlscheck-plaintext"`.
Source: PostgreSQL, src/backend/libpq/auth.c (ClientAuthentication).
"""

from tlscheck.wire import messages
from tlscheck.wire.observation import Plaintext, PlaintextOutcome
from tlscheck.wire.target import DATABASE
from tlscheck.wording import plain

USER = "tlscheck-plaintext"
STARTUP = messages.startup({"user": USER, "database": DATABASE, "application_name": "tlscheck"})

_UNENCRYPTED = ("no encryption", "SSL off")
SILENT = Plaintext(PlaintextOutcome.UNKNOWN, "The server did not answer a connection without TLS in time.")
CLOSED = Plaintext(PlaintextOutcome.UNKNOWN, "The server closed a connection without TLS without a word.")


def meaning(answer: messages.Message) -> Plaintext:
    """What the server's first message says."""
    if answer.kind == "R":
        return Plaintext(PlaintextOutcome.ACCEPTED, "The server went on to authenticate a client without TLS.")
    if answer.kind != "E":
        reason = f"The server answered a connection without TLS with a message of type {answer.kind}."
        return Plaintext(PlaintextOutcome.UNKNOWN, reason)
    fields = messages.error_fields(answer.body)
    code, text = messages.sqlstate(fields), fields.get("M", "")
    if code == "28000" and any(text.endswith(said) for said in _UNENCRYPTED):
        return Plaintext(PlaintextOutcome.REFUSED, "The server refused a client because it did not use TLS.")
    return Plaintext(
        PlaintextOutcome.UNKNOWN, f"The server answered a client without TLS with ({code}): {plain(text, 200)}"
    )
