"""Python's drivers that bring their own TLS, asyncpg and pg8000, and SQLAlchemy's URLs for all of Python's.

Source: asyncpg, connect_utils.py (_parse_connect_dsn_and_args); pg8000, core.py (_make_socket); SQLAlchemy,
engine/url.py and dialects/postgresql/*.py (create_connect_args).
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from tlscheck.client_side import libpq, libpq_words
from tlscheck.client_side.connection import (
    Connection,
    cannot_be_read,
    first_of,
    host_of,
    mode_of,
    path_of,
    port_of,
    words,
)
from tlscheck.client_side.driver import Driver

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


def sqlalchemy(
    text: str,
    options: Mapping[str, object],
    variables: Mapping[str, str],
    service_file: str,
    version: tuple[int, ...] = (),
) -> Connection:
    """A SQLAlchemy URL with its connect_args as options. Raises BadRequest."""
    kind = "a SQLAlchemy URL"
    named = _SQLALCHEMY.match(text)
    if not named or named[1] not in _DIALECTS:
        raise cannot_be_read(kind, f"its driver is none of {', '.join(name for name in _DIALECTS if name)}")
    driver, query = _DIALECTS[named[1]], libpq.query_of(text.partition("?")[2])
    host, port = _address(text[named.end() :].partition("?")[0], kind)
    if driver.family.value == "libpq":
        given = {"host": host, "port": port} | query | words(options)
        return libpq.read(driver, "", variables, service_file, given, version)
    if "sslmode" in query or "sslmode" in options:
        mend = "ssl=verify-full" if driver is Driver.ASYNCPG else 'connect_args={"ssl_context": ...}'
        raise cannot_be_read(kind, f"{driver} takes no sslmode from SQLAlchemy and raises TypeError; write {mend}")
    if driver is Driver.ASYNCPG:
        said = {"host": host, "port": port, **({"ssl": query["ssl"]} if "ssl" in query else {})}
        return _asyncpg({**said, **options}, variables, version)
    return pg8000({"host": host, "port": port, **options}, version)


def asyncpg(
    text: str, options: Mapping[str, object], variables: Mapping[str, str], version: tuple[int, ...] = ()
) -> Connection:
    """A DSN of asyncpg and the arguments of connect(). Raises BadRequest."""
    said: dict[str, object] = {}
    if text:
        if not libpq.is_uri(text):
            raise cannot_be_read("a DSN of asyncpg", "it does not begin with postgresql:// or postgres://")
        query = libpq.query_of(text.partition("?")[2])
        host, port = _address(text.partition("://")[2].partition("?")[0], "a DSN of asyncpg")
        said = {"host": host or query.get("host", ""), "port": port or query.get("port", "")}
        said |= {name: value for name, value in query.items() if name in {"sslmode", "sslrootcert"}}
    return _asyncpg(said | dict(options), variables, version)


def _asyncpg(said: Mapping[str, object], variables: Mapping[str, str], version: tuple[int, ...]) -> Connection:
    kind = "a connection of asyncpg"
    from_environment = libpq_words.environment(variables)
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
    host, port = (str(said.get(name) or from_environment.get(name, "")) for name in ("host", "port"))
    return Connection(
        Driver.ASYNCPG,
        host_of(first_of(host), kind),
        port_of(first_of(port), kind),
        mode,
        path_of(root, kind),
        version,
    )


def pg8000(options: Mapping[str, object], version: tuple[int, ...] = ()) -> Connection:
    """The arguments of pg8000's connect(). Raises BadRequest."""
    kind = "a connection of pg8000"
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
        version,
    )


def _context(given: object, kind: str) -> tuple[str, str]:
    """An SSLContext as JSON or as the call that makes one, and the file of roots that it loads."""
    if isinstance(given, Mapping):
        said = words({str(name): value for name, value in given.items()})
        root = said.get("cafile", "")
        if said.get("verify_mode", "").endswith("CERT_NONE"):
            return UNVERIFIED, root
        return (ANY_NAME if said.get("check_hostname") == "false" else CONTEXT), root
    if isinstance(given, str) and re.match(r"(ssl\.)?create_default_context\(", given):
        named = re.search(r"cafile\s*=\s*[rR]?(['\"])(.*?)\1", given)
        return CONTEXT, named[2] if named else ""
    if isinstance(given, str) and re.match(r"(ssl\.)?_create_unverified_context\(", given):
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
