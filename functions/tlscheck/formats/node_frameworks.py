"""Settings of TypeORM, Sequelize, knex and drizzle: objects of JavaScript, or the same in JSON.

Source: TypeORM, PostgresConnectionOptions; Sequelize, sequelize.js (the constructor) and sequelize-cli's config;
knex, Knex.Config and knexfile.js; drizzle-kit, drizzle.config.ts.
"""

from collections.abc import Iterator, Mapping

from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_KNEX = {"pg", "postgres", "postgresql", "pgnative", "pg-native"}
_OTHER_KNEX = {"cockroachdb", "redshift"}
_DEEPEST = 6


def settings(node: Node, path: tuple[str, ...] = ()) -> Iterator[Saying]:
    """Each connection in a tree, which may hold several by the names of environments."""
    if isinstance(node.content, tuple):
        for number, each in enumerate(node.content if len(path) < _DEEPEST else ()):
            yield from settings(each, (*path, str(number)))
        return
    if not isinstance(node.content, Mapping):
        return
    found = one(node, path)
    if found:
        yield found
        return
    for key, each in node.content.items() if len(path) < _DEEPEST else ():
        yield from settings(each, (*path, key))


def one(node: Node, path: tuple[str, ...]) -> Saying | None:
    """The connection that a mapping is; None where it is none of these frameworks'."""
    said = node.content if isinstance(node.content, Mapping) else {}
    kind = {key: str(said[key].content) for key in ("type", "dialect", "client", "driver") if key in said}
    if kind.get("client") in _KNEX and "connection" in said:
        return knex(said, path, node.line)
    if kind.get("client") in _OTHER_KNEX and "connection" in said:
        return Saying(path, node.line, instead="knex's client for another database is not modelled")
    is_drizzle = "dbCredentials" in said and (kind.get("dialect") == "postgresql" or kind.get("driver") == "pg")
    if is_drizzle:
        return Saying(
            (*path, "dbCredentials"),
            said["dbCredentials"].line,
            options=said,
            speaker="drizzle",
        )
    if kind.get("dialect") in {"postgres", "postgresql"}:
        return sequelize(said, path, node.line)
    if kind.get("type") in {"postgres", "aurora-postgres"} and _is_typeorm(said):
        return typeorm(said, path, node.line)
    return None


def _is_typeorm(said: Mapping[str, Node]) -> bool:
    # `type` is a common word: it is TypeORM's beside others of its words.
    return bool(
        said.keys() & {"host", "url", "port", "database", "entities", "synchronize", "ssl", "extra", "replication"}
    )


def typeorm(said: Mapping[str, Node], path: tuple[str, ...], line: int) -> Saying:
    """A DataSource."""
    if said.get("type", Node("")).content == "aurora-postgres":
        return Saying(
            path, line, instead="TypeORM's aurora-postgres goes through RDS's Data API, without a driver"
        )
    if "replication" in said:
        why = "TypeORM's replication is not modelled; give master and each of slaves by itself, as a DataSource"
        return Saying(path, line, instead=why)
    return Saying(path, line, options=said, speaker="typeorm")


def sequelize(said: Mapping[str, Node], path: tuple[str, ...], line: int, text: Node | None = None) -> Saying:
    """A URL, or an object of its options."""
    if "replication" in said:
        return Saying(
            path, line, instead="Sequelize's replication is not modelled; give each of its hosts by itself"
        )
    variable = said.get("use_env_variable")
    if variable and text is None:
        text = Node(f"\ue000{variable.content}\ue001", variable.line)
    options = {key: node for key, node in said.items() if key not in {"use_env_variable", "url"}}
    return Saying(path, line, text or said.get("url"), options, speaker="sequelize")


def knex(said: Mapping[str, Node], path: tuple[str, ...], line: int) -> Saying:
    """The client and its connection: a URL or an object."""
    at = said["connection"]
    return Saying((*path, "connection"), at.line or line, options=said, speaker="knex")
