"""A moment by which something must be over, however slowly the other side answers."""

import time
from dataclasses import dataclass
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


class Invocation(Protocol):
    """What a door asks Lambda's context for."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the function."""
