"""Blocks of host, port and the like that no tool claims, and those of ORMs of node in JSON and YAML.

Source: Sequelize (config/config.json), TypeORM (ormconfig.json), knex.
"""

import re
from collections.abc import Iterator, Mapping

from tlscheck.drivers.recognition import no_driver
from tlscheck.drivers.table import FRAMEWORKS
from tlscheck.formats.configuration import Refused
from tlscheck.formats.connection_text import within
from tlscheck.formats.node import Node
from tlscheck.formats.placeholders import without_names
from tlscheck.formats.shape import ABOUT_TLS, Block, Hit, Shape, Surroundings, without

_POSTGRES = re.compile(
    r"postgres(ql)?|pg|pgsql|pdo_pgsql|aurora-postgres|cockroachdb|org\.postgresql\.Driver", re.IGNORECASE
)
_KINDS = {"dialect": "sequelize", "type": "typeorm", "client": "knex"}
_TYPEORM = ("postgres", "cockroachdb", "aurora-postgres")
_REACTIVE = ("vertx-reactive:postgres", "vertx-reactive:pg")
_HOSTS = {"host", "hostname", "server", "hostaddr"}
_TLS = re.compile(r"ssl[_-]?mode|ssl[_-]?root[_-]?cert", re.IGNORECASE)
_NEAR = re.compile(
    r"prop|option|param|conn|jdbc|ssl|tls|db|database|pg|postgres|extra|driver|arg|auth", re.IGNORECASE
)
"""What a mapping is called in which words of a URL beside it may stand."""
_BESIDE = {"database", "dbname", "db", "name", "user", "username", "password", "sslmode", "ssl"}


def _kind(block: Block) -> str:
    for name, framework in _KINDS.items():
        if _POSTGRES.fullmatch(block.said(name)):
            # Others than TypeORM call their type "postgresql": the binding of a service in Kubernetes, for one.
            if framework == "typeorm" and not (
                {"host", "url", "replication"} & set(block.mapping) and block.said(name) in _TYPEORM
            ):
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
        yield Refused(block.below(name).spot, no_driver("such settings"))
        return
    yield around.occurrence(block.below(name), options={n: node.plain for n, node in block.mapping.items()})


def _is_url_with_words(block: Block) -> bool:
    return any(_urls(block)) and any(_words_of_tls(block))


def _urls(block: Block) -> Iterator[tuple[str, Block]]:
    """URLs of a mapping, by themselves or in a list."""
    for name, node in block.mapping.items():
        if _is_url(node):
            yield name, block.below(name)
        elif isinstance(node.content, tuple):
            for number, each in enumerate(node.content):
                if _is_url(each):
                    yield name, Block((*block.path, name, str(number)), each)


def _words_of_tls(block: Block) -> Iterator[str]:
    """Names of what is said about TLS beside a URL: who does not know the program does not know what it does."""
    for path, node in block.node.walk():
        is_said = not isinstance(node.content, tuple | Mapping) and node.content not in {None, ""}
        is_near = len(path) == 1 or (path and _NEAR.search(path[0]))
        if is_near and is_said and any(ABOUT_TLS.search(part) for part in path) and not _is_url(node):
            yield ".".join(path)


def _is_url(node: Node) -> bool:
    return isinstance(node.content, str) and bool(within(without_names(node.content)))


def _is_reactive(node: Node) -> bool:
    return isinstance(node.content, str) and node.content.strip().startswith(_REACTIVE)


def _urls_with_words(block: Block, around: Surroundings) -> Iterator[Hit]:
    unknown = tuple(_words_of_tls(block))
    for _, url in _urls(block):
        yield around.occurrence(url, text=within(around.carried(url.node)), unknown=unknown)


def _rest_of_urls(block: Block, _: Surroundings) -> Node:
    return without(block.node, *(name for name, _ in _urls(block)))


def _is_text(block: Block) -> bool:
    return _is_url(block.node) or _is_reactive(block.node)


def _text(block: Block, around: Surroundings) -> Iterator[Hit]:
    if _is_reactive(block.node):
        why = "Vert.x's reactive client, which Quarkus takes here, is not modelled: its source was not read"
        yield Refused(block.spot, why)
        return
    yield around.occurrence(block, text=within(around.carried(block.node)))


ORM = Shape("Sequelize's, TypeORM's and knex's JSON", _is_orm, _orm)
BLOCK = Shape("any block of host and port", _is_block, _block)
URL = Shape("any URL with words about TLS beside it", _is_url_with_words, _urls_with_words, _rest_of_urls)
TEXT = Shape("any URL", _is_text, _text)
