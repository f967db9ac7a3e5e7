"""A command as an account without rights runs it, also where we are root and our files are closed to others.

Called with folders, "--" and the command. Nothing is changed outside of a mount namespace.
"""

import os
import subprocess
import sys
from pathlib import Path

from tlscheck.edges.rehearsal import kernel

ROOT = Path(__file__).parents[2]
NOBODY = 65534


def unprivileged(command: list[str], *folders: Path) -> list[str]:
    """What runs a command as nobody, who may look into these folders; the command itself where we are not root."""
    if os.geteuid():
        return command
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT, *folders]
    return [sys.executable, "-m", "tests.rehearsing.unprivileged", *map(str, needed), "--", *command]


def main() -> None:
    """Show a way to each folder through those that are closed, give up all rights, become the command."""
    words = sys.argv[1:]
    folders = [Path(each).resolve() for each in words[: words.index("--")]]
    os.unshare(os.CLONE_NEWNS)
    kernel.keep_mounts_here()
    hidden = {each: closed for each in folders if (closed := _closed(each))}
    # of what is about to be hidden, and of this mount namespace
    opened = {each: os.open(each, os.O_PATH) for each in hidden}
    for closed in set(hidden.values()):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", closed], check=True)
    for each, number in opened.items():
        each.mkdir(parents=True, exist_ok=True)
        kernel.mount_over(f"/proc/self/fd/{number}", str(each))
        os.close(number)
    os.chdir(Path.cwd())  # the same folder, as it is seen now
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    command = words[words.index("--") + 1 :]
    os.execvp(command[0], command)  # noqa: S606 - there is no shell to want


def _closed(folder: Path) -> Path | None:
    """The first folder on the way to this one that others may not enter."""
    return next((each for each in reversed(folder.parents) if not each.stat().st_mode & 1), None)


if __name__ == "__main__":
    main()
