"""Namespaces of a command's own: names resolve to the rehearsal, and nothing else is there."""

import os
import re
import socket
import stat
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from tlscheck.edges.rehearsal import kernel

ADDRESS = "192.0.2.1"
"""Where the rehearsal is: of TEST-NET-1 (RFC 5737). Not of loopback, which getaddrinfo(3) with AI_ADDRCONFIG does
not count as a network, and where a program may have things of its own."""

_HIDDEN = ("/run/postgresql", "/var/run/postgresql")
"""Folders of PostgreSQL's sockets, whether or not a server listens now."""

_KEPT = ("/run/systemd/userdb/", "/var/lib/sss/pipes/nss")
"""Sockets that tell the names of accounts: a program asks for its user's. nscd and nss-resolve tell hosts too."""

_LISTENS = 0x10000
"""Of a socket's flags in /proc/net/unix."""


def enter(names: Sequence[str], map_ids: Callable[[], None]) -> None:
    """Put this process, and all that it starts, into namespaces of its own.

    `map_ids` is called once there is a user namespace, which only a process outside can give its ids. Raises
    OSError with what was refused in its file name.
    """
    sockets = _listening()
    try:
        _told("a user namespace", lambda: os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS | os.CLONE_NEWNET))
    except OSError:
        # root may do without
        if os.geteuid():
            raise
        _told("a mount and a network namespace", lambda: os.unshare(os.CLONE_NEWNS | os.CLONE_NEWNET))
    else:
        map_ids()
    _told("loopback in a network namespace", lambda: kernel.raise_loopback(ADDRESS))
    _told("a mount in a mount namespace", kernel.keep_mounts_here)
    with tempfile.TemporaryDirectory() as folder:
        _show_names(Path(folder), names)
        _hide(Path(folder), sockets)


def _show_names(folder: Path, names: Sequence[str]) -> None:
    """Names are looked up in a file of ours, and nowhere else."""
    own = [name for name in ("localhost", socket.gethostname()) if name not in names]
    lines = [f"{ADDRESS} {' '.join(names)}", *(f"127.0.0.1 {name}" for name in own)]
    lines += [f"::1 {name}" for name in own]
    _show(folder, "/etc/hosts", "".join(f"{line}\n" for line in lines))
    if Path("/etc/nsswitch.conf").exists():
        kept = Path("/etc/nsswitch.conf").read_text(encoding="utf-8", errors="surrogateescape")
        files = re.sub(r"(?m)^\s*hosts\s*:.*$", "", kept) + "\nhosts: files\n"
        _show(folder, "/etc/nsswitch.conf", files)
    if Path("/etc/resolv.conf").exists():
        # nothing listens there, which is told at once
        _show(folder, "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")


def _show(folder: Path, target: str, text: str) -> None:
    ours = folder / Path(target).name
    ours.write_text(text, encoding="utf-8", errors="surrogateescape")
    ours.chmod(0o644)
    _told(f"a file in the place of {target}", lambda: kernel.mount_over(str(ours), target))


def _hide(folder: Path, sockets: Iterable[str]) -> None:
    """What listens on this machine without a network is not there."""
    for each in _HIDDEN:
        if Path(each).is_dir() and not Path(each).is_symlink():
            _told(f"an empty folder in the place of {each}", partial(kernel.mount_nothing, each))
    nothing = folder / "nothing"
    nothing.touch()
    for path in sockets:
        if _is_reachable(path):
            _told("a file in the place of a socket", partial(kernel.mount_over, str(nothing), path))


def _is_reachable(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116 - one question, whose errors are all "no"
    except (OSError, ValueError):
        return False


def _listening() -> list[str]:
    """The sockets in the file system that somebody listens at, as far as this network namespace tells."""
    found: list[str] = []
    for line in os.fsdecode(Path("/proc/net/unix").read_bytes()).splitlines()[1:]:
        # Num RefCount Protocol Flags Type St Inode Path
        fields = line.split(maxsplit=7)
        if len(fields) == 8 and int(fields[3], 16) & _LISTENS and fields[7].startswith("/"):
            found += [] if fields[7].startswith(_KEPT) else [fields[7]]
    return found


def _told(what: str, act: Callable[[], None]) -> None:
    try:
        act()
    except OSError as error:
        raise OSError(error.errno, error.strerror, what) from error
