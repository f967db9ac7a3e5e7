"""odyssey.conf: storages, which are its legs to the server.

Source: yandex/odyssey, documentation/configuration.md (storage: type, host, port, tls, tls_ca_file).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form

NAME = "odyssey.conf"

_STORAGE = re.compile(r'^[ \t]*storage[ \t]+"([^"\n]*)"\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}', re.MULTILINE)
_SETTING = re.compile(r'^[ \t]*([a-z_]+)[ \t]+("[^"\n]*"|\S+)', re.MULTILINE)


def _recognises(configuration: Configuration) -> bool:
    return _STORAGE.search(configuration.text) is not None


def _without_blocks(text: str) -> str:
    # A watchdog has words of its own.
    return re.sub(r"^[ \t]*\w+[ \t]*(\"[^\"]*\")?[ \t]*\{[^{}]*\}", "", text, flags=re.MULTILINE)


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    for found in _STORAGE.finditer(configuration.text):
        said = {name: value.strip('"') for name, value in _SETTING.findall(_without_blocks(found[2]))}
        if said.get("type") == "local":
            continue
        line = configuration.text.count("\n", 0, found.start()) + 1
        spot = Spot(f"storage.{found[1]}" if re.fullmatch(r"[\w.-]{1,60}", found[1]) else "storage", line)
        options = {name: value for name, value in said.items() if name != "type"}
        yield Occurrence(spot, replace(configuration.given, text="", driver=Driver.ODYSSEY, options=options))


FORMAT = Form(NAME, _recognises, _find)
