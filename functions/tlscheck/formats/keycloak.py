"""Keycloak: KC_DB_* variables, of which it makes a JDBC URL; and programs whose drivers are not in the model.

Source: Keycloak, DatabaseOptions.java (names) and Database.java (what db-url is made of); Kong, kong.conf (pg_*:
pgmoon); n8n, "Database environment variables".
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.configuration import Refused
from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Hit, Program, Shape, Surroundings

_KINDS = {"postgres", "postgresql"}
_OWN = re.compile(
    r"KC_DB(_(URL(_HOST|_PORT|_DATABASE|_PROPERTIES)?|USERNAME|PASSWORD|SCHEMA|POOL_(INITIAL|MIN|MAX)_SIZE"
    r"|DEBUG_JPQL|LOG_SLOW_QUERIES_THRESHOLD|DIALECT))?"
)
_DRIVER = re.compile(r"org\.postgresql\.(Driver|xa\.PGXADataSource)|")

_HOW = (
    "KC_DB_URL_PROPERTIES is where this is written, in place of what that says of the same; it begins with the ?."
)

_CONF_KEYS = frozenset({"db", "db-url", "db-url-host"})
_CONF = re.compile(r"(%\w+\.)?[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[\w.-]+)?")


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = block.mapping
    is_pgjdbc = _DRIVER.fullmatch(around.text(said.get("KC_DB_DRIVER"))) is not None
    unknown = tuple(n for n in said if not (_OWN.fullmatch(n) or (n == "KC_DB_DRIVER" and is_pgjdbc)))
    if "KC_DB_URL" in said:
        text = around.carried(said["KC_DB_URL"])
        if text.startswith("\ue000"):
            yield Refused(block.below("KC_DB_URL").spot, "its value comes from elsewhere: give the URL itself")
        elif "postgres" in text:
            # It replaces what is said one by one.
            ignored = tuple(name for name in said if name.startswith("KC_DB_URL_"))
            yield around.occurrence(block.below("KC_DB_URL"), text=text, unknown=unknown, ignored=ignored)
    elif around.text(said.get("KC_DB")) in _KINDS:
        host = around.carried(said.get("KC_DB_URL_HOST")) or "localhost"
        port = around.carried(said.get("KC_DB_URL_PORT")) or "5432"
        behind = around.carried(said.get("KC_DB_URL_PROPERTIES"))
        spot = block.below("KC_DB_URL_HOST" if "KC_DB_URL_HOST" in said else "KC_DB")
        text = f"jdbc:postgresql://{host}:{port}/keycloak{behind}"
        yield around.occurrence(spot, text=text, driver=Driver.PGJDBC, unknown=unknown, written=Written(how=_HOW))


def _is_conf(block: Block) -> bool:
    return not block.path and bool(_CONF_KEYS & set(block.mapping)) and all(map(_CONF.fullmatch, block.mapping))


def _conf(block: Block, around: Surroundings) -> Iterator[Hit]:
    """keycloak.conf says db-url-host where its variables say KC_DB_URL_HOST."""
    own = {_variable(name): node for name, node in block.mapping.items() if name.partition("-")[0] == "db"}
    for each in _find(Block(block.path, Node(own, block.node.line)), around):
        spot = replace(each.spot, path=_key(each.spot.path))
        if isinstance(each, Refused):
            yield replace(each, spot=spot)
            continue
        written = replace(each.written, how=each.written.how.replace("KC_DB_URL_PROPERTIES", "db-url-properties"))
        unknown, ignored = tuple(map(_key, each.unknown)), tuple(map(_key, each.ignored))
        yield replace(each, spot=spot, unknown=unknown, ignored=ignored, written=written)


def _variable(key: str) -> str:
    return "KC_" + key.upper().replace("-", "_")


def _key(variable: str) -> str:
    return variable.removeprefix("KC_").lower().replace("_", "-")


def _refused(name: str, nearest: str) -> Program:
    def find(block: Block, around: Surroundings) -> Iterator[Hit]:  # noqa: ARG001 - one shape for all programs
        first = next(iter(block.mapping))
        yield Refused(block.below(first).spot, f"{name} connects in a way that is not in the model; {nearest}")

    return Program(re.compile(_NAMES[name]), find)


_NAMES = {
    "Kong": r"KONG_PG_(HOST|SSL[A-Z_]*|PORT|TIMEOUT|USER|PASSWORD|DATABASE|SCHEMA)",
    "n8n": r"DB_POSTGRESDB_[A-Z_]+",
}
CONF = Shape("Keycloak's keycloak.conf", _is_conf, _conf)
PROGRAM = Program(re.compile(r"KC_DB(_[A-Z_]+)?"), _find)
KONG = _refused("Kong", "its driver, pgmoon, is none of those that can be asked about")
N8N = _refused("n8n", "its nearest is node: give --driver node and its ssl object as --options")
