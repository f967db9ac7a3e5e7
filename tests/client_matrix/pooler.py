"""pgbouncer before a server: a pooler for each attempt, which a client without TLS asks what the server sees."""

import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.running import QUESTION, Happened, environment
from tests.client_matrix.world import Surroundings, World
from tests.local_aws.fleet.ports import reserved_port

_PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
_SECONDS = 10


def version() -> tuple[int, ...]:
    """The pgbouncer's that is here; () for none."""
    if _PROGRAM is None:
        return ()
    said = subprocess.run([_PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else ()


def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
    """A few at a time: most of an attempt is waiting."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(partial(_try, world, surroundings), tried))


def _try(world: World, surroundings: Surroundings, attempt: Attempt) -> Happened:
    with tempfile.TemporaryDirectory(prefix="pgbouncer-", dir=world.directory) as name, reserved_port() as port:
        folder = Path(name)
        folder.chmod(0o755)
        # It refuses to be root.
        own = ["listen_addr = 127.0.0.1", f"listen_port = {port}", "unix_socket_dir =", "user = nobody"]
        own += [
            "auth_type = any",
            "server_login_retry = 0",
            "server_connect_timeout = 5",
            "query_wait_timeout = 1",
        ]
        own += [f"{name} = {value}" for name, value in attempt.options.items()]
        file = folder / "pgbouncer.ini"
        file.write_text("\n".join(["[databases]", f"postgres = {attempt.text}", "[pgbouncer]", *own, ""]))
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen(
                [*world.within(surroundings), str(_PROGRAM), str(file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(world, surroundings),
            )
            try:
                answer = _ask(port, process)
                if answer.tls is None:
                    _wait_for_a_reason(folder / "log")
            finally:
                process.terminate()
                process.wait()
            if answer.tls is not None:
                return answer
            log.seek(0)
            # Of what a line says of itself, a client or a server, what it says of servers.
            why = [line.partition("] ")[2] for line in log if re.search(r"\] (WARNING|ERROR|FATAL)|LOG S-", line)]
            return Happened(None, f"{' <- '.join(why)} <- {answer.error}")


def _wait_for_a_reason(log: Path) -> None:
    """Until it has said why its last try failed: a client that waited too long is told nothing of it."""
    deadline = time.monotonic() + _SECONDS
    reason = r"handshake error|TLS connect error|refused SSL|no encryption"
    while not re.search(reason, log.read_text(errors="replace")) and time.monotonic() < deadline:
        time.sleep(0.05)


def _ask(port: int, process: subprocess.Popen[bytes]) -> Happened:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            with psycopg.connect(
                f"host=127.0.0.1 port={port} user=anybody dbname=postgres sslmode=disable"
            ) as connection:
                row = connection.execute(QUESTION, prepare=False).fetchone()
                return Happened(bool(row and row[0]))
        except psycopg.Error as error:
            is_up = "Connection refused" not in str(error)
            if is_up or process.poll() is not None or time.monotonic() > deadline:
                return Happened(None, str(error))
            time.sleep(0.02)
