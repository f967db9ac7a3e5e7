"""Files of roots as .NET reads them, for Npgsql. Read in its source, not run.

Source: dotnet/runtime, System.Security.Cryptography (PemEncoding.TryFind,
X509Certificate2Collection.ImportFromPemFile), System.IO (File.ReadAllText); Npgsql 6 to 10, NpgsqlConnector.cs
(SslRootValidation).
"""

import base64
import binascii
import codecs
import re

from tlscheck.keystores.loaded import IsX509, Loaded

_BEGIN = re.compile(r"(?:\A|(?<=[ \t\r\n]))-----BEGIN (?P<label>|[!-,.-~]+(?:[ -][!-,.-~]+)*)-----")
_SPACES = " \t\r\n"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
)
"""What a file may begin with, by which its encoding is told: without any it is UTF-8."""

_NO_PEM = "a file without PEM: Npgsql before 10 reads one certificate (DER) from it, from 10 on a PKCS12 alone"


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """Damaged blocks are passed over; a whole one that is called a certificate and is none refuses the file."""
    found: list[bytes] = []
    doubt = ""
    text = _text(data)
    position = 0
    while begin := _BEGIN.search(text, position):
        end = f"-----END {begin['label']}-----"
        place = text.find(end, begin.end())
        behind = place + len(end)
        # A last letter alone behind it is never looked at.
        if place < 0 or (behind < len(text) - 1 and text[behind] not in _SPACES):
            position = begin.end("label")  # its dashes may begin another
            continue
        der = _decoded(text[begin.end() : place])
        if der is None:
            position = begin.end("label")
            continue
        position = behind
        if begin["label"] == "CERTIFICATE":
            if (is_certificate := is_x509(der)) is False:
                return Loaded(refusal=f"certificate {len(found) + 1} of it cannot be read")
            found.append(der)
            if is_certificate is None:
                doubt = doubt or f"whether .NET takes certificate {len(found)} of it is not known"
    if not found and is_x509(data):
        return Loaded((data,), doubt=_NO_PEM)
    return (
        Loaded(tuple(found), doubt=doubt)
        if found
        else Loaded(refusal="no block that .NET takes for a certificate")
    )


def _text(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.translate(dict.fromkeys(map(ord, _SPACES))), validate=True)
    except (binascii.Error, ValueError):
        return None
