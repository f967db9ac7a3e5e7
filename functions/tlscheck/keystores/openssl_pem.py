"""PEM as OpenSSL reads it: line by line, and a damaged block ends it.

Source: OpenSSL, crypto/pem/pem_lib.c (PEM_read_bio_ex) and crypto/evp/encode.c (EVP_DecodeUpdate), 3.0 to 3.5.
tests/client_words/stores.py holds it to the drivers that link it.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tlscheck.keystores.der import Malformed

_LONGEST = 254
"""Bytes that are read of a line at once; what is longer counts as several lines."""

_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_BOM = b"\xef\xbb\xbf"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_HEADER_LINE = 64
"""Characters of each line but the last, behind an empty line: what is shorter ends the block."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block: its label, what stands before an empty line in it, and what its base64 says."""

    label: bytes
    header: bytes
    content: bytes
    line: int
    """Where it begins, from 1."""


def pieces(data: bytes, *, nul_ends: bool) -> Iterator[Piece]:
    """Block after block, until there is none. Raises Malformed at the first that is damaged, with its line.

    `nul_ends`: a file that is read with C's own functions is over for it where a line begins with a zero byte.
    """
    lines = _lines(data, nul_ends=nul_ends)
    is_first = True
    for number, raw, _ in lines:
        line = _stripped(raw.removeprefix(_BOM) if is_first and len(raw) > len(_BOM) else raw)
        is_first = False
        if line.startswith(_BEGIN) and line.endswith(_TAIL) and len(line) > len(_BEGIN) + len(_TAIL) - 1:
            label, is_first = (
                line[len(_BEGIN) : -len(_TAIL)],
                True,
            )  # each block is looked for as if from the start
            try:
                yield _piece(label, number, lines)
            except Malformed as what:
                raise Malformed(f"the block of line {number}: {what}") from None


def _piece(label: bytes, number: int, lines: Iterator[tuple[int, bytes, bool]]) -> Piece:
    before: list[bytes] = []
    behind: list[bytes] | None = None  # what stands behind an empty line, once there was one
    in_header = is_over = False
    for _, raw, continues in lines:
        in_header = in_header or (behind is None and b":" in raw)
        line = _stripped(raw)
        if not line:
            if continues:
                continue
            if behind is not None:
                raise Malformed("two empty lines in it")
            behind = []
        elif line.startswith(_END):
            if line != _END + label + _TAIL:
                raise Malformed("its end is another's")
            if behind is None and not in_header:
                before, behind = [], before
            content = _decoded(b"\n".join(behind or []))
            return Piece(label, b"\n".join(before), content, number)
        elif is_over:
            raise Malformed("an empty line in it, and lines of several lengths")
        else:
            (before if behind is None else behind).append(line.partition(b"\0")[0])
            if behind is not None and len(line) > _HEADER_LINE:
                raise Malformed("an empty line in it, and a line of more than 64 characters")
            is_over = behind is not None and len(line) < _HEADER_LINE
    raise Malformed("it has no end")


def _lines(data: bytes, *, nul_ends: bool) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes, and whether it is the rest of a line that was too long to be read at once."""
    number, position, continues = 0, 0, False
    while position < len(data):
        end = data.find(b"\n", position, position + _LONGEST) + 1 or min(position + _LONGEST, len(data))
        raw = data[position:end]
        number += not continues
        if nul_ends and raw.startswith(b"\0"):
            return
        yield number, raw.partition(b"\0")[0] if nul_ends else raw, continues
        continues = len(raw) == _LONGEST and not raw.endswith(b"\n")
        position = end


def _stripped(raw: bytes) -> bytes:
    """Without what it does not count at the end: spaces, controls, and (signed characters) all above ASCII."""
    size = len(raw)
    while size and not 0x20 < raw[size - 1] < 0x80:
        size -= 1
    return raw[:size]


def _decoded(text: bytes) -> bytes:
    # A dash ends the text, and nobody asks what stands behind it.
    kept = text.partition(b"-")[0].translate(None, b" \t\r\n")
    if not _BASE64.fullmatch(kept) or len(kept) % 4:
        raise Malformed("bad base64")
    if not kept:
        raise Malformed("nothing in it")
    return base64.b64decode(kept)
