"""A certificate as OpenSSL's decoder takes it, which asks for less than X.509 does, and what it is trusted for.

Source: OpenSSL, crypto/x509 (x_x509.c, x_x509a.c, x_name.c, x509_trust.c) and crypto/asn1 (tasn_dec.c, a_int.c).
"""

from collections.abc import Callable

from tlscheck.keystores.der import (
    EXPLICIT_0,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    Element,
    Malformed,
    at,
    first_element,
)

_EXTENSIONS = 0xA3
_TIMES = {0x17, 0x18}
_BIT_STRING, _BOOLEAN, _REJECT, _OTHER = 0x03, 0x01, 0xA0, 0xA1
_NULL = 0x05
_STRINGS = {0x0C, 0x12, 0x13, 0x14, 0x16, 0x1C, 0x1E}
"""UTF8String, NumericString, PrintableString, T61String, IA5String, UniversalString and BMPString."""

_ENCODINGS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
"""Of strings that it makes UTF-8 of, to compare names."""

_SERVER, _ANY = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"


def is_taken(der: bytes) -> bool:
    """Whether it is decoded; of its version, times, key and extensions nobody asks at that point."""
    try:
        element, _ = first_element(der)
        body, algorithm, signature = _parts(element, 3)
        _algorithm(algorithm)
        _bits(signature)
        _body(list(body.sequence()))
    except Malformed:
        return False
    return True


def is_list_taken(der: bytes) -> bool:
    """Whether a list of revoked certificates is decoded."""
    try:
        element, _ = first_element(der)
        body, algorithm, signature = _parts(element, 3)
        _algorithm(algorithm)
        _bits(signature)
        fields = list(body.sequence())
        if fields and fields[0].tag == INTEGER:
            _integer(fields.pop(0))
        _algorithm(at(tuple(fields), 0))
        _name(at(tuple(fields), 1))
        is_dated = at(tuple(fields), 2).tag in _TIMES
    except Malformed:
        return False
    return is_dated and all(each.tag in _TIMES | {SEQUENCE, EXPLICIT_0} for each in fields[3:])


def is_key_taken(der: bytes) -> bool:
    """Whether it has the shape of a private key: of PKCS#8, RSA, DSA or of an elliptic curve."""
    try:
        element, _ = first_element(der)
        fields = element.sequence()
        tags = [each.tag for each in fields]
    except Malformed:
        return False
    is_numbers = set(tags) == {INTEGER} and len(tags) in {6, 9}
    return is_numbers or tags[:3] == [INTEGER, SEQUENCE, OCTET_STRING] or tags[:2] == [INTEGER, OCTET_STRING]


def without_trust(der: bytes) -> tuple[bytes, bytes]:
    """The certificate of a TRUSTED CERTIFICATE, and what is said behind it of what it is for. Raises Malformed."""
    _, end = first_element(der)
    return der[:end], der[end:]


def is_for_servers(trust: bytes) -> bool:
    """Whether it may be an anchor of a server's chain. Raises Malformed for what is no word of trust."""
    if not trust:
        return True
    element, _ = first_element(trust)
    fields = list(element.sequence())
    for each in fields:
        if each.tag not in {SEQUENCE, _REJECT, _OTHER, 0x0C, OCTET_STRING}:
            raise Malformed("no word of trust")
    trusted = [each.oid() for each in fields[0].children()] if fields and fields[0].tag == SEQUENCE else []
    rejected = [oid.oid() for each in fields if each.tag == _REJECT for oid in each.children()]
    if {_SERVER, _ANY} & set(rejected):
        return False
    return not trusted or bool({_SERVER, _ANY} & set(trusted))


def _body(fields: list[Element]) -> None:
    if fields and fields[0].tag == EXPLICIT_0:
        (version,) = _exactly(fields.pop(0).children(), 1)
        _integer(version)
    if len(fields) < 6:
        raise Malformed
    serial, algorithm, issuer, validity, subject, key, *optional = fields
    _integer(serial)
    _algorithm(algorithm)
    for name in (issuer, subject):
        _name(name)
    if any(each.tag not in _TIMES for each in _parts(validity, 2)):
        raise Malformed  # no time
    key_algorithm, bits = _parts(key, 2)
    _algorithm(key_algorithm)
    _bits(bits)
    order = [each.tag for each in optional]
    if order != sorted(set(order)) or not set(order) <= {0x81, 0x82, _EXTENSIONS}:
        raise Malformed  # fields that do not belong there
    for each in optional:
        if each.tag == _EXTENSIONS:
            (extensions,) = _exactly(each.children(), 1)
            _each(extensions.sequence(), _extension)


def _name(name: Element) -> None:
    for part in name.sequence():
        for attribute in part.expect(SET).children():
            kind, value = _parts(attribute, 2)
            _identifier(kind)
            if value.tag not in _STRINGS:
                raise Malformed  # a name that is no text
            if value.tag in _ENCODINGS:
                try:
                    value.content.decode(_ENCODINGS[value.tag])
                except UnicodeDecodeError:
                    raise Malformed from None  # a name that is no text


def _extension(extension: Element) -> None:
    kind, *rest = extension.sequence()
    _identifier(kind)
    if len(rest) == 2 and (rest[0].tag != _BOOLEAN or len(rest.pop(0).content) != 1):
        raise Malformed  # no boolean
    (value,) = _exactly(tuple(rest), 1)
    value.expect(OCTET_STRING)


def _algorithm(algorithm: Element) -> None:
    fields = algorithm.sequence()
    _identifier(at(fields, 0))
    if len(fields) > 2 or any(each.tag not in {_NULL, SEQUENCE, OBJECT_IDENTIFIER} for each in fields[1:]):
        raise Malformed  # no algorithm
    for each in fields[1:]:
        if each.tag == OBJECT_IDENTIFIER:
            _identifier(each)
        elif each.tag == _NULL and each.content:
            raise Malformed  # a null of bytes


def _identifier(element: Element) -> None:
    content = element.expect(OBJECT_IDENTIFIER).content
    begins = [content[:1], *(content[place + 1 : place + 2] for place, byte in enumerate(content) if byte < 0x80)]
    if not content or content[-1] & 0x80 or b"\x80" in begins:
        raise Malformed  # no object identifier


def _integer(element: Element) -> None:
    content = element.expect(INTEGER).content
    if not content or (len(content) > 1 and (content[0], content[1] >> 7) in {(0, 0), (0xFF, 1)}):
        raise Malformed  # an integer in a form that is not the shortest


def _bits(element: Element) -> None:
    content = element.expect(_BIT_STRING).content
    if not content or content[0] > 7:
        raise Malformed  # no bits


def _parts(element: Element, count: int) -> tuple[Element, ...]:
    return _exactly(element.sequence(), count)


def _exactly(found: tuple[Element, ...], count: int) -> tuple[Element, ...]:
    if len(found) != count:
        raise Malformed
    return found


def _each(found: tuple[Element, ...], check: Callable[[Element], None]) -> None:
    for element in found:
        check(element)
