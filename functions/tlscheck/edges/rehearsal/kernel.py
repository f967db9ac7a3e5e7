"""What Linux offers and Python has no name for."""

import ctypes
import fcntl
import os
import socket
import struct

READ_ONLY, NO_SUID, NO_DEVICES = 0x1, 0x2, 0x4
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
"""mount(2)."""

_SET_CHILD_SUBREAPER, _DROP_OF_BOUNDING_SET = 36, 24
"""prctl(2)."""

_LAST_CAPABILITY = 63
_NET_ADMIN, _SYS_PTRACE, _SYS_ADMIN = 12, 19, 21
"""By which a namespace can be changed, left, or looked out of: capabilities(7)."""

_SET_FLAGS, _SET_ADDRESS = 0x8914, 0x8916
_UP = 0x1
"""netdevice(7)."""

_libc = ctypes.CDLL(None, use_errno=True)


def mount_nothing(folder: str) -> None:
    """Show an empty folder in the place of one. Raises OSError."""
    _mount(b"tmpfs", folder.encode(), b"tmpfs", READ_ONLY | NO_SUID | NO_DEVICES)


def mount_over(source: str, target: str) -> None:
    """Show a file in the place of another. Raises OSError."""
    _mount(os.fsencode(source), os.fsencode(target), None, _BIND)


def keep_mounts_here() -> None:
    """What is mounted from now on is seen in this mount namespace alone. Raises OSError."""
    _mount(None, b"/", None, _RECURSIVE | _PRIVATE)


def adopt_orphans() -> None:
    """Become the parent of each descendant whose own parent ends: prctl(2). Raises OSError."""
    _checked(_libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0))


def bounding_set() -> int:
    """The capabilities that a program may gain by execve(2), as bits."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a file of the kernel
        return next(int(line.split()[1], 16) for line in status if line.startswith("CapBnd:"))


def give_up(before: int) -> None:
    """Let the next program have no capability that is not in `before`, nor one that leads out of a namespace."""
    for capability in range(_LAST_CAPABILITY + 1):
        if not before >> capability & 1 or capability in {_NET_ADMIN, _SYS_PTRACE, _SYS_ADMIN}:
            # the kernel says EINVAL of those that it does not know
            _libc.prctl(_DROP_OF_BOUNDING_SET, capability, 0, 0, 0)
    # what is inheritable would come back for root
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    sets = ctypes.create_string_buffer(24)
    _checked(_libc.capget(header, sets))
    effective, permitted, _, effective_high, permitted_high, _ = struct.unpack("=6I", sets.raw[:24])
    sets = ctypes.create_string_buffer(
        struct.pack("=6I", effective, permitted, 0, effective_high, permitted_high, 0)
    )
    _checked(_libc.capset(header, sets))


def raise_loopback(address: str) -> None:
    """Bring up loopback in this network namespace, and give it one more IPv4 address. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", _UP))
        packed = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(any_socket, _SET_ADDRESS, struct.pack("16s16s8x", b"lo:1", packed))


def _mount(source: bytes | None, target: bytes, kind: bytes | None, flags: int) -> None:
    _checked(_libc.mount(source, target, kind, ctypes.c_ulong(flags), None), os.fsdecode(target))


def _checked(result: int, what: str = "") -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what or None)
