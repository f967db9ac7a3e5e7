"""Django's DATABASES, and the URLs that dj-database-url and django-environ make of them.

Source: Django, django/db/backends/postgresql/base.py; dj-database-url, __init__.py; django-environ, environ.py.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from tlscheck.drivers.placeholder import mark
from tlscheck.formats.literals.source import CALLED, SPREAD, Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_ENGINE = re.compile(r"[\w.]*(postgres|postgis|psycopg|timescale)[\w.]*", re.IGNORECASE)
_SCHEMES = {"postgres", "postgresql", "pgsql", "postgis", "timescale", "timescalegis", "psql"}
_DEFAULT_ENGINE = "django.db.backends.postgresql"


def databases(source: Code) -> Iterator[Saying]:
    """Each entry of DATABASES whose engine is PostgreSQL's, or is not known."""
    said = [node for name, node in source.again if name == "DATABASES"]
    said = said or [node for name, node in source.names.items() if name == "DATABASES"]
    for each in said:
        yield from _entries(each)


def _entries(said: Node) -> Iterator[Saying]:
    for alias, node in said.content.items() if isinstance(said.content, Mapping) else ():
        if alias.startswith(SPREAD) or not isinstance(node.content, Mapping):
            why = "a computed entry of DATABASES; give the database's URL, or the entry itself"
            yield Saying(("DATABASES",), node.line, instead=why)
            continue
        settings = dict(node.content)
        for key in [key for key in settings if key.startswith(SPREAD)]:
            settings |= _of_url(settings.pop(key), key)
        if CALLED in settings:
            # What is set later, DATABASES["default"]["OPTIONS"] = ..., stands in place of what the URL says.
            keys = list(settings)
            at = keys.index(CALLED)
            before = {key: settings[key] for key in keys[:at] if key.isupper()}
            later = {key: settings[key] for key in keys[at:] if key.isupper()}
            settings = before | _of_url(Node(settings, node.line), SPREAD) | later
        url = next((each for key, each in settings.items() if key.startswith(SPREAD)), None)
        if url and "HOST" not in settings:
            yield Saying(("DATABASES", alias), node.line, url, speaker="django")
            continue
        engine = settings["ENGINE"].content if "ENGINE" in settings else "\ue000" if url else ""
        if isinstance(engine, str) and (_ENGINE.fullmatch(engine) or engine.startswith("\ue000")):
            yield Saying(("DATABASES", alias), node.line, options=settings, speaker="django")


def _of_url(node: Node, key: str) -> dict[str, Node]:
    """The settings that a URL makes; what is not known stays as what is poured in."""
    call = node.content if isinstance(node.content, Mapping) else {}
    if CALLED not in call:
        return {key: node}
    first, name = call.get("0") or call.get("env"), str(call[CALLED].content)
    if name.endswith(("parse", "db_url_config")):
        url = call.get("url") or first
        variable = ""
    else:
        url = call.get("default") or call.get("1")
        variable = str(first.content) if first else "DATABASE_URL"
    if url is None or not isinstance(url.content, str) or url.content.startswith("\ue000"):
        return {key: url or Node(mark(variable), node.line), "ENGINE": Node(_DEFAULT_ENGINE, node.line)}
    scheme = url.content.partition(":")[0]
    if scheme not in _SCHEMES:
        return {"ENGINE": Node(None, url.line)}
    return _settings(Node(url.content, url.line, url.default_of or variable), call, node.line)


def _settings(url: Node, call: Mapping[str, Node], line: int) -> dict[str, Node]:
    address, _, query = str(url.content).partition("://")[2].partition("?")
    place = address.partition("/")[0].rpartition("@")[2]
    host, _, port = place.rpartition(":") if re.search(r":\d*$", place) else (place, "", "")
    options = {name: Node(value, url.line) for name, value in parse_qsl(query)}
    options.pop("currentSchema", None)
    if (required := call.get("ssl_require")) and required.content is not False:
        # It is set after what the URL says, and stands in its place.
        options["sslmode"] = Node("require" if required.content is True else mark("ssl_require"), required.line)
    said = {
        "ENGINE": Node(_DEFAULT_ENGINE, line),
        "HOST": Node(unquote(host.strip("[]")), url.line, url.default_of),
        "PORT": Node(port, url.line),
    }
    return said | ({"OPTIONS": Node(options, url.line)} if options else {})
