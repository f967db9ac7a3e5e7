"""Drivers of other languages: processes that connect as they are told and say what the server saw.

They are client_matrix's own, asked here without its surroundings.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests import java
from tests.client_matrix.clients import NODE, WORKERS, node_program

HOST = "orders.c9x2example.us-east-1.rds.amazonaws.com"
"""The name that node-postgres verifies, wherever it connects to; pgjdbc verifies the address that it is told."""

_REFUSES = ("SSLHandshake", "self-signed", "issuer")
"""Words of Java and of Node for a certificate that they refuse."""


class Worker(StrEnum):
    """A driver that such a process has."""

    NODE_POSTGRES = "node-postgres"
    PGJDBC = "pgjdbc"


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in where."""

    user: str
    password: str
    address: str
    port: int


def here() -> tuple[Worker, ...]:
    """Those that this machine has; the tests bring their Java."""
    return (*((Worker.NODE_POSTGRES,) if node_program() else ()), Worker.PGJDBC)


def commands(directory: Path) -> dict[Worker, list[str]]:
    """Of those that are here, how each is started; what they need is put into the directory."""
    found = {Worker.PGJDBC: [sys.executable, str(WORKERS / "jdbc_client.py"), str(java.PGJDBC)]}
    node = node_program()
    if node:
        folder = directory / "node"
        folder.mkdir()
        (folder / "node_modules").symlink_to(NODE / "node_modules")
        script = folder / "node_client.mjs"
        shutil.copy(WORKERS / script.name, script)
        found[Worker.NODE_POSTGRES] = [str(node), "--no-warnings", str(script)]
    return found


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """It ends when nothing more can be asked of it."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"JAVA_HOME": str(java.HOME)}, text=True
    ) as process:
        yield process


def connect(
    process: subprocess.Popen[str], worker: Worker, account: Account, mode: str, roots: Path | None
) -> bool | None:
    """Whether the server saw TLS; None where the driver refused its certificate. RuntimeError for all else.

    `mode` is one of libpq's: `disable`, `require`, or one that verifies, which needs `roots`.
    """
    options: dict[str, object] = {}
    if worker is Worker.PGJDBC:
        given = {"user": account.user, "password": account.password, "sslmode": mode}
        given |= {"sslrootcert": str(roots)} if roots else {}
        words = "&".join(f"{name}={value}" for name, value in given.items())
        text = f"jdbc:postgresql://{account.address}:{account.port}/postgres?{words}"
    else:
        text = f"postgresql://{account.user}:{account.password}@{account.address}:{account.port}/postgres"
        lax: Mapping[str, object] = {"disable": False, "require": {"rejectUnauthorized": False}}
        options["ssl"] = lax.get(mode, {"servername": HOST, "ca": {"file": str(roots)}})
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"client": worker.value, "text": text, "options": options}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "tls" in answer:
        return bool(answer["tls"])
    if not any(each in answer["error"] for each in _REFUSES):
        raise RuntimeError(f"{worker}, {mode}: {answer['error']}")
    return None
