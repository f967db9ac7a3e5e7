"""What PostgreSQL servers send, where a test wrote down what they do (its manual, "Message Formats")."""

from collections.abc import Callable

from tests.local_aws.fleet.certificates import ServerCertificate
from tests.scripted_server import Conversation, Script

type After = Callable[[Conversation], object]
"""What a server does once its TLS stands."""


def message(kind: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    """A message, with another length than it has where that is given."""
    return kind + (len(body) + 4 if length is None else length).to_bytes(4, signed=True) + body


def authentication(code: int, rest: bytes = b"") -> bytes:
    """An authentication request, or that it is over."""
    return message(b"R", code.to_bytes(4) + rest)


READY = message(b"Z", b"I")
LOGGED_IN = authentication(0) + message(b"K", bytes(8)) + READY
SCRAM = authentication(10, b"SCRAM-SHA-256\0\0")
COLUMN = b"encode\0" + bytes(6) + (25).to_bytes(4) + bytes(8)
ONE_COLUMN = message(b"T", (1).to_bytes(2) + COLUMN)


def says(*turns: bytes, then: After = Conversation.end) -> After:
    """An answer to each message of the client, then what follows."""

    def after(conversation: Conversation) -> None:
        for turn in turns:
            conversation.receive()
            conversation.send(turn)
        then(conversation)

    return after


def behind_tls(certificate: ServerCertificate, after: After) -> Script:
    """A server that proves itself and then behaves so."""

    def script(conversation: Conversation) -> None:
        conversation.receive(8)
        conversation.send(b"S")
        if conversation.start_tls(certificate):
            after(conversation)

    return script
