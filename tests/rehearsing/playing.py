"""A row rehearsed black box: its driver is started again and again, and nothing is known of it but what it did."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tlscheck.edges import clock
from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.server import Listening, serve
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.rehearsal import goal as goals
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.contact import Contact
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.goal import Goal
from tlscheck.trust.trust_store import Authority

from tests.client_matrix.running import Client, Try
from tests.client_matrix.world import HOST, Kind, World
from tests.rehearsing.rows import Row
from tests.rehearsing.stores import Root, folder, write

REGION = "eu-central-1"
PRESENT = Authority.RSA2048_G1
MOST_STARTS = 24
_PATIENCE = 2.0
"""Seconds that the server may take to see that a client which has ended is gone."""
_A_MOMENT = 0.005
_LEAKS = {"lib/pq"}
"""What leaves a connection open that it has refused (verify-ca, after the handshake): a process for each start."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a row."""

    row: Row
    conclusion: Conclusion | None
    """None where nobody connected."""

    starts: int
    seconds: float
    contacts: tuple[Contact, ...]
    stopped: frozenset[int]
    """The connections, by their numbers, that starts which made several ended with: those may be cut off."""


class _Watched(Direction):
    """Keeps what it is told, for whoever wants to know why it concluded what it did."""

    def __init__(self, goal: Goal) -> None:
        super().__init__(goal)
        self.seen: list[Contact] = []

    def met(self, contact: Contact) -> None:
        self.seen.append(contact)
        super().met(contact)


@cache
def goal(target: Authority) -> Goal:
    """What is to be found out: with AWS's real roots."""
    return goals.goal((HOST,), REGION, PRESENT, target, roots())


@cache
def _forger(target: Authority) -> Forger:
    made = Forger(goal(target), clock.now)
    made.prepare()
    return made


def stocked(directory: Path) -> Path:
    """The folders of all stores, with AWS's own roots in them."""
    named = {each.name: each.der for each in roots()}
    write(
        directory,
        {root: x509.load_der_x509_certificate(named[root]).public_bytes(Encoding.PEM) for root in Root},
    )
    return directory


class Stage:
    """Where servers play, in a thread of their own: a context manager. What it does may be asked of any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def rehearse(self, client: Client, rows: Sequence[Row]) -> Iterator[Rehearsed]:
        """Rows of one client that share a process, one after the other."""
        first = rows[0].placed
        around = World({}, "password", folder(self._directory, first.around))
        if client.name in _LEAKS:
            for row in rows:
                yield self._rehearsed(row, lambda one: client.run(around, first.surroundings, [one])[0])
            return
        with client.kept(around, first.surroundings) as ask:
            for row in rows:
                yield self._rehearsed(row, ask)

    def _rehearsed(self, row: Row, ask: Try) -> Rehearsed:
        direction = _Watched(goal(row.target))
        server = self._do(serve({row.client: ("127.0.0.1", 0)}, direction, _forger(row.target)))
        try:
            world = World(
                dict.fromkeys(Kind, server.ports[row.client]),
                "password",
                folder(self._directory, row.placed.store),
            )
            attempt = row.attempt(world)
            began = time.monotonic()
            conclusion = None
            starts = 0
            stopped: set[int] = set()
            while starts < MOST_STARTS and (starts == 0 or (conclusion and conclusion.needed)):
                before = len(direction.seen)
                ask(attempt)
                starts += 1
                conclusion = self._do(_concluded(server, direction))
                if len(direction.seen) > before + 1:
                    stopped.add(max(each.number for each in direction.seen))
            seconds = time.monotonic() - began
            return Rehearsed(row, conclusion, starts, seconds, tuple(direction.seen), frozenset(stopped))
        finally:
            self._do(server.close())

    def _do[T](self, what: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()


async def _concluded(server: Listening, direction: Direction) -> Conclusion | None:
    """What is known when all connections of the client that has just ended are over. It is started again next."""
    deadline = time.monotonic() + _PATIENCE
    await asyncio.sleep(_A_MOMENT)
    while server.reception.is_busy and time.monotonic() < deadline:
        await asyncio.sleep(_A_MOMENT)
    direction.next_run(server.at())
    found = direction.conclusions(server.at())
    assert len(found) < 2, found
    return found[0] if found else None
