"""asyncpg, which brings its own TLS.

Source: asyncpg, connect_utils.py (_parse_connect_dsn_and_args).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tlscheck.drivers import libpq
from tlscheck.drivers.asyncpg_words import KIND, Said, said
from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    NAMED_OR_HOME,
    NOTHING,
    OPENED,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    SOCKET,
    SYSTEM_STORE,
    TLS,
    TLS_FIRST,
    Looks,
    Place,
    Rule,
)
from tlscheck.drivers.connection import (
    DIRECT,
    Connection,
    cannot_be_read,
    mode_of,
    path_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.python_context import any_name, context, is_context
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "MINIMUM_SUPPORTED", "MAXIMUM_SUPPORTED")
_SESSIONS = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_OF_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword")
_STRONG = ("require", "verify-ca", "verify-full")


def read(given: Words) -> Connection:
    """A DSN of asyncpg and the arguments of connect(). Raises BadRequest."""
    found = said(given)
    chosen = found.arguments.get("ssl")
    words = found.words
    ignored = found.ignored
    unknown = list(found.unknown)
    root = ""
    if isinstance(chosen, bool) or is_context(chosen):
        mode, root = (f"ssl={chosen}", "") if isinstance(chosen, bool) else context(chosen, KIND)
        ignored = (*ignored, *(name for name in _OF_TLS if words.get(name)))
    elif not isinstance(chosen, str | None):
        mode = ""
        unknown.append("ssl, which is neither true, false, a mode nor an SSLContext")
    else:
        mode = words.get("sslmode", "") if chosen is None else chosen
        if chosen is not None or "sslmode" in words:
            mode = mode_of(mode.replace("_", "-"), libpq.MODES, KIND)
        if mode in _STRONG:
            root = path_of(words.get("sslrootcert", ""), KIND)
        elif words.get("sslrootcert"):
            ignored = (*ignored, "sslrootcert")
        if mode != "disable":
            unknown += _unknown(words, mode)
    _checked(found)
    is_direct = found.arguments.get("direct_tls")
    if is_direct is True or (is_direct is None and words.get("sslnegotiation") == "direct"):
        if mode not in _STRONG and not mode.startswith(("SSLContext", "ssl=True")):
            raise cannot_be_read(KIND, "direct TLS requires sslmode=require, verify-ca, or verify-full")
        mode += DIRECT
    first, *others = found.hosts
    none = "It names no host: asyncpg takes PGHOST, or else sockets of this machine, then localhost."
    return Connection(
        Driver.ASYNCPG,
        first.host,
        first.port,
        mode,
        root,
        given.version,
        others=tuple(others),
        unknown=tuple(unknown),
        ignored=ignored,
        notes=() if first.host or found.names_a_host else (none,),
    )


def _unknown(words: Mapping[str, str], mode: str) -> Iterator[str]:
    if words.get("sslcert") and not words.get("sslkey"):
        yield "sslcert without sslkey: asyncpg opens that file in every mode but disable, and needs a key in it"
    if words.get("sslcrl") and mode in _STRONG:
        yield "sslcrl: without a list of the new CA in it, Python refuses that CA"
    least, most = (words.get(f"ssl_{end}_protocol_version", "").replace("_", ".") for end in ("min", "max"))
    if least in {"TLSv1.3", "MAXIMUM.SUPPORTED"}:
        yield "ssl_min_protocol_version, which not every server offers"
    if most in {"TLSv1", "TLSv1.1", "MINIMUM.SUPPORTED"}:
        yield "ssl_max_protocol_version below TLSv1.2, which servers of today refuse"


def _checked(found: Said) -> None:
    """Raises BadRequest for values that asyncpg refuses."""
    allowed = {
        "ssl_min_protocol_version": _VERSIONS,
        "ssl_max_protocol_version": _VERSIONS,
        "sslnegotiation": ("postgres", "direct"),
        "target_session_attrs": _SESSIONS,
        "gsslib": ("gssapi", "sspi"),
    }
    for name, values in allowed.items():
        value = str(found.arguments.get(name) or found.words.get(name, values[0]))
        if value.replace("_", ".") not in values and value not in values and not marked(value):
            raise cannot_be_read(KIND, f"`{name}` parameter must be one of: {', '.join(values)}")


_NEEDED_UP_FRONT = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.ASYNCPG
    yield Rule(family, ("disable", "ssl=False"), PLAIN)
    yield Rule(family, ("allow",), PLAIN_FIRST)
    yield Rule(family, ("", "prefer"), TLS_FIRST)
    yield Rule(family, ("require",), TLS, CHAIN, NAMED_OR_HOME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED_UP_FRONT)
    yield Rule(family, ("verify-full",), TLS, FULL, _NEEDED_UP_FRONT)
    yield Rule(family, ("ssl=True",), TLS, FULL, SYSTEM_STORE)
    yield Rule(family, ("SSLContext",), TLS, FULL, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, check_hostname=False",), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, CERT_NONE",), TLS, NOTHING, OPENED)


def _line(connection: Connection, path: str) -> str:
    return f"{connection.driver}.connect(..., ssl=ssl.create_default_context(cafile={json.dumps(path)}))"


def _chain_line(connection: Connection, path: str) -> str:
    return any_name(f"{connection.driver}.connect(..., ssl=context)", path)


MODEL = Model(
    Family.ASYNCPG,
    tuple(_rules()),
    # Which one depends on the Python: from 3.13 on every certificate is an anchor.
    (Reader.OPENSSL, Reader.PARTIAL_CHAIN),
    # Its SSLContext is made, and its file of roots read, before it looks where it connects to.
    lambda rule: replace(rule, transport=SOCKET, verifies=NOTHING),
)
DIALECTS = (Dialect(Driver.ASYNCPG, read, _line, chain_line=_chain_line),)
