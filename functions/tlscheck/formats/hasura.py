"""Hasura's URLs, and those of other programs that link libpq or lib/pq: a variable each, and Hasura's metadata.

Source: hasura/graphql-engine, server (postgresql-libpq) and metadata/databases/databases.yaml; PostgREST,
Config.hs; postgres_exporter, README.
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.configuration import Refused
from tlscheck.formats.connection_text import is_connection
from tlscheck.formats.shape import Block, Hit, Program, Shape, Surroundings

_LIBPQ = re.compile(
    r"(HASURA_GRAPHQL_(METADATA_)?DATABASE_URL|HASURA_GRAPHQL_PG_CONNECTIONS|PG_DATABASE_URL|PGRST_DB_URI)"
)
_LIB_PQ = re.compile(r"DATA_SOURCE_NAME")

_OF_A_SOURCE = frozenset({"database_url", "pool_settings", "use_prepared_statements", "isolation_level"})
_NO_PARAMETER = (
    "connection_parameters have no words about TLS: write database_url as one URL, with"
    " ?sslmode=...&sslrootcert=... at its end."
)
_PARAMETERS = frozenset({"host", "port", "username", "password", "database"})


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    for name, node in block.mapping.items():
        driver = Driver.LIB_PQ if _LIB_PQ.fullmatch(name) else Driver.LIBPQ
        text = around.text(node)
        if text.startswith("\ue000"):
            yield Refused(block.below(name).spot, "its value comes from elsewhere: give the URL itself")
        elif is_connection(text):
            yield around.occurrence(block.below(name), text=str(node.content), driver=driver)


def _matches(block: Block) -> bool:
    said = block.mapping
    return "connection_info" in said and isinstance(block.below("connection_info").node.content, dict)


def _sources(block: Block, around: Surroundings) -> Iterator[Hit]:
    """A source, and the replicas that are read beside it."""
    yield from _metadata(block.below("connection_info"), around)
    replicas = block.below("read_replicas").node.content
    for number, each in enumerate(replicas if isinstance(replicas, tuple) else ()):
        yield from _metadata(Block((*block.path, "read_replicas", str(number)), each), around)


def _metadata(info: Block, around: Surroundings) -> Iterator[Hit]:
    unknown = tuple(name for name in info.mapping if name not in _OF_A_SOURCE)
    url = info.below("database_url")
    variable = around.text(url.node.at("from_env"))
    parameters = url.below("connection_parameters")
    if isinstance(url.node.content, str) and is_connection(around.text(url.node)):
        yield around.occurrence(url, text=url.node.content, driver=Driver.LIBPQ, unknown=unknown)
    elif variable and is_connection(around.known.get(variable, "")):
        yield around.occurrence(url, text=around.known[variable], driver=Driver.LIBPQ, unknown=unknown)
    elif variable:
        yield Refused(url.spot, f"its value comes from elsewhere ({_word(variable)}): give the URL itself")
    elif parameters.mapping:
        place = {name: node.plain for name, node in parameters.mapping.items() if name in {"host", "port"}}
        unknown += tuple(name for name in parameters.mapping if name not in _PARAMETERS)
        written = Written(how=_NO_PARAMETER)
        yield around.occurrence(parameters, options=place, driver=Driver.LIBPQ, unknown=unknown, written=written)


def _word(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}", text) else "a variable"


SHAPE = Shape("Hasura's databases.yaml", _matches, _sources)
PROGRAM = Program(re.compile(f"{_LIBPQ.pattern}|{_LIB_PQ.pattern}"), _find)
