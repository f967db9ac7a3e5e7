"""What ends a conversation, in whole sentences; what is asked before; and how much may be said in each answer."""

import pytest
from tlscheck.wire.guard import Guard, NoTokenAsked
from tlscheck.wire.messages import ProtocolBroken
from tlscheck.wire.target import Login

MIB = 1024 * 1024


def message(kind: bytes, body: bytes = b"") -> bytes:
    """PostgreSQL's manual, "Message Formats": a type, an Int32 length that counts itself, and the rest."""
    return kind + (len(body) + 4).to_bytes(4) + body


def request(code: int, rest: bytes = b"") -> bytes:
    return message(b"R", code.to_bytes(4) + rest)


READY = message(b"Z", b"I")
LOGGED_IN = request(0) + READY
ONE_COLUMN = b"\0\1encode\0" + bytes(18)
SCRAM = request(10, b"SCRAM-SHA-256\0\0")
FIRST = request(11, b"r=abc,s=AAAAAAAAAAAAAAAA,i=4096")


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        # src/include/libpq/protocol.h (AUTH_REQ_*)
        *[
            (
                request(code),
                f"the server asks for a way to authenticate that is not spoken here: {way}",
            )
            for code, way in (
                (1, "authentication request 1"),
                (2, "Kerberos"),
                (4, "authentication request 4"),
                (6, "SCM"),
                (7, "GSSAPI"),
                (8, "authentication request 8"),
                (9, "SSPI"),
                (13, "authentication request 13"),
            )
        ],
        *[(request(code), f"the server sent authentication request {code} out of turn") for code in (11, 12)],
        (message(b"R", b"\0\0\0"), "the server sent an authentication request that is none"),
        (request(5, b"sal"), "the server sent an MD5 salt of another length than 4"),
        (request(5, b"salty"), "the server sent an MD5 salt of another length than 4"),
        (request(10, b"SCRAM-SHA-1\0\0"), "the server offers no SCRAM that is known here"),
        (request(10, b"SCRAM-SHA-256\0"), "the server offers no SCRAM that is known here"),
        (SCRAM + request(0), "the server ended the SCRAM exchange without its own proof"),
        (SCRAM + FIRST + request(0), "the server ended the SCRAM exchange without its own proof"),
        (SCRAM + request(11, b"i=4096"), "the server's first SCRAM message is malformed"),
        (SCRAM + FIRST + request(12, b"e=x"), "the server ended the SCRAM exchange with an error"),
        (READY, "the server sent a message of type Z in the middle of a login"),
        (LOGGED_IN + request(3), "the server sent a message of type R in the middle of an answer"),
        (message(b"S", b"x"), "the server sent a parameter status that is none"),
    ],
)
def test_a_conversation_that_cannot_go_on_says_why(said: bytes, ending: str) -> None:
    with pytest.raises(ProtocolBroken) as ended:
        Guard(Login.SECRET).feed(said)
    assert str(ended.value) == ending


@pytest.mark.parametrize("asked", [request(5, b"salt"), SCRAM])
def test_a_token_that_was_kept_is_told(asked: bytes) -> None:
    guard = Guard(Login.IAM)
    with pytest.raises(NoTokenAsked, match=r"^the server asks for a password instead of an IAM token$"):
        guard.feed(asked)
    assert guard.request is None


def test_a_conversation_begins_with_nothing_asked_and_nobody_in() -> None:
    guard = Guard(Login.SECRET)
    assert (guard.request, guard.is_in, guard.error, guard.has_the_credential, guard.iterations) == (
        None,
        False,
        None,
        False,
        0,
    )


@pytest.mark.parametrize(
    ("said", "last"),
    [
        (request(0), 0),
        (request(5, b"salt"), 5),
        (request(10, b"SCRAM-SHA-256\0\0"), 10),
        (request(10, b"SCRAM-SHA-256-PLUS\0\0"), 10),
        (SCRAM + FIRST, 11),
        (SCRAM + FIRST + request(12, b"v=AAAA"), 12),
    ],
)
def test_the_last_request_is_known(said: bytes, last: int) -> None:
    guard = Guard(Login.SECRET)
    guard.feed(said)
    assert (guard.request, guard.is_in) == (last, False)


@pytest.mark.parametrize("kind", [b"N", b"A"])
def test_notices_and_notifications_mean_nothing_at_any_time(kind: bytes) -> None:
    aside = message(kind, b"anything")
    guard = Guard(Login.SECRET)
    guard.feed(aside + SCRAM + aside + FIRST + aside + request(12, b"v=A") + aside + LOGGED_IN)
    for said in (message(b"T", ONE_COLUMN), message(b"D", b"\0\1\0\0\0\0"), message(b"C"), READY):
        guard.feed(aside + said + aside)
    assert (guard.is_in, guard.error) == (True, None)


@pytest.mark.parametrize("last", [b"C", b"I"])
def test_an_answer_ends_with_its_command_or_with_its_emptiness(last: bytes) -> None:
    guard = Guard(Login.SECRET)
    guard.feed(LOGGED_IN + message(last) + READY)
    assert (guard.is_in, guard.error) == (True, None)


def test_ten_answers_may_be_two_mebibytes_each_and_all_that_is_said_beside_them_128_kibibytes() -> None:
    guard = Guard(Login.SECRET)
    guard.feed(LOGGED_IN)
    for _ in range(10):
        column = 2 * MIB - 10
        guard.feed(message(b"T", ONE_COLUMN) + message(b"D", b"\0\1" + column.to_bytes(4) + bytes(column)))
        guard.feed(message(b"C", b"SELECT 1\0") + READY)
    for _ in range(3):
        guard.feed(message(b"N", bytes(32 * 1024 - 5)))
    with pytest.raises(ProtocolBroken, match=r"^the server sent 36 messages of 131607 bytes beside its answer$"):
        guard.feed(message(b"N", bytes(32 * 1024 - 5)))


@pytest.mark.parametrize("said", [message(b"T", ONE_COLUMN), message(b"D", b"\0\1\0\0\0\0")])
def test_an_answer_that_goes_on_after_an_error_is_not_followed(said: bytes) -> None:
    guard = Guard(Login.SECRET)
    guard.feed(LOGGED_IN + message(b"T", ONE_COLUMN) + message(b"E", b"C57014\0\0"))
    with pytest.raises(ProtocolBroken, match=r"^the server sent a message of type [TD] after an error$"):
        guard.feed(said)
    assert guard.error == {"C": "57014"}
