"""odyssey.conf: storages, which are its legs to the server.

Source: yandex/odyssey, documentation/configuration.md (storage: type, host, port, tls, tls_ca_file).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers import table
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form

NAME = "odyssey.conf"

_STORAGE = re.compile(r'^[ \t]*storage[ \t]+"([^"\n]*)"\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}', re.MULTILINE)
_SETTING = re.compile(r'^[ \t]*([a-z_]+)[ \t]+("[^"\n]*"|\S+)', re.MULTILINE)


def _recognises(configuration: Configuration) -> bool:
    return _STORAGE.search(configuration.text) is not None


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    for found in _STORAGE.finditer(configuration.text):
        said = {name: value.strip('"') for name, value in _SETTING.findall(found[2])}
        if said.get("type") == "local":
            continue
        line = configuration.text.count("\n", 0, found.start()) + 1
        spot = Spot(f"storage.{found[1]}" if re.fullmatch(r"[\w.-]{1,60}", found[1]) else "storage", line)
        driver = table.driver("odyssey")
        if driver is None:
            yield Refused(
                spot,
                "odyssey's leg to the server is not in the model: ask about its tls and tls_ca_file as"
                " libpq's sslmode and sslrootcert",
            )
            continue
        options = {
            name: value for name, value in said.items() if name in {"host", "port"} or name.startswith("tls")
        }
        yield Occurrence(spot, replace(configuration.given, text="", driver=driver, options=options))


FORMAT = Form(NAME, _recognises, _find)
