"""Poolers, as clients of the server: pgbouncer.ini, pgdog.toml.

Source: pgbouncer, doc/config.md ([databases], server_tls_*); PgDog, docs/configuration (general.tls_verify).
"""

from collections.abc import Iterator, Mapping

from tlscheck.drivers import table
from tlscheck.formats.configuration import Refused
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings, plain_of


def _is_pgbouncer(block: Block) -> bool:
    return not block.path and "databases" in block.mapping and "pgbouncer" in block.mapping


def _pgbouncer(block: Block, around: Surroundings) -> Iterator[Hit]:
    """Each line of [databases], with the settings of [pgbouncer] as what holds for all of them."""
    settings = plain_of(block.node.at("pgbouncer"))
    for name, node in block.below("databases").mapping.items():
        yield from _leg(block.below("databases", name), around, "pgbouncer", str(node.content), settings)


def _leg(spot: Block, around: Surroundings, name: str, text: str, options: Mapping[str, object]) -> Iterator[Hit]:
    driver = table.driver(name)
    if driver is None:
        yield Refused(
            spot.spot,
            f"{name}'s leg to the server is not in the model: ask about its host and TLS as libpq's host, sslmode"
            " and sslrootcert",
        )
        return
    yield around.occurrence(spot, text=text, options=options, driver=driver)


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
        yield from _leg(spot, around, "pgdog", "", {**server, **tls})


PGBOUNCER = Shape("pgbouncer.ini", _is_pgbouncer, _pgbouncer)
PGDOG = Shape("PgDog's pgdog.toml", _is_pgdog, _pgdog)
