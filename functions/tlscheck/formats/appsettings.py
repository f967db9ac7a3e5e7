""".NET's appsettings.json: ConnectionStrings, which Npgsql reads where they are not SQL Server's.

Source: Microsoft.Extensions.Configuration.Json; Npgsql, NpgsqlConnectionStringBuilder.cs; SqlClient's keywords.
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.formats.configuration import Refused
from tlscheck.formats.connection_text import is_connection
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings

_OTHERS = re.compile(
    r"(^|;)\s*(trusted_connection|integrated security|multipleactiveresultsets|initial catalog|encrypt|data source"
    r"|trustservercertificate|attachdbfilename|filename|uid\s*=.*charset|allowuservariables|sslmode=none|version)\s*="
    r"|\(localdb\)|tcp:|,\s*1433|\\sqlexpress|port\s*=\s*(3306|1433)|mongodb|redis|accountkey|endpoint=sb:",
    re.IGNORECASE,
)
_SERVER = re.compile(r"(^|;)\s*(server|host)\s*=", re.IGNORECASE)


def _matches(block: Block) -> bool:
    return block.key in {"ConnectionStrings", "connectionStrings"} and bool(block.mapping)


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    for name, node in block.mapping.items():
        text = around.text(node)
        spot = block.below(name)
        is_url = is_connection(text) and "://" in text.partition(";")[0]
        if is_url:
            yield around.occurrence(spot, text=text)
        elif is_connection(text) and ";" in text:
            yield around.occurrence(spot, text=text, driver=Driver.NPGSQL)
        elif text.startswith("\ue000"):
            yield Refused(spot.spot, "its value comes from elsewhere: give that itself")
        elif _SERVER.search(text) and not _OTHERS.search(text):
            if around.given.driver is Driver.NPGSQL:
                yield around.occurrence(spot, text=text, driver=Driver.NPGSQL)
            else:
                yield Refused(
                    spot.spot, "it may be Npgsql's or SQL Server's: say --driver npgsql where it is Npgsql's"
                )


SHAPE = Shape(".NET's appsettings.json", _matches, _find)
