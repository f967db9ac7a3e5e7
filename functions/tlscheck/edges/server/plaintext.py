"""A connection without TLS that stops at the server's first answer: only where the owner asked for it."""

from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.tls import connect, why_unreachable
from tlscheck.wire.messages import Incoming, ProtocolBroken
from tlscheck.wire.observation import Plaintext, PlaintextOutcome
from tlscheck.wire.plaintext import CLOSED, SILENT, STARTUP, meaning

SECONDS = 3.0
READ_BYTES = 4096


def try_plaintext(host: str, port: int, deadline: Deadline) -> Plaintext:
    """How the server meets a client that does not use TLS. Nothing secret is sent."""
    soon = deadline.or_within(SECONDS)
    try:
        plain = connect(host, port, soon)
    except OSError as error:
        return Plaintext(PlaintextOutcome.UNKNOWN, why_unreachable(error))
    incoming = Incoming()
    with plain:
        try:
            plain.settimeout(soon.timeout())
            plain.sendall(STARTUP)
            while not (message := incoming.next()):
                plain.settimeout(soon.timeout())
                data = plain.recv(READ_BYTES)
                if not data:
                    return CLOSED
                incoming.feed(data)
        except TimeoutError:
            return SILENT
        except OSError:
            return CLOSED
        except ProtocolBroken as broken:
            return Plaintext(PlaintextOutcome.UNKNOWN, f"Without TLS, {broken}.")
    return meaning(message)
