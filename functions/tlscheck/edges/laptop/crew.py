"""Work done side by side by threads that nobody has to wait for, and Ctrl-C, which ends the waiting for it.

Threads of a ThreadPoolExecutor are joined when Python ends, however long a socket keeps them; these are not.
"""

import signal
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import FrameType, TracebackType
from typing import Any, Self

TICK_SECONDS = 0.1
"""How soon Ctrl-C is noticed."""


class Interruption:
    """Ctrl-C while this is entered: the first is noted, so that what is known can be gathered; the second is not
    waited for, it raises KeyboardInterrupt. Where SIGINT is ignored, or another thread sweeps, nothing changes."""

    def __init__(self) -> None:
        self.over = Event()
        """Set once somebody has had enough: whoever waits for something beside us may look here."""

        self.missed: set[str] = set()
        """Who was waited for in vain when it was."""

        self._is_wanted = False
        self._before: Any = None

    def __enter__(self) -> Self:
        try:
            self._before = signal.getsignal(signal.SIGINT)
            if self._before is not signal.SIG_IGN:
                signal.signal(signal.SIGINT, self._note)
        except ValueError:  # not the main thread
            self._before = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._before not in {None, signal.SIG_IGN}:
            signal.signal(signal.SIGINT, self._before)

    def came(self) -> bool:
        """Whether Ctrl-C was pressed."""
        if self._is_wanted and not self.over.is_set():
            self.over.set()
        return self._is_wanted

    def slept(self, seconds: float) -> bool:
        """Whether so long passed without it."""
        until = time.monotonic() + seconds
        while not self.came() and (left := until - time.monotonic()) > 0:
            time.sleep(min(TICK_SECONDS, left))
        return not self._is_wanted

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        # No lock may be taken here: the thread that is interrupted may hold it.
        if self._is_wanted:
            signal.signal(signal.SIGINT, self._before)
            raise KeyboardInterrupt
        self._is_wanted = True


def alone[Result](call: Callable[[], Result], interruption: Interruption) -> Result:
    """What a call returns or raises. Raises KeyboardInterrupt as soon as somebody presses Ctrl-C."""
    for _, future in done(begun({"": call}, 1), interruption):
        return future.result()
    raise KeyboardInterrupt


def begun[Key: Hashable, Result](
    calls: Mapping[Key, Callable[[], Result]], at_once: int
) -> dict[Key, Future[Result]]:
    """All of them, so many at a time, in their order; a future that is cancelled is not begun any more."""
    futures: dict[Key, Future[Result]] = {key: Future() for key in calls}
    waiting: SimpleQueue[tuple[Future[Result], Callable[[], Result]]] = SimpleQueue()
    for key, call in calls.items():
        waiting.put((futures[key], call))
    for _ in range(min(at_once, len(calls))):
        Thread(target=_work, args=(waiting,), daemon=True, name="crew").start()
    return futures


def done[Key: Hashable, Result](
    futures: Mapping[Key, Future[Result]],
    interruption: Interruption,
    grace: float = 0.0,
    stops: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Key, Future[Result]]]:
    """Each as it is over; after Ctrl-C those that are over within `grace` seconds; `stops` is told."""
    keys = {future: key for key, future in futures.items()}
    until: float | None = None
    while keys and (until is None or time.monotonic() < until):
        over, _ = wait(keys, TICK_SECONDS, FIRST_COMPLETED)
        for each in over:
            yield keys.pop(each), each
        if until is None and interruption.came():
            stops()
            until = time.monotonic() + grace
            keys = {each: key for each, key in keys.items() if not each.cancel()}


def _work(waiting: "SimpleQueue[tuple[Future[Any], Callable[[], Any]]]") -> None:
    while True:
        try:
            future, call = waiting.get_nowait()
        except Empty:
            return
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whatever it is: raised again by who asks for the result
            future.set_exception(error)
