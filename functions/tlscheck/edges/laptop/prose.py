"""Sentences on a terminal: broken between words, further in on each next line; what is pasted is never broken."""

from typing import TextIO

from rich.console import Console
from rich.text import Text

from tlscheck.edges.command.terminal import Colour, say, width_of
from tlscheck.verdict.check import Status
from tlscheck.verdict.readiness import Verdict

TONES: dict[Verdict | Status | None, Colour | None] = {
    Verdict.FIX_DATABASE: Colour.BAD,
    Verdict.FIX_CLIENTS: Colour.BAD,
    Verdict.NOT_OBSERVED: Colour.UNSURE,
    Verdict.CLEAR: Colour.GOOD,
    Status.FAILED: Colour.BAD,
    Status.WARNING: Colour.UNSURE,
    Status.NOT_OBSERVED: Colour.UNSURE,
    Status.PASSED: Colour.GOOD,
    Status.INFORMATIONAL: None,
    None: None,
}
LEAST_WIDTH = 20
_STEP = 2


def tell(text: str, stream: TextIO, depth: int = 0, tone: Verdict | Status | None = None) -> None:
    """Prints it so far in, two columns a step."""
    inset, width = " " * (_STEP * depth), width_of(stream)
    if width is None:
        say(f"{inset}{text}", TONES[tone], stream)
        return
    room = max(LEAST_WIDTH, width - len(inset) - _STEP)
    for place, line in enumerate(Text(text).wrap(Console(width=room, file=stream), room)):
        hanging = " " * (_STEP * bool(place))
        say(f"{inset}{hanging}{line.plain.rstrip()}", TONES[tone], stream)
