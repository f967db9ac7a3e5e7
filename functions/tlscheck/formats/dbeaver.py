"""DBeaver's data-sources.json.

Source: DBeaver, DataSourceSerializerModern.java and PostgreConstants.java (handler postgre_ssl: sslMode,
ssl.ca.cert).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tlscheck.drivers import pgjdbc_url
from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import as_text
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form

NAME = "DBeaver's data-sources.json"


def _recognises(configuration: Configuration) -> bool:
    try:
        read = json.loads(configuration.text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, Mapping) and isinstance(read.get("connections"), Mapping)


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    for number, source in enumerate(json.loads(configuration.text)["connections"].values(), start=1):
        if not isinstance(source, Mapping) or not isinstance(source.get("configuration"), Mapping):
            raise cannot_be_read(NAME, "a connection of it is no object with a configuration")
        if source.get("provider") == "postgresql":
            url, said = _words(source["configuration"])
            given = replace(configuration.given, text=url, driver=Driver.DBEAVER, options=dict(said))
            yield Occurrence(Spot(f"server {number}"), given)


def _words(settings: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
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
        return address.get("url", ""), said
    return f"{pgjdbc_url.PREFIX}//{host}:{port or '5432'}/", said


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


FORMAT = Form(NAME, _recognises, _find)
