"""How a command is rehearsed, start by start, and what came of it."""

import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tlscheck.edges.rehearsal.isolation import Exit
from tlscheck.rehearsal.conclusion import Conclusion
from tlscheck.wording import counted


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the command."""

    number: int
    connections: int
    exit: Exit | None
    """None where it went on until it was stopped, or was not told."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Course:
    """How a command is to be rehearsed."""

    port: int
    """The server's, as the command's configuration names it."""

    runs: int
    is_isolated: bool = True
    timeout: float | None = None
    """Seconds of one run; None: a minute."""

    show: Callable[[Run, Sequence[Conclusion]], None] = lambda *_: None
    """Told each run, and what is concluded by then."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    conclusions: Sequence[Conclusion]
    runs: Sequence[Run]
    why: str
    """Why nothing can be told, where no client came; "" otherwise."""

    printed: str
    """The end of what the command printed. It is kept back: it would be the same error again and again."""


def untold(runs: Sequence[Run], names: Sequence[str], course: Course) -> str:
    """Why nothing can be told of a command."""
    if not runs:
        return "nothing is known: it was ended before the command was started"
    last = runs[-1]
    how = f"ended with {_code(last.exit)}" if last.exit else "was stopped"
    if came := sum(each.connections for each in runs):
        return (
            f"nothing is known: the command {how} after {last.seconds:.1f} s, and of "
            f"{counted(came, 'connection')} none went on to TLS "
            "or to a StartupMessage"
        )
    nobody = f"no client came: the command {how} after {last.seconds:.1f} s, and none of its connections arrived."
    if course.is_isolated:
        return (
            f"{nobody} It ran where {' and '.join(names)} led here at port {course.port}, and where nothing else "
            "can be reached: does it connect to that name and port, and not through a daemon or another host that "
            "connects for it?"
        )
    return (
        f"{nobody} It was told the place by PGHOST, PGHOSTADDR and PGPORT, which a program may ignore: then it "
        "went wherever it is configured to go, be that a real database. Without --unisolated it could not"
    )


def _code(ended: Exit) -> str:
    if ended.code >= 0:
        return f"exit code {ended.code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-ended.code).name}"
    return f"signal {-ended.code}"
