"""Files of roots as Go reads them: what is no certificate is passed over, and one is enough.

Source: Go 1.19 to 1.24, encoding/pem (Decode) and crypto/x509 (CertPool.AppendCertsFromPEM).
"""

import base64
import binascii
import re

from tlscheck.keystores.loaded import IsX509, Loaded

_BEGIN = re.compile(rb"(?m:^)-----BEGIN ")
_END, _TAIL = b"\n-----END ", b"-----"


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """The certificates of its whole blocks; with none of them its drivers refuse the file."""
    found: list[bytes] = []
    position = 0
    while (block := _block(data, position)) is not None:
        label, has_headers, der, position = block
        if label == b"CERTIFICATE" and not has_headers and is_x509(der):
            found.append(der)
    return Loaded(tuple(found)) if found else Loaded(refusal="no block that Go takes for a certificate")


def _block(data: bytes, position: int) -> tuple[bytes, bool, bytes, int] | None:
    """Label, whether it has headers, DER, and where it ends; None: there is no more."""
    while (begun := _begun(data, position)) is not None:
        label, position = begun
        has_headers = False
        while b":" in (line := _line(data, position))[0]:
            has_headers, position = True, line[1]
        # Without headers the end may be the very next line: its line break is BEGIN's.
        end = data.find(_END, position if has_headers else position - 1)
        closing = _END + label + _TAIL
        behind = end + len(closing)
        if not data.startswith(closing, end) or _line(data, behind)[0]:
            continue
        if (der := _decoded(data[position:end])) is not None:
            return label, has_headers, der, behind
    return None


def _begun(data: bytes, position: int) -> tuple[bytes, int] | None:
    """The label of the next line that begins a block, and where the next line is."""
    for begin in _BEGIN.finditer(data, position):
        label, behind = _line(data, begin.end())
        if label.endswith(_TAIL):
            return label.removesuffix(_TAIL), behind
    return None


def _line(data: bytes, position: int) -> tuple[bytes, int]:
    """A line without what Go cuts off, and where the next one is."""
    end = data.find(b"\n", position)
    if end < 0:
        return data[position:].rstrip(b" \t"), len(data)
    return data[position:end].removesuffix(b"\r").rstrip(b" \t"), end + 1


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.translate(None, b" \t\r\n"), validate=True)
    except binascii.Error:
        return None
