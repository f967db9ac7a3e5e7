"""How far a sweep from a laptop is, on standard error, and only where that is a terminal."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from tlscheck.edges.command.terminal import USUAL_WIDTH, is_coloured, is_drawn_on, width_of
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Sweep
from tlscheck.inventory.database import Database
from tlscheck.ledger.reading_price import ReadingPrice
from tlscheck.reporting.result import BatchResult
from tlscheck.wording import counted, cut, plain

MOST_NAMES = 3
MOST_NAME = 24
_BAR = 15
_OTHERS = 25
"""Columns of a terminal that the figures take, with room between them: `| 1,999/2,000 0:00:12`."""


class ProgressBar:
    """A line that says what is done and what is waited for; a Watcher of the sweep. It is gone in the end."""

    def __init__(self, consent: Callable[[ReadingPrice], bool]) -> None:
        """`consent`: asks whether logs are to be read for that."""
        self._consent = consent
        stream = sys.stderr
        is_there = stream is not None and is_drawn_on(stream)
        self._room = (width_of(stream) if is_there else None) or USUAL_WIDTH
        bar = [BarColumn(bar_width=_BAR)] if self._room >= USUAL_WIDTH else []
        self._shown = Progress(
            SpinnerColumn("line"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            *bar,
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=Console(
                file=stream,
                force_terminal=is_there,
                no_color=not (is_there and is_coloured(stream)),
                markup=False,
                emoji=False,
                highlight=False,
            ),
            transient=True,
            redirect_stdout=False,
            disable=not is_there,
        )
        self._task = self._shown.add_task("", total=None)
        self._waited: dict[str, None] = {}
        self._logs_read = 0
        self._counting = Lock()

    def __enter__(self) -> Self:
        self._shown.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._shown.stop()

    def lists(self, account: Account) -> None:
        """The account is being listed."""
        self._shown.reset(self._task, total=None)
        self._say(f"listing the databases of {account.id}")

    def looks(self, sweep: Sweep, databases: Sequence[str]) -> None:  # noqa: ARG002 - which pass, the bar shows
        """A pass begins over the databases with these names."""
        self._waited, self._logs_read = dict.fromkeys(databases), 0
        self._shown.reset(self._task, total=len(databases))
        self._say_waited()

    def done(self, result: BatchResult) -> None:
        """A batch of them is judged."""
        for each in result.databases:
            self._waited.pop(each.identifier, None)
        self._shown.advance(self._task, len(result.databases))
        self._say_waited()

    def agrees(self, price: ReadingPrice) -> bool:
        """Whether logs are to be read for that; the line makes room for the question."""
        self._shown.stop()
        try:
            return self._consent(price)
        finally:
            self._shown.start()

    def reads(self, database: Database) -> None:  # noqa: ARG002 - whose it was, nobody waits to hear
        """A server's log was read."""
        with self._counting:
            self._logs_read += 1
            self._say_waited()

    def waits(self, until: datetime) -> None:
        """Nobody is looked at before that moment."""
        self._say(f"next at {until.astimezone():%H:%M:%S}; Ctrl-C ends it with what is known by then")

    def stops(self) -> None:
        """Somebody ended it."""
        self._say("ending: gathering what is known by now")

    def _say_waited(self) -> None:
        names = [plain(each, MOST_NAME) for each in list(self._waited)[:MOST_NAMES]]
        rest = len(self._waited) - len(names)
        more = [f"{rest} more"] if rest > 0 else []
        logs = f"{counted(self._logs_read, 'log')} read, " if self._logs_read else ""
        self._say(f"{logs}waiting for {', '.join([*names, *more])}" if names else "judging")

    def _say(self, what: str) -> None:
        room = self._room - _OTHERS - (_BAR if self._room >= USUAL_WIDTH else 0)
        self._shown.update(self._task, description=cut(what, max(1, room)))
