"""Python's drivers that bring their own TLS, and SQLAlchemy before all of them."""

from tests.client_matrix.attempt import MODES, Speak, Spoken, Words, named, url, without_file
from tests.client_matrix.spoken.libpq import uri
from tests.client_matrix.world import HOST, USER, File, Kind, World

_CONTEXTS = ("SSLContext", "SSLContext, check_hostname=False", "SSLContext, CERT_NONE")


def _in_context(mode: str, world: World, file: File) -> object:
    """An SSLContext as the words of the driver have it. LookupError where it has no such file."""
    if file is File.SYSTEM:
        raise LookupError(file)
    given: dict[str, object] = {**named(world, file, "cafile")}
    if "check_hostname=False" in mode:
        given["check_hostname"] = False
    if "CERT_NONE" in mode:
        given["verify_mode"] = "CERT_NONE"
    return given


def _asyncpg(world: World, server: Kind, mode: str, file: File) -> Words:
    if mode in MODES:
        return uri(world, server, mode, file)
    if mode.startswith("ssl="):
        return without_file((url(world, server, {}), {"ssl": mode == "ssl=True"}), file)
    return url(world, server, {}), {"ssl": _in_context(mode, world, file)}


def _pg8000(world: World, server: Kind, mode: str, file: File) -> Words:
    given: dict[str, object] = {"host": HOST, "port": world.ports[server], "user": USER, "database": "postgres"}
    given["password"] = world.password
    if mode.startswith("SSLContext"):
        return "", given | {"ssl_context": _in_context(mode, world, file)}
    return without_file(("", given | ({"ssl_context": mode == "ssl_context=True"} if mode else {})), file)


def _sqlalchemy(driver: str) -> Speak:
    def speak(world: World, server: Kind, mode: str, file: File) -> Words:
        scheme = f"postgresql+{driver}"
        if driver.startswith("psycopg"):
            return uri(world, server, mode, file, scheme)
        if driver == "asyncpg" and mode in MODES:
            return without_file((url(world, server, {"ssl": mode} if mode else {}, scheme), {}), file)
        name = "ssl" if driver == "asyncpg" else "ssl_context"
        if not mode:
            return without_file((url(world, server, {}, scheme), {}), file)
        return url(world, server, {}, scheme), {name: _in_context(mode, world, file)}

    return speak


SPOKEN = {
    "asyncpg": Spoken("asyncpg", (*MODES, "ssl=True", "ssl=False", *_CONTEXTS), _asyncpg),
    "pg8000": Spoken("pg8000", ("", "ssl_context=True", "ssl_context=False", *_CONTEXTS), _pg8000),
    "SQLAlchemy, psycopg2": Spoken("sqlalchemy", MODES, _sqlalchemy("psycopg2")),
    "SQLAlchemy, psycopg": Spoken("sqlalchemy", MODES, _sqlalchemy("psycopg")),
    "SQLAlchemy, asyncpg": Spoken("sqlalchemy", (*MODES, *_CONTEXTS), _sqlalchemy("asyncpg")),
    "SQLAlchemy, pg8000": Spoken("sqlalchemy", ("", *_CONTEXTS), _sqlalchemy("pg8000")),
}
