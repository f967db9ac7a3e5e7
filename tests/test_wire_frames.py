"""A server's messages, followed byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.wire.frames import LARGEST_CONVERSATION, LARGEST_MESSAGE, Frames, ProtocolBroken

KINDS = b"RKSZTDCENAI"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


MESSAGES = st.lists(
    st.tuples(st.sampled_from([bytes([kind]) for kind in KINDS]), st.binary(max_size=50)), max_size=20
).map(lambda messages: b"".join(message(kind, body) for kind, body in messages))


def broken_at(data: bytes, pieces: int) -> int | None:
    """How many bytes went in before the conversation was called broken, fed in pieces of one size."""
    frames = Frames()
    for start in range(0, len(data), pieces):
        try:
            frames.feed(data[start : start + pieces])
        except ProtocolBroken:
            return start // pieces
    return None


@given(MESSAGES, st.integers(1, 40))
def test_messages_of_the_protocol_pass_in_pieces_of_any_size(data: bytes, pieces: int) -> None:
    assert broken_at(data, pieces) is None


@given(MESSAGES, st.sampled_from([kind for kind in range(256) if kind not in KINDS]), st.integers(1, 40))
def test_an_unknown_type_is_met_at_its_header(data: bytes, kind: int, pieces: int) -> None:
    assert broken_at(data + message(bytes([kind]), b"x" * 100), pieces) == (len(data) + 4) // pieces


@pytest.mark.parametrize("length", [-(2**31), -1, 0, 3, LARGEST_MESSAGE + 1, 2**30, 2**31 - 1])
def test_a_length_that_no_message_has_is_met_before_its_body(length: int) -> None:
    frames = Frames()
    frames.feed(b"D" + length.to_bytes(4, signed=True)[:3])
    with pytest.raises(ProtocolBroken, match=f"{length} bytes"):
        frames.feed(length.to_bytes(4, signed=True)[3:])


def test_a_server_that_never_stops_talking_is_stopped() -> None:
    frames, notice = Frames(), message(b"N", b"x" * 65536)
    for _ in range(LARGEST_CONVERSATION // len(notice)):
        frames.feed(notice)
    with pytest.raises(ProtocolBroken, match="more than"):
        frames.feed(notice)


@given(st.lists(st.binary(max_size=64), max_size=30))
def test_whatever_arrives_is_followed_or_refused(pieces: list[bytes]) -> None:
    frames = Frames()
    try:
        for piece in pieces:
            frames.feed(memoryview(piece))
    except ProtocolBroken:
        pass
