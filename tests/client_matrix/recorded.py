"""What clients did, kept as data: a file of JSON lines for each client and version.

The first line names the client, its driver, its version and the kinds of servers. Each other line holds words,
surroundings, and what came of them at each kind: `TLS`, `plaintext`, the causes of a failure by name, `?` for
an error that says nothing known, null where that was not tried. Ports and paths in the words are those of a world
that does not run (tests.client_matrix.world.stand_in): no record depends on where it was made.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tlscheck.survival.prediction import Cause

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.comparison import Row, predicted
from tests.client_matrix.running import Client, Happened
from tests.client_matrix.world import File, Kind, Surroundings, Trusts, stand_in

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True)
class Seen:
    """One attempt and what came of it."""

    attempt: Attempt
    happened: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that one version of a client did."""

    client: str
    version: tuple[int, ...]
    seen: tuple[Seen, ...]

    @property
    def path(self) -> Path:
        """Its file."""
        version = ".".join(str(part) for part in self.version)
        name = self.client if self.client.endswith(f" {version}") else f"{self.client} {version}"
        return FOLDER / f"{re.sub('[^a-z0-9.]+', '-', name.lower())}.jsonl"

    def rows(self) -> Iterator[Row]:
        """Each beside what the model makes of its words now."""
        world = stand_in()
        for each in self.seen:
            happened, causes = _told(each.happened)
            yield Row(each.attempt, predicted(each.attempt, self.version, world), happened, causes)


def record(client: Client, ran: Iterable[Row], stood_in: Iterable[Attempt]) -> Record:
    """What a client did, in the words of the world that does not run: `stood_in`, one for each row's attempt."""
    words = {str(attempt): attempt for attempt in stood_in}
    return Record(client.name, client.version, tuple(Seen(words[str(row.attempt)], _happened(row)) for row in ran))


def _happened(row: Row) -> str:
    if row.happened.tls is not None:
        return "TLS" if row.happened.tls else "plaintext"
    return "|".join(sorted(cause.name for cause in row.causes)) or "?"


def _told(happened: str) -> tuple[Happened, frozenset[Cause]]:
    if happened in {"TLS", "plaintext"}:
        return Happened(happened == "TLS"), frozenset()
    return Happened(None, happened), frozenset(Cause[name] for name in happened.split("|") if name != "?")


# ------------------------------------------------------------------------------------------------------- files


def write(record: Record) -> None:
    """Its file, anew; in the order in which things are tried."""
    header = {
        "client": record.client,
        "driver": record.seen[0].attempt.driver,
        "version": record.version,
        "servers": list(Kind),
    }
    lines = [header]
    by_words: dict[str, dict[Kind, str]] = {}
    for each in record.seen:
        by_words.setdefault(json.dumps(_words(each.attempt)), {})[each.attempt.server] = each.happened
    for words, happened in by_words.items():
        lines.append(json.loads(words) | {"happened": [happened.get(kind) for kind in Kind]})
    FOLDER.mkdir(exist_ok=True)
    record.path.write_text("".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines))


def _words(attempt: Attempt) -> dict[str, object]:
    around = attempt.surroundings
    said = {"home": around.home, "account": around.account, "system": around.system}
    return {
        "mode": attempt.mode,
        "file": attempt.file,
        **{name: trusts for name, trusts in said.items() if trusts is not Trusts.NOBODY},
        "text": attempt.text,
        **({"options": attempt.options} if attempt.options else {}),
    }


def read(path: Path) -> Record:
    """A record. Raises ValueError, KeyError for a file that is none."""
    header, *lines = (json.loads(line) for line in path.read_text().splitlines())
    kinds = [Kind(each) for each in header["servers"]]
    seen: list[Seen] = []
    for line in lines:
        said = {name: Trusts(line[name]) for name in ("home", "account", "system") if name in line}
        for kind, happened in zip(kinds, line["happened"], strict=True):
            if happened is not None:
                attempt = Attempt(
                    header["client"],
                    header["driver"],
                    kind,
                    line["mode"],
                    File(line["file"]),
                    Surroundings(**said),
                    line["text"],
                    line.get("options", {}),
                )
                seen.append(Seen(attempt, happened))
    return Record(header["client"], tuple(header["version"]), tuple(seen))


def read_all() -> list[Record]:
    """All that are kept."""
    return [read(path) for path in sorted(FOLDER.glob("*.jsonl"))]
