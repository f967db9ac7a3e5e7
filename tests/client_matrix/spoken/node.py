"""node's drivers, and what stands before them."""

from collections.abc import Callable, Mapping

from tests.client_matrix.attempt import Speak, Spoken, Words, named, url, without_file
from tests.client_matrix.world import File, Kind, World

_DIRECT = " sslnegotiation=direct"
_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
_URLS = tuple(f"sslmode={mode}" for mode in _MODES)
_OBJECTS = ("ssl", "ssl, rejectUnauthorized: false", "ssl, checkServerIdentity")
_NODE = (
    *("", *_OBJECTS, "sslmode=no-verify", "sslmode=allow", *_URLS),
    *(f"uselibpqcompat {each}" for each in _URLS),
)
_DIRECTLY = tuple(mode + _DIRECT for mode in _NODE)
_POSTGRES_JS = (
    *("", *_OBJECTS, *_URLS, "sslmode=allow"),
    *(f"ssl={mode}" for mode in ("true", "false", "require", "allow", "prefer", "verify-full")),
    *(f"ssl: '{mode}'" for mode in ("require", "allow", "prefer", "verify-full")),
)


def _object(world: World, mode: str, file: File) -> object:
    """What stands behind `ssl:`. LookupError for files that its own program would read."""
    if file in {File.MISSING, File.BROKEN, File.SYSTEM}:
        raise LookupError(file)
    given: dict[str, object] = {"ca": {"file": world.file(file)}} if file is not File.NONE else {}
    if "rejectUnauthorized" in mode:
        given["rejectUnauthorized"] = False
    if "checkServerIdentity" in mode:
        given["checkServerIdentity"] = True
    return given or True


def _node(world: World, server: Kind, mode: str, file: File) -> Words:
    if file is File.SYSTEM:
        raise LookupError(file)
    mode, is_direct, _ = mode.partition(_DIRECT)
    if is_direct:
        if "disable" in mode and file is File.MISSING:
            raise LookupError(file)  # it reads the file before it refuses these settings
        text, options = _node(world, server, mode, file)
        if options:
            return text, {**options, "sslnegotiation": "direct"}
        return f"{text}{'&' if '?' in text else '?'}{_DIRECT.strip()}", {}
    if "sslmode=" in mode:
        query = {"uselibpqcompat": "true"} if "uselibpqcompat" in mode else {}
        return url(world, server, query | {"sslmode": mode.partition("=")[2]} | named(world, file)), {}
    if not mode:
        return without_file((url(world, server, {}), {}), file)
    return url(world, server, {}), {"ssl": _object(world, mode, file)}


def _postgres_js(world: World, server: Kind, mode: str, file: File) -> Words:
    name, is_query, value = mode.partition("=")
    if is_query:
        return without_file((url(world, server, {name: value}), {}), file)
    name, is_word, value = mode.partition(": '")
    if is_word:
        return without_file((url(world, server, {}), {name: value.rstrip("'")}), file)
    if not mode:
        return without_file((url(world, server, {}), {}), file)
    return url(world, server, {}), {"ssl": _object(world, mode, file)}


def _before(wrap: Callable[[str, Mapping[str, object]], Words]) -> Speak:
    """A framework that hands node-postgres what it is told, in an object of its own."""

    def speak(world: World, server: Kind, mode: str, file: File) -> Words:
        return wrap(*_node(world, server, mode, file))

    return speak


def _sequelize(text: str, given: Mapping[str, object]) -> Words:
    return text, {"dialect": "postgres", **({"dialectOptions": given} if given else {})}


def _typeorm(text: str, given: Mapping[str, object]) -> Words:
    return "", {"type": "postgres", "url": text, **given}


def _knex(text: str, given: Mapping[str, object]) -> Words:
    return "", {"client": "pg", "connection": {"connectionString": text, **given}}


def _knex_string(text: str, given: Mapping[str, object]) -> Words:
    if given:
        raise LookupError(text)  # a string takes no options beside it
    return "", {"client": "pg", "connection": text}


def _drizzle(text: str, given: Mapping[str, object]) -> Words:
    return "", {"connection": {"connectionString": text, **given}}


def _prisma(text: str, given: Mapping[str, object]) -> Words:
    return "", {"connectionString": text, **given}


SPOKEN = {
    "node-postgres": Spoken("node-postgres", _NODE + _DIRECTLY, _node),
    "postgres.js": Spoken("postgres.js", _POSTGRES_JS, _postgres_js),
    "Sequelize 6": Spoken("sequelize", _NODE, _before(_sequelize)),
    "TypeORM 1": Spoken("typeorm", _NODE, _before(_typeorm)),
    "knex 3": Spoken("knex", _NODE, _before(_knex)),
    "knex 3, a string": Spoken("knex", _NODE, _before(_knex_string)),
    "Drizzle 0.45": Spoken("drizzle", _NODE, _before(_drizzle)),
    "Prisma 7": Spoken("prisma", _NODE, _before(_prisma)),
}
