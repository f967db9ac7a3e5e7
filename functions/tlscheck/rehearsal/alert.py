"""The alerts of TLS, by the names of OpenSSL's reasons for an error.

Source: RFC 8446, 6 and B.2; RFC 5246, 7.2; OpenSSL, include/openssl/sslerr.h: reasons 1000 and more are alerts
that the other side sent, SSLV3_, TLSV1_ and TLSV13_ by the version that brought them.
"""

import re

_RECEIVED = re.compile(r"(SSLV3_ALERT|TLSV1_ALERT|TLSV13_ALERT|TLSV1|TLSV13)_(?P<name>[A-Z0-9_]+)")
_AS_RFC = {
    "decryption_failed": "decryption_failed_RESERVED",
    "no_certificate": "no_certificate_RESERVED",
    "export_restriction": "export_restriction_RESERVED",
    "user_cancelled": "user_canceled",
}
_INCAPABLE = {
    "INAPPROPRIATE_FALLBACK",
    "NO_PROTOCOLS_AVAILABLE",
    "NO_SHARED_CIPHER",
    "NO_SHARED_GROUPS",
    "NO_SHARED_SIGNATURE_ALGORITHMS",
    "NO_SUITABLE_KEY_SHARE",
    "NO_SUITABLE_SIGNATURE_ALGORITHM",
    "UNSUPPORTED_PROTOCOL",
    "VERSION_TOO_LOW",
    "WRONG_SIGNATURE_TYPE",
}


def alert(reason: str) -> str:
    """The alert that a client sent, as RFC 8446 names it; "" where the reason is another one."""
    found = _RECEIVED.fullmatch(reason)
    name = found["name"].lower() if found else ""
    return _AS_RFC.get(name, name)


def is_incapable(reason: str) -> bool:
    """Whether our side found no version, cipher, group or signature that both speak."""
    return reason in _INCAPABLE
