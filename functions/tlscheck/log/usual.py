"""The line that nearly all are, told in one stride: a client that came in, of whose words none can be two things.

It says of a line what message.py says of it, or nothing: whatever holds a parenthesis that is not PostgreSQL's, or
what stands between a line's beginning and its message, is told there, and there alone.
"""

from tlscheck.log.event import Connected, LineOrigin
from tlscheck.log.languages import LOG
from tlscheck.log.message import APPLICATION, AUTHORIZED, SSL, SSL_BEGINS, UNKNOWN, kind_of
from tlscheck.log.names import bounded_name


def usual(level: str, message: str, origin: LineOrigin, user: str, database: str) -> Connected | None:
    """Who came in, of names that the line's beginning gives; None: it is no such line, or no plain one."""
    names = f"{AUTHORIZED}{user} database={database}"
    if not message.startswith(names) or not level.endswith(LOG):
        return None
    told, has_tls, _ = message[len(names) :].partition(SSL_BEGINS)
    protocol = None
    if has_tls:
        found = SSL.fullmatch(message, len(names) + len(told))
        if found is None:
            return None
        protocol = found[1]
    elif database.endswith(")"):
        return None
    if told and (not told.startswith(APPLICATION) or "(" in told or ")" in told or ":  " in told):
        return None
    application = told[len(APPLICATION) :]
    return Connected(
        origin,
        bounded_name(user),
        "" if database == UNKNOWN else bounded_name(database),
        bounded_name(application),
        protocol,
        kind_of(user, is_replica=False),
        protocol is not None and told != "",
    )
