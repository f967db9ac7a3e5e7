"""What is seen of a rehearsal while clients come: a table that is redrawn, or a line for all that is new."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from tlscheck.edges.command.terminal import Colour, say
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.rehearsal.goal import Goal
from tlscheck.rehearsal.telling import news, table
from tlscheck.survival.assessment import Survival
from tlscheck.wording import cut

COLOURS = {Survival.SURVIVES: Colour.GOOD, Survival.DOES_NOT: Colour.BAD, Survival.UNKNOWN: Colour.UNSURE}


class Screen:
    """Standard output, or standard error where the answer itself goes to standard output alone."""

    def __init__(self, goal: Goal, *, is_aside: bool) -> None:
        self._goal = goal
        self._stream: TextIO | None = sys.stderr if is_aside else sys.stdout
        self._drawn: list[str] = []
        self._before: dict[str, Conclusion] = {}

    def begin(self, places: Mapping[str, str]) -> None:
        """Says what this is, and where each client comes to (by its name, "" of all others)."""
        self._say(
            "THIS IS A REHEARSAL, NOT A DATABASE: it lets nobody in and asks for no password.", Colour.UNSURE
        )
        self._say(
            f"It plays {self._goal.names[0]} and shows certificates that clients must refuse: point copies of"
            " applications here, never what somebody needs now."
        )
        for name, place in places.items():
            self._say(f"  {name or 'any client'}: {place}")
        self._say("Ctrl-C ends it, with a summary.")

    def show(self, conclusions: Sequence[Conclusion]) -> None:
        """What is concluded by now."""
        if self._stream and self._stream.isatty():
            self._draw(conclusions)
            return
        for each in conclusions:
            for line, verdict in news(self._before.get(each.client), each, self._goal):
                self._say(line, COLOURS[verdict] if verdict else None)
            self._before[each.client] = each

    def _draw(self, conclusions: Sequence[Conclusion]) -> None:
        width, height = shutil.get_terminal_size()
        rows = [cut(each, width - 1) for each in table(conclusions)[: height - 2]]
        if rows == self._drawn:
            return
        if self._drawn and self._stream:
            self._stream.write(
                f"\x1b[{len(self._drawn)}F\x1b[J"
            )  # up to the first of its rows, and all below erased
        self._drawn = rows
        for row in rows:
            self._say(row)

    def _say(self, line: str, colour: Colour | None = None) -> None:
        if self._stream:
            say(line, colour, self._stream)
            self._stream.flush()
