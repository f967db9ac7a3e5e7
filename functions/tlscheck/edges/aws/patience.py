"""How long a Region is asked: one that says nothing, or takes for ever, costs its own answers and not the sweep.

botocore's retries count attempts. Ten of thirty seconds each are right for a Region that throttles, and five
minutes too many for one that hangs. So the time is looked at before each attempt.
"""

from time import monotonic
from types import TracebackType
from typing import Any, Self

from tlscheck.edges.aws.refusals import reason

SILENCE = 45
"""Seconds without any answer, after which nothing more is asked: then one more call may be under way."""

AT_ALL = 180
"""Seconds for all questions to a Region."""


class LostPatience(Exception):  # noqa: N818 - what happened, in words that become a reason
    """The Region is not waited for any longer; the message says why. None of botocore's own: it is not retried."""


class Patience:
    """Watches what one client sends and gets, from `with` to its end. Its threads share it."""

    def __init__(self, client: Any) -> None:
        self._events = client.meta.events
        self._began = self._heard = monotonic()
        self._last: Exception | None = None

    def __enter__(self) -> Self:
        self._began = self._heard = monotonic()
        self._events.register_first("before-send", self._before)
        self._events.register_first("response-received", self._after)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._events.unregister("before-send", self._before)
        self._events.unregister("response-received", self._after)

    def _before(self, **_: Any) -> None:
        now = monotonic()
        if now - self._began > AT_ALL:
            raise LostPatience(f"the Region was asked for {AT_ALL} seconds")
        if now - self._heard > SILENCE:
            last = f" ({reason(self._last)})" if self._last else ""
            raise LostPatience(f"the Region gave no answer for {SILENCE} seconds{last}")

    def _after(self, parsed_response: Any = None, exception: Exception | None = None, **_: Any) -> None:
        if parsed_response is not None:
            self._heard = monotonic()
        elif not isinstance(exception, LostPatience):
            self._last = exception
