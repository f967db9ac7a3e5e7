"""Where a command is run: in namespaces of its own, or, where the user says so, as it is."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from errno import EPERM
from pathlib import Path
from typing import Any

import tlscheck
from tlscheck.inventory.bad_request import BadRequest

_ANSWERS_WITHIN = 30.0
_MOST_PORTS = 64
_BEGIN = "import sys; sys.path.append(sys.argv[1]); from tlscheck.edges.rehearsal.keeper import main; main()"
_FOLDER = Path(next(iter(tlscheck.__path__))).parent

_FORBIDDING = {
    "user/max_user_namespaces": "0",
    "kernel/unprivileged_userns_clone": "0",
    "kernel/apparmor_restrict_unprivileged_userns": "1",
}
"""Settings of Linux, Debian and Ubuntu below /proc/sys, and the values with which they forbid user namespaces."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a command ended."""

    code: int
    """Its exit code, or the negative number of the signal that ended it."""


class Stage:
    """Runs a command again and again, with all that it starts."""

    def __init__(
        self,
        keeper: subprocess.Popen[bytes],
        listening: Sequence[socket.socket],
        talk: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        variables: Mapping[str, str],
    ) -> None:
        self.listening = tuple(listening)
        """One for each port, where the command finds the server's names; none of one that is not isolated."""

        self._keeper = keeper
        self._hears, self._says = talk
        self._variables = dict(variables)

    def start(self, command: Sequence[str]) -> None:
        """Start it: one at a time."""
        self._tell({"command": list(command), "variables": self._variables})

    async def ended(self) -> Exit | None:
        """Once the command has ended; what it started may go on. None once nothing of it is left.

        Raises BadRequest where it could not be started.
        """
        told = json.loads(await self._hears.readline() or b'{"clear": true}')
        if why := told.get("not_started"):
            raise BadRequest(f"the command cannot be started: {why}; allowed: a program, as a shell would find it")
        return None if told.get("clear") else Exit(told["ended"])

    def stop(self) -> None:
        """Ask all that is left of the command to end; what does not within seconds is killed."""
        self._tell({"stop": True})

    async def close(self) -> None:
        """End all that is left, and what kept it."""
        for each in self.listening:
            each.close()
        self._says.close()
        await asyncio.to_thread(self._keeper.wait)

    def _tell(self, what: Mapping[str, object]) -> None:
        self._says.write(json.dumps(what).encode() + b"\n")


async def isolated(names: Sequence[str], ports: Sequence[int], output: int | None = None) -> Stage:
    """A stage where the names lead to the ports of its `listening`, and nothing else can be reached.

    `output`: a file descriptor that takes what the command prints. Raises BadRequest where the machine does not
    let us.
    """
    if sys.platform != "linux":
        raise _refused("namespaces are Linux's, and this is another system")
    keeper, boss = _keeper(output)
    with ExitStack() as undo:
        undo.callback(keeper.wait)
        undo.callback(boss.close)
        listening = _listening(keeper.pid, boss, names, ports)
        undo.pop_all()
    return await _stage(keeper, boss, listening, {})


async def not_isolated(variables: Mapping[str, str], output: int | None = None) -> Stage:
    """A stage that is this machine as it is, but for environment variables."""
    return await _stage(*_keeper(output), (), variables)


def _keeper(output: int | None) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-I", "-c", _BEGIN, str(_FOLDER), str(theirs.fileno())]
        errors = None if output is None else subprocess.STDOUT
        return subprocess.Popen(command, pass_fds=[theirs.fileno()], stdout=output, stderr=errors), ours  # noqa: S603


async def _stage(
    keeper: subprocess.Popen[bytes],
    boss: socket.socket,
    listening: Sequence[socket.socket],
    variables: Mapping[str, str],
) -> Stage:
    boss.setblocking(False)
    return Stage(keeper, listening, await asyncio.open_connection(sock=boss), variables)


def _listening(pid: int, boss: socket.socket, names: Sequence[str], ports: Sequence[int]) -> list[socket.socket]:
    """The sockets that a keeper has made where it has gone."""
    boss.settimeout(_ANSWERS_WITHIN)
    told: dict[str, Any] = {"names": list(names), "ports": list(ports)}
    while True:
        boss.sendall(json.dumps(told).encode() + b"\n")
        said, files, _, _ = socket.recv_fds(boss, 65_536, _MOST_PORTS)
        heard = json.loads(said or b'{"refused": "all of it", "number": 1}')
        if "refused" in heard:
            raise _refused(_why(heard["refused"], heard["number"]))
        if "listening" in heard:
            return [socket.socket(fileno=each) for each in files]
        told = {"mapped": _map_ids(pid)}


def _map_ids(pid: int) -> bool:
    """Give a process in a new user namespace the ids of this one: all of them where root may, else one's own."""
    try:
        for kind, own in (("uid", os.geteuid()), ("gid", os.getegid())):
            _map(Path("/proc") / str(pid), kind, own)
    except OSError:
        return False
    return True


def _map(process: Path, kind: str, own: int) -> None:
    if os.geteuid() == 0:
        ranges = [line.split() for line in Path(f"/proc/self/{kind}_map").read_text().splitlines()]
        with suppress(PermissionError):
            _write(process / f"{kind}_map", "".join(f"{start} {start} {count}\n" for start, _, count in ranges))
            return
    if kind == "gid":
        _write(process / "setgroups", "deny")
    _write(process / f"{kind}_map", f"{own} {own} 1\n")


def _write(path: Path, text: str) -> None:
    """At once, as the kernel wants it."""
    path.write_text(text, encoding="ascii")


def _refused(why: str) -> BadRequest:
    return BadRequest(
        f"the command cannot be kept apart from real databases here: {why}; allowed: a Linux machine or container "
        "that permits user, mount and network namespaces, --listen where the program runs, or --unisolated, with "
        "which a program that does not heed PGHOST reaches its real database"
    )


def _why(what: str, number: int) -> str:
    told = [f"{name.replace('/', '.')} is {value}" for name, value in _FORBIDDING.items() if _is(name, value)]
    container = (
        ["this is a container: its seccomp profile or its capabilities may forbid it"]
        if (number == EPERM and not told and any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv"))))
        else []
    )
    known = "".join(f"; {each}" for each in [*told, *container])
    return f"{what} was refused ({os.strerror(number)}{known})"


def _is(name: str, value: str) -> bool:
    try:
        return (Path("/proc/sys") / name).read_text().strip() == value
    except OSError:
        return False
