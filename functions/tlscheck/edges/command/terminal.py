"""A terminal, or whatever else standard output is: words of others made harmless, colour where it is wanted."""

import os
import sys
from enum import StrEnum

from tlscheck.wording import harmless

BAD_INPUT = 2
"""The exit code of what could not be read or makes no sense, argparse's own too, and of an answer not written."""


class Colour(StrEnum):
    """As SGR parameters."""

    BAD = "31"
    GOOD = "32"
    UNSURE = "33"
    FAINT = "2"


def say(line: str, colour: Colour | None = None) -> None:
    """Prints one line, however hostile; in colour only on a terminal, and never with NO_COLOR set."""
    text = harmless(line)
    if (
        colour
        and sys.stdout
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    ):
        text = f"\x1b[{colour}m{text}\x1b[0m"
    print(text)  # noqa: T201 - a command speaks to its terminal
