"""The drivers' own parsers, by name: what they say of words before any server is asked.

Those that are not here (`make node-client`, `make clients-all`) are left out of what `judges()` gives.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import asyncpg
import pg8000.dbapi
import psycopg
import sqlalchemy
from asyncpg import connect_utils
from sqlalchemy.engine import make_url

from tests import java
from tests.client_matrix import builds
from tests.client_matrix.clients import NODE, NODE_ALL, WORKERS, node_program
from tests.client_matrix.workers.python_client import context

type Given = tuple[str, Mapping[str, object]]
"""A text and the options beside it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a parser says of one input."""

    is_accepted: bool
    why: str = ""
    """The driver's own words for a refusal. They may repeat values."""


type Judge = Callable[[Sequence[Given]], list[Judged]]


def judge(name: str) -> Judge | None:
    """One of them; None where it is not here."""
    return _JUDGES[name]()


def judges() -> dict[str, Judge]:
    """Those that are here."""
    return {name: found for name in _JUDGES if (found := judge(name))}


def _each(ask: Callable[[str, Mapping[str, object]], None], given: Iterable[Given]) -> list[Judged]:
    """A parser of this process, which raises for what it refuses."""
    found: list[Judged] = []
    for text, options in given:
        try:
            ask(text, options)
        except OSError:  # a file that is not there: the word is one of its own
            found.append(Judged(True))
        except Exception as refusal:  # noqa: BLE001 - whatever a driver raises is what is asked for
            found.append(Judged(_is_of_the_machine(str(refusal)), f"{type(refusal).__name__}: {refusal}"))
        else:
            found.append(Judged(True))
    return found


# What it says of the host that can't be reached, and of a file that is not here: of no word of its own.
_OF_THE_MACHINE = (
    "connection to server",
    "could not translate host name",
    "connection is bad",
    "not supported over a local socket",
    "root certificate file",
)


def _is_of_the_machine(told: str) -> bool:
    return any(each in told for each in _OF_THE_MACHINE)


def _libpq(text: str, options: Mapping[str, object]) -> None:
    """PQconninfoParse, and then PQconnectStart's look at the values, with no host that could be reached."""
    try:
        said = psycopg.conninfo.conninfo_to_dict(text, **dict[str, Any](options))
    except UnicodeDecodeError:
        return  # libpq took it: its values are bytes, which psycopg alone wants to be text
    said.pop("service", None)  # its file is not part of what is asked
    hosts = str(said.get("host") or "").count(",") + 1
    said["host"] = ",".join(["/nonexistent"] * hosts)
    if "hostaddr" in said:
        addresses = str(said.pop("hostaddr")).count(",") + 1
        if addresses != hosts and said.get("host"):
            raise ValueError("could not match the host names to hostaddr values")
    checked = psycopg.pq.PGconn.connect_start(psycopg.conninfo.make_conninfo("", **said).encode())
    try:
        told = checked.get_error_message()
        if checked.status == psycopg.pq.ConnStatus.BAD and not _is_of_the_machine(told):
            raise ValueError(told)
    finally:
        checked.finish()


def _asyncpg(text: str, options: Mapping[str, object]) -> None:
    given = signature(asyncpg.connect).bind(text or None, **context(dict(options), "ssl"))
    given.apply_defaults()
    names = signature(connect_utils._parse_connect_arguments).parameters
    connect_utils._parse_connect_arguments(**{name: given.arguments[name] for name in names})


def _pg8000(text: str, options: Mapping[str, object]) -> None:
    if text:
        raise TypeError("it takes no connection string")
    signature(pg8000.dbapi.connect).bind(**options)


def _sqlalchemy(text: str, options: Mapping[str, object]) -> None:
    """What the dialect makes of the URL, and then the parser of its driver."""
    url = make_url(text)
    connect_args = options.get("connect_args", options)
    positional, made = url.get_dialect()().create_connect_args(url)
    named: dict[str, Any] = {**made, **(connect_args if isinstance(connect_args, Mapping) else {})}
    if positional:
        raise sqlalchemy.exc.ArgumentError("it hands on words without names")
    match url.get_driver_name():
        case "psycopg2" | "psycopg":
            named.pop("context", None)
            _libpq("", {("dbname" if name == "database" else name): each for name, each in named.items()})
        case "asyncpg":
            named.pop("prepared_statement_cache_size", None)
            _asyncpg("", named)
        case "pg8000":
            _pg8000("", named)


def _worker(command: Sequence[str], client: str) -> Judge:
    """A parser of another language, asked in one process for all."""

    def ask(given: Sequence[Given]) -> list[Judged]:
        asked = "".join(
            json.dumps({"client": client, "text": text, "options": options, "parse": True}) + "\n"
            for text, options in given
        )
        done = subprocess.run(
            command, input=asked, capture_output=True, text=True, check=False, env=_environment(), cwd=Path("/")
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(given), f"{client}: {len(answers)} of {len(given)}\n{done.stderr[-2000:]}"
        return [Judged(not each.get("error"), each.get("error", "")) for each in answers]

    return ask


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "JAVA_HOME": str(java.HOME)}


def _pgjdbc() -> Judge:
    return _worker([sys.executable, str(WORKERS / "jdbc_client.py"), str(java.PGJDBC)], "pgjdbc")


def _node(package: str, client: str) -> Judge | None:
    program = node_program()
    folder = next((each for each in (NODE, NODE_ALL) if (each / "node_modules" / package).exists()), None)
    if program is None or folder is None:
        return None
    worker = folder / "node_client.mjs"
    worker.write_bytes((WORKERS / worker.name).read_bytes())
    return _worker([str(program), "--no-warnings", str(worker)], client)


def _built(program: Callable[[], Path | None], client: str) -> Judge | None:
    found = program()
    return _worker([str(found)], client) if found else None


_JUDGES: dict[str, Callable[[], Judge | None]] = {
    "libpq": lambda: partial(_each, _libpq),
    "asyncpg": lambda: partial(_each, _asyncpg),
    "pg8000": lambda: partial(_each, _pg8000),
    "sqlalchemy": lambda: partial(_each, _sqlalchemy),
    "pgjdbc": _pgjdbc,
    "node": partial(_node, "pg", "node-postgres"),
    "postgres.js": partial(_node, "postgres", "postgres.js"),
    "pgx": partial(_built, builds.go, "pgx"),
    "lib_pq": partial(_built, builds.go, "lib/pq"),
    "tokio_postgres": partial(_built, builds.rust, "tokio-postgres"),
}
