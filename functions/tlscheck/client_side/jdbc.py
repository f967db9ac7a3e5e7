"""pgjdbc: its URLs and properties.

Source: pgjdbc, org/postgresql/Driver.java (parseURL), PGProperty.java and jdbc/SslMode.java (of).
"""

from collections.abc import Mapping
from urllib.parse import unquote_plus

from tlscheck.client_side.connection import (
    Connection,
    cannot_be_read,
    first_of,
    host_of,
    mode_of,
    path_of,
    port_of,
)
from tlscheck.client_side.driver import Driver
from tlscheck.client_side.libpq import MODES

KIND = "a JDBC URL"
PREFIX = "jdbc:postgresql:"

_FACTORIES = {
    "": "",
    "org.postgresql.ssl.LibPQFactory": "",
    "org.postgresql.ssl.jdbc4.LibPQFactory": "",
    "org.postgresql.ssl.DefaultJavaSSLFactory": "DefaultJavaSSLFactory",
    "org.postgresql.ssl.NonValidatingFactory": "NonValidatingFactory",
}
_STORE = "javax.net.ssl.trustStore"


def read(text: str, options: Mapping[str, str], version: tuple[int, ...] = (), label: str = "") -> Connection:
    """A URL and its properties; those in the URL win. JVM properties are read too. Raises BadRequest."""
    if not text.startswith(PREFIX):
        raise cannot_be_read(KIND, f"it does not begin with {PREFIX}")
    place, _, query = text.removeprefix(PREFIX).partition("?")
    host, port = "localhost", ""
    notes: list[str] = []
    if place.startswith("//"):
        servers = place[2:].partition("/")[0]
        if "," in servers:
            notes.append("It names several hosts: the first one is looked at.")
        host, port = _split(first_of(servers))
    said = dict(options) | _query(query)
    return connection(host, port, said, version, label, tuple(notes))


def connection(
    host: str,
    port: str,
    said: Mapping[str, str],
    version: tuple[int, ...] = (),
    label: str = "",
    notes: tuple[str, ...] = (),
    driver: Driver = Driver.PGJDBC,
) -> Connection:
    """The connection that these properties make. Raises BadRequest."""
    mode = said.get("sslmode", "").lower()
    if mode:
        mode_of(mode, MODES, KIND)
    elif "ssl" in said and said["ssl"].strip().lower() in {"true", ""}:
        mode = "ssl=true"
    factory = _factory(said.get("sslfactory", ""))
    root = said.get("sslrootcert", "")
    if factory == "DefaultJavaSSLFactory":
        root = said.get(_STORE, "")
    elif _STORE in said:
        notes += (f"{_STORE} is not read: only sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory looks there.",)
    key = f"{mode} {factory}".strip() if factory else mode
    return Connection(
        driver, host_of(host, KIND), port_of(port, KIND), key, path_of(root, KIND), version, label, notes
    )


def _factory(name: str) -> str:
    if name in _FACTORIES:
        return _FACTORIES[name]
    return "another sslfactory"


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
