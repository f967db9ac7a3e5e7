"""Connections that come from an address of their own: 127.0.0.0/8 is all loopback, but no driver of ours binds.

What is relayed is not changed: TLS is between client and server, and whoever ends it is the one who does.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: close with a reset."""


@contextlib.contextmanager
def relayed(source: str, port: int) -> Iterator[int]:
    """A port of 127.0.0.1: who connects there reaches `port` of 127.0.0.1 from the loopback address `source`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, source, port), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            # Linux lets accept(2) wait for ever at a socket that is only closed.
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, source: str, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        try:
            server = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
        except OSError:
            client.close()
            continue
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        there = threading.Thread(target=_pass_on, args=(client, server), daemon=True)
        there.start()
        threading.Thread(target=_and_back, args=(server, client, there), daemon=True).start()


def _and_back(server: socket.socket, client: socket.socket, there: threading.Thread) -> None:
    _pass_on(server, client)
    there.join()
    server.close()
    client.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while content := one.recv(65_536):
            other.sendall(content)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        # A reset is passed on as one, once both are closed: who waits for more is woken, and sends nothing.
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                end.shutdown(socket.SHUT_RD)
