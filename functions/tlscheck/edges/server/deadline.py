"""A moment by which something must be over, however slowly the other side answers."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock, in seconds."""

    at: float

    @classmethod
    def within(cls, seconds: float) -> Self:
        """That many seconds from now."""
        return cls(time.monotonic() + seconds)

    def or_within(self, seconds: float) -> Self:
        """This deadline, or that many seconds from now when that is sooner."""
        return type(self)(min(self.at, time.monotonic() + seconds))

    def left(self) -> float:
        """Seconds that are left; negative when it has passed."""
        return self.at - time.monotonic()

    def timeout(self) -> float:
        """Seconds that a socket may wait. Raises TimeoutError when the deadline has passed."""
        left = self.left()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


def bounded[Result](call: Callable[[], Result], deadline: Deadline) -> Result:
    """What a call without a time-out of its own returns or raises. Raises TimeoutError past the deadline.

    The call then goes on in a thread that nobody waits for.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, SystemExit too: raised again by the caller
            future.set_exception(error)

    Thread(target=run, daemon=True, name="bounded").start()
    return future.result(timeout=deadline.timeout())


class Invocation(Protocol):
    """What a door asks Lambda's context for."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the function."""
