"""Ctrl-C at each moment of a sweep from here, as a terminal sends it to a process: what is known by then is told,
the exit code is no answer, and nothing that hangs is waited for."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.answers import REGION, instance
from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount
from tests.local_aws.fleet.ports import reserved_port
from tests.local_aws.from_here import environment

SOON = 6.0
"""Seconds in which it is over; a look that hangs would take fifteen, a call of AWS's thirty."""

COMMAND = "import sys; from tlscheck.edges.command.main import main; sys.exit(main())"

pytestmark = pytest.mark.usefixtures("interruptible")


@dataclass
class Hanging:
    """A server that accepts connections, keeps them, and says nothing."""

    listener: socket.socket
    taken: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens, of loopback."""
        number: int = self.listener.getsockname()[1]
        return number

    def take(self) -> None:
        """Accepts as long as it listens."""
        while True:
            try:
                self.taken.append(self.listener.accept()[0])
            except OSError:
                return

    def wait(self) -> None:
        """Until somebody came."""
        until = time.monotonic() + 30
        while not self.taken:
            assert time.monotonic() < until, "nobody came"
            time.sleep(0.02)


@contextmanager
def hanging() -> Iterator[Hanging]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hanging(listener)
        Thread(target=server.take, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        for each in server.taken:
            each.close()


@dataclass
class Laptop:
    """A home with an account that has two databases: one whose port is closed, one that never answers."""

    home: Path
    account: EmulatedAccount
    silent: Hanging
    variables: dict[str, str]

    def begins(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """The command, begun."""
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "sweep", "--region", REGION, *words],
            env=self.variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def laptop(account: EmulatedAccount, tmp_path: Path) -> Iterator[Laptop]:
    with hanging() as silent, reserved_port() as closed:
        described = [_instance("closed", closed), _instance("silent", silent.port)]
        account.set_rds(json.loads(json.dumps({REGION: {"DBInstances": described}}, default=datetime.isoformat)))
        variables = environment(tmp_path, account, b"", region=REGION, key=ACCOUNT)
        yield Laptop(tmp_path, account, silent, variables)


def _instance(name: str, port: int) -> dict[str, Any]:
    host = f"{name}.c9x2example.{REGION}.rds.amazonaws.com"
    exports = ["postgresql"]
    return instance(
        name, Endpoint={"Address": host, "Port": port}, EnabledCloudwatchLogsExports=exports, DBParameterGroups=[]
    )


def _is_gap(finding: dict[str, Any]) -> bool:
    return bool(finding["check"] == "not-observed")


def pressed(process: "subprocess.Popen[str]", times: int = 1) -> tuple[int, str, str, float]:
    """Ctrl-C so many times: the exit code, what was said, and how long it went on."""
    began = time.monotonic()
    for number in range(times):
        time.sleep(0.3 if number else 0)
        os.kill(process.pid, signal.SIGINT)
    try:
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    return process.returncode, out, err, time.monotonic() - began


def test_while_servers_are_looked_at_those_that_answered_are_told_and_the_others_named(laptop: Laptop) -> None:
    ledger = laptop.home / "ledger.db"
    process = laptop.begins("--save", str(ledger), "--json", str(laptop.home / "report.json"))
    laptop.silent.wait()
    time.sleep(1.0)
    code, out, err, took = pressed(process)
    assert (code, err) == (130, "")
    assert took < SOON
    assert "1 server had not answered when it was ended." in out
    assert "Ended before it was done" in out
    rows = json.loads((laptop.home / "report.json").read_text())["databases"]
    assert {each["identifier"]: each["certificate"] for each in rows} == {
        "closed": "UNREACHABLE",
        "silent": "NOT_TRIED",
    }
    why = {
        each["identifier"]: finding["reason"] for each in rows for finding in each["findings"] if _is_gap(finding)
    }
    assert "the connection was refused" in why["closed"]
    assert "server: stopped before it was looked at" in why["silent"]
    with closing(sqlite3.connect(ledger)) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.execute("SELECT count(*) FROM items WHERE pk LIKE '%DB-CLOSED%'").fetchone() != (0,)


def test_a_second_time_it_ends_at_once(laptop: Laptop) -> None:
    process = laptop.begins()
    laptop.silent.wait()
    code, _, _, took = pressed(process, times=2)
    assert code == 130
    assert took < SOON


@pytest.mark.parametrize("service", ["RDS", "EC2", "STS", "CLOUDWATCH_LOGS"])
def test_while_aws_does_not_answer_nothing_is_known(laptop: Laptop, service: str) -> None:
    with hanging() as aws:
        at = {f"AWS_ENDPOINT_URL_{service}": f"http://127.0.0.1:{aws.port}"}
        process = laptop.begins("--logs", "--yes", **at)
        aws.wait()
        code, out, err, took = pressed(process)
    assert (code, out) == (130, "")
    assert "stopped before any database of it was looked at" in err
    assert took < SOON


def test_between_two_looks_what_the_first_showed_is_told(laptop: Laptop) -> None:
    process = laptop.begins("--minutes", "5", "--database", "closed", "--csv", str(laptop.home / "rows.csv"))
    time.sleep(6.0)  # a pass over a closed port takes one, and the next is half a minute later
    code, out, err, took = pressed(process)
    assert (code, err) == (130, "")
    assert took < SOON
    assert "Ended before its time was over; each database was looked at." in out
    assert "closed" in (laptop.home / "rows.csv").read_text()


def test_the_accounts_that_were_not_reached_are_named(laptop: Laptop) -> None:
    roles = [f"arn:aws:iam::{number}:role/audit" for number in (ACCOUNT, "444455556666")]
    process = laptop.begins(*(word for role in roles for word in ("--role-arn", role)))
    laptop.silent.wait()
    code, out, err, took = pressed(process)
    assert code == 130
    assert took < SOON
    assert f"not swept: {roles[1]}: stopped before" in err
    assert "silent" in out


def test_ctrl_c_before_the_command_is_read_is_no_traceback() -> None:
    """Its imports take a good part of a second: who mistyped presses it then."""
    program = """
import sys

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "tlscheck.edges.command.sweep":
            raise KeyboardInterrupt

from tlscheck.edges.command.main import main
sys.meta_path.insert(0, Pressed())
sys.exit(main(["sweep"]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
