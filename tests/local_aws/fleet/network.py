"""A network of this process's own, whose clients each have an address of their own, as hosts have.

Whoever connects to an address of the same machine comes from that very address: so a client that connects to
10.0.1.7 is 10.0.1.7 to the server, whatever its driver, and nothing stands between them.
"""

import fcntl
import os
import socket
import struct
from collections.abc import Iterable
from pathlib import Path

_SET_FLAGS, _SET_ADDRESS, _SET_MASK = 0x8914, 0x8916, 0x891C
_UP = 0x1
"""netdevice(7)."""


def enter(addresses: Iterable[str]) -> None:
    """Leave this machine's network for one with loopback and these addresses. Raises OSError.

    To be called before there are threads, of which the kernel gives no user namespace to any.
    """
    if os.geteuid() == 0:
        os.unshare(os.CLONE_NEWNET)
    else:
        user, group = os.geteuid(), os.getegid()
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", _UP))
        for number, address in enumerate(addresses):
            name = f"lo:{number}".encode()
            # One by one, each alone in its net: of several in one net the first would be where all come from.
            for what, value in ((_SET_ADDRESS, address), (_SET_MASK, "255.255.255.255")):
                packed = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(value))
                fcntl.ioctl(any_socket, what, struct.pack("16s16s8x", name, packed))
