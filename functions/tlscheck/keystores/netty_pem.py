"""Files of roots as Netty reads them, which r2dbc-postgresql gives its sslRootCert to.

Source: netty-handler 4.1, PemReader.java (readCertificates) and SslContext.java (getCertificatesFromBuffers).
"""

import base64
import binascii
import re

from tlscheck.keystores.der import Malformed, first_element
from tlscheck.keystores.loaded import IsX509, Loaded

_HEADER = re.compile(rb"-+BEGIN\s[^-\r\n]*CERTIFICATE[^-\r\n]*-+\s+")
_BODY = re.compile(rb"[A-Za-z0-9+/=][A-Za-z0-9+/=\r\n]*")
_FOOTER = re.compile(rb"-+END\s[^-\r\n]*CERTIFICATE[^-\r\n]*-+\s*")


def load(data: bytes, is_x509: IsX509) -> Loaded:
    """The blocks that are called certificates, in text alone; what is around them is passed over."""
    found: list[bytes] = []
    doubt, position = "", 0
    while header := _HEADER.search(data, position):
        body = _BODY.search(data, header.end())
        footer = _FOOTER.search(data, body.end()) if body else None
        if body is None or footer is None:
            doubt = "a block that has no end: one version of Netty stops there, another refuses the whole file"
            break
        try:
            der = base64.b64decode(re.sub(rb"[\r\n]", b"", body[0]), validate=True)
            der = der[: first_element(der)[1]]
        except (binascii.Error, Malformed):
            return Loaded(refusal=f"block {len(found) + 1} of it is no certificate")
        if (is_certificate := is_x509(der)) is False:
            return Loaded(refusal=f"block {len(found) + 1} of it is no certificate")
        if is_certificate is None:
            doubt = doubt or f"whether Java takes block {len(found) + 1} of it is not known"
        found.append(der)
        position = footer.end()
    return Loaded(tuple(found), doubt=doubt) if found else Loaded(refusal="no certificate in it")
