"""Poolers, as clients of the server: pgbouncer.ini, pgdog.toml.

Source: pgbouncer, doc/config.md ([databases], server_tls_*); PgDog, docs/configuration (general.tls_verify).
"""

from collections.abc import Iterator

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.written import Written
from tlscheck.formats.shape import ABOUT_TLS, Block, Hit, Shape, Surroundings, plain_of

_SECTIONS = frozenset({"databases", "pgbouncer", "users", "peers"})


def _is_pgbouncer(block: Block) -> bool:
    return not block.path and "databases" in block.mapping and "pgbouncer" in block.mapping


def _pgbouncer(block: Block, around: Surroundings) -> Iterator[Hit]:
    """Each line of [databases], with the settings of [pgbouncer] as what holds for all of them."""
    settings = plain_of(block.node.at("pgbouncer"))
    unknown = tuple(name for name in block.mapping if name not in _SECTIONS)
    for name, node in block.below("databases").mapping.items():
        spot = block.below("databases", name)
        yield around.occurrence(
            spot,
            text=str(node.content),
            options=settings,
            driver=Driver.PGBOUNCER,
            unknown=unknown,
            written=Written(within="pgbouncer"),
        )


def _is_pgdog(block: Block) -> bool:
    databases = block.mapping.get("databases")
    return not block.path and databases is not None and isinstance(databases.content, tuple)


def _pgdog(block: Block, around: Surroundings) -> Iterator[Hit]:
    """Each of [[databases]], with what [general] says of TLS."""
    general = block.below("general").mapping
    tls = {name: node.plain for name, node in general.items() if name.startswith("tls_")}
    unknown = tuple(name for name in block.mapping if ABOUT_TLS.search(name))
    databases = block.below("databases").node.content
    for number, node in enumerate(databases if isinstance(databases, tuple) else ()):
        spot = Block(("databases", str(number), "host"), node.at("host") or node)
        yield around.occurrence(
            spot,
            options={**plain_of(node), **tls},
            driver=Driver.PGDOG,
            unknown=unknown,
            written=Written(within="general"),
        )


PGBOUNCER = Shape("pgbouncer.ini", _is_pgbouncer, _pgbouncer)
PGDOG = Shape("PgDog's pgdog.toml", _is_pgdog, _pgdog)
