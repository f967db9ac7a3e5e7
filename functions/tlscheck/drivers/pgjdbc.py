"""pgjdbc: its URLs and properties.

Source: pgjdbc, org/postgresql/Driver.java (parseURL), PGProperty.java and jdbc/SslMode.java (of).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, unquote_plus

from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    within,
)
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
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.libpq import MODES
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

KIND = "a JDBC URL"
PREFIX = "jdbc:postgresql:"

_JAVA = "DefaultJavaSSLFactory"
_FACTORIES = {
    "": "",
    "org.postgresql.ssl.LibPQFactory": "",
    "org.postgresql.ssl.jdbc4.LibPQFactory": "",
    "org.postgresql.ssl.DefaultJavaSSLFactory": _JAVA,
    "org.postgresql.ssl.NonValidatingFactory": "NonValidatingFactory",
}
_STORE = "javax.net.ssl.trustStore"


def read(given: Words) -> Connection:
    """A URL and its properties; those in the URL win. JVM properties are read too. Raises BadRequest."""
    host, port, query = address(given.text)
    said = given.settings | _query(query)
    notes = ("It names several hosts: the first one is looked at.",) if "," in given.text.partition("?")[0] else ()
    return replace(
        connection(said, host, port),
        driver=given.driver or Driver.PGJDBC,
        version=given.version,
        notes=notes + _unread(said),
    )


def address(url: str) -> tuple[str, str, str]:
    """Host, port and query of a URL. Raises BadRequest."""
    if not url.startswith(PREFIX):
        raise cannot_be_read(KIND, f"it does not begin with {PREFIX}")
    place, _, query = url.removeprefix(PREFIX).partition("?")
    if not place.startswith("//"):
        return "localhost", "", query
    return *_split(first_of(place[2:].partition("/")[0])), query


def connection(said: Mapping[str, str], host: str, port: str) -> Connection:
    """The connection that these properties make. Raises BadRequest."""
    mode = said.get("sslmode", "").lower()
    if mode:
        mode_of(mode, MODES, KIND)
    elif "ssl" in said and said["ssl"].strip().lower() in {"true", ""}:
        mode = "ssl=true"
    factory = _FACTORIES.get(said.get("sslfactory", ""), "another sslfactory")
    root = said.get(_STORE if factory == _JAVA else "sslrootcert", "")
    key = f"{mode} {factory}".strip() + DIRECT * (said.get("sslNegotiation") == "direct")
    return Connection(Driver.PGJDBC, host_of(host, KIND), port_of(port, KIND), key, path_of(root, KIND))


def _unread(said: Mapping[str, str]) -> tuple[str, ...]:
    if _STORE in said and _FACTORIES.get(said.get("sslfactory", "")) != _JAVA:
        return (f"{_STORE} is not read: only sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory looks there.",)
    return ()


def _split(server: str) -> tuple[str, str]:
    if server.startswith("["):
        host, bracket, port = server[1:].partition("]")
        if not bracket:
            raise cannot_be_read(KIND, "the brackets of an IPv6 address are not closed")
        return host or "localhost", port.removeprefix(":")
    host, _, port = server.partition(":")
    return unquote_plus(host) or "localhost", port


def _query(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.split("&") if text else []:
        name, _, value = pair.partition("=")
        found[unquote_plus(name)] = unquote_plus(value)
    return found


_NEEDED = Place(Looks.FILE_OR_ACCOUNT, REFUSES, REFUSES, FAILS_TLS)
_JVM = Place(Looks.JVM, TO_SYSTEM, FAILS_TLS, FAILS_TLS)


def _rules() -> Iterable[Rule]:
    family, java, never = Family.PGJDBC, "DefaultJavaSSLFactory", "NonValidatingFactory"
    yield Rule(family, ("disable", f"disable {java}", f"disable {never}"), PLAIN)
    yield Rule(family, ("allow", f"allow {never}"), PLAIN_FIRST)
    yield Rule(family, ("", "prefer", never, f"prefer {never}"), TLS_IF_OFFERED)
    yield Rule(family, ("require", f"require {never}", f"verify-ca {never}"), TLS)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED)
    yield Rule(family, ("verify-full", "ssl=true"), TLS, FULL, _NEEDED)
    yield Rule(family, (f"allow {java}",), PLAIN_FIRST, CHAIN, _JVM)
    yield Rule(family, (java, f"prefer {java}"), TLS_IF_OFFERED, CHAIN, _JVM)
    yield Rule(family, (f"require {java}", f"verify-ca {java}"), TLS, CHAIN, _JVM)
    yield Rule(family, (f"verify-full {java}", f"ssl=true {java}"), TLS, FULL, _JVM)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"


_DROPS = ("ssl", "sslfactory", "sslfactoryarg", "sslhostnameverifier", "sslNegotiation")
MODEL = Model(Family.PGJDBC, tuple(within(_rules(), since=(42, 2, 5))), (Reader.JAVA,))
DIALECTS = (
    Dialect(Driver.PGJDBC, read, _line, ("jdbc",), _DROPS),
    Dialect(
        Driver.DBEAVER, read, lambda _, path: f"connection > SSL: CA certificate {path}, SSL mode verify-full"
    ),
)
