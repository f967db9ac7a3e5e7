"""libpq's own words: keyword strings, URIs, PG* variables and sections of a service file.

Source: PostgreSQL, src/interfaces/libpq/fe-connect.c (conninfo_parse, conninfo_uri_parse, parseServiceInfo).
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from tlscheck.drivers.connection import cannot_be_read

VARIABLES = {
    "PGHOST": "host",
    "PGHOSTADDR": "hostaddr",
    "PGPORT": "port",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLNEGOTIATION": "sslnegotiation",
    "PGSERVICE": "service",
}
"""The variables that decide how it connects; the others, PGPASSWORD first of all, are not even looked at."""

_KEPT = frozenset(VARIABLES.values()) | {"requiressl", "uselibpqcompat", "ssl", "sslinline"}
_SPACE = " \t\n\r\v\f"


def keywords(text: str) -> dict[str, str]:
    """`host=db port=5432 password='it''s'` as libpq takes it apart; only what decides about TLS is kept.

    Raises BadRequest where libpq would refuse.
    """
    found: dict[str, str] = {}
    position, end = 0, len(text)
    while True:
        position = _skip_space(text, position)
        if position >= end:
            return _kept(found)
        equals = text.find("=", position)
        name = text[position:equals].rstrip(_SPACE) if equals >= 0 else ""
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name, re.ASCII):
            raise cannot_be_read("a keyword string", "a word of it is no keyword=value")
        found[name], position = _value(text, _skip_space(text, equals + 1))


def uri(text: str) -> dict[str, str]:
    """`postgresql://user:password@host:port,host2/database?sslmode=...`. Raises BadRequest where libpq would."""
    kind = "a URI"
    scheme, _, rest = text.partition("://")
    if scheme not in {"postgresql", "postgres"}:
        raise cannot_be_read(kind, "it does not begin with postgresql:// or postgres://")
    before_query, _, query = rest.partition("?")
    # As libpq: the user ends at the first : or @, and only an @ before the first / makes one.
    authority, _, _ = before_query.partition("/")
    if "@" in authority:
        authority = authority.partition("@")[2]
    elif "@" in before_query:
        raise cannot_be_read(kind, "an @ stands after a /: encode / of a password as %2F")
    found = _hosts(authority)
    for pair in query.split("&") if query else []:
        name, equals, value = pair.partition("=")
        if not equals or "=" in value:
            raise cannot_be_read(kind, "a part of its query is no name=value")
        found[_decoded(name)] = _decoded(value)
    return _kept(found)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What PG* variables say."""
    found = {key: variables[name] for name, key in VARIABLES.items() if variables.get(name)}
    if variables.get("PGREQUIRESSL") == "1":
        found.setdefault("requiressl", "1")
    return found


def service(text: str, name: str) -> dict[str, str]:
    """The section of this name, or the only one, of a pg_service.conf. Raises BadRequest when there is none."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.startswith("["):
            current = sections.setdefault(stripped[1:].partition("]")[0], {})
        elif current is not None and "=" in stripped:
            key, _, value = stripped.partition("=")
            current.setdefault(key, value)
        else:
            raise cannot_be_read("a service file", "a line of it is no [section], name=value or # comment")
    if not name and len(sections) == 1:
        return _kept(next(iter(sections.values())))
    if name not in sections:
        raise cannot_be_read("a service file", "the section that is asked for is not in it, or none is named")
    return _kept(sections[name])


def _kept(found: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name in _KEPT}


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _value(text: str, position: int) -> tuple[str, int]:
    """A value, quoted or not, and where the text goes on; a backslash makes the next character its own."""
    is_quoted = text[position : position + 1] == "'"
    position += is_quoted
    value: list[str] = []
    while position < len(text):
        letter = text[position]
        if letter == "\\":
            value.append(text[position + 1 : position + 2])
            position += 2
            continue
        if (letter == "'") if is_quoted else (letter in _SPACE):
            return "".join(value), position + 1
        value.append(letter)
        position += 1
    if is_quoted:
        raise cannot_be_read("a keyword string", "a quote is not closed")
    return "".join(value), position


def _hosts(authority: str) -> dict[str, str]:
    hosts, ports = [], []
    for each in authority.split(","):
        if each.startswith("["):
            host, bracket, port = each[1:].partition("]")
            if not bracket or port[:1] not in {"", ":"}:
                raise cannot_be_read("a URI", "the brackets of an IPv6 address are not closed")
            port = port[1:]
        else:
            host, _, port = each.partition(":")
        hosts.append(_decoded(host))
        ports.append(port)
    found = {"host": ",".join(hosts), "port": ",".join(ports)}
    return {name: value for name, value in found.items() if value.strip(",")}


def _decoded(text: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})|%00", text):
        raise cannot_be_read("a URI", "a % of it is not followed by two hexadecimal digits")
    return unquote_to_bytes(text).decode("utf-8", "replace")
