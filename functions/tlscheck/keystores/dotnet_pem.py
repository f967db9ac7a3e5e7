"""Files of roots as .NET reads them, for Npgsql. Read in its source, not run.

Source: .NET 8, System.Security.Cryptography (PemEncoding.TryFind, X509Certificate2Collection.ImportFromPemFile);
Npgsql 8, NpgsqlConnector.cs (SslRootValidation), which takes a file without any for a single certificate.
"""

import base64
import binascii
import re

from tlscheck.keystores.loaded import IsX509, Loaded

_BEGIN = re.compile(rb"(?:\A|(?<=[ \t\r\n]))-----BEGIN (?P<label>|[!-,.-~]+(?:[ -][!-,.-~]+)*)-----")
_SPACES = b" \t\r\n"


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """Damaged blocks are passed over; a whole one that is called a certificate and is none refuses the file."""
    found: list[bytes] = []
    doubt = ""
    position = 0
    while begin := _BEGIN.search(data, position):
        position = begin.end()
        end = b"-----END " + begin["label"] + b"-----"
        place = data.find(end, position)
        behind = place + len(end)
        if place < 0 or data[behind : behind + 1].strip(_SPACES):
            position -= 5
            continue
        der = _decoded(data[begin.end() : place])
        if der is None:
            position -= 5
            continue
        position = behind
        if begin["label"] == b"CERTIFICATE":
            if (is_certificate := is_x509(der)) is False:
                return Loaded(refusal=f"certificate {len(found) + 1} of it cannot be read")
            found.append(der)
            if is_certificate is None:
                doubt = doubt or f"whether .NET takes certificate {len(found)} of it is not known"
    if not found and is_x509(data):
        return Loaded((data,))
    return (
        Loaded(tuple(found), doubt=doubt)
        if found
        else Loaded(refusal="no block that .NET takes for a certificate")
    )


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.translate(None, _SPACES), validate=True)
    except binascii.Error:
        return None
