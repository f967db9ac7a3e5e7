"""Stands in for RDS's export of logs: what real servers write reaches the emulated CloudWatch Logs, a bit later.

with Shipper(account, fleet.servers) as shipper:
    shipper.ship()      # and by itself, a few times a second

As RDS does it: only of databases whose export of `postgresql` is on, to /aws/rds/instance/<id>/postgresql, or
/aws/rds/cluster/<cluster>/postgresql of a member, in the stream `<instance>.0`. One event is one entry with the
lines that belong to it, and its timestamp is the entry's own, to the second where log_line_prefix has %t (a sample
of such events: darold/pgbadger, issue 521). Every server's file is there for DescribeDBLogFiles.
"""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.local_aws.emulator.account import EmulatedAccount
from tests.local_aws.fleet.databases import DATABASES, Database
from tests.local_aws.fleet.servers import Servers

_BEGINNING = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?) UTC[ :,]")
_PERIOD = 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a log, with the lines that belong to it."""

    moment: int
    """Milliseconds."""

    text: str
    end: int
    """Where it ends in what was read, its line feed included."""


def group_of(database: Database) -> str:
    """Name of the log group of a database, which members of a cluster share."""
    if database.cluster:
        return f"/aws/rds/cluster/{database.cluster}/postgresql"
    return f"/aws/rds/instance/{database.identifier}/postgresql"


def entries(content: bytes) -> Iterator[Entry]:
    """The entries of whole lines; what stands before the first is of none, and a line without its end waits."""
    begin, moment, at = 0, 0, 0
    for line in content[: content.rfind(b"\n") + 1].split(b"\n")[:-1]:
        found = _BEGINNING.match(line)
        if found:
            if moment:
                yield Entry(moment, _text(content[begin:at]), at)
            parsed = datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC)
            begin, moment = at, int(parsed.timestamp() * 1_000)
        at += len(line) + 1
    if moment:
        yield Entry(moment, _text(content[begin:at]), at)


def _text(lines: bytes) -> str:
    return lines.removesuffix(b"\n").decode(errors="replace")


class Shipper:
    """A context manager: ships until it is left; `lag` is how old (s) what is shipped is at least."""

    def __init__(self, account: EmulatedAccount, servers: Servers, lag: float = 1.0) -> None:
        self._account = account
        self._servers = servers
        self._lag = lag
        self._shipped: dict[str, int] = {}
        self._shipping = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-shipper", daemon=True)

    def __enter__(self) -> Self:
        for database in DATABASES:
            if database.exports_log:
                # The export makes its group as soon as it is on.
                self._account.put_log_events(group_of(database), f"{database.identifier}.0", [], database.region)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def ship(self) -> None:
        """Ship at once all that the servers have written."""
        self._ship(time.time())

    def _run(self) -> None:
        while not self._ended.wait(_PERIOD):
            self._ship(time.time() - self._lag)

    def _ship(self, until: float) -> None:
        with self._shipping:
            streams: dict[str, list[dict[str, Any]]] = {}
            files: dict[str, list[dict[str, str]]] = {}
            name = datetime.now(UTC).strftime("error/postgresql.log.%Y-%m-%d-%H")
            for database in DATABASES:
                server = self._servers.running.get(database.identifier)
                found = self._new(server.log, until) if server is not None else []
                if not found:
                    continue
                text = "".join(f"{entry.text}\n" for entry in found)
                file = {"instance": database.identifier, "name": name, "text": text}
                files.setdefault(database.region, []).append(file)
                if database.exports_log:
                    events = [{"timestamp": entry.moment, "message": entry.text} for entry in found]
                    stream = {"group": group_of(database), "stream": f"{database.identifier}.0", "events": events}
                    streams.setdefault(database.region, []).append(stream)
            for region, appended in files.items():
                self._account.append_db_logs(region, appended)
            for region, shipped in streams.items():
                self._account.put_logs(region, shipped)

    def _new(self, log: Path, until: float) -> list[Entry]:
        """Entries that were not shipped yet."""
        start = self._shipped.get(log.parent.name, 0)
        with log.open("rb") as file:
            file.seek(start)
            found = [entry for entry in entries(file.read()) if entry.moment <= until * 1_000]
        if found:
            self._shipped[log.parent.name] = start + found[-1].end
        return found
