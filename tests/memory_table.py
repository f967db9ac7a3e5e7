"""The table, without DynamoDB: the same answers to the same steps, some thousand times as fast.

It keeps nouns, not items, and so does not show what items cannot hold: a client's moments are whole hours, and
what Deliver writes of a finding comes from `delivered` and `refused` alone. tests/test_memory_table.py compares it
with the emulator's table, step by step. `now` is its clock, which a test sets: what has expired is read no more,
and lies there until `expire` takes it away, as DynamoDB does within days.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client, Who
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptClient, KeptDatabase, KeptLog, KeptLook, KeptLooks, Remembered
from tlscheck.verdict.steps import Drop, Read, ReadCallers, Reply, Running, Step, Steps, Write

from tests.kept import DAY

type Noun = Client | RememberedFinding | KeptLook | KeptLooks | KeptLog | KeptDatabase


@dataclass(frozen=True, slots=True)
class Row:
    """An item: its noun, its version, when it expires, and whether its last write sent it."""

    noun: Noun
    version: int
    expires_at: datetime | None
    is_due: bool = False


@dataclass(slots=True)
class MemoryTable:
    """A table, and the findings that its stream would have handed on for a hub, in order."""

    memory: timedelta
    now: datetime
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    """Key to sort key to item."""

    sent: list[RememberedFinding] = field(default_factory=list)
    under_way: dict[str, Running] = field(default_factory=dict)

    def apply(self, step: Step) -> Reply:
        """Does one step, and answers as tlscheck.edges.aws.dynamodb.apply does."""
        match step:
            case Read(key):
                return self._read(key)
            case ReadCallers(keys):
                return {key: self._read(key).findings for key in keys if key in self.rows}
            case Write():
                return self._write(step)
            case Drop(KeptClient(client, version)):
                place = _place(client)
                if not self._is_over(place, version):
                    return False
                self.rows.get(place[0], {}).pop(place[1], None)
                return True

    def run[T](self, steps: Steps[T]) -> T:
        """Does all steps, one after the other."""
        try:
            step = next(steps)
            while True:
                step = steps.send(self.apply(step))
        except StopIteration as ended:
            result: T = ended.value
            return result

    def delivered(self, key: str, check: str, sent_at: datetime, at: datetime) -> bool:
        """What Deliver writes of a finding that a hub took."""
        return self._told(key, check, delivered_at=at, delivered=sent_at, refused="")

    def refused(self, key: str, check: str, why: str) -> bool:
        """What Deliver writes of one that it refused."""
        return self._told(key, check, refused=why)

    def begin(self, running: Running) -> None:
        """Registers what is under way."""
        self.under_way[running.id] = running

    def end(self, running: Running) -> None:
        """Takes it away."""
        self.under_way.pop(running.id, None)

    def running(self) -> tuple[Running, ...]:
        """What is under way, by id."""
        return tuple(each for _, each in sorted(self.under_way.items()) if each.until > self.now)

    def expire(self) -> None:
        """Takes away what has expired."""
        for key, rows in self.rows.items():
            self.rows[key] = {sort: row for sort, row in rows.items() if not self._is_expired(row)}

    def copy(self) -> "MemoryTable":
        """Another one that holds the same: rows are frozen."""
        rows = {key: dict(rows) for key, rows in self.rows.items()}
        return MemoryTable(self.memory, self.now, rows, list(self.sent), dict(self.under_way))

    def _read(self, key: str) -> Remembered:
        clients: list[KeptClient] = []
        findings: list[RememberedFinding] = []
        look: KeptLook | None = None
        looks: KeptLooks | None = None
        log: KeptLog | None = None
        database: KeptDatabase | None = None
        for _, row in sorted(self.rows.get(key, {}).items()):
            if self._is_expired(row):
                continue
            match row.noun:
                case Client() as client:
                    clients.append(KeptClient(client, row.version))
                case RememberedFinding() as finding:
                    findings.append(finding)
                case KeptLook() as look:
                    pass
                case KeptLooks() as looks:
                    pass
                case KeptLog() as log:
                    pass
                case KeptDatabase() as database:
                    pass
        return Remembered(key, tuple(clients), tuple(findings), look, database, log=log, looks=looks)

    def _write(self, step: Write) -> bool:
        key, sort = _place(step.noun)
        there = self.rows.get(key, {}).get(sort)
        if not self._is_over((key, sort), step.over):
            return False
        noun = step.noun if isinstance(step.noun, Client) else replace(step.noun, version=step.version)
        expires_at, is_due = self._expiry(noun), False
        match noun, there.noun if there else None:
            case RememberedFinding(), RememberedFinding() as before if step.over is not None:
                # What Deliver wrote stays.
                refused = before.refused if noun.sent else ""
                noun = replace(noun, delivered_at=before.delivered_at, delivered=before.delivered, refused=refused)
                is_due = noun.sent is not None and (before.sent is None or noun.sent.at != before.sent.at)
            case RememberedFinding(), _:
                noun = replace(noun, delivered_at=None, delivered=None, refused="")
                is_due = noun.sent is not None
            case KeptLook(observation=observation), _ if observation.look.sessions:
                noun = replace(noun, observation=replace(observation, look=replace(observation.look, sessions=())))
            case KeptDatabase(database=Gap()), KeptDatabase(database=document) if step.over is not None:
                noun = replace(noun, database=document)
            case KeptDatabase(database=Gap()), _:
                noun = replace(noun, database=Gap(key, "it has no document"))
        if isinstance(noun, KeptDatabase) and expires_at is None and there and step.over is not None:
            expires_at = there.expires_at
        self.rows.setdefault(key, {})[sort] = Row(noun, step.version, expires_at, is_due)
        if is_due and isinstance(noun, RememberedFinding):
            self.sent.append(noun)
        return True

    def _told(self, key: str, check: str, **changes: datetime | str) -> bool:
        rows, sort = self.rows.get(key, {}), f"finding#{check}"
        if sort not in rows:
            return False
        row = rows[sort]
        rows[sort] = replace(row, noun=replace(row.noun, **changes), is_due=False)  # type: ignore[arg-type]
        return True

    def _is_over(self, place: tuple[str, str], version: int | None) -> bool:
        row = self.rows.get(place[0], {}).get(place[1])
        if version is None:
            return row is None or self._is_expired(row)
        return row is not None and row.version == version

    def _is_expired(self, row: Row) -> bool:
        # Time to live is in whole seconds.
        return row.expires_at is not None and int(row.expires_at.timestamp()) <= int(self.now.timestamp())

    def _expiry(self, noun: Noun) -> datetime | None:
        match noun:
            case Client():
                return noun.last_seen + self.memory
            case RememberedFinding():
                return noun.observed_at + 90 * DAY
            case KeptLook() | KeptLooks():
                return (noun.at if isinstance(noun, KeptLook) else noun.moments[-1]) + 90 * DAY
            case KeptLog(logged=logged):
                times = [*logged.rejections.values(), *logged.locked_out.values(), *logged.fallbacks.values()]
                ends = [*(each.until for each in logged.covered), *(each.last for each in times), logged.read_at]
                newest = max((each for each in ends if each), default=None)
                return newest + 90 * DAY if newest else None
            case KeptDatabase(database=Database() as database):
                met = noun.listed_at or database.listed_at
                return met + (30 * DAY if noun.is_listed else self.memory) if met else None
        return None


@cache
def _sort_of(who: Who) -> str:
    return f"client#{who.digest()}"


def _place(noun: Noun) -> tuple[str, str]:
    match noun:
        case Client(who):
            return who.key, _sort_of(who)
        case RememberedFinding(finding):
            return finding.key, f"finding#{finding.check}"
        case KeptLook(key):
            return key, "look"
        case KeptLooks(key):
            return key, "looks"
        case KeptLog(key):
            return key, "log"
        case KeptDatabase(key):
            return key, "database"
