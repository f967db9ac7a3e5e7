"""The drivers that tlscheck knows, one file each, and the rows of all of them.

What is RUN was run against real servers and is run again by `make bench TOPIC=clients`; what is READ stands in the
driver's source or manual and could not be run: a prediction from it says so.
"""

from tlscheck.drivers import (
    asyncpg,
    aws_wrapper,
    dbi,
    lib_pq,
    libpq,
    node,
    npgsql,
    odbc,
    odyssey,
    pdo,
    pg8000,
    pgbouncer,
    pgdog,
    pgjdbc,
    pgx,
    postgres_js,
    postgrex,
    prisma,
    r2dbc,
    sqlx,
    tokio_postgres,
)
from tlscheck.drivers.behaviour import Rule
from tlscheck.drivers.connection import SYSTEM
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.frameworks import (
    Framework,
    django,
    drizzle,
    gocloud,
    golang_migrate,
    knex,
    sequelize,
    sqlalchemy,
    typeorm,
)

_OF_NODE_AND_JAVA = (node, postgres_js, prisma, pgjdbc, r2dbc)
_OF_GO_AND_RUST = (pgx, lib_pq, tokio_postgres, sqlx)
_POOLERS = (pgbouncer, pgdog, odyssey)
_OWN = (libpq, asyncpg, pg8000, *_OF_NODE_AND_JAVA, npgsql, *_OF_GO_AND_RUST, postgrex, *_POOLERS)
"""Those with a TLS of their own; odbc, pdo and dbi have libpq's, the AWS wrapper pgjdbc's."""

MODELS: dict[Family, Model] = {each.MODEL.family: each.MODEL for each in _OWN}
DIALECTS: dict[Driver, Dialect] = {
    dialect.driver: dialect for each in (*_OWN, odbc, pdo, dbi, aws_wrapper) for dialect in each.DIALECTS
}
FRAMEWORKS: dict[str, Framework] = {
    each.FRAMEWORK.name: each.FRAMEWORK
    for each in (sqlalchemy, django, sequelize, typeorm, knex, drizzle, gocloud, golang_migrate)
}
RULES: tuple[Rule, ...] = tuple(rule for model in MODELS.values() for rule in model.rules)


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "").replace("_", "-")


_BY_NAME = {
    **{_plain(each): each for each in Driver},
    **{name: each.driver for each in DIALECTS.values() for name in each.names},
}


def driver(name: str) -> Driver | None:
    """The driver of a name as people write it; None for one that is not known."""
    return _BY_NAME.get(_plain(name))


def framework(name: str) -> Framework | None:
    """The framework of a name as people write it; None for one that is not known."""
    plain = _plain(name)
    return next((each for each in FRAMEWORKS.values() if plain in {each.name, *each.names}), None)


def rules_for(
    family: Family, mode: str, root: str, version: tuple[int, ...], *, is_local: bool = False
) -> tuple[Rule, ...]:
    """The rows that may hold; several when the version is not known and decides; none: not in the table.

    `is_local` as Connection.is_local.
    """
    key = mode + SYSTEM if family is Family.LIBPQ and root == "system" else mode
    found = tuple(
        rule for rule in RULES if rule.family is family and key in rule.modes and rule.holds_for(version)
    )
    becomes = MODELS[family].on_socket
    return tuple(dict.fromkeys(becomes(rule) for rule in found)) if is_local and becomes else found
