"""What a ClientHello shows, in however many records it comes."""

import ssl
from itertools import batched

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.rehearsal.client_hello import NoHello, hello
from tlscheck.rehearsal.contact import Hello


def of_ssl(name: str = "db.example", protocols: tuple[str, ...] = (), newest: bool = True) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def record(data: bytes) -> bytes:
    return b"\x16\x03\x01" + len(data).to_bytes(2) + data


def vector(data: bytes, size: int = 2) -> bytes:
    return len(data).to_bytes(size) + data


def message(*extensions: tuple[int, bytes], ciphers: bytes = b"\x13\x01\xc0\x2f") -> bytes:
    parts = b"".join(kind.to_bytes(2) + vector(data) for kind, data in extensions)
    body = b"\3\3" + bytes(32) + vector(b"", 1) + vector(ciphers) + vector(b"\0", 1)
    return b"\1" + vector(body + (vector(parts) if extensions else b""), 3)


def shown(data: bytes) -> Hello:
    found = hello(data)
    assert found
    return found


def test_a_real_hello_shows_name_and_protocols() -> None:
    found = shown(of_ssl("orders.example", ("postgresql", "h2")))
    assert found.server_name == "orders.example"
    assert found.protocols == ("postgresql", "h2")


def test_the_shape_is_of_settings_not_of_the_moment() -> None:
    assert shown(of_ssl()).shape == shown(of_ssl("other.example")).shape
    assert shown(of_ssl()).shape != shown(of_ssl(newest=False)).shape


@pytest.mark.parametrize("size", [1, 7, 100])
def test_it_may_come_in_several_records(size: int) -> None:
    data = message((0, vector(b"\0" + vector(b"db.example"))))
    pieces = b"".join(record(bytes(piece)) for piece in batched(data, size))
    if len(data) / size > 64:
        with pytest.raises(NoHello, match="too many records"):
            hello(pieces)
    else:
        assert hello(pieces) == hello(record(data))


@pytest.mark.parametrize("count", range(0, 300, 7))
def test_of_a_part_of_it_more_is_needed(count: int) -> None:
    data = of_ssl()
    assert len(data) > 300
    assert hello(data[:count]) is None


def test_what_follows_it_does_not_matter() -> None:
    assert hello(of_ssl() + b"anything") == hello(of_ssl())


def test_grease_is_left_out_of_the_shape() -> None:
    def greased(one: int) -> Hello:
        grease = one.to_bytes(2)
        groups = (10, vector(grease + b"\0\x1d\0\x17"))
        versions = (43, vector(grease + b"\3\4\3\3", 1))
        return shown(record(message((one, b""), groups, versions, ciphers=grease + b"\x13\x01\xc0\x2f")))

    assert greased(0x0A0A) == greased(0xFAFA)
    assert greased(0x0A0A) != greased(0x1234)


@pytest.mark.parametrize("change", [b"\xc0\x2f\x13\x01", b"\x13\x01", b"\x13\x02\xc0\x2f"])
def test_the_order_of_ciphers_is_of_the_shape(change: bytes) -> None:
    assert shown(record(message(ciphers=change))).shape != shown(record(message())).shape


def test_a_name_and_protocols_of_strangers_are_made_harmless() -> None:
    name = (0, vector(b"\0" + vector(b"\x1b[2J\r\n\xff")))
    protocols = (16, vector(vector(b"a\0b", 1) * 30))
    found = shown(record(message(name, protocols)))
    assert found.server_name.isprintable()
    assert found.protocols == ("a b",) * 16


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GET / HTTP/1.1", "a record of type 71"),
        (b"\x15\3\1\0\2\2\x28", "a record of type 21"),
        (b"\x16\2\0", "unknown version"),
        (record(b""), "empty record"),
        (record(b"\2\0\0\1\0"), "message of type 2"),
        (record(b"\1\0\x50\0" + bytes(9)), "a ClientHello of 20480 bytes"),
        (record(b"\1" + vector(bytes(20), 3)), "longer than what follows"),
        (record(message((0, b"\0\xff\0\0"))), "longer than what follows"),
    ],
)
def test_what_is_no_hello_is_said(data: bytes, why: str) -> None:
    with pytest.raises(NoHello, match=why):
        hello(data)


@given(
    st.binary(max_size=300)
    | st.binary(max_size=300).map(record)
    | st.binary(max_size=200).map(lambda body: record(b"\1" + vector(body, 3)))
)
def test_any_bytes_are_a_hello_or_none_or_too_few(data: bytes) -> None:
    try:
        found = hello(data)
    except NoHello:
        return
    assert found is None or len(found.shape) == 16


@given(st.data())
def test_a_damaged_hello_does_no_harm(data: st.DataObject) -> None:
    whole = bytearray(record(message((0, vector(b"\0" + vector(b"db.example"))), (16, vector(vector(b"h2", 1))))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = hello(bytes(whole))
    except NoHello:
        return
    assert found is None or len(found.server_name) <= 255
