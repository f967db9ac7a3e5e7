"""How complete the picture is said to be, against simulated clients: what looks met, and what a log told.

The simulator counts for itself: clients are made one by one, with their own calendar, and each connection is held
against each look. Of the product it asks only what it is to be compared with. 10,000 jobs a shape; fixed and
random grids of looks, with looks lost one by one and by the day. The log's reader is simulated too: lines come up
to a day late, stretches of hours are lost, and logging is turned on or off amid an hour. What is lost of an hour
between others that have lines nobody can notice, and is not simulated.
"""

import random
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tlscheck.ledger.coverage import Completeness, Job, caught
from tlscheck.ledger.logged import Logged, Stretch
from tlscheck.ledger.tally import Tally
from tlscheck.log.event import Connected, LineOrigin

JOBS = 10_000
WORST = 2.0
"""Percentage points by which a probability may be wrong."""

BEGAN = int(datetime(2026, 10, 19, tzinfo=UTC).timestamp())
MINUTE, HOUR, DAY = 60, 3600, 86400
DAYS = (7, 35)
SERVERS = 300

type Starts = Callable[[random.Random, int, int], Iterator[float]]
"""A client's starts, from a first to a last second, in order."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of client as the product words it, and how it is simulated."""

    job: Job
    starts: Starts


