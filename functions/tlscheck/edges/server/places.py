"""How many looks are begun with at a time, so that none that only waits keeps another from beginning."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from tlscheck.edges.server.deadline import Deadline
from tlscheck.wire.request import SIDE_BY_SIDE

HELD_SECONDS = 2.0
"""For how long a look keeps its place: within it, that many are over on a third of a processor. What lasts longer
waits for its server, and costs nobody anything: that may be a server that drips until its deadline."""


def begun[Result](pool: Executor, calls: Iterable[Callable[[], Result]]) -> list[Future[Result]]:
    """All of them, each begun as soon as it has a place; returns when the last one is begun."""
    looks: list[Future[Result]] = []
    places: list[tuple[Future[Result], Deadline]] = []
    for call in calls:
        while len(places := [each for each in places if _is_held(*each)]) >= SIDE_BY_SIDE:
            wait([look for look, _ in places], max(0.0, places[0][1].left()), FIRST_COMPLETED)
        looks.append(pool.submit(call))
        places.append((looks[-1], Deadline.within(HELD_SECONDS)))
    return looks


def _is_held[Result](look: Future[Result], until: Deadline) -> bool:
    return not look.done() and until.left() > 0
