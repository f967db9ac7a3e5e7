"""Stories of several sweeps at once: played step by step, and compared with the same looks one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from tlscheck.inventory.database import Database
from tlscheck.ledger.bounds import ledger_of
from tlscheck.ledger.client import Client, Trace, Who
from tlscheck.ledger.log_joining import join
from tlscheck.ledger.logged import Fallback, Hole, LeftOut, LockedOut, Logged, Met, Reading, Stretch
from tlscheck.ledger.sightings import sightings
from tlscheck.log.event import Rejection
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.news import is_news_of_log
from tlscheck.verdict.remembered import Remembered
from tlscheck.verdict.remembering import remember
from tlscheck.verdict.steps import Read
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome, Observation

from tests.examples import NOT_ENFORCED, NOW, database, handshake, look, observation, sessions
from tests.interleaving.rules import RULES
from tests.interleaving.sweeps import Depths, Played, Plot, hand_of, play
from tests.interleaving.tables import Table, put
from tests.memory_table import MemoryTable

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
STANDING = frozenset({Status.FAILED, Status.WARNING})

LOOKS: dict[str, Observation] = {
    "legacy comes without TLS": observation(look=look(sessions("legacy", tls=False), sessions())),
    "legacy comes with TLS": observation(look=look(sessions("legacy"), sessions())),
    "its certificate has expired": observation(
        handshake=handshake(HandshakeOutcome.EXPIRED, "it expired"), look=look(outcome=LookOutcome.NOT_TRIED)
    ),
    "the probe timed out": observation(
        handshake=handshake(HandshakeOutcome.TIMED_OUT, "no answer", chain=()),
        look=look(outcome=LookOutcome.NOT_TRIED),
    ),
    "sessions are hidden": observation(look=look(outcome=LookOutcome.NEEDS_PG_MONITOR, detail="needs pg_monitor")),
}
LISTED: dict[str, Database] = {"enforced": database(), "not enforced": database(force_ssl=NOT_ENFORCED)}


def logs(key: str) -> tuple[Reading, ...]:
    """What sweeps may read of the server's log: parts of it, which overlap, and nothing."""
    nightly = Who(key, "orders", "app", "nightly")
    earlier, later = Trace(NOW - 9 * HOUR, NOW - 9 * HOUR), Trace(NOW - 2 * HOUR, NOW - 2 * HOUR)
    spelled = Who(key, "orders", "app", "")
    fallback = Fallback("10.0.0.5", "app", "orders", "nightly")
    early, late = Met(NOW - 9 * HOUR, NOW - 8 * HOUR), Met(NOW - 2 * HOUR, NOW - 2 * HOUR)
    turned_away = LockedOut("10.0.0.6", "app", "orders")
    rejected = Rejection.UNKNOWN_CA, "10.0.0.5"

    def covered(since: int, until: int) -> Stretch:
        return Stretch(NOW - since * HOUR, NOW - until * HOUR)

    return (
        Reading(),
        Reading(),
        Reading(
            (Client(nightly, None, None, None, earlier),),
            Logged(
                (covered(12, 6),),
                (Hole(covered(6, 0), "budget"),),
                {rejected: early},
                {turned_away: early},
                {fallback: early},
            ),
        ),
        Reading(
            (Client(nightly, None, None, later, earlier), Client(spelled, None, None, later)),
            Logged(
                (covered(9, 1),),
                (Hole(covered(12, 9), "throttled"),),
                {rejected: late},
                {turned_away: late},
                {fallback: late},
            ),
        ),
        Reading(
            (),
            Logged(
                (),
                (Hole(covered(36, 0), "denied"),),
                unread={"cut": NOW - 6 * HOUR},
                left_out={LeftOut.REFUSALS: NOW - 3 * HOUR},
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What happens in a story, all of it decided by its number."""

    begun: Plot
    plots: tuple[Plot, ...]
    order: tuple[int, ...]
    ticks: tuple[timedelta, ...]
    cut: int | None = None
    """The sweep that is cut off after these steps."""

    expires: bool = False
    """Whether a client that was not seen for 400 days is taken away amid them."""


def setting(number: int, sweeps: int) -> Setting:
    """The setting of a story of so many sweeps."""
    random = Random(number)  # noqa: S311 - no secret
    name = f"db-{sweeps}-{number}"

    def plot(called: str, *depths: Depths) -> Plot:
        listed = replace(random.choice(list(LISTED.values())), resource_id=name)
        return Plot(called, random.choice(depths), random.choice(list(LOOKS.values())), listed)

    begun = plot("first", Depths.FULL)
    often = (Depths.FULL, Depths.SAMPLE, Depths.SAMPLE, Depths.FULL)
    plots = [plot(f"sweep {index}", *often) for index in range(sweeps)]
    if sweeps > 2 and random.random() < 0.2:
        plots[-1] = replace(plots[-1], depth=Depths.ARCHIVE)
    which = Random(f"logs of {number}")  # noqa: S311 - no secret
    if len({each.listed.force_ssl for each in (begun, *plots)}) == 1:
        # Else what counts of the log goes by when the server was known to refuse it, and not by the newest alone.
        plots = [replace(each, log=which.choice(logs(each.listed.key))) for each in plots]
    steps = 14 * sweeps
    return Setting(
        begun,
        tuple(plots),
        tuple(random.randrange(sweeps) for _ in range(steps)),
        tuple(timedelta(seconds=random.choice((1, 2, 5, 30, 300, 1500, 3000))) for _ in range(20 * steps)),
        cut=random.randrange(sweeps) if random.random() < 0.2 else None,
        expires=random.random() < 0.2,
    )


def faults(story: Setting, made: Callable[[datetime], Table]) -> list[str]:
    """What is not as it must be once the story is told on a table; `made` makes an empty one."""
    table = made(NOW - DAY)
    begin(table, story.begun)
    serial = MemoryTable(RULES.memory, NOW - DAY)
    begin(serial, story.begun)
    played = together(table, story)
    at = table.now
    in_turn(serial, played)
    serial.now = table.now = at
    return [
        *_of_clients(table, serial, story, played),
        *_of_log(table, serial, story, played),
        *_of_findings(table, serial, story, played),
    ]


def begin(table: Table, begun: Plot) -> None:
    """Leaves what one full sweep saw a day ago, and a client that is forgotten since an hour ago."""
    long_ago = NOW - RULES.memory - HOUR
    key = begun.listed.key
    yearly = Client(Who(key, "orders", "app", "yearly"), None, Trace(long_ago, long_ago, {"10.0.9.9": long_ago}))
    put(table, yearly, 1)
    played = Played(begun)
    for _ in play(begun, table, played):
        table.now += timedelta(seconds=20)
    table.now = NOW


def together(table: Table, story: Setting) -> list[Played]:
    """The sweeps at once; what remains of any when the order ends is done in turn."""
    played = [Played(plot) for plot in story.plots]
    running = [play(each.plot, table, each) for each in played]
    ticks = iter(story.ticks)
    for number, index in enumerate(story.order):
        if story.expires and number == len(story.order) // 2:
            table.expire()
        _step(table, played[index], running[index], ticks)
    if story.cut is not None:
        played[story.cut].is_cut = not played[story.cut].is_over
    for each, rest in zip(played, running, strict=True):
        while not each.is_over and not each.is_cut:
            _step(table, each, rest, ticks)
    return played


def in_turn(table: Table, played: Sequence[Played]) -> None:
    """The looks of all sweeps that ended, one sweep after the other in the order in which they looked."""
    for looked_at, each in sorted(
        ((each.looked_at, each) for each in played if each.looked_at and not each.is_cut), key=lambda pair: pair[0]
    ):
        table.now = looked_at
        listed = each.listed or each.plot.listed
        table.run(remember(hand_of(each.plot, listed, looked_at, is_contended=True)))


def remembered(table: Table, key: str) -> Remembered:
    """All that the table holds of the database."""
    answer = table.apply(Read(key))
    if not isinstance(answer, Remembered):
        raise TypeError("what is read is remembered")
    return answer


def said(found: Remembered) -> dict[CheckId, tuple[Status, str, bool]]:
    """What every finding that is not archived says, and whether it stands unseen.

    Not what of the log it does not believe: a look that was overtaken is judged by what the newest does.
    """
    return {
        each.finding.check: (
            each.finding.status,
            each.finding.reason.partition(" Not counted, as ")[0].partition(" Not believed, as ")[0],
            each.not_observed_since is not None,
        )
        for each in found.findings
        if each.archived_at is None
    }


def _of_clients(table: Table, serial: Table, story: Setting, played: Sequence[Played]) -> Iterator[str]:
    key = story.begun.listed.key
    here = ledger_of(each.client for each in remembered(table, key).clients)
    there = ledger_of(each.client for each in remembered(serial, key).clients)
    cut = [each for each in played if each.is_cut and each.looked_at]
    is_archived = any(each.plot.depth is Depths.ARCHIVE for each in played)
    if not cut and not is_archived:
        if here != there:
            yield f"clients: {here} and not {there}"
        return
    most = there
    for each in cut:
        if each.looked_at:
            seen = sightings(key, each.plot.observation.look, each.looked_at)
            most = ledger_of((*most, *seen, *each.plot.log.clients))
    # A sample leaves nothing of a database that is not listed any more.
    if not is_archived and ledger_of((*here, *there)) != here:
        yield f"clients lost: {here} without {there}"
    if ledger_of((*most, *here)) != most:
        yield f"clients made up: {here} beyond {most}"


def _of_log(table: Table, serial: Table, story: Setting, played: Sequence[Played]) -> Iterator[str]:
    """What is not worth a write within the hour may be missing: the next sweep reads it again."""
    key = story.begun.listed.key
    here, there = remembered(table, key).log, remembered(serial, key).log
    if any(each.is_cut or each.plot.depth is Depths.ARCHIVE for each in played):
        for kept in (here, there):
            if kept and kept.logged.covered and not kept.logged.rejections:
                yield f"log: {kept}"
        return
    read = Logged()
    for each in played:
        read = join(read, each.plot.log.logged)
    for kept in (here, there):
        if (kept is None) != (read == Logged()) or (kept and is_news_of_log(kept, replace(kept, logged=read))):
            yield f"log: {kept} and not {read}"


def _of_findings(table: Table, serial: Table, story: Setting, played: Sequence[Played]) -> Iterator[str]:
    key = story.begun.listed.key
    ended = [each for each in played if not each.is_cut]
    found = remembered(table, key)
    archives = _listed(ended, Depths.ARCHIVE)
    if archives:
        newest = max(archives)
        if any(
            newest < each.listed.listed_at
            for each in played
            if each.is_cut and each.listed and each.listed.listed_at
        ):
            return
        is_gone = newest > max(_listed(ended, Depths.FULL), default=NOW - DAY)
        if is_gone and (said(found) or found.database is None or found.database.is_listed):
            yield f"it is gone, and says {said(found)}"
        if not is_gone and (found.database is None or not found.database.is_listed):
            yield "it is back, and not listed"
        return
    here, there = said(found), said(remembered(serial, key))
    if any(each.is_cut for each in played):
        # What the sweep that was cut off saw may count or not; another that was newer must.
        return
    for check in sorted(here.keys() | there.keys()):
        if here.get(check) != there.get(check):
            yield f"{check}: {here.get(check)} and not {there.get(check)}"


def _listed(played: Sequence[Played], depth: Depths) -> list[datetime]:
    listed = (each.listed for each in played if each.plot.depth is depth)
    return [each.listed_at for each in listed if each and each.listed_at]


def _step(table: Table, played: Played, running: Iterator[None], ticks: Iterator[timedelta]) -> None:
    if not played.is_over and not played.is_cut:
        table.now += next(ticks)
        next(running, None)
