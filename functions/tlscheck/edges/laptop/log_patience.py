"""CloudWatch Logs asked from here: no faster than a Region answers, and for as long as it takes."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from tlscheck.edges.aws.cloudwatch_logs import DESCRIBE
from tlscheck.edges.log_pace import LogPace
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.ledger.reading_price import CALLS_A_SECOND

DESCRIPTIONS_A_SECOND = 8.0
"""Of the ten that the service allows of DescribeLogGroups."""

LONGEST_WAIT = 20.0
"""Seconds to the next try, of a Region that throttles."""

SILENCE = 300.0
"""Seconds of nothing but being throttled, after which a call is given up: somebody else has it all."""


def nobody(_: Database) -> None:
    """Is told, and tells nobody."""


@dataclass(slots=True)
class _Turns:
    """When who may ask next, by call and Region."""

    lock: Lock = field(default_factory=Lock)
    free: dict[tuple[str, str], float] = field(default_factory=dict)
    """Of time.monotonic()."""

    def taken(self, turn: tuple[str, str], seconds: float) -> float:
        """Seconds to wait for a turn, after which the next one is so many seconds later."""
        with self.lock:
            now = time.monotonic()
            at = max(now, self.free.get(turn, now))
            self.free[turn] = at + seconds
            return at - now

    def put_off(self, turn: tuple[str, str], seconds: float) -> None:
        """Nobody has a turn before so many seconds have passed."""
        with self.lock:
            self.free[turn] = max(time.monotonic() + seconds, self.free.get(turn, 0.0))


@dataclass(frozen=True, slots=True)
class PatientPace(LogPace):
    """Reads to the end, whatever is throttled; all threads of a sweep share it."""

    seconds: float = math.inf
    before_judging: float = math.inf
    at_once: int = 5
    stop: Event = field(default_factory=Event)
    """Set by whoever has had enough."""

    told: Callable[[Database], None] = nobody
    """By several threads."""

    turns: _Turns = field(default_factory=_Turns)

    @property
    def is_stopped(self) -> bool:
        """As `stop` has it."""
        return self.stop.is_set()

    def asked[T](self, call: str, region: str, ask: Callable[[], T]) -> T:
        """The answer, where it is throttled after ever longer waits: all who ask the same of the Region wait."""
        began, wait, turn = time.monotonic(), 1.0, (call, region)
        while True:
            self.stop.wait(self.turns.taken(turn, 1 / _rate(call)))
            answer = ask()
            if not _is_throttled(answer) or self.is_stopped or time.monotonic() - began > SILENCE:
                return answer
            self.turns.put_off(turn, wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def read(self, database: Database) -> None:
        """Tells it on."""
        self.told(database)


def _rate(call: str) -> float:
    return DESCRIPTIONS_A_SECOND if call == DESCRIBE else CALLS_A_SECOND


def _is_throttled(answer: object) -> bool:
    return isinstance(answer, Gap) and answer.cause is GapCause.THROTTLED
