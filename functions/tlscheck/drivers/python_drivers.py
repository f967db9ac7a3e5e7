"""Python's drivers that bring their own TLS, asyncpg and pg8000, and SQLAlchemy's URLs for all of Python's.

Source: asyncpg, connect_utils.py (_parse_connect_dsn_and_args); pg8000, core.py (_make_socket); SQLAlchemy,
engine/url.py and dialects/postgresql/*.py (create_connect_args).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from tlscheck.drivers import libpq, libpq_words
from tlscheck.drivers.connection import (
    DIRECT,
    Connection,
    cannot_be_read,
    first_of,
    host_of,
    mode_of,
    path_of,
    port_of,
)
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words, as_text

_SQLALCHEMY = re.compile(r"postgres(?:ql)?(?:\+([a-z0-9_]+))?://")
_DIALECTS = {
    None: Driver.PSYCOPG2,
    "psycopg2": Driver.PSYCOPG2,
    "psycopg": Driver.PSYCOPG,
    "psycopg_async": Driver.PSYCOPG,
    "asyncpg": Driver.ASYNCPG,
    "pg8000": Driver.PG8000,
}
CONTEXT = "SSLContext"
ANY_NAME = "SSLContext, check_hostname=False"
UNVERIFIED = "SSLContext, CERT_NONE"


def is_sqlalchemy(text: str) -> bool:
    """Whether it names a dialect's driver, as only SQLAlchemy's URLs do."""
    named = _SQLALCHEMY.match(text)
    return bool(named and named[1])


def sqlalchemy(given: Words) -> Connection:
    """A SQLAlchemy URL with its connect_args as options. Raises BadRequest."""
    kind, text, options = "a SQLAlchemy URL", given.text, given.options
    named = _SQLALCHEMY.match(text)
    if not named or named[1] not in _DIALECTS:
        raise cannot_be_read(kind, f"its driver is none of {', '.join(name for name in _DIALECTS if name)}")
    driver, query = _DIALECTS[named[1]], libpq.query_of(text.partition("?")[2])
    host, port = _address(text[named.end() :].partition("?")[0], kind)
    if driver.family.value == "libpq":
        said = {"host": host, "port": port} | query | given.settings
        return libpq.read(driver, replace(given, text="", options=said))
    if "sslmode" in query or "sslmode" in options:
        mend = "ssl=verify-full" if driver is Driver.ASYNCPG else 'connect_args={"ssl_context": ...}'
        raise cannot_be_read(kind, f"{driver} takes no sslmode from SQLAlchemy and raises TypeError; write {mend}")
    address: dict[str, object] = {"host": host, "port": port}
    if driver is Driver.ASYNCPG:
        named_mode = {"ssl": query["ssl"]} if "ssl" in query else {}
        return _asyncpg({**address, **named_mode, **options}, given)
    return pg8000(replace(given, text="", options={**address, **options}))


def asyncpg(given: Words) -> Connection:
    """A DSN of asyncpg and the arguments of connect(). Raises BadRequest."""
    said: dict[str, object] = {}
    if given.text:
        if not libpq.is_uri(given.text):
            raise cannot_be_read("a DSN of asyncpg", "it does not begin with postgresql:// or postgres://")
        place, _, tail = given.text.partition("://")[2].partition("?")
        query = libpq.query_of(tail)
        host, port = _address(place, "a DSN of asyncpg")
        said = {"host": host or query.get("host", ""), "port": port or query.get("port", "")}
        said |= {
            name: value for name, value in query.items() if name in {"sslmode", "sslrootcert", "sslnegotiation"}
        }
    return _asyncpg(said | dict(given.options), given)


def _asyncpg(said: Mapping[str, object], given: Words) -> Connection:
    kind = "a connection of asyncpg"
    from_environment = libpq_words.environment(given.variables)
    chosen, root = said.get("ssl"), ""
    if isinstance(chosen, bool):
        mode = f"ssl={chosen}"
    elif isinstance(chosen, Mapping) or (isinstance(chosen, str) and "ontext" in chosen):
        mode, root = _context(chosen, kind)
    else:
        # ssl=None, null and "" are as if nothing was given.
        mode = str(chosen or said.get("sslmode") or from_environment.get("sslmode", "")).replace("_", "-")
        if mode:
            mode_of(mode, libpq.MODES, kind)
        root = str(said.get("sslrootcert") or from_environment.get("sslrootcert", ""))
    if said.get("direct_tls") is True or said.get("sslnegotiation") == "direct":
        mode += DIRECT
    host, port = (str(said.get(name) or from_environment.get(name, "")) for name in ("host", "port"))
    return Connection(
        Driver.ASYNCPG,
        host_of(first_of(host), kind),
        port_of(first_of(port), kind),
        mode,
        path_of(root, kind),
        given.version,
    )


def pg8000(given: Words) -> Connection:
    """The arguments of pg8000's connect(), as options. Raises BadRequest."""
    kind, options = "a connection of pg8000", given.options
    if given.text:
        raise cannot_be_read(kind, "it takes arguments and no connection string: give them as options")
    chosen, root = options.get("ssl_context"), ""
    if chosen is None or isinstance(chosen, bool):
        mode = "" if chosen is None else f"ssl_context={chosen}"
    else:
        mode, root = _context(chosen, kind)
    host = str(options.get("host") or "localhost")
    return Connection(
        Driver.PG8000,
        host_of(host, kind),
        port_of(str(options.get("port") or ""), kind),
        mode,
        path_of(root, kind),
        given.version,
    )


def _context(chosen: object, kind: str) -> tuple[str, str]:
    """An SSLContext as JSON or as the call that makes one, and the file of roots that it loads."""
    if isinstance(chosen, Mapping):
        said = as_text(chosen)
        root = said.get("cafile", "")
        if said.get("verify_mode", "").endswith("CERT_NONE"):
            return UNVERIFIED, root
        return (ANY_NAME if said.get("check_hostname") == "false" else CONTEXT), root
    if isinstance(chosen, str) and re.match(r"(ssl\.)?create_default_context\(", chosen):
        named = re.search(r"cafile\s*=\s*[rR]?(['\"])(.*?)\1", chosen)
        return CONTEXT, named[2] if named else ""
    if isinstance(chosen, str) and re.match(r"(ssl\.)?_create_unverified_context\(", chosen):
        return UNVERIFIED, ""
    raise cannot_be_read(
        kind,
        "its SSLContext is neither ssl.create_default_context(cafile='...') nor an object with cafile, "
        "check_hostname and verify_mode",
    )


def _address(authority: str, kind: str) -> tuple[str, str]:
    """Host and port; as Python splits, the last @ ends the password."""
    place = authority.partition("/")[0].rpartition("@")[2]
    if "/" in authority and "@" in authority.partition("/")[2]:
        raise cannot_be_read(kind, "an @ stands after a /: encode / of a password as %2F")
    place = first_of(place)
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = place.partition(":")
    return unquote(host), port
