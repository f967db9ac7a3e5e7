"""Ports of the loopback interface that nobody else is given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port bound but not listened on: a connection to it is refused, and the system gives it to nobody else.

    A server that sets SO_REUSEADDR, as PostgreSQL does, may still bind it by number and listen.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
