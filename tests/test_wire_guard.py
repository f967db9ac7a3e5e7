"""A server's side of a login and a look, followed without a socket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.guard import Guard, NoTokenAsked, PasswordInTheClear
from tlscheck.wire.messages import ProtocolBroken
from tlscheck.wire.target import Login

KINDS = b"RKSZTDCENAI"


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


def request(code: int, rest: bytes = b"") -> bytes:
    return message(b"R", code.to_bytes(4) + rest)


OK, READY = request(0), message(b"Z", b"I")
NOTICE, SETTING, KEY = message(b"N"), message(b"S", b"server_version\x0017.10\0"), message(b"K", bytes(8))
LOGGED_IN = OK + SETTING + KEY + READY
MD5 = request(5, b"salt")
SCRAM = request(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")
SCRAM_FIRST = b"r=fyko+d2lbbFgONRv9qkxdawL,s=W22ZaJ0SNY7soEsUEjb6gQ==,i="
SCRAM_NEXT, SCRAM_LAST = request(11, SCRAM_FIRST + b"4096"), request(12, b"v=AAAA")
ROW = message(b"D", b"\0\1\0\0\0\1x")
COLUMN = message(b"T", b"\0\1encode\0" + bytes(18))
ANSWER = COLUMN + ROW + message(b"C") + READY


def followed(data: bytes, login: Login = Login.SECRET, pieces: int = 1000) -> Guard:
    guard = Guard(login)
    for start in range(0, len(data), pieces):
        guard.feed(memoryview(data)[start : start + pieces])
    return guard


LOGINS = {
    "trust": LOGGED_IN,
    "MD5": request(5, b"salt") + LOGGED_IN,
    "SCRAM": SCRAM + SCRAM_NEXT + SCRAM_LAST + LOGGED_IN,
    "SCRAM among notices": SCRAM + NOTICE + SCRAM_NEXT + NOTICE + SCRAM_LAST + NOTICE + LOGGED_IN,
}


@pytest.mark.parametrize("said", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize("pieces", [1, 7, 1000])
def test_a_login_and_answers_pass_in_pieces_of_any_size(said: bytes, pieces: int) -> None:
    guard = followed(said + ANSWER + NOTICE + ANSWER, pieces=pieces)
    assert guard.is_in
    assert (guard.error, guard.has_the_credential) == (None, False)


@pytest.mark.parametrize("login", [Login.SECRET, Login.NONE])
def test_a_password_is_never_sent_for_the_server_to_read(login: Login) -> None:
    """RDS asks so of members of rds_iam, whose password opens nothing."""
    guard = Guard(login)
    with pytest.raises(PasswordInTheClear):
        guard.feed(request(3))
    assert not guard.has_the_credential


@pytest.mark.parametrize("asked", [request(5, b"salt"), SCRAM])
def test_a_token_is_never_proved_as_a_password(asked: bytes) -> None:
    """A member of rds_iam is asked for the token itself; anyone else is not one."""
    guard = Guard(Login.IAM)
    with pytest.raises(NoTokenAsked):
        guard.feed(asked)
    assert not guard.has_the_credential
    through = followed(request(3) + LOGGED_IN, Login.IAM)
    assert (through.is_in, through.has_the_credential) == (True, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (READY, "type Z in the middle of a login"),
        (KEY, "type K in the middle of a login"),
        (ROW, "type D in the middle of a login"),
        (OK + OK, "type R in the middle of a login"),
        (message(b"R", b"\0\0"), "authentication request that is none"),
        (request(2), "not spoken here: Kerberos"),
        (request(7), "not spoken here: GSSAPI"),
        (request(9), "not spoken here: SSPI"),
        (request(77), "not spoken here: authentication request 77"),
        (request(11), "request 11 out of turn"),
        (request(12), "request 12 out of turn"),
        (MD5 + MD5, "request 5 out of turn"),
        (MD5 + SCRAM, "request 10 out of turn"),
        (SCRAM + request(3), "request 3 out of turn"),
        (SCRAM + SCRAM_LAST, "request 12 out of turn"),
        (SCRAM + SCRAM_NEXT + SCRAM_NEXT, "request 11 out of turn"),
        (request(5), "MD5 salt of another length"),
        (request(10, b"OAUTHBEARER\0\0"), "no SCRAM that is known"),
        (request(10, b"SCRAM-SHA-256"), "no SCRAM that is known"),
        (request(10), "no SCRAM that is known"),
        (SCRAM + OK, "without its own proof"),
        (SCRAM + SCRAM_NEXT + OK, "without its own proof"),
        (SCRAM + SCRAM_NEXT + request(12, b"e=invalid-proof"), "with an error"),
        (SCRAM + request(11, b"x"), "malformed"),
        (SCRAM + request(11, SCRAM_FIRST + b"-1"), "malformed"),
        (SCRAM + request(11, SCRAM_FIRST + b"0"), "asks for 0 SCRAM iterations"),
        (SCRAM + request(11, SCRAM_FIRST + b"4095"), "asks for 4095 SCRAM iterations"),
        (SCRAM + request(11, SCRAM_FIRST + b"10000001"), "asks for 10000001 SCRAM iterations"),
        (message(b"S", b"x"), "parameter status that is none"),
        (LOGGED_IN + ROW, "type D in the middle of an answer"),
        (LOGGED_IN + OK, "type R in the middle of an answer"),
        (LOGGED_IN + KEY, "type K in the middle of an answer"),
        (LOGGED_IN + message(b"T", bytes(2)), "answers with 0 columns instead of one"),
        (LOGGED_IN + COLUMN + ROW + ROW, "type D in the middle of an answer"),
        (LOGGED_IN + COLUMN + COLUMN, "type T in the middle of an answer"),
        (LOGGED_IN + ANSWER + ROW, "type D in the middle of an answer"),
        (LOGGED_IN + COLUMN + message(b"D", b"\0\1\0\0\0\x09x"), "a row that its lengths do not fit"),
    ],
)
def test_what_a_conversation_cannot_go_on_after_is_named(said: bytes, words: str) -> None:
    guard = Guard(Login.SECRET)
    with pytest.raises(ProtocolBroken, match=words):
        guard.feed(said)


@pytest.mark.parametrize(("said", "where"), [(SCRAM, ""), (SCRAM[:-1], " in the middle of a message")])
def test_a_connection_that_is_closed_is_named_for_when(said: bytes, where: str) -> None:
    guard = followed(said)
    with pytest.raises(ProtocolBroken, match=f"the server closed the connection{where}$"):
        guard.feed(b"")


@pytest.mark.parametrize("before", [b"", SCRAM, LOGGED_IN])
def test_an_error_outlives_what_follows_it(before: bytes) -> None:
    guard = followed(before + message(b"E", b"C57P01\0\0") + KEY + READY + OK)
    assert guard.error == {"C": "57P01"}
    with pytest.raises(ProtocolBroken, match="a message of unknown type"):
        guard.feed(bytes(5))
    assert guard.error == {"C": "57P01"}


SAID = st.lists(
    st.builds(
        message,
        st.sampled_from([bytes([kind]) for kind in KINDS]),
        st.binary(max_size=40)
        | st.builds(lambda code, rest: code.to_bytes(4) + rest, st.integers(0, 13), st.binary(max_size=40)),
    ),
    max_size=8,
).map(b"".join)


@given(st.sampled_from([b"", SCRAM, SCRAM + SCRAM_NEXT, LOGGED_IN]), SAID, st.sampled_from(Login))
def test_whatever_a_server_says_is_followed_or_refused(before: bytes, said: bytes, login: Login) -> None:
    try:
        followed(before + said, login)
    except ProtocolBroken as broken:
        assert str(broken)  # noqa: PT017 - any reason, or none
