"""odbc.ini: data sources whose driver is psqlODBC.

Source: unixODBC, SQLGetPrivateProfileString; psqlODBC, dlg_specific.h (names of the data source's settings).
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings

_DROPPED = frozenset({"description", "username", "uid", "user", "password", "pwd", "trace", "tracefile", "setup"})
_ODBC = frozenset({"ODBC Data Sources", "ODBC", "Default"})

_HOW = "In odbc.ini each pair before a ; is a line of its own, and a pqopt stands there without its braces."


def _matches(block: Block) -> bool:
    said = {name.casefold(): node for name, node in block.mapping.items()}
    driver = said.get("driver")
    is_psqlodbc = (
        driver is not None and re.search(r"psqlodbc|postgres", str(driver.content), re.IGNORECASE) is not None
    )
    return block.key not in _ODBC and (
        (is_psqlodbc and bool({"servername", "server"} & set(said)))
        or ("servername" in said and bool({"sslmode", "pqopt"} & set(said)))
    )


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = {name: around.text(node) for name, node in block.mapping.items() if name.casefold() not in _DROPPED}
    named = next((name for name in said if name.casefold() == "driver"), "")
    pairs = {"Driver": said.pop(named, "PostgreSQL"), **said}
    text = ";".join(
        f"{name}={_braced(value) if name.casefold() == 'pqopt' or ';' in value else value}"
        for name, value in pairs.items()
    )
    spot = next((block.below(name) for name in said if name.casefold() in {"servername", "server"}), block)
    yield around.occurrence(spot, text=text, driver=Driver.ODBC, written=Written(how=_HOW))


def _braced(value: str) -> str:
    return "{" + value.replace("}", "}}") + "}"


SHAPE = Shape("odbc.ini", _matches, _find)
