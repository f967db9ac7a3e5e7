"""A server's messages, cut from its bytes as they arrive."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire import messages
from tlscheck.wire.messages import Incoming, Message, ProtocolBroken

KINDS = b"RKSZTDCENAI"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


MESSAGES = st.lists(st.builds(Message, st.sampled_from(KINDS.decode()), st.binary(max_size=50)), max_size=20)


def bytes_of(sent: list[Message]) -> bytes:
    return b"".join(message(each.kind.encode(), each.body) for each in sent)


def received(data: bytes, pieces: int) -> list[Message]:
    incoming, found = Incoming(), []
    for start in range(0, len(data), pieces):
        incoming.feed(data[start : start + pieces])
        while each := incoming.next():
            found.append(each)
    return found


@given(MESSAGES, st.integers(1, 40))
def test_messages_arrive_whole_from_pieces_of_any_size(sent: list[Message], pieces: int) -> None:
    assert received(bytes_of(sent), pieces) == sent


@given(MESSAGES, st.sampled_from([kind for kind in range(256) if kind not in KINDS]), st.integers(1, 40))
def test_an_unknown_type_is_met_at_its_header(sent: list[Message], kind: int, pieces: int) -> None:
    data = bytes_of(sent) + bytes([kind]) + (4).to_bytes(4)
    with pytest.raises(ProtocolBroken, match=f"unknown type 0x{kind:02x}"):
        received(data, pieces)


@pytest.mark.parametrize("length", [-(2**31), -1, 0, 3, 2 * 1024 * 1024 + 1, 2**30, 2**31 - 1])
def test_a_length_that_no_message_has_is_met_before_its_body(length: int) -> None:
    incoming = Incoming()
    incoming.feed(b"D" + length.to_bytes(4, signed=True)[:3])
    assert incoming.next() is None
    incoming.feed(length.to_bytes(4, signed=True)[3:])
    with pytest.raises(ProtocolBroken, match=f"{length} bytes"):
        incoming.next()


def test_a_server_that_never_stops_talking_is_stopped() -> None:
    incoming, notice = Incoming(), message(b"N", b"x" * 65531)
    for _ in range(4 * 1024 * 1024 // len(notice)):
        incoming.feed(notice)
        incoming.next()
    with pytest.raises(ProtocolBroken, match="more than"):
        incoming.feed(notice)
    incoming.begin()
    incoming.feed(notice)


@given(st.lists(st.binary(min_size=1, max_size=64), max_size=30))
def test_whatever_arrives_is_cut_or_refused(pieces: list[bytes]) -> None:
    incoming = Incoming()
    try:
        for piece in pieces:
            incoming.feed(piece)
            while incoming.next():
                pass
    except ProtocolBroken:
        pass


@given(st.lists(st.none() | st.binary(max_size=20), max_size=10))
def test_a_row_is_as_long_as_its_columns_say(columns: list[bytes | None]) -> None:
    body = len(columns).to_bytes(2)
    for column in columns:
        body += (-1).to_bytes(4, signed=True) if column is None else len(column).to_bytes(4) + column
    messages.check_row(body)
    for other in (body + b"x", body[:-1]):
        with pytest.raises(ProtocolBroken, match="a row that its lengths do not fit"):
            messages.check_row(other)


@pytest.mark.parametrize("body", [b"", b"x", b"x\0", b"\0\0\0", b"x\0y\0z", b"x\0y\0z\0"])
def test_a_parameter_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(ProtocolBroken, match="a parameter status that is none"):
        messages.check_setting(body)


@given(st.binary(max_size=80))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    messages.error_fields(body)
    for check in (messages.check_row, messages.check_setting):
        with contextlib.suppress(ProtocolBroken):
            check(body)


def test_a_startup_message_holds_its_parameters() -> None:
    sent = messages.startup({"user": "tlscheck", "database": "postgres"})
    assert sent == (41).to_bytes(4) + b"\0\3\0\0user\0tlscheck\0database\0postgres\0\0"


def test_an_error_is_read_by_its_letters() -> None:
    fields = messages.error_fields(b"SFATAL\0C28P01\0Mno \xff\0\0")
    assert fields == {"S": "FATAL", "C": "28P01", "M": "no \ufffd"}
