"""A directory and the processes in it, gone when their owner is: after exit, Ctrl-C, or even kill -9."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

_SHELL = "/bin/sh"
_ROOM = "/tmp"  # noqa: S108 - a short path that every user may pass: TMPDIR may be long or private

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

# Reads until its owner closes the pipe or dies, then stops every server in the directory and removes it.
# SIGQUIT is PostgreSQL's immediate shutdown; the first line of postmaster.pid is the server's process id, and the
# server removes the file when it is done.
_CARETAKER = """
trap '' INT TERM HUP
read -r _
for pid_file in "$1"/*/data/postmaster.pid; do
    [ -f "$pid_file" ] && kill -QUIT "$(head -n 1 "$pid_file")" 2>/dev/null
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    set -- "$1" "$1"/*/data/postmaster.pid
    [ -f "$2" ] || break
    sleep 0.2
done
rm -rf "$1"
"""


class Workplace:
    """A context manager: a directory of short path that an unprivileged user can work in.

    PostgreSQL refuses to run as root: its servers run as `nobody` when we are root, else as ourselves.
    """

    def __init__(self) -> None:
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._user = nobody and nobody.pw_uid
        self._group = nobody and nobody.pw_gid
        self._extra_groups: list[int] | None = [] if nobody else None

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="tlscheck-", dir=_ROOM))
        self.directory.chmod(0o755)
        # In a session of its own: Ctrl-C reaches its owner alone, who then closes the pipe.
        self._caretaker = subprocess.Popen(
            [_SHELL, "-c", _CARETAKER, "caretaker", str(self.directory)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._caretaker.communicate()

    def room(self, name: str, mode: int = 0o700) -> Path:
        """A new directory in the workplace, owned by its user."""
        room = self.directory / name
        room.mkdir(mode=mode)
        self._hand_over(room)
        return room

    def write(self, path: Path, content: bytes, mode: int = 0o600) -> None:
        """Write a file that belongs to the workplace's user and was never readable by more than `mode` says."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        self._hand_over(path)

    def run(self, *command: str | Path, stdin: bytes = b"") -> None:
        """Run a command as the workplace's user; RuntimeError with its output when it fails."""
        done = subprocess.run(
            command,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            user=self._user,
            group=self._group,
            extra_groups=self._extra_groups,
        )
        if done.returncode:
            raise RuntimeError(
                f"{command[0]} ended with {done.returncode}: {done.stdout.decode(errors='replace')}"
            )

    def start(self, *command: str | Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a server as the workplace's user, with what it says in `log`."""
        with log.open("ab") as out:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,
                user=self._user,
                group=self._group,
                extra_groups=self._extra_groups,
            )

    def copy_within_reach(self, tree: Path, program: str) -> Path:
        """`tree`, or a copy of it in the workplace when its user may not run `program` where it lies."""
        try:
            self.run(tree / program, "--version")
        except PermissionError:
            return Path(shutil.copytree(tree, self.directory / ".installation", symlinks=True))
        return tree

    def _hand_over(self, path: Path) -> None:
        if self._user is not None and self._group is not None:
            os.chown(path, self._user, self._group)
