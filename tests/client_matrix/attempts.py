"""What is tried: the very words that a client would be given, for every driver, mode and kind of roots."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import urlencode

from tlscheck.drivers.driver import Driver

from tests.client_matrix.world import HOST, USER, File, Kind, Surroundings, Trusts, World

MODES = ("", "disable", "allow", "prefer", "require", "verify-ca", "verify-full")
EVERYWHERE = tuple(File)
PLAIN = Surroundings()
HOMES = (PLAIN, Surroundings(home=Trusts.RIGHT), Surroundings(home=Trusts.WRONG))
ADDED = Surroundings(system=Trusts.RIGHT)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one client at one server."""

    client: str
    """Which installed client runs it."""

    driver: Driver
    server: Kind
    mode: str
    file: File
    surroundings: Surroundings
    text: str = field(repr=False)
    options: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        around = f"home {self.surroundings.home}, system {self.surroundings.system}"
        return f"{self.client} | {self.mode or '(default)'} | {self.file}, {around} | {self.server}"


type Words = tuple[str, Mapping[str, object]]
type Speak = Callable[[World, Kind, str, File], Words]


def _cases() -> Iterator[tuple[File, Surroundings]]:
    """Each file in the words; and without one, what lies at home and in the system."""
    for file in EVERYWHERE:
        yield file, PLAIN
    for surroundings in (*HOMES[1:], ADDED):
        yield File.NONE, surroundings
    yield File.SYSTEM, ADDED
    yield File.MISSING, HOMES[1]


def _each(client: str, driver: Driver, modes: tuple[str, ...], speak: Speak, world: World) -> Iterator[Attempt]:
    for mode, (file, surroundings), server in product(modes, _cases(), Kind):
        if driver in {Driver.PGX, Driver.LIB_PQ} and surroundings.home is not Trusts.NOBODY:
            continue  # Go takes the home directory from the account, not from HOME
        try:
            text, options = speak(world, server, mode, file)
        except LookupError:  # a mode that has no such file
            continue
        yield Attempt(client, driver, server, mode, file, surroundings, text, options)


def _libpq(mode: str, file: File) -> dict[str, str]:
    """What is said of the mode. LookupError for direct TLS with the system's store: not tried together."""
    name, _, direct = mode.partition(" sslnegotiation=")
    if direct and file is File.SYSTEM:
        raise LookupError(file)
    return ({"sslmode": name} if name else {}) | ({"sslnegotiation": direct} if direct else {})


def _keywords(world: World, server: Kind, mode: str, file: File) -> Words:
    said = {"host": HOST, "port": world.ports[server], "user": USER, "dbname": "postgres"}
    said |= {"password": world.password} | _libpq(mode, file)
    said |= {"sslrootcert": world.file(file)} if file is not File.NONE else {}
    return " ".join(f"{name}='{value}'" for name, value in said.items()), {}


def _url(world: World, server: Kind, query: Mapping[str, str], scheme: str = "postgresql") -> str:
    tail = f"?{urlencode(query)}" if query else ""
    return f"{scheme}://{USER}:{world.password}@{HOST}:{world.ports[server]}/postgres{tail}"


def _uri(world: World, server: Kind, mode: str, file: File, scheme: str = "postgresql") -> Words:
    query = _libpq(mode, file)
    query |= {"sslrootcert": world.file(file)} if file is not File.NONE else {}
    return _url(world, server, query, scheme), {}


def _in_context(mode: str, world: World, file: File) -> object:
    """An SSLContext as the words of the driver have it. LookupError where it has no such file."""
    if file is File.SYSTEM:
        raise LookupError(file)
    given: dict[str, object] = {"cafile": world.file(file)} if file is not File.NONE else {}
    if "check_hostname=False" in mode:
        given["check_hostname"] = False
    if "CERT_NONE" in mode:
        given["verify_mode"] = "CERT_NONE"
    return given


_CONTEXTS = ("SSLContext", "SSLContext, check_hostname=False", "SSLContext, CERT_NONE")


def _asyncpg(world: World, server: Kind, mode: str, file: File) -> Words:
    if mode in MODES:
        return _uri(world, server, mode, file)
    if mode.startswith("ssl="):
        if file is not File.NONE:
            raise LookupError(file)
        return _url(world, server, {}), {"ssl": mode == "ssl=True"}
    return _url(world, server, {}), {"ssl": _in_context(mode, world, file)}


def _pg8000(world: World, server: Kind, mode: str, file: File) -> Words:
    given: dict[str, object] = {"host": HOST, "port": world.ports[server], "user": USER, "database": "postgres"}
    given["password"] = world.password
    if mode.startswith("SSLContext"):
        return "", given | {"ssl_context": _in_context(mode, world, file)}
    if file is not File.NONE:
        raise LookupError(file)
    return "", given | ({"ssl_context": mode == "ssl_context=True"} if mode else {})


_NODE_URLS = tuple(f"sslmode={mode}" for mode in ("disable", "prefer", "require", "verify-ca", "verify-full"))
_NODE = (
    *(
        "",
        "ssl",
        "ssl, rejectUnauthorized: false",
        "ssl, checkServerIdentity",
        "sslmode=no-verify",
        "sslmode=allow",
    ),
    *_NODE_URLS,
    *(f"uselibpqcompat {each}" for each in _NODE_URLS),
)


