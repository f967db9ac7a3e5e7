"""SQLx, of Rust, and what stands upon it (SeaORM): its URLs.

Source: SQLx, sqlx-postgres/src/options/parse.rs, options/mod.rs and connection/tls.rs, sqlx-core/src/net/tls, of
0.8.6 and what is not released yet.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote

from tlscheck.drivers import libpq
from tlscheck.drivers.behaviour import (
    CHAIN,
    FULL,
    OPENED,
    PLAIN,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    only_read,
)
from tlscheck.drivers.connection import (
    IN_CODE,
    Connection,
    cannot_be_read,
    host_of,
    mode_of,
    not_marked,
    path_of,
    port_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a URL of SQLx"
_ALIKE = {
    "ssl-mode": "sslmode",
    "ssl-root-cert": "sslrootcert",
    "ssl-ca": "sslrootcert",
    "ssl-cert": "sslcert",
    "ssl-key": "sslkey",
    "hostaddr": "host",
}
_READ = listed(
    "sslmode sslrootcert sslcert sslkey statement-cache-capacity host port dbname user password application_name "
    "options"
)
_VARIABLES = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLCERT": "sslcert",
    "PGSSLKEY": "sslkey",
}


_BUILT = (
    "It is taken to be built with one of its features for TLS. With native-tls it reads the first certificate of "
    "a file alone: build it with rustls, or give it a file that begins with the root of your CA."
)


def read(given: Words) -> Connection:
    """A URL, and what PG* variables say; further parameters as options. Raises BadRequest."""
    variables = {name: given.variables[key] for key, name in _VARIABLES.items() if given.variables.get(key)}
    if given.variables.get("PGHOSTADDR"):
        variables["host"] = given.variables["PGHOSTADDR"]
    if variables.get("sslmode", "").lower() not in libpq.MODES:
        variables.pop("sslmode", None)  # one that it does not know it passes over
    said, ignored = _url(given.text) if given.text else ({}, ())
    said = variables | said | given.settings
    mode = str(not_marked("the mode", said.get("sslmode", ""))).lower()
    if mode:
        mode_of(mode, libpq.MODES, _KIND)
    if "," in said.get("host", ""):
        raise cannot_be_read(_KIND, "it names several hosts, which SQLx takes for the name of one")
    root = said.get("sslrootcert", "")
    is_inline = root.strip().startswith("-----BEGIN") and root.strip().endswith("-----")
    inline = root if is_inline else ""
    unknown: tuple[str, ...] = ("sslcert",) if said.get("sslcert") or said.get("sslkey") else ()
    if mode.startswith("verify") and not root:
        unknown += ("which TLS it was built with: webpki-roots hold no root of RDS, the others read the system's",)
    return Connection(
        Driver.SQLX,
        host_of(said.get("host", ""), _KIND),
        port_of(said.get("port", ""), _KIND),
        mode,
        IN_CODE if inline else path_of(root, _KIND),
        given.version,
        unknown=given.nested + unknown,
        ignored=ignored,
        notes=(_BUILT,) if mode != "disable" else (),
        inline_roots=inline,
    )


def _url(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    text, _, fragment = text.partition("#")
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in {"postgres", "postgresql"}:
        raise cannot_be_read(_KIND, "it does not begin with postgres:// or postgresql://")
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    if "@" not in authority and "@" in path + query + fragment:
        raise cannot_be_read(_KIND, "an @ stands after a / ? or #: encode these of a password as %XX")
    place = authority.rpartition("@")[2]
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    found = {name: value for name, value in (("host", unquote(host)), ("port", port)) if value}
    ignored = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        word = _ALIKE.get(name, name)
        if name == "hostaddr" and not _is_address(value):
            raise cannot_be_read(_KIND, "its hostaddr is no address")
        if name == "statement-cache-capacity" and not re.fullmatch(r"\+?[0-9]+", value, re.ASCII):
            raise cannot_be_read(_KIND, "its statement-cache-capacity is no whole number")
        if word in _READ:
            found[word] = value
        elif not (name.startswith("options[") and name.endswith("]")):
            ignored.append(name)
    return found, all_shown(ignored)


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text)) and "%" not in text
    except ValueError:
        return False


_VERIFYING = Place(Looks.FILE_AND_SYSTEM, TO_SYSTEM, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.SQLX
    # It never tries TLS with allow: that is not made yet.
    yield Rule(family, ("disable", "allow"), PLAIN)
    # Built with native-tls it reads the file in every mode, with rustls only to verify.
    for mode, transport in (("prefer", TLS_IF_OFFERED), ("require", TLS)):
        modes = ("", mode) if mode == "prefer" else (mode,)
        yield Rule(family, modes, transport)
        yield Rule(family, modes, transport, place=OPENED)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _VERIFYING)
    yield Rule(family, ("verify-full",), TLS, FULL, _VERIFYING)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"


MODEL = Model(Family.SQLX, tuple(only_read(_rules())), (Reader.FIRST, Reader.RUSTLS))
DIALECTS = (
    Dialect(
        Driver.SQLX,
        read,
        _line,
        ("rust-sqlx", "sqlx-postgres", "seaorm", "sea-orm"),
        ("ssl-mode", "ssl-root-cert", "ssl-ca"),
    ),
)
