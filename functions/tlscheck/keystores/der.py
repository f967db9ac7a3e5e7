"""DER, as much of it as keystores are made of: elements with a tag of one byte and a definite length (X.690)."""

from dataclasses import dataclass

INTEGER, OCTET_STRING, OBJECT_IDENTIFIER, BMP_STRING = 0x02, 0x04, 0x06, 0x1E
SEQUENCE, SET, EXPLICIT_0 = 0x30, 0x31, 0xA0

MOST_ELEMENTS = 20_000
"""Within one element: no keystore has more, and each costs memory."""


class Malformed(ValueError):  # noqa: N818 - what the bytes are
    """Bytes that are not what they should be; the message says what was found, where somebody reads it."""


@dataclass(frozen=True, slots=True)
class Element:
    """A tag and what it holds."""

    tag: int
    content: bytes

    def children(self) -> tuple["Element", ...]:
        """The elements that it is made of. Raises Malformed."""
        return elements(self.content)

    def expect(self, tag: int) -> "Element":
        """Itself, if it bears this tag. Raises Malformed."""
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:#04x} where {tag:#04x} belongs")
        return self

    def sequence(self) -> tuple["Element", ...]:
        """The elements of a SEQUENCE. Raises Malformed."""
        return self.expect(SEQUENCE).children()

    def integer(self) -> int:
        """The value of an INTEGER that no keystore has a reason to make large. Raises Malformed."""
        content = self.expect(INTEGER).content
        if not 1 <= len(content) <= 8:
            raise Malformed(f"an integer of {len(content)} bytes")
        return int.from_bytes(content, signed=True)

    def oid(self) -> str:
        """An object identifier in dotted decimals. Raises Malformed."""
        content = self.expect(OBJECT_IDENTIFIER).content
        if not 1 <= len(content) <= 64 or content[-1] & 0x80:
            raise Malformed("an object identifier that is empty, cut short or too long")
        numbers, value = [], 0
        for byte in content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def elements(data: bytes) -> tuple[Element, ...]:
    """All elements that lie one behind the other. Raises Malformed."""
    found: list[Element] = []
    position = 0
    while position < len(data):
        element, position = _element(data, position)
        found.append(element)
        if len(found) > MOST_ELEMENTS:
            raise Malformed(f"more than {MOST_ELEMENTS} elements side by side")
    return tuple(found)


def first_element(data: bytes) -> tuple[Element, int]:
    """The element that the bytes begin with, and where it ends. Raises Malformed."""
    return _element(data, 0)


def only_element(data: bytes) -> Element:
    """The one element that the bytes are. Raises Malformed, also on bytes behind it."""
    element, end = _element(data, 0)
    if end != len(data):
        raise Malformed(f"{len(data) - end} bytes behind its end")
    return element


def at(found: tuple[Element, ...], index: int) -> Element:
    """The element at this place. Raises Malformed when there are fewer."""
    if index >= len(found):
        raise Malformed(f"{len(found)} elements where at least {index + 1} belong")
    return found[index]


def _element(data: bytes, position: int) -> tuple[Element, int]:
    if len(data) - position < 2:
        raise Malformed("cut short")
    tag, length = data[position], data[position + 1]
    start = position + 2
    if tag & 0x1F == 0x1F:
        raise Malformed("a tag of several bytes")
    if length == 0x80:
        raise Malformed("a length that is left open (BER)")
    if length & 0x80:
        size = length & 0x7F
        if size > 4 or start + size > len(data):
            raise Malformed("a length that cannot be")
        length = int.from_bytes(data[start : start + size])
        start += size
    if length > len(data) - start:
        raise Malformed(f"cut short: {len(data) - start} of {length} bytes")
    return Element(tag, data[start : start + length]), start + length
