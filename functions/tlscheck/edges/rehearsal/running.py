"""A rehearsal to which a command comes: it is started again and again, until all that can be told is told."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath

from tlscheck.edges.rehearsal.course import Course, Outcome, Run, untold
from tlscheck.edges.rehearsal.forgery import Forger
from tlscheck.edges.rehearsal.isolation import Exit, Stage, isolated, not_isolated
from tlscheck.edges.rehearsal.noted import Noted
from tlscheck.edges.rehearsal.server import Listening, serve
from tlscheck.rehearsal.attempt import QUIET
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.goal import Goal
from tlscheck.wording import MOST_QUOTED, plain

_TIMEOUT = 60.0
"""Seconds of one run, unless it is said otherwise."""

_MOST_PATIENCE = 10.0
_LOOKS = 0.05
_MOST_KEPT = 65_536
"""Bytes of what the command printed last."""

_LOCAL = "localhost"


def played(goal: Goal, *, is_isolated: bool) -> Goal:
    """Whose server a command meets: without isolation it is sent to this machine's own name too."""
    names = goal.names if is_isolated or _LOCAL in goal.names else (*goal.names, _LOCAL)
    return replace(goal, names=names)


def rehearsed(
    command: Sequence[str], direction: Direction, forger: Forger, names: Sequence[str], course: Course
) -> Outcome:
    """Start the command again and again. SIGINT and SIGTERM end it; they are no errors.

    Raises BadRequest where it can't be started, or not be isolated.
    """
    return asyncio.run(_Running(command, Noted(direction), forger, names, course).outcome())


class _Running:
    """A command that is rehearsed."""

    def __init__(
        self, command: Sequence[str], noted: Noted, forger: Forger, names: Sequence[str], course: Course
    ) -> None:
        self._command = command
        # the arguments may hold a password
        self._client = plain(PurePath(command[0]).name, MOST_QUOTED) or "command"
        self._noted = noted
        self._forger = forger
        self._names = names
        self._course = course
        self._is_over = asyncio.Event()
        self._printed = b""

    async def outcome(self) -> Outcome:
        """Raises BadRequest as `rehearsed` does."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self._is_over.set)
        reads, writes = os.pipe()
        loop.add_reader(reads, self._read, reads)
        try:
            if self._course.is_isolated:
                stage = await isolated(self._names, [self._course.port], writes)
                listening = await serve({self._client: stage.listening[0]}, self._noted, self._forger)
            else:
                listening = await serve({self._client: ("127.0.0.1", 0)}, self._noted, self._forger)
                stage = await not_isolated(_variables(listening.ports[self._client]), writes)
            try:
                runs = await self._runs(stage, listening)
            finally:
                await listening.close()
                await stage.close()
            self._noted.next_run(listening.at())
            conclusions = self._noted.conclusions(listening.at())
        finally:
            os.close(writes)
            loop.remove_reader(reads)
            os.close(reads)
        printed = self._printed.decode("utf-8", "replace")
        return Outcome(conclusions, runs, "" if conclusions else untold(runs, self._names, self._course), printed)

    async def _runs(self, stage: Stage, listening: Listening) -> list[Run]:
        """Until all is known, nobody comes any more, or it was started often enough."""
        runs: list[Run] = []
        while len(runs) < self._course.runs and not self._is_over.is_set():
            self._noted.next_run(listening.at())
            runs.append(await self._run(len(runs) + 1, stage, listening))
            found = self._noted.conclusions(listening.at() + 2 * QUIET)
            self._course.show(runs[-1], found)
            if found and not any(each.needed for each in found):
                break
            # once may be chance, but not where nothing came yet
            if not any(each.connections for each in runs[-2:]):
                break
        return runs

    async def _run(self, number: int, stage: Stage, listening: Listening) -> Run:
        self._printed = b""
        began = listening.at()
        ended = asyncio.create_task(_until_clear(stage))
        stage.start(self._command)
        is_stopped = False
        while not ended.done():
            await asyncio.wait([ended], timeout=_LOOKS)
            if not is_stopped and self._is_enough(began, listening):
                is_stopped = True
                stage.stop()
        while listening.reception.is_busy and listening.at() < self._deadline(began):
            # what it sent before it ended is still read
            await asyncio.sleep(_LOOKS)
        return Run(number, self._noted.clients, None if is_stopped else ended.result(), listening.at() - began)

    def _is_enough(self, began: float, listening: Listening) -> bool:
        """Whether a command that goes on has shown what a start of it shows.

        A retry of its own is worth waiting for as long as it takes to come again after another start.
        """
        now = listening.at()
        if self._is_over.is_set() or now >= self._deadline(began):
            return True
        if self._noted.first is None or self._noted.last is None or listening.reception.is_busy:
            return False
        patience = min(self._noted.first - began, _MOST_PATIENCE)
        return now - self._noted.last >= QUIET + patience

    def _deadline(self, began: float) -> float:
        return began + (_TIMEOUT if self._course.timeout is None else self._course.timeout)

    def _read(self, reads: int) -> None:
        with suppress(BlockingIOError):
            self._printed = (self._printed + os.read(reads, _MOST_KEPT))[-_MOST_KEPT:]


async def _until_clear(stage: Stage) -> Exit | None:
    """How the command ended, once nothing of it is left."""
    code: Exit | None = None
    while ended := await stage.ended():
        code = ended
    return code


def _variables(port: int) -> Mapping[str, str]:
    """As libpq and those after its model read them. The name is no real one: not all heed PGHOSTADDR."""
    return {"PGHOST": _LOCAL, "PGHOSTADDR": "127.0.0.1", "PGPORT": str(port)}
