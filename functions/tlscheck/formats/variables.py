"""Variables of an environment, in a .env, docker-compose or Kubernetes: URLs, and settings one a variable.

Source: PostgreSQL's manual (PG* variables); Laravel, Django and others for the names that teams give.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.recognition import no_driver
from tlscheck.drivers.written import Style, Written
from tlscheck.formats import images, tools
from tlscheck.formats.configuration import Refused
from tlscheck.formats.connection_text import is_connection
from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Hit, Shape, Surroundings, names, without

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*|ConnectionStrings__\w+")
_URL = re.compile(r"([A-Z0-9]+_)*(DATABASE|DB|POSTGRES|POSTGRESQL|PG)_(URL|URI|DSN|CONNECTION_STRING)")
_PG = re.compile(r"PG(HOST|HOSTADDR|PORT|SERVICE|SSL[A-Z]+|REQUIRESSL|GSSENCMODE|CHANNELBINDING|REQUIREAUTH)")
_TLS = re.compile(
    r"([A-Z0-9]+_)*(DB|DATABASE|POSTGRES|POSTGRESQL|PG|SQL)[A-Z_]*_?(SSL|TLS|CERT|CA_|ROOT_CA)[A-Z_]*|.*_CA"
)
_SHARED = re.compile(r"PG[A-Z]+|NODE_(EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|OPTIONS)|SSL_CERT_(FILE|DIR)")
_WORDS = {
    "host": ("HOST", "HOSTNAME", "SERVER", "ADDRESS", "SERVICE_HOST"),
    "port": ("PORT", "SERVICE_PORT"),
    "sslmode": ("SSLMODE", "SSL_MODE"),
    "sslrootcert": ("SSLROOTCERT", "SSL_ROOT_CERT", "SSL_ROOTCERT"),
    "sslcert": ("SSLCERT", "SSL_CERT"),
    "sslkey": ("SSLKEY", "SSL_KEY"),
}
_OWN = names(
    "DATABASE NAME DB DBNAME DB_NAME USER USERNAME USR LOGIN PASSWORD PASS PASSWD PWD PASSWORD_FILE SCHEMA "
    "CONNECTION TYPE DRIVER DIALECT ENGINE ADAPTER CLIENT VENDOR CHARSET ENCODING COLLATION PREFIX TIMEZONE "
    "POOL POOL_SIZE POOL_MIN POOL_MAX MAX_CONNECTIONS MAX_OPEN_CONNS MAX_IDLE_CONNS CONN_MAX_AGE TIMEOUT "
    "CONNECT_TIMEOUT LOGGING LOG SYNCHRONIZE INITDB_ARGS VERSION IMAGE VOLUME DATA PGDATA"
)
"""What decides nothing about TLS: the names of databases, users, pools."""
_KIND = ("CONNECTION", "TYPE", "DRIVER", "DIALECT", "ENGINE", "ADAPTER", "CLIENT", "VENDOR")

_READ_PG = frozenset({Driver.LIBPQ, Driver.PSYCOPG, Driver.PSYCOPG2, Driver.PGX, Driver.LIB_PQ})
_OF_LIBPQ = Written(names={"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}, style=Style.EQUALS)
_ELSEWHERE = Written(
    how="It belongs into the program that reads these variables, or under the names that the program has for it."
)


def _matches(block: Block) -> bool:
    return any(
        _NAME.fullmatch(name) and not isinstance(node.content, tuple | Mapping)
        for name, node in block.mapping.items()
    )


def _find(block: Block, around: Surroundings) -> Iterator[Hit]:
    said = {name: node for name, node in block.mapping.items() if _NAME.fullmatch(name)}
    around = around.knowing({name: str(node.content) for name, node in said.items() if node.content is not None})
    shared = {name: around.text(node) for name, node in said.items() if _SHARED.fullmatch(name)}
    # Whatever links libpq, node and others take them beside what their URL says.
    around = replace(around, given=replace(around.given, variables={**around.given.variables, **shared}))
    taken: set[str] = set()
    for tool in tools.OF_VARIABLES:
        own = {name: node for name, node in said.items() if tool.takes.fullmatch(name)}
        if own:
            yield from tool.find(Block(block.path, Node(own, block.node.line)), around)
            taken |= set(own)
    yield from _of_nobody(block, {name: node for name, node in said.items() if name not in taken}, around)


def _of_nobody(block: Block, said: Mapping[str, Node], around: Surroundings) -> Iterator[Hit]:
    """What no program's own variables say: URLs, DB_HOST and its like, PG*."""
    has_url = False
    around, notes = _run_by(around)
    # A program may read its URL, or these, or both.
    beside = tuple(
        name for name in said if _TLS.fullmatch(name) and around.text(said[name]) and not _PG.fullmatch(name)
    )
    for name, node in said.items():
        text = around.text(node)
        if is_connection(text):
            has_url = True
            if why := _by_one_of(text, around):
                yield Refused(block.below(name).spot, why)
                continue
            yield around.occurrence(block.below(name), text=str(node.content), unknown=beside, notes=notes)
        elif _URL.fullmatch(name) and text.startswith(("\ue000", "$(", "`")):
            by = ", ".join(marked(text)) or "a command"
            yield Refused(block.below(name).spot, f"its value comes from elsewhere ({by}): give that itself")
    written = " ".join(str(node.content) for node in said.values())
    for prefix in dict.fromkeys(_prefixes(said)):
        if not (has_url and re.search(rf"\${{?\(?{prefix}(HOST|SERVER)", written)):
            yield from _group(block, around, prefix, said)
    first = next((name for name in said if _PG.fullmatch(name)), "")
    if first and not has_url:
        if around.given.driver or around.given.framework:
            place = _OF_LIBPQ if around.given.driver in _READ_PG and not around.given.framework else _ELSEWHERE
            yield around.occurrence(block.below(first), written=place)
        else:
            yield Refused(block.below(first).spot, no_driver("PG* variables"))


