"""DER element by element: each form of a length, each bound, and what is said of bytes that are none."""

from collections.abc import Callable

import pytest
from tlscheck.keystores.der import Element, Malformed, at, elements, first_element, only_element


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(Malformed) as refused:
        read()
    return str(refused.value)


# -------------------------------------------------------------------------------------------------------- elements


@pytest.mark.parametrize(
    ("data", "tag", "size"),
    [
        (b"\x05\x00", 0x05, 0),
        (b"\x04\x01a", 0x04, 1),
        (b"\x04\x7f" + bytes(127), 0x04, 127),
        (b"\x04\x81\x80" + bytes(128), 0x04, 128),
        (b"\x04\x81\x01a", 0x04, 1),  # longer than need be, which keystores of others are too
        (b"\x04\x82\x01\x00" + bytes(256), 0x04, 256),
        (b"\x04\x83\x01\x00\x00" + bytes(65536), 0x04, 65536),
        (b"\x04\x84\x00\x00\x00\x02ab", 0x04, 2),
        (b"\x1e\x00", 0x1E, 0),
        (b"\xbe\x00", 0xBE, 0),
    ],
)
def test_an_element_is_a_tag_a_length_and_so_many_bytes(data: bytes, tag: int, size: int) -> None:
    element = Element(tag, data[len(data) - size :])
    assert only_element(data) == element
    assert first_element(data + b"rest") == (element, len(data))
    assert elements(data + data) == (element, element)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cut short"),
        (b"\x04", "cut short"),
        (b"\x1f\x00", "a tag of several bytes"),
        (b"\x3f\x00", "a tag of several bytes"),
        (b"\xff\x00", "a tag of several bytes"),
        (b"\x30\x80\x00\x00", "a length that is left open (BER)"),
        (b"\x04\x81", "a length that cannot be"),
        (b"\x04\x84\x00\x00\x00", "a length that cannot be"),
        (b"\x04\x84\x00\x00\x00\x01", "cut short: 0 of 1 bytes"),
        (b"\x04\x85\x00\x00\x00\x00\x01a", "a length that cannot be"),
        (b"\x04\xff" + bytes(200), "a length that cannot be"),
        (b"\x04\x01", "cut short: 0 of 1 bytes"),
        (b"\x04\x05abcd", "cut short: 4 of 5 bytes"),
        (b"\x04\x81\x80" + bytes(127), "cut short: 127 of 128 bytes"),
    ],
)
def test_bytes_that_are_no_element_say_why(data: bytes, why: str) -> None:
    assert refusal(lambda: first_element(data)) == refusal(lambda: only_element(data)) == why
    if data:
        assert refusal(lambda: elements(b"\x04\x01a" + data)) == why


def test_one_element_has_nothing_behind_it() -> None:
    assert refusal(lambda: only_element(b"\x05\x00x")) == "1 bytes behind its end"
    assert refusal(lambda: only_element(b"\x05\x00\x05\x00")) == "2 bytes behind its end"
    assert elements(b"") == ()


def test_no_more_than_20000_lie_side_by_side() -> None:
    assert len(elements(b"\x05\x00" * 20_000)) == 20_000
    assert refusal(lambda: elements(b"\x05\x00" * 20_001)) == "more than 20000 elements side by side"


def test_an_element_at_a_place_that_there_is() -> None:
    found = elements(b"\x05\x00\x04\x00")
    assert [at(found, 0).tag, at(found, 1).tag] == [5, 4]
    assert refusal(lambda: at(found, 2)) == "2 elements where at least 3 belong"
    assert refusal(lambda: at((), 0)) == "0 elements where at least 1 belong"


# ---------------------------------------------------------------------------------------------- what they hold


def test_a_tag_that_belongs_elsewhere_is_named() -> None:
    octets = Element(0x04, b"\x05\x00")
    assert octets.expect(0x04) is octets
    assert octets.children() == (Element(0x05, b""),)
    assert Element(0x30, b"\x05\x00").sequence() == (Element(0x05, b""),)
    assert refusal(octets.sequence) == "tag 0x04 where 0x30 belongs"
    assert refusal(octets.integer) == "tag 0x04 where 0x02 belongs"
    assert refusal(octets.oid) == "tag 0x04 where 0x06 belongs"
    assert refusal(lambda: octets.expect(0xA0)) == "tag 0x04 where 0xa0 belongs"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("00", 0),
        ("03", 3),
        ("7f", 127),
        ("0080", 128),
        ("80", -128),
        ("ff", -1),
        ("07d0", 2000),
        ("7fffffffffffffff", 2**63 - 1),
    ],
)
def test_an_integer_is_signed(content: str, value: int) -> None:
    assert Element(0x02, bytes.fromhex(content)).integer() == value


@pytest.mark.parametrize("size", [0, 9, 20])
def test_an_integer_has_1_to_8_bytes(size: int) -> None:
    assert refusal(Element(0x02, bytes(size)).integer) == f"an integer of {size} bytes"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("2a864886f70d010701", "1.2.840.113549.1.7.1"),
        ("2b0e03021a", "1.3.14.3.2.26"),
        ("608648016503040201", "2.16.840.1.101.3.4.2.1"),
        ("551d2500", "2.5.29.37.0"),
        ("6086480186f966adca7b0101", "2.16.840.1.113894.746875.1.1"),  # Java's trustedKeyUsage
        ("00", "0.0"),
        ("27", "0.39"),
        ("28", "1.0"),
        ("4f", "1.39"),
        ("50", "2.0"),
        ("7f", "2.47"),
        ("8837", "2.999"),  # X.690, 8.19
        ("2a7f", "1.2.127"),
        ("2a8100", "1.2.128"),
        ("2affffff7f", "1.2.268435455"),
        ("2a" + "01" * 63, "1.2" + ".1" * 63),
    ],
)
def test_an_object_identifier_in_decimals(content: str, text: str) -> None:
    assert Element(0x06, bytes.fromhex(content)).oid() == text


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x2a\x86", b"\x2a" + b"\x01" * 64])
def test_an_object_identifier_has_an_end_and_at_most_64_bytes(content: bytes) -> None:
    assert refusal(Element(0x06, content).oid) == "an object identifier that is empty, cut short or too long"
