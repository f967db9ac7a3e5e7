"""Files of roots as Java's certificate factory reads them, which pgjdbc gives its sslrootcert to.

Source: OpenJDK 17, sun.security.provider.X509Factory (parseX509orPKCS7Cert, readOneBlock, checkHeaderFooter) and
sun.security.util.Pem; pgjdbc, org.postgresql.ssl.LibPQFactory.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from tlscheck.keystores.der import EXPLICIT_0, Malformed, at, elements, first_element, only_element
from tlscheck.keystores.loaded import IsX509, Loaded

_SEQUENCE = b"\x30"
_DASHES, _SPACES = b"-----", b" \t\n\x0b\f\r"
_BEGIN, _LINE_END = re.compile(rb"(?<=[\r\n])-----"), re.compile(rb"\r\n|\n|\r")
_CARRIAGE, _NEWLINE, _DASH = re.compile(rb"[\r\n]"), re.compile(rb"\n"), re.compile(rb"-")
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """Every block must be a certificate, whatever it is called; what is none refuses the whole file."""
    found: list[bytes] = []
    doubt = ""
    try:
        for der in _blocks(data):
            if not found and (held := _signed_data(der)) is not None:
                return Loaded(held)
            if (is_certificate := is_x509(der)) is False:
                return Loaded(refusal=f"block {len(found) + 1} of it is no certificate")
            found.append(der)
            if is_certificate is None:
                doubt = doubt or f"whether Java takes block {len(found)} of it is not known"
    except Malformed as what:
        return Loaded(refusal=str(what))
    return Loaded(tuple(found), doubt=doubt) if found or not data else Loaded(refusal="no certificate in it")


def _blocks(data: bytes) -> Iterator[bytes]:
    position = 0
    while (block := _block(data, position)) is not None:
        der, position = block
        yield der


def _block(data: bytes, position: int) -> tuple[bytes, int] | None:
    """The next block in DER and where it ends; None: there is none. Raises Malformed."""
    if data.startswith(_SEQUENCE, position):  # also the digit 0, which a comment may begin with
        size = first_element(data[position:])[1]
        return data[position : position + size], position + size
    begin = position
    if not data.startswith(_DASHES, position):
        if (found := _BEGIN.search(data, position + 1)) is None:
            return None
        begin = found.start()
    if (line_end := _LINE_END.search(data, begin)) is None:
        raise Malformed("a block that is cut short")
    if (dash := _DASH.search(data, line_end.end())) is None:
        raise Malformed("a block that has no end")
    stop = (_CARRIAGE if line_end[0] == b"\r" else _NEWLINE).search(data, dash.end())
    footer = data[dash.start() : stop.start() if stop else len(data)].replace(b"\r", b"")
    _check(data[begin : line_end.start()].rstrip(_SPACES), footer.rstrip(_SPACES))
    text = data[line_end.end() : dash.start()].translate(None, b" \t\r\n")
    try:
        return base64.b64decode(_padded(text), validate=True), stop.end() if stop else len(data)
    except binascii.Error:
        raise Malformed("a block that is no base64") from None


def _check(header: bytes, footer: bytes) -> None:
    if len(header) < 16 or not header.startswith(b"-----BEGIN ") or not header.endswith(b"-----"):
        raise Malformed("a line that begins as a block does, and is none's")
    if len(footer) < 14 or not footer.startswith(b"-----END ") or not footer.endswith(b"-----"):
        raise Malformed("a block whose end is damaged")
    if header[11:-5] != footer[9:-5]:
        raise Malformed("a block that begins as one thing and ends as another")


def _padded(text: bytes) -> bytes:
    """Java needs no padding, and refuses half of one."""
    return text + b"=" * (-len(text) % 4) if b"=" not in text else text


def _signed_data(der: bytes) -> tuple[bytes, ...] | None:
    """The certificates of a PKCS#7; None: it is none."""
    try:
        fields = only_element(der).sequence()
        if at(fields, 0).oid() != _SIGNED_DATA:
            return None
        signed = at(at(fields, 1).expect(EXPLICIT_0).children(), 0).sequence()
        held = next((each.content for each in signed[3:] if each.tag == EXPLICIT_0), b"")
        count = len(elements(held))
    except Malformed:
        return None
    found, position = [], 0
    for _ in range(count):
        _, size = first_element(held[position:])
        found.append(held[position : position + size])
        position += size
    return tuple(found)
