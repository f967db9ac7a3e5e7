"""pg_service.conf: a connection of libpq's for each of its sections.

Source: PostgreSQL, src/interfaces/libpq/fe-connect.c (parseServiceFile).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import LIBPQ_S, Style, Written
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form

_HOW = "What its section says of the same is taken out."
NAME = "pg_service.conf"

_SECTION = re.compile(r"[ \t]*\[([^\]\r\n]+)\][ \t\r]*")
_PAIR = re.compile(r"[ \t]*(#.*|([a-z_]+)=.*)?")
_LIBPQ = {"host", "hostaddr", "dbname", "sslmode", "sslrootcert", "user", "port"}


def _recognises(configuration: Configuration) -> bool:
    lines = configuration.text.splitlines()
    if re.fullmatch(r"\.?pg_service\.conf(\.sample)?", configuration.name):
        return True
    pairs = [pair for line in lines if not _SECTION.fullmatch(line) for pair in [_PAIR.fullmatch(line)]]
    names = {pair[2] for pair in pairs if pair and pair[2]}
    has_sections = any(_SECTION.fullmatch(line) for line in lines)
    return (
        has_sections
        and all(pairs)
        and bool({"host", "hostaddr", "dbname", "sslmode"} & names)
        and bool(names & _LIBPQ)
    )


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    driver = configuration.given.driver
    given = replace(configuration.given, service_file=configuration.text, driver=driver or Driver.LIBPQ)
    for number, line in enumerate(configuration.text.splitlines(), start=1):
        if section := _SECTION.fullmatch(line):
            name = section[1]
            quoted = name.replace("\\", "\\\\").replace("'", "\\'")
            shown = name if re.fullmatch(r"[\w.@/ -]{1,60}", name) else "a section"
            written = Written(names=LIBPQ_S.names, within=shown, how=_HOW, style=Style.EQUALS)
            yield Occurrence(Spot(shown, number), replace(given, text=f"service='{quoted}'"), written=written)


FORMAT = Form(NAME, _recognises, _find)