def _run_by(around: Surroundings) -> tuple[Surroundings, tuple[str, ...]]:
    """With the driver of the image, where that leaves no doubt and nobody named another."""
    known = images.driver(around.image)
    if known is None or around.given.driver or around.given.framework:
        return around, ()
    note = f"Its image, {images.name(around.image)}, connects by {known}: another program in it may not."
    return replace(around, given=replace(around.given, driver=known)), (note,)


def _by_one_of(text: str, around: Surroundings) -> str:
    """Why a bare URL is refused, with what its image may use; "" where that is not known or somebody said."""
    may = images.candidates(around.image)
    is_said = around.given.driver or around.given.framework
    if not may or is_said or not text.startswith(("postgres://", "postgresql://")):
        return ""
    return f"{no_driver('such a URL')} (its image, {images.name(around.image)}, may connect by {may})"


def _prefixes(said: Mapping[str, Node]) -> Iterator[str]:
    for name in said:
        found = re.fullmatch(
            r"((?:[A-Z0-9]+_)*?(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL)_)(?:SERVICE_)?(HOST|HOSTNAME|SERVER|ADDRESS|SSL_?MODE)",
            name,
        )
        if found:
            yield found[1]


def _group(block: Block, around: Surroundings, prefix: str, said: Mapping[str, Node]) -> Iterator[Hit]:
    own = {name.removeprefix(prefix): node for name, node in said.items() if name.startswith(prefix)}
    kinds = [around.text(own[name]).casefold() for name in _KIND if name in own]
    if any(re.search(r"mysql|maria|sqlite|mssql|sqlsrv|sqlserver|oracle|mongo|h2\b", kind) for kind in kinds):
        return
    is_postgres = (
        any(re.search(r"postgres|pgsql|^pg", kind) for kind in kinds)
        or re.search(r"PG|POSTGRES", prefix)
        or around.text(own.get("PORT")) == "5432"
        or "SSLMODE" in own
        or "SSL_MODE" in own
    )
    if not is_postgres:
        return
    host = next((name for name in said if name in {prefix + each for each in _WORDS["host"]}), "")
    spot = block.below(host or next(name for name in said if name.startswith(prefix)))
    if not (around.given.driver or around.given.framework):
        yield Refused(spot.spot, no_driver(f"{prefix}* variables"))
        return
    options: dict[str, object] = {}
    for word, written in _WORDS.items():
        node = next((own[name] for name in written if name in own), None)
        if node:
            options[word] = node.content
    known = {name for written in _WORDS.values() for name in written} | _OWN
    unknown = tuple(
        prefix + name for name in own if name not in known and not is_connection(around.text(own[name]))
    )
    note = f"Its program is taken to give {prefix}* to the driver by the driver's own names."
    there = {word: prefix + name for word in ("sslmode", "sslrootcert") for name in _WORDS[word] if name in own}
    is_its_own = len(there) == 2 and around.given.driver in _READ_PG and not around.given.framework
    place = Written(names=there, style=Style.EQUALS) if is_its_own else _ELSEWHERE
    yield around.occurrence(spot, options=options, unknown=unknown, notes=(note,), written=place)


def _rest(block: Block, _: Surroundings) -> Node:
    return without(
        block.node,
        *(name for name, node in block.mapping.items() if _NAME.fullmatch(name) and "\n" not in str(node.content)),
    )


SHAPE = Shape("variables (.env, environment, env)", _matches, _find, _rest)
