"""psqlODBC: its connection strings, of which SSLmode and pqopt go to libpq.

Source: psqlODBC, dlg_specific.h (its keywords), dlg_specific.c (copyConnAttributes, decode_or_remove_braces),
drvconn.c (dconn_get_attributes) and connection.c (LIBPQ_connect); run with 13.02 under unixODBC.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote_plus

from tlscheck.drivers import libpq
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.libpq_options import MODES, echoed
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import shown
from tlscheck.drivers.words import Words, as_text

_KIND = "a connection string of ODBC"
_PLACE = {"server": "host", "servername": "host", "port": "port", "sslmode": "sslmode", "ca": "sslmode"}
_PART = re.compile(r"([^=;]*)(=?)((?:\{(?:[^}]|\}\})*\})?[^;]*);?")
_OTHER = frozenset(
    (
        *(
            "driver",
            "description",
            "database",
            "dx",
            "username",
            "uid",
            "password",
            "pwd",
            "cx",
            "ab",
            "bi",
            "lie",
        ),
        *("debug", "fetch", "readonly", "commlog", "protocol", "optimizer", "ksqo", "connsettings", "uniqueindex"),
        *("unknownsizes", "cancelasfreestmt", "usedeclarefetch", "textaslongvarchar", "unknownsaslongvarchar"),
        *("boolsaschar", "maxvarcharsize", "maxlongvarcharsize", "fakeoidindex", "showoidcolumn", "rowversioning"),
        *("showsystemtables", "parse", "extrasystableprefixes", "translationname", "translationdll", "numericas"),
        *("translationoption", "disallowpremature", "updatablecursors", "lfconversion", "trueisminus1", "xaopt"),
        *(
            "byteaaslongvarbinary",
            "useserversideprepare",
            "lowercaseidentifier",
            "logdir",
            "keepalivetime",
            "dtclog",
        ),
        *("keepaliveinterval", "optionalerrors", "batchsize", "ignoretimeout", "fetchrefcursors", "preferlibpq"),
        *("gssauthusegss", "socket"),
        *(f"a{digit}" for digit in range(10)),
        *(f"b{digit}" for digit in range(10)),
        *(f"c{digit}" for digit in range(10)),
        *(f"d{digit}" for digit in (*range(5), *range(6, 10), "a")),
    )
)
"""Keywords and their abbreviations that say nothing of where it connects and of TLS."""


def read(words: Words) -> Connection:
    """A connection string of ODBC for psqlODBC, or its keywords as options. Raises BadRequest."""
    said: dict[str, str] = {}
    inner: dict[str, str] = {}
    ignored: list[str] = []
    unknown: list[str] = []
    notes: list[str] = []
    for name, value in (*_parts(words.text), *as_text(words.options).items()):
        key = name.lower()
        if key in {"dsn", "filedsn"}:
            unknown.append(f"{name}, of which odbc.ini says the rest: give its section's words")
        elif key in {"pqopt", "d5"}:
            inner = libpq.of_text(_decoded(value))
        elif key in _PLACE:
            said[_PLACE[key]] = _mode(value) if _PLACE[key] == "sslmode" else value
        elif key not in _OTHER:
            ignored.append(shown(name.strip()))
        if key in {"sslmode", "ca"} and said["sslmode"] != value:
            notes.append(f"psqlODBC takes SSLmode by its first letter, in lower case: here {said['sslmode']}.")
    if nested := next((name for name, value in words.options.items() if isinstance(value, Mapping | list)), ""):
        raise cannot_be_read(_KIND, f"the value of {echoed(nested)} is no text")
    said.setdefault("sslmode", "disable")
    if twice := next((name for name in inner if name in said and said[name] != inner[name]), ""):
        own = {"sslmode": "SSLmode", "host": "Server"}.get(twice, twice)
        raise cannot_be_read(
            _KIND, f"{twice} parameter in pqopt option conflicts with other ordinary option {own}"
        )
    found = libpq.with_surroundings(Driver.ODBC, said | inner, words)
    return replace(
        found,
        unknown=(*unknown, *found.unknown),
        ignored=(*ignored, *found.ignored),
        notes=(*notes, *found.notes),
    )


def _parts(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for part in _PART.finditer(text):
        name, equals, value = part.groups()
        if not equals and not name.strip():
            continue
        if not equals or not name:
            raise cannot_be_read(_KIND, "a part of it is no name=value")
        if value.startswith("{") and not value.rstrip().endswith("}"):
            raise cannot_be_read(_KIND, "a brace is not closed, or something stands after it")
        found.append((name, value))
    return tuple(found)


def _mode(value: str) -> str:
    """As psqlODBC takes it: by its first letter, in lower case, and all else is disable."""
    if marked(value) or value in {"", *MODES}:
        return value or "disable"
    by_letter = {"a": "allow", "p": "prefer", "r": "require", "vf": "verify-full", "vc": "verify-ca"}
    if value.startswith("v"):
        return by_letter.get(value[:2], value)
    return by_letter.get(value[:1], "disable")


def _decoded(value: str) -> str:
    if value.startswith("{") and value.endswith("}"):
        return value[1:-1].replace("}}", "}")
    return value if marked(value) else unquote_plus(value)


def _line(connection: Connection, path: str) -> str:
    quoted = libpq.line(connection, path).partition(" ")[2].replace("}", "}}")
    return f"SSLmode=verify-full;pqopt={{{quoted}}}"


DIALECTS = (Dialect(Driver.ODBC, read, _line, ("odbc", "postgresql-unicode", "postgresql-ansi")),)
