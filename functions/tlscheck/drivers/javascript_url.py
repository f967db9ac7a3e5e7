"""URLs as JavaScript's own URL class reads them, which looks at no scheme that it does not know.

Source: WHATWG, URL Standard (basic URL parser, opaque hosts); node runs the same.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.placeholder import marked

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORBIDDEN = re.compile(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")


@dataclass(frozen=True, slots=True)
class JavascriptUrl:
    """What decides of a URL; user and password were dropped."""

    scheme: str
    host: str
    port: str
    path: str
    query: tuple[tuple[str, str], ...]
    """Every name and value of the query, in order."""


def url(text: str, kind: str, *, is_retried: bool = False) -> JavascriptUrl:
    """A URL. With `is_retried`, one without a host before its path is read too, as node-postgres does.

    Raises BadRequest.
    """
    scheme = _SCHEME.match(text)
    if not scheme or not text[scheme.end() :].startswith("//"):
        raise cannot_be_read(kind, "it does not begin with postgresql:// or postgres://")
    rest, _, _ = text[scheme.end() + 2 :].partition("#")
    before_query, _, query = rest.partition("?")
    authority, _, path = before_query.partition("/")
    if "@" not in authority and "@" in text:
        raise cannot_be_read(kind, "an @ stands after a /, ? or #: encode these in a password as %2F, %3F and %23")
    user, _, place = authority.rpartition("@")
    for part in (user, path):
        decoded(part, kind)
    is_empty = not place and (not user or (is_retried and "@/" in text))
    host, port = ("", "") if is_empty else _place(place, kind)
    pairs = parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=1000)
    return JavascriptUrl(scheme[0][:-1].lower(), decoded(host, kind), port, path, tuple(pairs))


def several(text: str) -> tuple[str, str]:
    """The hosts of a URL that names several, "" for one alone; and the URL with the first of them."""
    head, separator, rest = text.partition("://")
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    place = rest[:end].rpartition("@")[2]
    if "," not in place:
        return "", text
    return place, f"{head}{separator}{rest[:end].removesuffix(place)}{place.partition(',')[0]}{rest[end:]}"


def decoded(text: str, kind: str) -> str:
    """As decodeURIComponent. Raises BadRequest for what is no UTF-8."""
    if marked(text):
        return text
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise cannot_be_read(kind, "a percent sign of it begins no %XX: encode it as %25")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise cannot_be_read(kind, "its percent-encoding is no UTF-8") from None


def _place(place: str, kind: str) -> tuple[str, str]:
    if place.startswith("["):
        host, bracket, port = place[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            raise cannot_be_read(kind, "the brackets of an IPv6 address are not closed")
        return host, _port(port.removeprefix(":"), kind)
    host, _, port = place.partition(":")
    if not host or (_FORBIDDEN.search(host) and not marked(host)):
        raise cannot_be_read(kind, "its host is none; encode @ : / ? # of a password as %XX")
    return host, _port(port, kind)


def _port(text: str, kind: str) -> str:
    if text and not marked(text) and not (re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= 65535):
        raise cannot_be_read(kind, "what stands for the port is no number from 1 to 65535")
    return text