def _node(world: World, server: Kind, mode: str, file: File) -> Words:
    if file is File.SYSTEM:
        raise LookupError(file)
    if "sslmode=" in mode:
        query = {"uselibpqcompat": "true"} if "uselibpqcompat" in mode else {}
        query["sslmode"] = mode.partition("=")[2]
        return _url(
            world, server, query | ({"sslrootcert": world.file(file)} if file is not File.NONE else {})
        ), {}
    if file in {File.MISSING, File.BROKEN} or (not mode and file is not File.NONE):
        raise LookupError(file)  # its own program would read the file
    if not mode:
        return _url(world, server, {}), {}
    given: dict[str, object] = {"ca": {"file": world.file(file)}} if file is not File.NONE else {}
    if "rejectUnauthorized" in mode:
        given["rejectUnauthorized"] = False
    if "checkServerIdentity" in mode:
        given["checkServerIdentity"] = True
    return _url(world, server, {}), {"ssl": given or True}


_SINGLE = "SingleCertValidatingFactory"
_MODES_OF_JAVA = (*MODES, "ssl=true")
_JDBC = (*_MODES_OF_JAVA, *(f"{mode} NonValidatingFactory" for mode in _MODES_OF_JAVA))
_JAVA = tuple(f"{mode} {name}" for mode in _MODES_OF_JAVA for name in ("DefaultJavaSSLFactory", _SINGLE))


def _jdbc(world: World, server: Kind, mode: str, file: File) -> Words:
    if file is File.SYSTEM or ("DefaultJava" in mode and file is not File.NONE):
        raise LookupError(file)
    if file is File.NONE and _SINGLE in mode:
        raise LookupError(file)  # its argument may not be empty
    query = {"user": USER, "password": world.password}
    name, _, factory = mode.partition(" ")
    if name:
        query |= {"ssl": "true"} if name == "ssl=true" else {"sslmode": name}
    if factory:
        query["sslfactory"] = f"org.postgresql.ssl.{factory}"
    if file is not File.NONE:
        name, value = ("sslfactoryarg", "file:") if factory == _SINGLE else ("sslrootcert", "")
        query[name] = value + world.file(file)
    return f"jdbc:postgresql://{HOST}:{world.ports[server]}/postgres?{urlencode(query)}", {}


def _odbc(world: World, server: Kind, mode: str, file: File) -> Words:
    said = {"Driver": "PostgreSQL Unicode", "Server": HOST, "Port": world.ports[server], "Database": "postgres"}
    said |= {"Uid": USER, "Pwd": world.password} | ({"SSLmode": mode} if mode else {})
    said |= {"pqopt": f"{{sslrootcert={world.file(file)}}}"} if file is not File.NONE else {}
    return ";".join(f"{name}={value}" for name, value in said.items()), {}


def _sqlalchemy(driver: str) -> Speak:
    def speak(world: World, server: Kind, mode: str, file: File) -> Words:
        scheme = f"postgresql+{driver}"
        if driver.startswith("psycopg"):
            return _uri(world, server, mode, file, scheme)
        if driver == "asyncpg" and mode in MODES:
            if file is not File.NONE:
                raise LookupError(file)
            return _url(world, server, {"ssl": mode} if mode else {}, scheme), {}
        name = "ssl" if driver == "asyncpg" else "ssl_context"
        if not mode:
            return (_url(world, server, {}, scheme), {}) if file is File.NONE else _nothing(file)
        return _url(world, server, {}, scheme), {name: _in_context(mode, world, file)}

    return speak


def _nothing(file: File) -> Words:
    raise LookupError(file)


_DIRECT = tuple(mode + " sslnegotiation=direct" for mode in MODES)  # since PostgreSQL 17
_PG8000 = ("", "ssl_context=True", "ssl_context=False", *_CONTEXTS)
_SPOKEN: dict[str, tuple[Driver, tuple[str, ...], Speak]] = {
    "psql 15": (Driver.LIBPQ, (*MODES, *_DIRECT), _keywords),
    "psql 17": (Driver.LIBPQ, (*MODES, *_DIRECT), _uri),
    "psycopg2": (Driver.PSYCOPG2, (*MODES, *_DIRECT), _keywords),
    "psycopg": (Driver.PSYCOPG, (*MODES, *_DIRECT), _uri),
    "psqlODBC": (Driver.ODBC, MODES, _odbc),
    "asyncpg": (Driver.ASYNCPG, (*MODES, "ssl=True", "ssl=False", *_CONTEXTS), _asyncpg),
    "pg8000": (Driver.PG8000, _PG8000, _pg8000),
    "SQLAlchemy, psycopg2": (Driver.PSYCOPG2, MODES, _sqlalchemy("psycopg2")),
    "SQLAlchemy, psycopg": (Driver.PSYCOPG, MODES, _sqlalchemy("psycopg")),
    "SQLAlchemy, asyncpg": (Driver.ASYNCPG, (*MODES, *_CONTEXTS), _sqlalchemy("asyncpg")),
    "SQLAlchemy, pg8000": (Driver.PG8000, ("", *_CONTEXTS), _sqlalchemy("pg8000")),
    "node-postgres": (Driver.NODE, _NODE, _node),
    "pgjdbc": (Driver.PGJDBC, (*_JDBC, *_JAVA), _jdbc),
    "pgjdbc of Debian": (Driver.PGJDBC, (*_JDBC, *_JAVA), _jdbc),
    "pgx": (Driver.PGX, MODES, _keywords),
    "lib/pq": (Driver.LIB_PQ, MODES, _uri),
}

CLIENTS = tuple(_SPOKEN)


def attempts(client: str, world: World) -> list[Attempt]:
    """Every attempt of one client."""
    driver, modes, speak = _SPOKEN[client]
    return list(_each(client, driver, modes, speak, world))
