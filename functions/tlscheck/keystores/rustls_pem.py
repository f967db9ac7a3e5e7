"""Files of roots as rustls' own reader of PEM takes them, for SQLx and PgDog. Read in its source, not run.

Source: rustls/pki-types, src/pem.rs and src/base64.rs; SQLx, sqlx-core/src/net/tls/tls_rustls.rs; PgDog,
pgdog/src/net/tls.rs (load_ca_bundle).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress

from tlscheck.keystores.der import Malformed
from tlscheck.keystores.loaded import IsX509, Loaded

_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_KNOWN = (
    *(b"CERTIFICATE", b"PUBLIC KEY", b"RSA PRIVATE KEY", b"PRIVATE KEY", b"EC PRIVATE KEY", b"X509 CRL"),
    *(b"CERTIFICATE REQUEST", b"ECHCONFIG"),
)


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """One damaged block refuses the whole file, and so does one that is no certificate; each is an anchor."""
    try:
        found = tuple(_certificates(data))
    except Malformed as refusal:
        return Loaded(refusal=str(refusal))
    if not found:
        return Loaded(refusal="no block that rustls takes for a certificate")
    doubt = ""
    for number, der in enumerate(found, 1):
        if (is_certificate := is_x509(der)) is False:
            return Loaded(refusal=f"certificate {number} of it cannot be read")
        if is_certificate is None:
            doubt = doubt or f"whether rustls takes certificate {number} of it is not known"
    return Loaded(found, doubt=doubt)


def _certificates(data: bytes) -> Iterator[bytes]:
    """Raises Malformed."""
    label, held = None, b""
    for line in re.split(rb"[\r\n]", data):
        if line.startswith(_BEGIN):
            # What stands in a block that never ended is kept, as in the original.
            label = _label(line)
        elif label is not None and line.startswith(_END + label + _TAIL):
            der = _decoded(held) if label in _KNOWN else b""
            if label == b"CERTIFICATE":
                yield der
            label, held = None, b""
        elif label is not None:
            held += line
    if label is not None:
        raise Malformed("a block that has no end")


def _label(line: bytes) -> bytes:
    bare = line.rstrip(b"- ")
    tail = line[len(bare) :]
    if tail.count(b"-") != len(_TAIL):
        raise Malformed("a line that begins a block, and is damaged")
    return line[len(_BEGIN) : len(bare) + tail.index(b"-")]


def _decoded(text: bytes) -> bytes:
    """Without the = at its end too."""
    text = text.translate(None, b" \t\v\f")
    bare = text.rstrip(b"=")
    if (text == bare or not len(text) % 4) and len(text) - len(bare) <= 2:
        with suppress(binascii.Error):
            return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    raise Malformed("a block that is no base64")
