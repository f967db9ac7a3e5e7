"""The process that a rehearsed command runs under: it starts it, waits for all that it started, and ends it.

Told by JSON over a socket. It is single-threaded and imports little, as unshare(2) and fork(2) want it.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tlscheck.edges.rehearsal import kernel, namespaces

_GRACE = 3.0
"""Seconds from SIGTERM to SIGKILL; less where nobody waits for it any more."""

_LAST_GRACE = 0.5
_AGAIN = 0.1
"""Seconds after which those are killed that were started while others were."""

_BACKLOG = 2_048
_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def main() -> None:
    """Serve the socket whose number is the last argument until its other end is closed."""
    boss = socket.socket(fileno=int(sys.argv[-1]))
    boss.set_inheritable(False)
    Keeper(boss).serve()


class Keeper:
    """Of one command at a time."""

    def __init__(self, boss: socket.socket) -> None:
        self._boss = boss
        # nothing is read ahead: select(2) must see what is left
        self._words = boss.makefile("rb", buffering=0)
        self._capabilities: int | None = None
        """Those that a command may gain, of one that is isolated."""
        self._ended, wakes = socket.socketpair()
        wakes.setblocking(False)
        self._wakes = wakes
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for each in _ASKED_TO_END:
            # the terminal asks everybody; the command's own are set back by execve(2)
            signal.signal(each, lambda *_: None)

    def serve(self) -> None:
        """Until nobody is there to tell us more."""
        kernel.adopt_orphans()
        while told := self._told():
            if "names" in told:
                self._isolate(told["names"], told["ports"])
            elif "command" in told:
                self._run(told["command"], told["variables"])

    def _isolate(self, names: list[str], ports: list[int]) -> None:
        try:
            self._capabilities = kernel.bounding_set()
            namespaces.enter(names, self._ask_for_ids)
            listening = [_listen(port) for port in ports]
        except OSError as error:
            self._say({"refused": error.filename or "a port to listen at", "number": error.errno})
            return
        socket.send_fds(self._boss, [b'{"listening": true}\n'], [each.fileno() for each in listening])
        for each in listening:
            each.close()

    def _ask_for_ids(self) -> None:
        self._say({"entered": True})
        if not self._told().get("mapped"):
            raise OSError(1, "refused", "ids in a user namespace")

    def _run(self, command: list[str], variables: dict[str, str]) -> None:
        """One start of the command: tells how it ended, and when nothing of it is left."""
        try:
            running = subprocess.Popen(  # noqa: S603 - what the user asks to be run
                command,
                env={**os.environ, **variables},
                # nobody else runs in this process
                preexec_fn=self._give_up if self._capabilities is not None else None,  # noqa: PLW1509
            )
        except (OSError, ValueError) as error:
            self._say({"not_started": str(error)})
            return
        left = Left(running.pid)
        until: float | None = None
        """When it is asked once more, and no longer kindly."""
        while True:
            for status in left.reap():
                running.returncode = status
                self._say({"ended": status, "alone": not left.is_any})
            if not left.is_any:
                break
            heard = [self._ended, *([self._boss] if until is None else [])]
            ready, _, _ = select.select(heard, [], [], None if until is None else max(until - monotonic(), 0))
            if self._ended in ready:
                self._ended.recv(4096)
            if self._boss in ready:
                until = monotonic() + (_GRACE if self._told() else _LAST_GRACE)
                left.send(signal.SIGTERM)
            elif until is not None and monotonic() >= until:
                until = monotonic() + _AGAIN
                left.send(signal.SIGKILL)
        self._say({"clear": True})

    def _give_up(self) -> None:
        kernel.give_up(self._capabilities or 0)

    def _told(self) -> dict[str, Any]:
        """What is said next; nothing once nobody says anything any more."""
        said = self._words.readline()
        return dict(json.loads(said)) if said else {}

    def _say(self, told: dict[str, object]) -> None:
        # nobody may be there any more
        with suppress(OSError):
            self._boss.sendall(json.dumps(told).encode() + b"\n")


@dataclass
class Left:
    """What runs of a command: itself, and every descendant that has not ended."""

    command: int
    is_any: bool = True

    def reap(self) -> list[int]:
        """Take note of what has ended; the command's own status, if it is among them, as subprocess gives it."""
        own: list[int] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.is_any = False
                return own
            if not pid:
                return own
            if pid == self.command:
                own.append(os.waitstatus_to_exitcode(status))

    def send(self, number: int) -> None:
        """A signal to all of them."""
        for pid in _descendants():
            # it may have ended meanwhile, or be another user's
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def _descendants() -> list[int]:
    """Of this process; what starts meanwhile is found the next time."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                # "pid (name) state ppid ...": the name may hold anything
                parents[int(folder.name)] = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((namespaces.ADDRESS, port))
    listening.listen(_BACKLOG)
    return listening
