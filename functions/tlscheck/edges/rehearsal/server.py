"""The rehearsal itself: what listens as PostgreSQL does."""

import asyncio
import resource
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.guest import Guest
from tlscheck.edges.rehearsal.limits import Limits
from tlscheck.edges.rehearsal.reception import Reception
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal.direction import Direction

_WAITING = 2_048
"""Connections that may wait to be taken."""

_AT_A_TIME = 16
"""Connections that asyncio takes of a listener in one turn, which is the backlog that it is told."""

_SPARE = 192
"""Files that are no connections, and those of some turns: a connection is counted, and another cut off, later."""

_ANSWERS_WITHIN = 1.0
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - what stands for any address


@dataclass(frozen=True, slots=True)
class Listening:
    """A rehearsal that is under way."""

    ports: Mapping[str, int]
    """Of each client's name."""

    reception: Reception
    _servers: tuple[asyncio.Server, ...]

    def at(self) -> float:
        """Seconds since it began, as its contacts count them."""
        return self.reception.at()

    async def close(self) -> None:
        """Stop listening, and cut off who is still there."""
        for server in self._servers:
            server.close()
        self.reception.cut_all()
        for server in self._servers:
            await server.wait_closed()


async def serve(
    listeners: Mapping[str, tuple[str, int] | socket.socket],
    direction: Direction,
    forger: Forger,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Listening:
    """Listen for each client by its name ("" of a shared port) at a host and port (0 is any that is free), or at a
    socket that listens.

    Returns when connections are taken. Raises BadRequest where something answers there already, or the place
    cannot be listened at.
    """
    await asyncio.to_thread(forger.prepare)
    loop = asyncio.get_running_loop()
    reception = Reception(direction, forger, _affordable(limits), loop, loop.time())
    servers: dict[str, asyncio.Server] = {}
    try:
        for name, place in listeners.items():
            if isinstance(place, socket.socket):
                servers[name] = await loop.create_server(
                    partial(Guest, reception, name), sock=place, backlog=_AT_A_TIME
                )
            else:
                servers[name] = await _listen(reception, name, *place)
            _lengthen(servers[name])
    except BadRequest:
        for server in servers.values():
            server.close()
        raise
    ports = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    return Listening(ports, reception, tuple(servers.values()))


async def _listen(reception: Reception, name: str, host: str, port: int) -> asyncio.Server:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if port and await _is_answered(host, port):
        raise BadRequest(f"{place}: something answers there already; allowed: a port where nothing does")
    loop = reception.loop
    try:
        return await loop.create_server(lambda: Guest(reception, name), host, port, backlog=_AT_A_TIME)
    except OSError as error:
        why = error.strerror or "it cannot be listened at"
        raise BadRequest(f"{place}: {why}; allowed: a free port of an address of this machine") from error


def _lengthen(server: asyncio.Server) -> None:
    """Let more wait than are taken at a time."""
    for each in server.sockets:
        with socket.fromfd(each.fileno(), each.family, each.type) as same:
            same.listen(_WAITING)


async def _is_answered(host: str, port: int) -> bool:
    """Whether a connection is taken there: by a server of another address, or behind a redirection."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            _, writer = await asyncio.open_connection(_LOOPBACK.get(host, host), port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _affordable(limits: Limits) -> Limits:
    """As many connections as this process may open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _SPARE
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return replace(limits, connections=min(limits.connections, max(soft - _SPARE, 1)))
