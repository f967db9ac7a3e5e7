"""Poolers, as clients of the server: pgbouncer.ini, pgdog.toml.

Source: pgbouncer, doc/config.md ([databases], server_tls_*); PgDog, docs/configuration (general.tls_verify).
"""

import re
from collections.abc import Iterator, Mapping

from tlscheck.drivers import table
from tlscheck.formats.configuration import Refused
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings


def _is_pgbouncer(block: Block) -> bool:
    return not block.path and "databases" in block.mapping and "pgbouncer" in block.mapping


def _pgbouncer(block: Block, around: Surroundings) -> Iterator[Hit]:
    settings = {name: around.text(node) for name, node in block.below("pgbouncer").mapping.items()}
    tls = {name: value for name, value in settings.items() if name.startswith("server_tls_")}
    for name, node in block.below("databases").mapping.items():
        spot = block.below("databases", name)
        pairs = dict(re.findall(r"([a-z_]+)\s*=\s*('(?:[^']|'')*'|\S+)", around.text(node)))
        server = {word: pairs[word].strip("'") for word in ("host", "port") if word in pairs}
        yield from _leg(spot, around, "pgbouncer", {**server, **tls})


def _leg(spot: Block, around: Surroundings, name: str, options: Mapping[str, object]) -> Iterator[Hit]:
    driver = table.driver(name)
    if driver is None:
        yield Refused(
            spot.spot,
            f"{name}'s leg to the server is not in the model: it takes host and port from here, and its TLS from"
            " settings of its own; ask about those as libpq's sslmode and sslrootcert",
        )
        return
    yield around.occurrence(spot, options=options, driver=driver)


def _is_pgdog(block: Block) -> bool:
    databases = block.mapping.get("databases")
    return not block.path and databases is not None and isinstance(databases.content, tuple)


def _pgdog(block: Block, around: Surroundings) -> Iterator[Hit]:
    general = block.below("general").mapping
    tls = {name: node.plain for name, node in general.items() if name.startswith("tls_")}
    databases = block.below("databases").node.content
    for number, node in enumerate(databases if isinstance(databases, tuple) else ()):
        spot = Block(("databases", str(number), "host"), node.at("host") or node)
        server = {word: each.plain for word in ("host", "port") if (each := node.at(word))}
        yield from _leg(spot, around, "pgdog", {**server, **tls})


PGBOUNCER = Shape("pgbouncer.ini", _is_pgbouncer, _pgbouncer)
PGDOG = Shape("PgDog's pgdog.toml", _is_pgdog, _pgdog)
