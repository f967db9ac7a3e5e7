"""Calls of node's drivers and frameworks.

Source: pg, lib/client.js; postgres.js, its README; TypeORM, DataSource; NestJS, @nestjs/typeorm; Sequelize, its
constructor; knex; drizzle-orm, node-postgres/driver.ts and postgres-js/driver.ts; Prisma, adapter-pg.
"""

import re
from collections.abc import Iterator, Mapping

from tlscheck.formats.literals.source import SPREAD, Call, Code
from tlscheck.formats.node import Node
from tlscheck.formats.node_frameworks import knex, one, sequelize, settings, typeorm
from tlscheck.formats.spoken import Saying

_PG = re.compile(r"new (\w+\.)?(Pool|Client|PgPool|PgClient|PrismaPg)")
_TYPEORM = re.compile(r"new DataSource|createConnections?|TypeOrmModule\.forRoot(Async)?|(\w+\.)?createConnection")
_EXPORTED = re.compile(r"(\w+\.)*(config|default|exports)|(module\.)?exports\.\w+|\w*[cC]onfig(uration)?")
_URL = re.compile(r"(postgres(ql)?|pg):", re.IGNORECASE)
_NOT_POSTGRES = re.compile(r"mysql|mariadb|sqlite|mssql|mongo|redis|https?:|oracle|snowflake")
_FOREIGN = {
    "new MikroORM": "MikroORM",
    "MikroORM.init": "MikroORM",
    "createPool": "Slonik",
    "pgp": "pg-promise",
    "new Neon": "Neon's driver",
    "neon": "Neon's driver",
}
_INSTEAD = "{} is not modelled; give the URL, or the options that pg gets of it, with --driver node"


def calls(source: Code, text: str) -> Iterator[Saying]:
    """Each connection that a file of JavaScript makes or exports; `text` tells what it imports."""
    for call in source.calls:
        yield from _of(call, text)
    for node in source.exported:
        yield from settings(node)
    named = {name: node for name, node in source.names.items() if isinstance(node.content, Mapping)}
    exported = {each.line for each in source.exported}
    for name, node in named.items():
        if node.line not in exported and _EXPORTED.fullmatch(name):
            yield from settings(node, (name,))


def _of(call: Call, text: str) -> Iterator[Saying]:  # noqa: C901, PLR0912 - one branch for each of them
    path, first = (call.name.replace("new ", ""),), call.positional[0] if call.positional else None
    said = _object(first)
    if _PG.fullmatch(call.name) and _imports(text, r"pg|@prisma/adapter-pg|@vercel/postgres|pg-pool|slonik"):
        yield from _pg(call, path, first)
    elif call.name == "postgres" and _imports(text, "postgres"):
        yield _postgres_js(call, path)
    elif call.name.endswith("Sequelize") and call.name.startswith("new"):
        yield from _sequelize(call, path)
    elif call.name in {"knex", "Knex", "require"} and said:
        if "connection" in said and str(said.get("client", Node("pg")).content) in {
            "pg",
            "postgres",
            "postgresql",
            "pg-native",
        }:
            yield knex(said, path, call.line)
    elif _TYPEORM.fullmatch(call.name) and said:
        inner = _object(said.get("useFactory")) or said
        if str(inner.get("type", Node("")).content) in {"postgres", "aurora-postgres"}:
            yield typeorm(inner, path, call.line)
    elif call.name == "defineConfig" and said:
        found = one(first, ()) if first else None
        if found:
            yield found
        elif datasource := _object(said.get("datasource")):
            yield Saying(("datasource",), call.line, datasource.get("url"), {}, speaker="prisma")
    elif call.name == "drizzle":
        yield from _drizzle(call, path, text)
    elif call.name == "new PrismaClient":
        url = said.get("datasourceUrl") or (first.at("datasources", "db", "url") if first else None)
        if url:
            yield Saying(path, call.line, url, speaker="prisma")
    elif call.name == "registerAs" and call.positional:
        yield from settings(call.positional[-1], path)
    elif call.name in _FOREIGN and re.search(r"postgres|\bpg\b", text):
        yield Saying(path, call.line, instead=_INSTEAD.format(_FOREIGN[call.name]))


def _object(node: Node | None) -> dict[str, Node]:
    return dict(node.content) if node and isinstance(node.content, Mapping) else {}


def _imports(text: str, modules: str) -> bool:
    """Whether a module of these is loaded; where nothing is, as in what was pasted, it may be."""
    if not re.search(r"\brequire\s*\(|^\s*import\b", text, re.MULTILINE):
        return True
    return re.search(rf"['\"](npm:)?({modules})(@[\w.^~-]+)?['\"]", text) is not None


def _pg(call: Call, path: tuple[str, ...], first: Node | None) -> Iterator[Saying]:
    if first is None or first.content == {}:
        yield Saying(
            path, call.line, instead="it says nothing: its environment does; give that, with --environment"
        )
    elif isinstance(first.content, Mapping):
        options = dict(first.content)
        text = options.pop("connectionString", None)
        yield Saying(path, call.line, text, options, speaker="node")
    elif isinstance(first.content, str) and "\ue000" in first.content and not _URL.match(first.content):
        yield Saying(path, call.line, options={f"{SPREAD}0": first}, speaker="node")
    else:
        yield Saying(path, call.line, first, speaker="node")


def _postgres_js(call: Call, path: tuple[str, ...]) -> Saying:
    """A URL and options, or options alone."""
    objects = [dict(each.content) for each in call.positional if isinstance(each.content, Mapping)]
    others = [each for each in call.positional if not isinstance(each.content, Mapping)]
    options = objects[0] if objects else {f"{SPREAD}0": each for each in others[1:2]}
    return Saying(path, call.line, others[0] if others else None, options, speaker="postgres.js")


def _sequelize(call: Call, path: tuple[str, ...]) -> Iterator[Saying]:
    objects = [each for each in call.positional if isinstance(each.content, Mapping)]
    said = _object(objects[0]) if objects else {}
    others = [each for each in call.positional if not isinstance(each.content, Mapping)]
    text = others[0] if len(others) == 1 else None
    dialect = str(said.get("dialect", Node("")).content)
    url = str(text.content) if text else ""
    if _NOT_POSTGRES.match(dialect) or _NOT_POSTGRES.match(url):
        return
    if len(others) > 1 and not objects:
        yield Saying(path, call.line, options={f"{SPREAD}0": others[-1]}, speaker="sequelize")
        return
    yield sequelize(said, path, call.line, text)


def _drizzle(call: Call, path: tuple[str, ...], text: str) -> Iterator[Saying]:
    """Only what it connects with by itself: a client that it is given is answered where it is made."""
    speaker = "postgres.js" if _imports(text, "drizzle-orm/postgres-js") and "postgres-js" in text else "node"
    first = call.positional[0] if call.positional else None
    if "drizzle-orm/" in text and not re.search(r"drizzle-orm/(node-postgres|postgres-js)", text):
        return
    if first and isinstance(first.content, str) and (_URL.match(first.content) or "URL" in first.content):
        yield Saying(path, call.line, first, speaker=speaker)
        return
    connection = _object(first).get("connection")
    if connection and isinstance(connection.content, Mapping):
        options = dict(connection.content)
        url = options.pop("connectionString", None) or options.pop("url", None)
        yield Saying((*path, "connection"), connection.line, url, options, speaker=speaker)
    elif connection:
        yield Saying((*path, "connection"), connection.line, connection, speaker=speaker)
