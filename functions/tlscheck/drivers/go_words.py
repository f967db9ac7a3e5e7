"""Connection strings as Go's two drivers take them apart: URLs by net/url, and words with a = between.

Both send the words that they don't know to the server as runtime parameters, and the server refuses to begin a
session with one that it does not know either.

Source: Go, net/url (Parse, ParseQuery); pgx, pgconn/config.go; lib/pq, conn.go (parseOpts) and url.go.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, unquote_plus

from tlscheck.drivers import libpq
from tlscheck.drivers.behaviour import NOTHING, NOWHERE, SOCKET, Rule
from tlscheck.drivers.connection import Connection, Host, cannot_be_read, host_of, port_of
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.runtime_parameters import is_runtime_parameter
from tlscheck.drivers.word_names import all_shown

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USERINFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*", re.ASCII)
_HOSTS = re.compile(r"([A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*", re.ASCII)
_SPACE = " \t\n\r\v\f"


@dataclass(frozen=True, slots=True)
class Url:
    """What decides of a URL. User, password and database were dropped."""

    hosts: str
    """With their ports, as they stand."""

    query: Mapping[str, str]
    """Of a name that is there twice the first value, as both drivers take it."""

    lost: tuple[str, ...]
    """Names of its query that Go drops silently: a ; or a broken %XX is in them or in their values."""


def is_url(text: str) -> bool:
    """Whether both would take it for a URL: by these letters in lower case."""
    return text.startswith(("postgres://", "postgresql://"))


def url(text: str, kind: str) -> Url:
    """A URL as net/url takes it apart. Raises BadRequest where it gives an error."""
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise cannot_be_read(kind, "a control character is in it")
    text, _, fragment = text.partition("#")
    before, _, query = text.partition("://")[2].partition("?")
    authority, _, path = before.partition("/")
    userinfo, _, hosts = authority.rpartition("@")
    if "@" not in authority and "@" in path + query + fragment:
        raise cannot_be_read(kind, "an @ stands after a / ? or #: encode these of a password as %XX")
    if not _USERINFO.fullmatch(without_marks(userinfo)):
        raise cannot_be_read(kind, "a letter before its @ must be encoded as %XX")
    if any(_BAD_ESCAPE.search(each) for each in (userinfo, path, fragment)):
        raise cannot_be_read(kind, "a % of it is not followed by two hexadecimal digits")
    port = hosts.rpartition("]")[2] if hosts.startswith("[") else hosts.rpartition(":")[2] if ":" in hosts else ""
    if not _HOSTS.fullmatch(without_marks(hosts)) or (hosts.startswith("[") and "]" not in hosts):
        raise cannot_be_read(kind, "what stands for its host is no host's name")
    if not re.fullmatch(r":?\d*", without_marks(port), re.ASCII):
        raise cannot_be_read(kind, "what stands for the port is no number; encode : / ? # @ of a password as %XX")
    found, lost = _query(query)
    return Url(unquote(hosts), found, lost)


def without_marks(text: str) -> str:
    """A text with a letter for each value that nobody said."""
    for name in marked(text):
        text = text.replace(f"\ue000{name}\ue001", "0")
    return text


def _query(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    lost: list[str] = []
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if ";" in part or _BAD_ESCAPE.search(part):
            lost.append(name)
        elif part:
            found.setdefault(unquote_plus(name), unquote_plus(value))
    return found, tuple(lost)


def keywords(text: str, kind: str, escaped: str = "") -> dict[str, str]:
    """`host=db sslmode=require`, of which the last counts. Raises BadRequest where the driver gives an error."""
    return dict(pairs(text, kind, escaped))


def pairs(text: str, kind: str, escaped: str = "") -> list[tuple[str, str]]:
    """The same in its order, the same name perhaps twice.

    A backslash makes the next letter its own: only those of `escaped` where there are any, else every one.
    """
    found: list[tuple[str, str]] = []
    rest = text.strip(_SPACE)
    while rest:
        name, equals, rest = rest.partition("=")
        name = name.strip(_SPACE)
        if not equals or not name or any(letter in _SPACE for letter in name):
            raise cannot_be_read(kind, "a word of it is no keyword=value")
        rest = rest.lstrip(_SPACE)
        quoted = rest.startswith("'")
        value, rest = _value(rest[quoted:], kind, is_quoted=quoted, escaped=escaped)
        found.append((name, value))
        rest = rest.lstrip(_SPACE)
    return found


def _value(text: str, kind: str, *, is_quoted: bool, escaped: str) -> tuple[str, str]:
    value: list[str] = []
    position = 0
    while position < len(text):
        letter = text[position]
        if letter == "\\":
            if position + 1 == len(text):
                raise cannot_be_read(kind, "a backslash is its last letter")
            following = text[position + 1]
            value += [letter] * (bool(escaped) and following not in escaped) + [following]
            position += 2
            continue
        if letter == "'" if is_quoted else letter in _SPACE:
            return "".join(value), text[position + 1 :]
        value.append(letter)
        position += 1
    if is_quoted:
        raise cannot_be_read(kind, "a quote is not closed")
    return "".join(value), ""


def service(text: str, name: str, kind: str) -> dict[str, str]:
    """The section of this name, or the only one, of a service file; of a name that is there twice the last counts.

    Raises BadRequest where pgx gives an error or panics.
    """
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            current = sections[line[1:-1]] = {}
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            if current is None or not equals:
                raise cannot_be_read(kind, "a line of the service file is no [section], name=value or # comment")
            current[key.strip()] = value.strip()
    if not name and len(sections) == 1:
        return next(iter(sections.values()))
    if name not in sections:
        raise cannot_be_read(kind, "the section that is asked for is not in the service file, or none is named")
    return sections[name]


def hosts_of(hosts: Iterable[str], ports: tuple[str, ...], kind: str) -> tuple[Host, ...]:
    """Each host with its port: one port is for all. Raises BadRequest."""
    given = tuple(hosts)
    return tuple(
        Host(
            host_of(host.removeprefix("[").removesuffix("]"), kind),
            port_of(ports[at] if at < len(ports) else ports[0] if ports else "", kind),
        )
        for at, host in enumerate(given)
    )


def sent(names: Iterable[str]) -> tuple[str, ...]:
    """Those words of what is sent to a server that not every server takes, as they may be repeated."""
    return all_shown(sorted(name for name in names if not is_runtime_parameter(name)))


def on_socket(rule: Rule) -> Rule:
    """A row over a unix socket, where both make no TLS and look for no file; what is refused is refused first."""
    return rule if rule.refuses else replace(rule, transport=SOCKET, verifies=NOTHING, place=NOWHERE)


def chain_line(connection: Connection, path: str) -> str:
    """Of lib/pq, which before 1.11 looks for the name in every mode that verifies at all."""
    return "" if connection.version < (1, 11) else libpq.line(connection, path).replace("verify-full", "verify-ca")
