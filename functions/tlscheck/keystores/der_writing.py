"""DER, as much of it as a keystore of ours is made of (X.690)."""

from tlscheck.keystores.der import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET


def element(tag: int, *parts: bytes) -> bytes:
    """An element that holds these."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    """In this order."""
    return element(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """In the order that DER wants."""
    return element(SET, *sorted(parts))


def octets(content: bytes) -> bytes:
    """Bytes."""
    return element(OCTET_STRING, content)


def integer(value: int) -> bytes:
    """A number from 0 on."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return element(OBJECT_IDENTIFIER, *(_base_128(number) for number in (40 * first + second, *rest)))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))
