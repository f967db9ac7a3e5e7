"""Messages and names that a server need not, but may send: rows, settings, errors, and names of other DNS."""

import pytest
from tlscheck.wire.login import refused
from tlscheck.wire.messages import ProtocolBroken, check_row, check_setting, error_fields
from tlscheck.wire.ssl_request import refusal
from tlscheck.wire.target import Login
from tlscheck.wire.token_name import is_refused, takes_tokens

NULL = (-1).to_bytes(4, signed=True)
EMPTY = (0).to_bytes(4)


@pytest.mark.parametrize("body", [b"\0\1" + NULL, b"\0\1" + EMPTY, b"\0\1\0\0\0\1x"])
def test_a_row_has_one_column_as_long_as_it_says(body: bytes) -> None:
    check_row(body[:6], len(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"\0\0x",
        b"\0\1",
        b"\0\1" + EMPTY + b"x",
        # no column is shorter than NULL
        b"\0\1" + (-2).to_bytes(4, signed=True),
        b"\0\1" + b"\0\0\0\2x",
        b"\0\0",
        b"\0\2" + NULL + b"\0\0\0\1x",
        b"\0\2" + EMPTY,
        b"\0\2" + b"\0\0\0\x09x" + EMPTY,
        b"\xff\xff" + EMPTY,
    ],
)
def test_a_row_of_other_lengths_is_refused_in_a_whole_sentence(body: bytes) -> None:
    with pytest.raises(ProtocolBroken, match=r"^the server sent a row that its lengths do not fit$"):
        check_row(body[:6], len(body))


@pytest.mark.parametrize("body", [b"a\0b", b"\0a\0b", b"a\0b\0c\0"])
def test_a_setting_that_is_none_is_refused_in_a_whole_sentence(body: bytes) -> None:
    with pytest.raises(ProtocolBroken, match=r"^the server sent a parameter status that is none$"):
        check_setting(body)


@pytest.mark.parametrize("body", [b"a\0b\0", b"a\0\0", b"\0\0", b"\x7f\0~\0", b"a\0\xc3\xa9\0", b"\xff\0\xff\0"])
def test_a_setting_is_two_texts_of_any_encoding(body: bytes) -> None:
    check_setting(body)


def test_of_an_error_the_last_field_of_a_letter_counts_and_an_empty_one_is_there() -> None:
    assert error_fields(b"Ma\0C\0Mb\0\0") == {"M": "b", "C": ""}
    assert error_fields(b"") == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # of protocol 3: type, length, fields; of protocol 2: type and text
        (b"E\0\0\0\x0cMhello\0\0", "'hello'"),
        (b"E\0\0\0\x0cMM\0\0", "'M'"),
        (b"E\0\0\0\x0cSFATAL\0\0", r"'\x00\x00\x00\x0cSFATAL\x00\x00'"),
        (b"EMoo", "'Moo'"),
        (b"E", "''"),
    ],
)
def test_an_error_at_the_ssl_request_is_told_by_its_message(answer: bytes, said: str) -> None:
    shown = refusal(answer)
    assert shown is not None
    assert shown.detail == f"The server answered the SSLRequest with an error: {said}."


def test_a_refusal_without_code_or_text_says_so() -> None:
    assert refused({}, Login.SECRET, "u", "d").detail == "The server refused the login (no SQLSTATE)."
    assert refused({"C": "99000x"}, Login.IAM, "u", "d").detail == "The server refused the login (99000)."
    for odd in ("\x1b[31m", "280", "hunte"):
        assert refused({"C": odd}, Login.IAM, "u", "d").detail == "The server refused the login (no SQLSTATE)."
    without_code = refused({"M": "why: "}, Login.IAM, "u", "d")
    assert without_code.detail == "The server refused the login (no SQLSTATE): why."


@pytest.mark.parametrize(
    ("host", "takes", "refuses"),
    [
        ("orders.c9x2example.us-east-1.rds.amazonaws.com", True, False),
        ("orders.cluster-ro-c9x2example.us-east-1.rds.amazonaws.com", True, False),
        ("app.proxy-c9x2example.us-east-1.rds.amazonaws.com", True, False),
        ("some.cluster-custom-c9x2example.us-east-1.rds.amazonaws.com", False, True),
        ("db.example.com", False, False),
        ("", False, False),
    ],
)
def test_a_name_of_rds_takes_tokens_or_refuses_them_and_another_does_neither(
    host: str, takes: bool, refuses: bool
) -> None:
    assert (takes_tokens(host), is_refused(host)) == (takes, refuses)
