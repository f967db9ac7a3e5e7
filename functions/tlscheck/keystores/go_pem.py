"""Files of roots as Go reads them: what is no certificate is passed over, and one is enough.

Source: Go 1.19 to 1.24, encoding/pem (Decode) and crypto/x509 (CertPool.AppendCertsFromPEM).
"""

import base64
import binascii

from tlscheck.keystores.loaded import IsX509, Loaded

_BEGIN, _END, _TAIL = b"\n-----BEGIN ", b"\n-----END ", b"-----"


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
        if position >= len(data):
            return None
        end, trailer = data.find(_END, position), len(_END)
        if not has_headers and data.startswith(_END[1:], position):
            end, trailer = position, len(_END) - 1
        closing = label + _TAIL
        behind = end + trailer + len(closing)
        if end < 0 or not data.startswith(closing, end + trailer) or _line(data, behind)[0]:
            continue
        if (der := _decoded(data[position:end])) is not None:
            return label, has_headers, der, _line(data, end + len(_END) - 1)[1]
    return None


def _begun(data: bytes, position: int) -> tuple[bytes, int] | None:
    """The label of the next line that begins a block, and where the next line is."""
    while position < len(data):
        if data.startswith(_BEGIN[1:], position):
            place = position + len(_BEGIN) - 1
        elif (found := data.find(_BEGIN, position)) >= 0:
            place = found + len(_BEGIN)
        else:
            return None
        label, position = _line(data, place)
        if label.endswith(_TAIL):
            return label.removesuffix(_TAIL), position
    return None


def _line(data: bytes, position: int) -> tuple[bytes, int]:
    """A line without what Go cuts off, and where the next one is."""
    end = data.find(b"\n", position)
    line = data[position : end if end >= 0 else len(data)]
    return (line.removesuffix(b"\r") if end >= 0 else line).rstrip(b" \t"), end + 1 if end >= 0 else len(data)


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.translate(None, b" \t\r\n"), validate=True)
    except binascii.Error:
        return None
