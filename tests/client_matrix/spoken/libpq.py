"""libpq's words, as they stand before each of those that link it."""

from collections.abc import Mapping

from tests.client_matrix.attempt import BOUND, DIRECT, MODES, Spoken, Words, named, url
from tests.client_matrix.world import HOST, USER, File, Kind, World


def tls(mode: str, file: File) -> dict[str, str]:
    """What is said of the mode. LookupError for a second word with the system's store: not tried together."""
    name, _, more = mode.partition(" ")
    word, _, value = more.partition("=")
    if word in {"sslnegotiation", "channel_binding"} and file is File.SYSTEM:
        raise LookupError(file)
    return ({"sslmode": name} if name else {}) | ({word: value} if more else {})


def _said(world: World, server: Kind, mode: str, file: File) -> dict[str, str]:
    said = {"host": HOST, "port": str(world.ports[server]), "user": USER, "dbname": "postgres"}
    return said | {"password": world.password} | tls(mode, file) | named(world, file)


def keywords(world: World, server: Kind, mode: str, file: File) -> Words:
    """As psql takes them. LookupError where words and server are against it, of which it names one."""
    if mode == "disable channel_binding=require" and server is Kind.ENFORCED:
        raise LookupError(mode)
    return " ".join(f"{name}='{value}'" for name, value in _said(world, server, mode, file).items()), {}


def uri(world: World, server: Kind, mode: str, file: File, scheme: str = "postgresql") -> Words:
    """A URI with its query."""
    return url(world, server, tls(mode, file) | named(world, file), scheme), {}


def _pdo(world: World, server: Kind, mode: str, file: File) -> Words:
    return f"pgsql:{_semicolons(_said(world, server, mode, file))}", {}


def _dbi(world: World, server: Kind, mode: str, file: File) -> Words:
    return f"dbi:Pg:{_semicolons(_said(world, server, mode, file))}", {}


def _semicolons(said: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in said.items())


def _odbc(world: World, server: Kind, mode: str, file: File) -> Words:
    said = {"Driver": "PostgreSQL Unicode", "Server": HOST, "Port": world.ports[server], "Database": "postgres"}
    said |= {"Uid": USER, "Pwd": world.password} | ({"SSLmode": mode} if mode else {})
    said |= {"pqopt": f"{{sslrootcert={world.file(file)}}}"} if file is not File.NONE else {}
    return ";".join(f"{name}={value}" for name, value in said.items()), {}


SPOKEN = {
    **{f"libpq {version}": Spoken("libpq", (*MODES, *DIRECT, *BOUND), keywords) for version in range(10, 19)},
    "psql 15": Spoken("libpq", (*MODES, *DIRECT), keywords),
    "psql 17": Spoken("libpq", (*MODES, *DIRECT), uri),
    "psycopg2": Spoken("psycopg2", (*MODES, *DIRECT), keywords),
    "psycopg": Spoken("psycopg", (*MODES, *DIRECT), uri),
    "psqlODBC": Spoken("psqlODBC", MODES, _odbc),
    "PHP, PDO": Spoken("PDO", MODES, _pdo),
    "PHP, pg_connect": Spoken("libpq", MODES, keywords),
    "ruby-pg": Spoken("libpq", MODES, uri),
    "DBD::Pg": Spoken("DBD::Pg", MODES, _dbi),
}
