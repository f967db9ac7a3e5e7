"""A terminal, or whatever else standard output is: words of others made harmless, colour where it is wanted."""

import os
import sys
from enum import StrEnum
from typing import TextIO

from tlscheck.wording import harmless

BAD_INPUT = 2
"""The exit code of what could not be read or makes no sense, argparse's own too, and of an answer not written."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it (128 and SIGINT's number), whatever was known by then."""


class Colour(StrEnum):
    """As SGR parameters."""

    BAD = "31"
    GOOD = "32"
    UNSURE = "33"
    FAINT = "2"


def say(line: str, colour: Colour | None = None, stream: TextIO | None = None) -> None:
    """Prints one line, however hostile, to standard output or another stream; in colour only on a terminal, and
    never with NO_COLOR set."""
    text = harmless(line)
    to = stream or sys.stdout
    if colour and to and to.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        text = f"\x1b[{colour}m{text}\x1b[0m"
    print(text, file=to)
