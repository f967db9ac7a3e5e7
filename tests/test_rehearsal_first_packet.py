"""What a client's first bytes are, as PostgreSQL reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.rehearsal.contact import Startup
from tlscheck.rehearsal.first_packet import Asks, first, wanted

TLS = bytes.fromhex("0000000804d2162f")
GSS = bytes.fromhex("0000000804d21630")
CANCEL = bytes.fromhex("0000001004d2162e 00000007 00000009")


def startup(*parts: str | bytes, version: int = 3 << 16, end: bytes = b"\0") -> bytes:
    texts = (part.encode() if isinstance(part, str) else part for part in parts)
    body = version.to_bytes(4) + b"".join(text + b"\0" for text in texts) + end
    return (4 + len(body)).to_bytes(4) + body


@pytest.mark.parametrize(
    ("data", "asks", "size"),
    [
        (b"", Asks.MORE, 0),
        (b"\0\0\0", Asks.MORE, 0),
        (TLS[:7], Asks.MORE, 0),
        (TLS, Asks.TLS, 8),
        (TLS + b"rest", Asks.TLS, 8),
        (GSS, Asks.GSS, 8),
        (CANCEL, Asks.CANCEL, 16),
        # protocol 3.2 has keys of up to 256 bytes
        (bytes.fromhex("0000002c04d2162e") + bytes(36), Asks.CANCEL, 44),
        (b"\x16", Asks.DIRECT, 0),
        (b"\x16\x03\x01\x02\x00\x01", Asks.DIRECT, 0),
        (startup("user", "app"), Asks.STARTUP, 18),
    ],
)
def test_what_is_asked_for(data: bytes, asks: Asks, size: int) -> None:
    found = first(data)
    assert (found.asks, found.size) == (asks, size)


@pytest.mark.parametrize("data", [TLS, GSS])
def test_what_was_asked_for_already_is_a_startup_of_an_odd_version(data: bytes) -> None:
    found = first(data, {Asks.TLS, Asks.GSS})
    assert found.asks is Asks.NOTHING
    assert found.sqlstate == "0A000"
    assert found.why.startswith("unsupported frontend protocol 1234.56")


def test_a_hello_in_the_middle_of_plaintext_is_a_length() -> None:
    assert first(b"\x16\x03\x01\x02", {Asks.DIRECT}).asks is Asks.NOTHING


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("user", "app", "database", "shop", "application_name", "web"), Startup("app", "shop", "web")),
        (("user", "app"), Startup("app", "app", "")),
        (("user", "app", "database", ""), Startup("app", "app", "")),
        (("user", "app", "replication", "true"), Startup("app", "app", "", is_replication=True)),
        (("user", "app", "replication", "database"), Startup("app", "app", "")),
        (("user", "app", "replication", "off"), Startup("app", "app", "")),
        (
            ("database", "shop", "user", "app", "options", "-c x=y", "password", "geheim"),
            Startup("app", "shop", ""),
        ),
        (("user", "\x1b[31mred\n"), Startup(" [31mred ", " [31mred ", "")),
        (("user", b"\xff\xfe"), Startup("\N{REPLACEMENT CHARACTER}" * 2, "\N{REPLACEMENT CHARACTER}" * 2, "")),
        (("user", "u" * 9000), Startup("u" * 63, "u" * 63, "")),
    ],
)
def test_a_startup_says_who_it_is_and_nothing_else_is_kept(
    parts: tuple[str | bytes, ...], expected: Startup
) -> None:
    found = first(startup(*parts))
    assert found.startup == expected
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("data", "why", "sqlstate"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "impossible length", ""),
        (b"\0\0\0\7\0\0\0", "impossible length", ""),
        (bytes(8), "impossible length", ""),
        ((10_005).to_bytes(4), "impossible length", ""),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "impossible length", ""),
        (startup("user", "app", version=2 << 16), "unsupported frontend protocol 2.0", "0A000"),
        (startup("user", "app", version=4 << 16), "unsupported frontend protocol 4.0", "0A000"),
        (startup("user", "app", end=b""), "invalid startup packet layout", "08P01"),
        (startup("user", end=b""), "invalid startup packet layout", "08P01"),
        (startup("user", "app", end=b"\0x"), "invalid startup packet layout", "08P01"),
        (startup("user", "app", end=b"\0\0"), "invalid startup packet layout", "08P01"),
        (bytes.fromhex("0000000800030000"), "invalid startup packet layout", "08P01"),
        (startup("database", "shop"), "no PostgreSQL user name", "28000"),
        (startup(), "no PostgreSQL user name", "28000"),
        (startup("user", ""), "no PostgreSQL user name", "28000"),
    ],
)
def test_what_is_not_understood_is_answered_as_postgresql_answers_it(data: bytes, why: str, sqlstate: str) -> None:
    found = first(data)
    assert found.asks is Asks.NOTHING
    assert why in found.why
    assert found.sqlstate == sqlstate
    assert found.startup is None


def test_the_longest_packet_is_postgresqls() -> None:
    whole = startup("user", "u" * (10_000 - 4 - 5 - 2))
    assert len(whole) == 10_004
    assert first(whole).asks is Asks.STARTUP
    assert first(whole[:-1]).asks is Asks.MORE


@pytest.mark.parametrize(
    ("minor", "parts", "options"),
    [
        (0, ("user", "app"), None),
        (2, ("user", "app"), None),
        (3, ("user", "app"), ()),
        (9999, ("user", "app"), ()),
        (0, ("user", "app", "_pq_.test", "1"), ("_pq_.test",)),
    ],
)
def test_a_newer_protocol_is_negotiated(
    minor: int, parts: tuple[str, ...], options: tuple[str, ...] | None
) -> None:
    found = first(startup(*parts, version=(3 << 16) + minor))
    assert found.startup == Startup("app", "app", "")
    assert found.negotiates == options


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda body: (4 + len(body)).to_bytes(4) + body))
def test_any_bytes_are_something(data: bytes) -> None:
    found = first(data)
    assert found.size <= len(data)
    assert (found.asks is Asks.STARTUP) == (found.startup is not None)
    assert (found.asks is Asks.NOTHING) == bool(found.why)


@given(st.sampled_from([TLS, GSS, CANCEL, startup("user", "app", "database", "shop")]), st.data())
def test_a_packet_may_come_in_any_pieces_and_nothing_after_it_is_wanted(
    packet: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(packet) - 1))
    assert first(packet[:cut]).asks is Asks.MORE
    more = wanted(packet[:cut])
    assert 0 < more <= len(packet) - cut
    assert wanted(packet) == 0
    assert first(packet + b"p\0\0\0\x0bgeheim\0") == first(packet)
