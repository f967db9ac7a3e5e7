"""libpq's own words: keyword strings, URIs, PG* variables and sections of a service file.

Source: PostgreSQL, src/interfaces/libpq/fe-connect.c (conninfo_parse, conninfo_uri_parse, parseServiceFile), and
the same words given to PQconninfoParse of libpq 15 to 18.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.libpq_options import OPTIONS, VARIABLES, invalid

_SPACE = " \t\n\r\v\f"
_STRING = "a keyword string"
_URI = "a URI"
_SERVICE = "a service file"


def keywords(text: str) -> dict[str, str]:
    """`host=db port=5432 password='it''s'` as libpq takes it apart. Raises BadRequest where libpq would refuse."""
    found: dict[str, str] = {}
    position, end = 0, len(text)
    while True:
        position = _skip_space(text, position)
        if position >= end:
            return found
        equals = text.find("=", position)
        name = text[position:equals].rstrip(_SPACE) if equals >= 0 else ""
        if not name or any(letter in _SPACE for letter in name):
            raise cannot_be_read(_STRING, "a word of it is no keyword=value")
        value, position = _value(text, _skip_space(text, equals + 1))
        _store(found, name, value)


def uri(text: str) -> dict[str, str]:
    """`postgresql://user:password@host:port,host2/database?sslmode=...`. Raises BadRequest where libpq would."""
    scheme, _, rest = text.partition("://")
    if scheme not in {"postgresql", "postgres"}:
        raise cannot_be_read(_URI, "it does not begin with postgresql:// or postgres://")
    # The user ends at the first : or @; only an @ before the first / makes one, and a ? before it is a password's.
    credentials, at, after = rest.partition("@")
    has_user = bool(at) and "/" not in credentials
    authority, _, query = (after if has_user else rest).partition("?")
    authority, _, database = authority.partition("/")
    if not has_user and ("@" in authority or "@" in database):
        raise cannot_be_read(_URI, "an @ stands after a /: encode / of a password as %2F")
    for part in credentials.partition(":")[::2] if has_user else ():
        _decoded(part)
    _decoded(database)
    found = _hosts(authority)
    for pair in query.removesuffix("&").split("&") if query else []:
        name, equals, value = pair.partition("=")
        if not equals or "=" in value:
            raise cannot_be_read(_URI, "a part of its query is no name=value")
        name, value = _decoded(name), _decoded(value)
        if (name, value) == ("ssl", "true"):
            name, value = "sslmode", "require"
        _store(found, name, value, "URI query parameter")
    return found


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What PG* variables say."""
    found = {key: variables[name] for name, key in VARIABLES.items() if name in variables}
    if variables.get("PGREQUIRESSL", "").startswith("1"):
        found.setdefault("sslmode", "require")
    return found


def service(text: str, name: str) -> dict[str, str]:
    """The section of this name, or the only one, of a pg_service.conf: of a word twice in it the first counts.

    Raises BadRequest when there is none, and where libpq finds a syntax error; it does not read other sections.
    """
    lines = [line.strip(_SPACE) for line in text.split("\n")]
    if not name:
        titles = [line for line in lines if line.startswith("[")]
        if len(titles) != 1:
            raise cannot_be_read(_SERVICE, "it has not one section, and none is named: say service=...")
        name = titles[0][1:].partition("]")[0]
    found: dict[str, str] = {}
    is_inside = False
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if is_inside:
                return found
            is_inside = line[1:].startswith(f"{name}]")
        elif is_inside:
            _set(found, line, number)
    if not is_inside:
        mark = ": a byte order mark stands before its first section" if text.startswith("\ufeff") else ""
        raise cannot_be_read(_SERVICE, f"the section that is asked for is not in it{mark}")
    return found


def _set(found: dict[str, str], line: str, number: int) -> None:
    key, equals, value = line.partition("=")
    if key == "service":
        raise cannot_be_read(
            _SERVICE, f"nested service specifications not supported in service file, line {number}"
        )
    if not equals or key not in OPTIONS:
        why = "it names a server of LDAP, which says the rest" if line.startswith("ldap") else "no option of libpq"
        raise cannot_be_read(_SERVICE, f"syntax error in service file, line {number}: {why}")
    found.setdefault(key, value)


def _store(found: dict[str, str], name: str, value: str, what: str = "connection option") -> None:
    if name == "requiressl":
        name, value = "sslmode", "require" if value.startswith("1") else "prefer"
    if name not in OPTIONS:
        raise invalid(name, what)
    found[name] = value


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
        raise cannot_be_read(_STRING, "a quote is not closed")
    return "".join(value), position


def _hosts(authority: str) -> dict[str, str]:
    hosts, ports = [], []
    for each in authority.split(","):
        if each.startswith("["):
            host, bracket, port = each[1:].partition("]")
            if not bracket or not host or port[:1] not in {"", ":"}:
                raise cannot_be_read(_URI, "the brackets of an IPv6 address are empty or not closed")
            port = port[1:]
        else:
            host, _, port = each.partition(":")
        hosts.append(_decoded(host))
        ports.append(_decoded(port))
    found = {"host": ",".join(hosts), "port": ",".join(ports)}
    return {name: value for name, value in found.items() if value.strip(",")}


def _decoded(text: str) -> str:
    text = text.strip(" ")
    if " " in text:
        raise cannot_be_read(_URI, "unexpected spaces found: newer libpqs refuse them; write %20")
    if re.search(r"%(?![0-9A-Fa-f]{2})|%00", text):
        raise cannot_be_read(_URI, "invalid percent-encoded token: a % is not followed by two hexadecimal digits")
    # To libpq they are bytes, as a file's name is to Linux.
    return unquote_to_bytes(text.encode(errors="surrogateescape")).decode(errors="surrogateescape")
