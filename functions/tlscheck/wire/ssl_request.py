"""The first exchange with a PostgreSQL server: may we speak TLS?

Source: PostgreSQL, src/include/libpq/pqcomm.h (NEGOTIATE_SSL_CODE) and backend/tcop/backend_startup.c.
"""

from tlscheck.wire.observation import Handshake, HandshakeOutcome

SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
"""Int32 length, itself included, and Int32 request code."""

MOST_READ = 1024
"""Bytes of an unexpected answer that are worth reading: enough to name it."""

CLOSED = Handshake(HandshakeOutcome.CLOSED, "The server closed the connection at the SSLRequest.")


def refusal(answer: bytes) -> Handshake | None:
    """What an answer to the SSLRequest means; None when the server agreed and the handshake may begin.

    `answer` is the server's first byte, and whatever followed at once when that byte was not `S`; it is
    empty when the server closed. PostgreSQL says `N` and no more.
    """
    match answer[:1], answer:
        case b"S", _:
            return None
        case _, b"":
            return CLOSED
        case _, b"N":
            return Handshake(
                HandshakeOutcome.TLS_REFUSED, "The server answered N to the SSLRequest: its parameter ssl is off."
            )
        case b"E", _:
            return Handshake(
                HandshakeOutcome.CLOSED,
                f"The server answered the SSLRequest with an error: {_error_text(answer)}.",
            )
        case _:
            return Handshake(
                # Not what it is: who may invoke a probe is not told what answers in its network.
                HandshakeOutcome.NOT_POSTGRESQL,
                "The answer to the SSLRequest was none of PostgreSQL's.",
            )


def _error_text(answer: bytes) -> str:
    """Message of an ErrorResponse, as protocol 3 (fields) or protocol 2 (plain text) puts it."""
    for field in answer[5:].split(b"\0"):
        if field[:1] == b"M":
            return _shown(field[1:])
    return _shown(answer[1:])


def _shown(text: bytes) -> str:
    """Bytes that anyone may have sent, in ASCII, with the rest escaped and no longer than a sentence needs."""
    shown = ascii(text[:60].decode("latin-1"))
    return f"{shown} and more" if len(text) > 60 else shown
