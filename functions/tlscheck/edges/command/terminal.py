"""A terminal, or whatever else standard output is: words of others made harmless, colour where it is wanted."""

import os
import sys
from enum import StrEnum
from typing import TextIO

from tlscheck.wording import harmless

BAD_INPUT = 2
"""The exit code of what could not be read or makes no sense, argparse's own too, and of an answer not written."""

USUAL_WIDTH = 80
"""Columns of a terminal that does not say."""

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
    to = stream or sys.stdout
    print(painted(harmless(line), colour, to) if to else line, file=to)


def is_coloured(stream: TextIO) -> bool:
    """Whether it is a terminal whose user takes colours."""
    return is_drawn_on(stream) and not os.environ.get("NO_COLOR")


def is_drawn_on(stream: TextIO) -> bool:
    """Whether it is a terminal that takes more than line after line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def painted(text: str, colour: Colour | None, stream: TextIO) -> str:
    """The text in this colour, where the stream takes one."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour and is_coloured(stream) else text


def width_of(stream: TextIO) -> int | None:
    """Columns of a terminal, or as COLUMNS says; None: it is none, and takes lines of any length."""
    if not stream.isatty():
        return None
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_WIDTH
    except (OSError, ValueError):
        return USUAL_WIDTH