def every(period: int, *, aligned: bool = False) -> Starts:
    """Starts at one moment of each period."""

    def starts(chance: random.Random, since: int, until: int) -> Iterator[float]:
        first = chance.random() * period
        at = since - since % period - period * 3 + (first // MINUTE * MINUTE if aligned else first)
        while at < until:
            yield at
            at += period

    return starts


def monthly(chance: random.Random, since: int, until: int) -> Iterator[float]:
    """Starts on one day of each month of the calendar; of a shorter one on its last."""
    day, second = chance.randrange(1, 32), chance.random() * DAY
    month = datetime.fromtimestamp(since, UTC).replace(day=1) - timedelta(days=5)
    for _ in range(5):
        of = min(day, monthrange(month.year, month.month)[1])
        at = month.replace(day=of, hour=0, minute=0, second=0).timestamp() + second
        if at < until:
            yield at
        month = month.replace(day=1) + timedelta(days=32)


def already_there(_: random.Random, since: int, __: int) -> Iterator[float]:
    """One session, opened long before the window."""
    yield since - 60 * DAY


def shape(name: str, period: int, lasts: int, *, aligned: bool = False, starts: Starts | None = None) -> Shape:
    """A shape of whole seconds."""
    job = Job(name, timedelta(seconds=period), timedelta(seconds=lasts), aligned)
    return Shape(job, starts or every(period, aligned=aligned))


SHAPES = [
    shape("nightly, 5 s", DAY, 5),
    shape("nightly, 5 s, on the minute", DAY, 5, aligned=True),
    shape("hourly, 5 s", HOUR, 5),
    shape("hourly, 5 s, on the minute", HOUR, 5, aligned=True),
    shape("nightly, 5 min", DAY, 300),
    shape("weekly, 5 s", 7 * DAY, 5),
    shape("weekly, 20 min", 7 * DAY, 1200),
    shape("monthly, an hour", 31 * DAY, HOUR, starts=monthly),
    shape("pool, 4 hours a day", DAY, 4 * HOUR),
    shape("session older than the window", 120 * DAY, 120 * DAY, starts=already_there),
]


def grids(chance: random.Random, days: int) -> Iterator[tuple[str, list[float]]]:
    """Looks of so many days, each with a name."""
    quarter = 15 * MINUTE
    slots = [BEGAN + quarter * each for each in range(days * 96)]
    fixed = [slot + 20 + chance.random() * 5 for slot in slots]
    spread = [slot + chance.random() * 14 * MINUTE for slot in slots]
    five = [BEGAN + 300 * each + chance.random() * 300 for each in range(days * 288)]
    yield "fixed", fixed
    yield "random", spread
    yield "random, every 5 minutes", sorted(five)
    yield "random, every third lost", [each for each in spread if chance.random() > 1 / 3]
    lost = BEGAN + days * DAY // 2
    yield "random, two days lost", [each for each in spread if not lost <= each < lost + 2 * DAY]
    yield "on the minute, only nights", [slot + 2.0 for slot in slots if slot % DAY < 8 * HOUR]


def is_met(starts: Iterator[float], lasts: int, looks: Sequence[float]) -> bool:
    """Whether any look fell into any of its connections."""
    for start in starts:
        place = bisect_left(looks, start)
        if place < len(looks) and looks[place] < start + lasts:
            return True
    return False


def moment(second: float) -> datetime:
    """As the product has it."""
    return datetime.fromtimestamp(second, UTC)


def detection(chance: random.Random) -> float:
    """The largest error of a probability, in percentage points."""
    worst = 0.0
    for days in DAYS:
        until = BEGAN + days * DAY
        for name, looks in grids(chance, days):
            moments = [moment(int(each)) for each in looks]
            for each in [*SHAPES, *zipf(chance)]:
                lasts = int(each.job.lasts.total_seconds())
                met = sum(is_met(each.starts(chance, BEGAN, until), lasts, looks) for _ in range(JOBS))
                said = caught(each.job, moments, moment(BEGAN), moment(until))
                error = abs(100 * met / JOBS - 100 * said)
                if error > worst:
                    worst = error
                    print(f"  {days} days, {name}: {each.job.name}: said {said:.3f}, met {met / JOBS:.3f}")
    return worst


def zipf(chance: random.Random) -> Iterator[Shape]:
    """Clients whose rates are Zipf's: the n-th connects a n-th as often as the first, which comes each minute."""
    for rank in sorted(chance.sample(range(1, 1440), 3)):
        yield shape(f"every {rank} minutes, 3 s", rank * MINUTE, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a connection: who, when, and when it can be read; never, if that is None."""

    client: int
    at: float
    readable: float | None


def log_of(chance: random.Random, days: int) -> list[Line]:
    """A server's lines: Zipf's clients and a heartbeat a minute; some late by hours, some stretches lost."""
    begun, ends = BEGAN - HOUR, BEGAN + days * DAY + HOUR
    found: list[tuple[int, float]] = [(0, float(each)) for each in range(begun, ends, MINUTE)]
    for rank in range(1, 60):
        # From each minute to once in weeks: the rarest are those that only a whole log has.
        at = begun + chance.expovariate(1 / (rank * rank * 900))
        while at < ends:
            found.append((rank, at))
            at += chance.expovariate(1 / (rank * rank * 900))
    lost: list[tuple[float, float]] = []
    if chance.random() < 0.7:
        begins = [BEGAN + chance.random() * days * DAY for _ in range(chance.randrange(1, 4))]
        lost = [(each, each + chance.uniform(2 * HOUR, DAY)) for each in begins]
    elif chance.random() < 0.5:
        # Turned on in the window's first hour, or off in its last.
        minutes = chance.uniform(MINUTE, HOUR)
        lost = [chance.choice([(begun, BEGAN + minutes), (BEGAN + days * DAY - minutes, ends)])]
    late = chance.choice([0.0, 0.01, 0.2])
    return [
        Line(who, at, _readable(chance, at, lost, late)) for who, at in sorted(found, key=lambda each: each[1])
    ]


def _readable(chance: random.Random, at: float, lost: list[tuple[float, float]], late: float) -> float | None:
    if any(begins <= at < ends for begins, ends in lost):
        return None
    return at + (chance.uniform(HOUR, 20 * HOUR) if chance.random() < late else chance.uniform(0, 60))


def read(lines: Sequence[Line], days: int) -> tuple[set[int], Logged]:
    """Who is in the list after a read each quarter of an hour, from 15 minutes before the last on, and of the
    newest two days each day; and what the log is said to cover, by the product's own count of these lines."""
    until = BEGAN + days * DAY
    got: set[int] = set()
    places = [each.at for each in lines]
    for now in range(BEGAN, until + DAY + 1, 15 * MINUTE):
        since = now - 2 * DAY if (now - BEGAN) % DAY == 0 else now - 30 * MINUTE
        for number in range(bisect_left(places, since - since % HOUR), bisect_left(places, now)):
            readable = lines[number].readable
            if readable is not None and readable <= now:
                got.add(number)
    span = Stretch(moment(BEGAN - HOUR), moment(until + HOUR))
    tally = Tally("server", span)
    origins = (LineOrigin(moment(int(lines[number].at)), "10.0.0.1") for number in got)
    tally.add(Connected(each, "user", "database", "", None) for each in origins)
    return {lines[number].client for number in got}, tally.reading([span]).logged


def claims(chance: random.Random) -> tuple[int, int]:
    """How often the log was said to be complete for the window, and how often that was true."""
    said = held = 0
    for _ in range(SERVERS):
        days = 2
        lines = log_of(chance, days)
        listed, logged = read(lines, days)
        if Completeness((), logged, moment(BEGAN), moment(BEGAN + days * DAY)).is_log_complete:
            said += 1
            held += {each.client for each in lines if BEGAN <= each.at < BEGAN + days * DAY} <= listed
    return said, held


def main() -> None:
    """Print the figures; ends with 1 where one is missed."""
    chance = random.Random(14)  # noqa: S311 - the same each time, and no secret
    worst = detection(chance)
    print(f"figure coverage.detection_error {worst:.2f} percent", flush=True)
    said, held = claims(chance)
    print(f"  of {SERVERS} servers, the logs of {said} were said to be complete")
    print(f"figure coverage.log_claim_held {100 * held / said if said else 0:g} percent", flush=True)
    if worst > WORST or not said or held < said:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
