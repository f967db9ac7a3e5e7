"""A server's messages, cut from its bytes as they arrive."""

import contextlib
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire import messages
from tlscheck.wire.messages import Incoming, Message, ProtocolBroken

KINDS = b"RKSZTDCENAI"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


type Sent = list[tuple[str, bytes]]

MESSAGES = st.lists(st.tuples(st.sampled_from(KINDS.decode()), st.binary(max_size=50)), max_size=20)


def bytes_of(sent: Sent) -> bytes:
    return b"".join(message(kind.encode(), body) for kind, body in sent)


def received(data: bytes, pieces: int) -> list[Message]:
    incoming, found = Incoming(), []
    for start in range(0, len(data), pieces):
        incoming.feed(data[start : start + pieces])
        while each := incoming.next():
            found.append(each)
    return found


@given(MESSAGES, st.integers(1, 40))
def test_messages_arrive_from_pieces_of_any_size_whole_but_rows(sent: Sent, pieces: int) -> None:
    assert received(bytes_of(sent), pieces) == [
        Message(kind, body[:6], len(body)) if kind == "D" else Message(kind, body) for kind, body in sent
    ]


@given(MESSAGES, st.sampled_from([kind for kind in range(256) if kind not in KINDS]), st.integers(1, 40))
def test_an_unknown_type_is_met_at_its_header(sent: Sent, kind: int, pieces: int) -> None:
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


@pytest.mark.parametrize(
    ("said", "times", "refused"),
    [
        (message(b"N", bytes(32 * 1024 - 5)), 4, "the server sent 5 messages of 163840 bytes beside its answer"),
        (message(b"N", b""), 1000, "the server sent 1001 messages of 5005 bytes beside its answer"),
        (message(b"S", b"a\0b\0"), 1000, "the server sent 1001 messages of 9009 bytes beside its answer"),
    ],
    ids=["large notices", "empty notices", "parameters"],
)
def test_a_server_that_never_stops_talking_is_stopped(said: bytes, times: int, refused: str) -> None:
    incoming = Incoming()
    incoming.feed(said * times)
    assert sum(1 for _ in iter(incoming.next, None)) == times
    incoming.feed(said)
    with pytest.raises(ProtocolBroken, match=f"^{refused}$"):
        incoming.next()


def test_a_server_that_sends_crumbs_is_stopped() -> None:
    incoming = Incoming()
    for byte in message(b"D", bytes(2000))[:1000]:
        incoming.feed(bytes([byte]))
        incoming.next()
    with pytest.raises(ProtocolBroken, match=r"^the server sent 1001 bytes in 1001 pieces$"):
        incoming.feed(b"\0")


def test_a_row_of_two_mebibytes_may_come_in_pieces_of_a_kibibyte_and_is_not_kept() -> None:
    row = memoryview(message(b"D", bytes(2 * 1024 * 1024 - 4)))
    incoming = Incoming()
    found: list[Message] = []
    tracemalloc.start()
    for start in range(0, len(row), 1024):
        incoming.feed(row[start : start + 1024])
        found += iter(incoming.next, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [Message("D", bytes(6), 2 * 1024 * 1024 - 4)]
    assert most < 64 * 1024


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


@given(st.none() | st.integers(0, 2**21))
def test_a_row_is_as_long_as_its_one_column_says(length: int | None) -> None:
    head = b"\0\1" + (-1 if length is None else length).to_bytes(4, signed=True)
    size = 6 + (length or 0)
    messages.check_row(head, size)
    for other in (size - 1, size + 1):
        with pytest.raises(ProtocolBroken, match="a row that its lengths do not fit"):
            messages.check_row(head, other)


OF_A_COLUMN = bytes(18)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (b"\0\1encode\0" + OF_A_COLUMN, None),
        (b"\0\1\0" + OF_A_COLUMN, None),
        (b"\xff\xff" + (b"a\0" + OF_A_COLUMN) * 3, "the server answers with 65535 columns instead of one"),
        (b"\0\2" + (b"a\0" + OF_A_COLUMN) * 2, "the server answers with 2 columns instead of one"),
        (b"\0\0", "the server answers with 0 columns instead of one"),
        (b"", "the server answers with 0 columns instead of one"),
        (b"\0\1a\0" + OF_A_COLUMN[1:], "the server sent the description of a column that is none"),
        (b"\0\1a\0" + OF_A_COLUMN + b"\0", "the server sent the description of a column that is none"),
        (b"\0\1" + b"\1" * 17, "the server sent the description of a column that is none"),
    ],
)
def test_a_look_is_answered_by_one_column(body: bytes, refused: str | None) -> None:
    if refused is None:
        messages.check_description(body)
    else:
        with pytest.raises(ProtocolBroken, match=f"^{refused}$"):
            messages.check_description(body)


@pytest.mark.parametrize("body", [b"", b"x", b"x\0", b"\0\0\0", b"x\0y\0z", b"x\0y\0z\0"])
def test_a_parameter_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(ProtocolBroken, match="a parameter status that is none"):
        messages.check_setting(body)


@given(st.binary(max_size=80))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    messages.error_fields(body)
    for check in (messages.check_description, messages.check_setting):
        with contextlib.suppress(ProtocolBroken):
            check(body)
    with contextlib.suppress(ProtocolBroken):
        messages.check_row(body[:6], len(body))


def test_a_startup_message_holds_its_parameters() -> None:
    sent = messages.startup({"user": "tlscheck", "database": "postgres"})
    assert sent == (41).to_bytes(4) + b"\0\3\0\0user\0tlscheck\0database\0postgres\0\0"


def test_an_error_is_read_by_its_letters() -> None:
    fields = messages.error_fields(b"SFATAL\0C28P01\0Mno \xff\0\0")
    assert fields == {"S": "FATAL", "C": "28P01", "M": "no \ufffd"}
