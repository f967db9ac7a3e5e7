"""The line that nearly all are, told in one stride: a client that came in, of whose words none can be two things.

It says of a line what message.py says of it, or nothing: whatever holds a parenthesis that is not PostgreSQL's, or
what stands between a line's beginning and its message, is told there, and there alone.
"""

from tlscheck.log.event import Connected, LineOrigin
from tlscheck.log.languages import LOG
from tlscheck.log.message import APPLICATION, AUTHORIZED, SSL, SSL_BEGINS, UNKNOWN, kind_of
from tlscheck.log.names import LONGEST_NAME

_VERSIONS = {
    f"protocol={version}, cipher={cipher}, bits={bits}{end})": version
    for version, cipher, bits in (
        ("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256),
        ("TLSv1.3", "TLS_AES_128_GCM_SHA256", 128),
        ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", 256),
        ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", 256),
        ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", 128),
    )
    for end in ("", ", compression=off")
}
"""What is nearly always said of TLS, so that it is not taken apart for each line; all else is.

All of TLS 1.3 that OpenSSL offers by itself (RFC 8446, B.4; openssl-ciphers(1)), and what it chooses of 1.2 with a
server whose key is RSA."""


def usual(level: str, message: str, origin: LineOrigin, user: str, database: str) -> Connected | None:
    """Who came in, of names that the line's beginning gives; None: it is no such line, or no plain one."""
    names = f"{AUTHORIZED}{user} database={database}"
    if not message.startswith(names) or not message.isascii() or not level.endswith(LOG):
        return None
    told, has_tls, tls = message[len(names) :].partition(SSL_BEGINS)
    protocol = None
    if has_tls:
        protocol = _VERSIONS.get(tls) or _version(message, len(names) + len(told))
        if protocol is None:
            return None
    elif database.endswith(")"):
        return None
    if told and (not told.startswith(APPLICATION) or "(" in told or ")" in told or ":  " in told):
        return None
    application = told[len(APPLICATION) :]
    if len(application) > LONGEST_NAME or len(user) > LONGEST_NAME or len(database) > LONGEST_NAME:
        return None
    return Connected(
        origin,
        user,
        "" if database == UNKNOWN else database,
        application,
        protocol,
        kind_of(user, is_replica=False),
        protocol is not None and told != "",
    )


def _version(message: str, at: int) -> str | None:
    found = SSL.fullmatch(message, at)
    return None if found is None else found[1]
