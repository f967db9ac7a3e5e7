"""Files of roots as Erlang reads them, for Postgrex: what it cannot decode as X.509 it passes over.

Source: Erlang/OTP, public_key (pubkey_pem.erl) and stdlib (base64:mime_decode), of which 25 was run; ssl
(ssl_pkix_db.erl, decode_cert).
"""

import base64
import binascii
import re

from tlscheck.keystores.loaded import IsX509, Loaded

_KNOWN = (
    *("CERTIFICATE", "RSA PRIVATE KEY", "RSA PUBLIC KEY", "PUBLIC KEY", "DSA PRIVATE KEY", "DH PARAMETERS"),
    *("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE REQUEST", "PKCS7", "X509 CRL", "EC PARAMETERS"),
    "EC PRIVATE KEY",
)
_BEGIN = {f"-----BEGIN {label}-----".encode(): label for label in _KNOWN}
_END = b"-----END "
_STRANGE = re.compile(rb"[^A-Za-z0-9+/=]")


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """Any END ends a block; one without an end, or of a length that is no base64, ends the reading in an error."""
    found: list[bytes] = []
    doubt, begun = "", ""
    held: list[bytes] = []
    for line in re.split(rb"\r\n|\n|\r", data):
        if not begun:
            begun, held = _BEGIN.get(line.rstrip(b" \t"), ""), []
            continue
        if not line.startswith(_END):
            held.append(line)
            continue
        is_encrypted = bool(held) and held[0].startswith(b"Proc-Type: 4,ENCRYPTED")
        der = _decoded(b"".join(held[2:] if is_encrypted else held))
        if der is None:
            return Loaded(refusal="a block that is no base64")
        if begun == "CERTIFICATE" and not is_encrypted and (is_certificate := is_x509(der)) is not False:
            found.append(der)
            if is_certificate is None:
                doubt = doubt or f"whether Erlang takes certificate {len(found)} of it is not known"
        begun = ""
    if begun:
        return Loaded(refusal="a block that has no end")
    if not found:
        return Loaded(refusal="no block that Erlang takes for a certificate")
    return Loaded(tuple(found), doubt=doubt)


def _decoded(text: bytes) -> bytes | None:
    """What is no letter of base64 is passed over; of the = at its end one is enough."""
    text = _STRANGE.sub(b"", text)
    bare = text.rstrip(b"=")
    lacking = -len(bare) % 4
    if b"=" in bare or (lacking and bare == text):
        return None
    try:
        return base64.b64decode(bare + b"=" * lacking, validate=True)
    except binascii.Error:
        return None
