"""pgAdmin's servers.json.

Source: pgAdmin, web/pgadmin/utils/__init__.py (dump_database_servers).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import as_text
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form

NAME = "pgAdmin's servers.json"


def _recognises(configuration: Configuration) -> bool:
    try:
        read = json.loads(configuration.text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, Mapping) and isinstance(read.get("Servers"), Mapping)


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    for number, server in json.loads(configuration.text)["Servers"].items():
        if not isinstance(server, Mapping):
            raise cannot_be_read(NAME, "a server of it is no object")
        spot = Spot(_label(number))
        if server.get("Service"):
            yield Refused(spot, "it names a service; give the service file itself")
            continue
        yield Occurrence(
            spot, replace(configuration.given, text="", driver=Driver.PGADMIN, options=_options(server))
        )


def _options(server: Mapping[str, Any]) -> dict[str, object]:
    parameters = server.get("ConnectionParameters")
    said = {
        "host": server.get("Host"),
        "hostaddr": server.get("HostAddr"),
        "port": server.get("Port"),
        "sslmode": server.get("SSLMode") or "prefer",
        "sslrootcert": server.get("SSLRootCert"),
    }
    return dict(as_text(said | (dict(parameters) if isinstance(parameters, Mapping) else {})))


def _label(number: object) -> str:
    # Its own name of a server may be anything, a password too.
    text = str(number)
    return f"server {text}" if text.isdecimal() and len(text) < 8 else "a server"


FORMAT = Form(NAME, _recognises, _find)
