"""Files in which tools keep their connections: pgAdmin's servers.json and DBeaver's data-sources.json.

Source: pgAdmin, web/pgadmin/utils/__init__.py (dump_database_servers); DBeaver,
DataSourceSerializerModern.java and PostgreConstants.java (handler postgre_ssl: sslMode, ssl.ca.cert).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tlscheck.drivers import jdbc, libpq
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import as_text

MOST = 1000
"""Connections of one file."""


def document(text: str) -> Any:
    """The JSON of such a file. Raises BadRequest."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise cannot_be_read("a file of pgAdmin or DBeaver", "it is no JSON") from None


def is_pgadmin(read: Any) -> bool:
    """Whether it is a servers.json."""
    return isinstance(read, Mapping) and isinstance(read.get("Servers"), Mapping)


def is_dbeaver(read: Any) -> bool:
    """Whether it is a data-sources.json."""
    return isinstance(read, Mapping) and isinstance(read.get("connections"), Mapping)


def pgadmin(read: Any, version: tuple[int, ...] = ()) -> tuple[Connection, ...]:
    """Every server of a servers.json. Raises BadRequest."""
    return tuple(_checked(_pgadmin(read, version), "servers.json"))


def dbeaver(read: Any, version: tuple[int, ...] = ()) -> tuple[Connection, ...]:
    """Every PostgreSQL connection of a data-sources.json. Raises BadRequest."""
    return tuple(_checked(_dbeaver(read, version), "data-sources.json"))


def _checked(found: Iterator[Connection], kind: str) -> Iterator[Connection]:
    count = 0
    for count, each in enumerate(found, start=1):
        if count > MOST:
            raise cannot_be_read(kind, f"it holds more than {MOST} connections")
        yield each
    if not count:
        raise cannot_be_read(kind, "it holds no connection to PostgreSQL")


def _pgadmin(read: Any, version: tuple[int, ...]) -> Iterator[Connection]:
    for number, server in (read["Servers"] if is_pgadmin(read) else {}).items():
        if not isinstance(server, Mapping):
            raise cannot_be_read("servers.json", "a server of it is no object")
        parameters = server.get("ConnectionParameters")
        said = {
            "host": server.get("Host"),
            "hostaddr": server.get("HostAddr"),
            "port": server.get("Port"),
            "sslmode": server.get("SSLMode") or "prefer",
            "sslrootcert": server.get("SSLRootCert"),
        }
        said |= parameters if isinstance(parameters, Mapping) else {}
        if server.get("Service"):
            raise cannot_be_read("servers.json", "a server of it names a service; give the service file itself")
        yield libpq.connection(Driver.PGADMIN, as_text(said), version, _label(number))


def _dbeaver(read: Any, version: tuple[int, ...]) -> Iterator[Connection]:
    for number, source in enumerate((read["connections"] if is_dbeaver(read) else {}).values(), start=1):
        if not isinstance(source, Mapping) or not isinstance(source.get("configuration"), Mapping):
            raise cannot_be_read("data-sources.json", "a connection of it is no object with a configuration")
        if source.get("provider") != "postgresql":
            continue
        settings = source["configuration"]
        properties, ssl = _object(settings, "properties"), _object(_object(settings, "handlers"), "postgre_ssl")
        said = as_text(properties)
        if ssl.get("enabled") is True:
            inner = as_text(_object(ssl, "properties"))
            said["sslmode"] = inner.get("sslMode") or said.get("sslmode", "require")
            said |= {"sslrootcert": inner["ssl.ca.cert"]} if inner.get("ssl.ca.cert") else {}
            said |= {"sslfactory": inner["sslFactory"]} if inner.get("sslFactory") else {}
        address = as_text({name: settings.get(name) for name in ("host", "port", "url")})
        host, port = address.get("host", ""), address.get("port", "")
        if settings.get("configurationType") == "URL" or not host:
            host, port, _ = jdbc.address(address.get("url", ""))
        read_one = jdbc.connection(said, host, port)
        yield replace(read_one, driver=Driver.DBEAVER, version=version, label=_label(number))


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def _label(number: object) -> str:
    # Its own name of a server may be anything, a password too.
    text = str(number)
    return f"server {text}" if text.isdecimal() and len(text) < 8 else "a server"
