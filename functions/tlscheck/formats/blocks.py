"""Blocks of host, port and the like that no tool claims, and those of ORMs of node in JSON and YAML.

Source: Sequelize (config/config.json), TypeORM (ormconfig.json), knex.
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.recognition import URL_READERS
from tlscheck.drivers.table import FRAMEWORKS
from tlscheck.formats.configuration import Refused
from tlscheck.formats.connection_text import within
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings

_POSTGRES = re.compile(
    r"postgres(ql)?|pg|pgsql|pdo_pgsql|aurora-postgres|cockroachdb|org\.postgresql\.Driver", re.IGNORECASE
)
_KINDS = {"dialect": "sequelize", "type": "typeorm", "client": "knex"}
_HOSTS = {"host", "hostname", "server", "hostaddr"}
_TLS = re.compile(r"ssl[_-]?mode|ssl[_-]?root[_-]?cert", re.IGNORECASE)
_BESIDE = {"database", "dbname", "db", "name", "user", "username", "password", "sslmode", "ssl"}


def _kind(block: Block) -> str:
    for name, framework in _KINDS.items():
        node = block.mapping.get(name)
        if node and isinstance(node.content, str) and _POSTGRES.fullmatch(node.content):
            if framework == "typeorm" and not {"host", "url", "replication"} & set(block.mapping):
                continue
            if framework == "knex" and "connection" not in block.mapping:
                continue
            return framework
    return ""


def _is_orm(block: Block) -> bool:
    return _kind(block) in FRAMEWORKS


def _orm(block: Block, around: Surroundings) -> Iterator[Hit]:
    options = {name: node.plain for name, node in block.mapping.items()}
    yield around.occurrence(block, options=options, framework=_kind(block))


def _is_block(block: Block) -> bool:
    said = {name.casefold(): node for name, node in block.mapping.items()}
    if not _HOSTS & set(said) or not _BESIDE & set(said):
        return False
    kinds = [
        str(node.content)
        for name, node in said.items()
        if name in {"dialect", "type", "client", "adapter", "driver", "engine", "provider", "drivername"}
    ]
    if kinds:
        return any(_POSTGRES.search(kind) for kind in kinds)
    port = said.get("port")
    return (
        any(_TLS.fullmatch(name) for name in said)
        or (port is not None and str(port.content) == "5432")
        or bool(re.search(r"postgres|pgsql|\bpg\b", ".".join(block.path), re.IGNORECASE))
    )


def _block(block: Block, around: Surroundings) -> Iterator[Hit]:
    name = next(name for name in block.mapping if name.casefold() in _HOSTS)
    if not (around.given.driver or around.given.framework):
        why = f"driver: missing, and several read such settings, each in its way; name one of {URL_READERS}"
        yield Refused(block.below(name).spot, why)
        return
    yield around.occurrence(block.below(name), options={n: node.plain for n, node in block.mapping.items()})


def _is_text(block: Block) -> bool:
    return isinstance(block.node.content, str) and bool(within(block.node.content))


def _text(block: Block, around: Surroundings) -> Iterator[Hit]:
    yield around.occurrence(block, text=within(around.text(block.node)))


ORM = Shape("Sequelize's, TypeORM's and knex's JSON", _is_orm, _orm)
BLOCK = Shape("any block of host and port", _is_block, _block)
TEXT = Shape("any URL", _is_text, _text)
