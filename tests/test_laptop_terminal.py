"""`tlscheck sweep` at a real terminal, in a pipe, and interrupted: in its own process, of an emulated account."""

import fcntl
import json
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.answers import REGION, instance
from tests.local_aws.emulator.account import EmulatedAccount

TLSCHECK = str(Path(sys.executable).parent / "tlscheck")
SECONDS = 60


@pytest.fixture(scope="module")
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def environment(silent: int) -> Iterator[Mapping[str, str]]:
    """Keys of an account with three databases: one is silent, and two have names that do not resolve."""
    quiet = instance("quiet", Endpoint={"Address": "localhost", "Port": silent})
    region = {
        "DBInstances": [quiet, instance("orders-prod"), instance("billing")],
        "DBParameterGroups": {
            "orders-pg17": {"family": "postgres17", "parameters": {"rds.force_ssl": {"ParameterValue": "1"}}}
        },
    }
    document: dict[str, Any] = json.loads(json.dumps({REGION: region}, default=datetime.isoformat))
    with EmulatedAccount(document) as account:
        yield {
            "AWS_ENDPOINT_URL": account.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
        }


class AtATerminal:
    """The command with all three streams at one terminal."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], width: int = 100) -> None:
        self.process, self._end = pty.fork()
        if self.process == 0:
            os.execve(TLSCHECK, [TLSCHECK, *arguments], dict(environment))  # noqa: S606 - at a terminal of its own
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        self.seen = ""

    def until(self, is_enough: Callable[[str], bool]) -> None:
        """Reads on until this was seen, or all is over."""
        end = time.monotonic() + SECONDS
        while not is_enough(self.seen) and time.monotonic() < end:
            if select.select([self._end], [], [], 0.2)[0]:
                try:
                    more = os.read(self._end, 65536)
                except OSError:  # as Linux says that nobody is left at the other end
                    return
                if not more:
                    return
                self.seen += more.decode()

    def press_ctrl_c(self) -> None:
        os.write(self._end, b"\x03")

    def code(self) -> int:
        """Its exit code, once it has ended."""
        self.until(lambda _: False)
        os.close(self._end)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def test_a_terminal_sees_how_far_it_is_and_then_a_table_that_fits(environment: Mapping[str, str]) -> None:
    at = AtATerminal(["sweep", "--no-connect"], environment, width=70)
    assert at.code() == 1
    progress, _, answer = at.seen.partition("DATABASE")
    assert "listing the databases of 111122223333" in plain(progress)
    # It is drawn ten times a second, and may be over sooner: what is waited for, Ctrl-C's test sees.
    assert re.search(r"[0-3]/3 0:00:0\d", plain(progress))
    assert "\x1b[31mFIX_DATABASE\x1b[0m" in answer
    assert max(len(line) for line in plain(answer).splitlines()) <= 70
    assert "What to do first:" in answer
    assert "waiting for" not in answer, "the progress is gone"


def test_neither_colour_nor_progress_for_who_takes_none(environment: Mapping[str, str]) -> None:
    at = AtATerminal(["sweep", "--no-connect"], {**environment, "TERM": "dumb"})
    assert at.code() == 1
    assert "\x1b" not in at.seen
    assert "waiting for" not in at.seen
    at = AtATerminal(["sweep", "--no-connect"], {**environment, "NO_COLOR": "1"})
    assert at.code() == 1
    assert not re.search(r"\x1b\[[0-9;]*[1-9][0-9;]*m", at.seen.partition("DATABASE")[2])


def test_ctrl_c_ends_it_with_what_is_known_by_then(environment: Mapping[str, str], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    at = AtATerminal(["sweep", "--json", str(report)], environment)
    at.until(lambda seen: "waiting for" in plain(seen))
    at.press_ctrl_c()
    assert at.code() == 130
    answer = plain(at.seen).partition("DATABASE")[2]
    assert re.search(r"^quiet .*FIX_DATABASE", answer, re.MULTILINE)
    assert "Ended before it was done: " in answer
    assert "Traceback" not in at.seen
    assert len(json.loads(report.read_text())["databases"]) == 3, "what is known is written, too"


def test_nobody_watches_a_pipe(environment: Mapping[str, str]) -> None:
    ran = subprocess.run(
        [TLSCHECK, "sweep", "--no-connect", "--json", "-"],
        capture_output=True,
        check=False,
        env=dict(environment),
        timeout=SECONDS,
    )
    assert ran.returncode == 1
    assert len(json.loads(ran.stdout)["databases"]) == 3
    assert b"\x1b" not in ran.stderr
    assert b"waiting for" not in ran.stderr


def test_a_reader_that_has_had_enough_ends_it_without_a_word(environment: Mapping[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [TLSCHECK, "sweep", "--no-connect"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            env=dict(environment),
            timeout=SECONDS,
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (2, b"")


def test_a_full_disk_is_named(environment: Mapping[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [TLSCHECK, "sweep", "--no-connect", "--csv", "-"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=dict(environment),
            timeout=SECONDS,
        )
    assert ran.returncode == 2
    assert ran.stderr.endswith(b"tlscheck: standard output: No space left on device\n")
