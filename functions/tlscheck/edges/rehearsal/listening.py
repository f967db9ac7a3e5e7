"""A rehearsal to which clients come from elsewhere, until enough is known, time is up, or somebody ends it."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.server import Listening, serve
from tlscheck.rehearsal.attempt import QUIET
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.direction import Direction

_EACH = 0.5
"""Seconds from one look at the conclusions to the next, at least."""

_SHARE = 10
"""So many times as long as a look takes nobody looks again: clients are answered meanwhile."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on, and how long."""

    begin: Callable[[Mapping[str, int]], None]
    """Told the port of each client's name once connections are taken."""

    show: Callable[[Sequence[Conclusion]], None]
    """Told what is concluded so far, again and again."""

    is_enough: Callable[[Sequence[Conclusion]], bool]
    seconds: float | None
    """None: until somebody ends it."""


def listened(
    listeners: Mapping[str, tuple[str, int]], direction: Direction, forger: Forger, watch: Watch
) -> Sequence[Conclusion]:
    """What is concluded of the clients that came. SIGINT and SIGTERM end it too: they are no errors.

    Raises BadRequest as `serve` does.
    """
    return asyncio.run(_listened(listeners, direction, forger, watch))


async def _listened(
    listeners: Mapping[str, tuple[str, int]], direction: Direction, forger: Forger, watch: Watch
) -> Sequence[Conclusion]:
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    listening = await serve(listeners, direction, forger)
    try:
        watch.begin(listening.ports)
        await _until(ended, listening, direction, watch)
    finally:
        await listening.close()
    return direction.conclusions(listening.at() + 2 * QUIET)


async def _until(ended: asyncio.Event, listening: Listening, direction: Direction, watch: Watch) -> None:
    pause = _EACH
    while not ended.is_set():
        left = pause if watch.seconds is None else min(pause, watch.seconds - listening.at())
        if left <= 0:
            return
        try:
            await asyncio.wait_for(ended.wait(), left)
        except TimeoutError:
            before = perf_counter()
            found = direction.conclusions(listening.at())
            watch.show(found)
            if watch.is_enough(found):
                return
            pause = max(_EACH, _SHARE * (perf_counter() - before))
