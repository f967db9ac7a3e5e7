"""A rehearsal in a thread of this process, that shows what a test tells it to show."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Event, Thread
from time import monotonic, sleep

from tlscheck.edges import clock
from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.limits import Limits
from tlscheck.edges.rehearsal.own_root import OwnRoot
from tlscheck.edges.rehearsal.server import Listening, serve
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.rehearsal.contact import Contact, Hello
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.trial import Shows, Trial
from tlscheck.trust.trust_store import Authority

REGION = "eu-central-1"
NAMES = ("localhost", "127.0.0.1", "orders.c9x2example.eu-central-1.rds.amazonaws.com")


def goal() -> Goal:
    mine = [root for root in roots() if root.region == REGION or root.family is Authority.PROXY]
    return Goal(NAMES, REGION, Authority.RSA2048_G1, Authority.RSA4096_G1, mine)


@cache
def forger(own_root: OwnRoot | None = None) -> Forger:
    made = Forger(goal(), clock.now, own_root)
    made.prepare()
    return made


class Scripted(Direction):
    """Shows one trial to everybody until it is told another, and keeps what it is told."""

    def __init__(self, trial: Trial | None = None) -> None:
        super().__init__(goal())
        self.shows = trial or Trial(Shows.STRANGER)
        self.contacts: list[Contact] = []

    def offers_tls(self, client: str, address: str, at: float) -> bool:  # noqa: ARG002 - everybody
        return self.shows.shows is not Shows.NOTHING

    def trial(self, client: str, address: str, hello: Hello | None, at: float) -> Trial:  # noqa: ARG002 - everybody
        return self.shows

    def met(self, contact: Contact) -> None:
        self.contacts.append(contact)


@dataclass
class Played:
    direction: Scripted
    running: Listening
    loop: asyncio.AbstractEventLoop = field(repr=False)

    @property
    def port(self) -> int:
        return self.running.ports[""]

    def after(self, count: int, within: float = 20) -> list[Contact]:
        """The contacts, once there are so many of them."""
        return self.until(lambda: len(self.direction.contacts) >= count, within)

    def until(self, there: Callable[[], bool], within: float = 20) -> list[Contact]:
        end = monotonic() + within
        while not there():
            assert monotonic() < end, self.direction.contacts
            sleep(0.005)
        return self.direction.contacts


@contextmanager
def played(
    trial: Trial | None = None, limits: Limits | None = None, own_root: OwnRoot | None = None
) -> Iterator[Played]:
    """A rehearsal on a free port of loopback."""
    direction, began, stopped = Scripted(trial), Event(), Event()
    held: list[Played] = []
    made = forger(own_root)

    async def run() -> None:
        running = await serve({"": ("127.0.0.1", 0)}, direction, made, limits or Limits())
        held.append(Played(direction, running, asyncio.get_running_loop()))
        began.set()
        await asyncio.to_thread(stopped.wait)
        await running.close()

    thread = Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert began.wait(60)
    try:
        yield held[0]
    finally:
        stopped.set()
        thread.join()
