"""How far a sweep from a laptop is, on standard error, and only where that is a terminal."""

import sys
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tlscheck.edges.command.terminal import is_coloured, is_drawn_on
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Sweep
from tlscheck.reporting.result import BatchResult
from tlscheck.wording import plain

MOST_NAMES = 3
MOST_NAME = 24


class ProgressBar:
    """A line that says what is done and what is waited for; a Watcher of the sweep. It is gone in the end."""

    def __init__(self) -> None:
        stream = sys.stderr
        is_there = stream is not None and is_drawn_on(stream)
        self._shown = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(
                file=stream,
                force_terminal=is_there,
                no_color=not (is_there and is_coloured(stream)),
                markup=False,
                emoji=False,
                highlight=False,
            ),
            transient=True,
            disable=not is_there,
        )
        self._task = self._shown.add_task("", total=None)
        self._account = ""
        self._waited: dict[str, None] = {}

    def __enter__(self) -> Self:
        self._shown.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._shown.stop()

    def lists(self, account: Account) -> None:
        """The account is being listed."""
        self._account = account.id
        self._shown.reset(self._task, total=None)
        self._say("listing its databases")

    def looks(self, sweep: Sweep, databases: Sequence[str]) -> None:  # noqa: ARG002 - which pass, the bar shows
        """A pass begins over the databases with these names."""
        self._waited = dict.fromkeys(databases)
        self._shown.reset(self._task, total=len(databases))
        self._say_waited()

    def done(self, result: BatchResult) -> None:
        """A batch of them is judged."""
        for each in result.databases:
            self._waited.pop(each.identifier, None)
        self._shown.advance(self._task, len(result.databases))
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
        self._say(f"waiting for {', '.join([*names, *more])}" if names else "judging")

    def _say(self, what: str) -> None:
        self._shown.update(self._task, description=f"{self._account}: {what}")
