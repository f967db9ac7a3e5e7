"""PEM: certificates as text, as most drivers read and write them (RFC 7468)."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tlscheck.keystores.der import Malformed, first_element

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*+)-----END ([A-Z0-9 ]{1,40})-----")
_CERTIFICATES = {b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"}
"""What OpenSSL takes for certificates."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The certificates of a PEM text, DER, and what its owner should know of it."""

    certificates: tuple[bytes, ...]
    notes: tuple[str, ...]


def is_pem(data: bytes) -> bool:
    """Whether there is any PEM in it."""
    return b"-----BEGIN " in data


def read(data: bytes) -> Blocks:
    """Every certificate of a PEM text; what stands between the blocks is nobody's business."""
    certificates: list[bytes] = []
    notes: list[str] = []
    whole = 0
    for number, block in enumerate(_BLOCK.finditer(data), 1):
        whole = number
        begin, body, end = block[1], block[2], block[3]
        if begin != end:
            notes.append(f"block {number} begins as {begin.decode()} and ends as {end.decode()}")
        elif begin in _CERTIFICATES:
            der = _decoded(body)
            if der is None:
                notes.append(f"block {number} is no base64: libpq and Java refuse the whole file")
            elif begin == b"TRUSTED CERTIFICATE":
                certificates.append(_without_trust(der))
                notes.append(
                    f"block {number} is OpenSSL's own TRUSTED CERTIFICATE: Java reads nothing of the file"
                )
            else:
                certificates.append(der)
        elif b"PRIVATE KEY" in begin:
            notes.append(f"block {number} is a private key: it has no place in a trust store")
        else:
            notes.append(f"block {number} is a {begin.decode()} and no certificate")
    if (begun := data.count(b"-----BEGIN ")) > whole:
        notes.append(f"cut short or damaged: {begun} blocks begin, {whole} of them are whole")
    return Blocks(tuple(certificates), tuple(notes[:20]))


def write(certificates: Iterable[tuple[str, bytes]]) -> bytes:
    """A bundle: before each certificate a comment, which all drivers pass over."""
    return "".join(f"# {_comment(name)}\n{block(der)}" for name, der in certificates).encode()


def block(der: bytes) -> str:
    """One certificate."""
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _comment(name: str) -> str:
    # A subject may hold anything, a line of PEM too.
    return "".join(character if " " <= character <= "~" else "?" for character in name).replace("-----", "?")[:200]


def _without_trust(der: bytes) -> bytes:
    """OpenSSL puts what a certificate is trusted for behind it."""
    try:
        return der[: first_element(der)[1]]
    except Malformed:
        return der


def _decoded(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True) or None
    except binascii.Error:
        return None
