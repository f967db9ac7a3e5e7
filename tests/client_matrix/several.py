"""Two hosts in one connection string, of which one may fail: what libpq makes of them, run and kept as data.

`python -m tests.client_matrix.several` runs psycopg anew. Each line of the record holds a mode, the two servers in
their order (null: nobody listens there) and what happened, as tests.client_matrix.recorded says it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection
from tlscheck.drivers.words import Words

from tests.client_matrix.attempt import PLAIN, Attempt
from tests.client_matrix.clients import client
from tests.client_matrix.comparison import predicted
from tests.client_matrix.recorded import FOLDER
from tests.client_matrix.spoken.libpq import keywords
from tests.client_matrix.world import HOST, File, Kind, World, stand_in, world

NAME = "psycopg"
RECORD = FOLDER / "several" / "psycopg-18.jsonl"
_SERVERS = (Kind.GOOD, Kind.OTHER_CA, Kind.WRONG_NAME, Kind.OFF, Kind.ENFORCED, None)
_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
_CLOSED = "1"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers, as one client is told of them."""

    mode: str
    servers: tuple[Kind | None, Kind | None]

    def text(self, here: World) -> str:
        """libpq's keywords."""
        words, _ = keywords(here, Kind.GOOD, self.mode, _file(self.mode))
        ports = ",".join(str(here.ports[each]) if each else _CLOSED for each in self.servers)
        alone = f"host='{HOST}' port='{here.ports[Kind.GOOD]}'"
        assert alone in words
        return words.replace(alone, f"host='{HOST},{HOST}' port='{ports}' connect_timeout='10'")

    def of_each(self, version: tuple[int, ...]) -> Iterator[str]:
        """What the model says of each host by itself."""
        here = stand_in()
        for each in self.servers:
            if each is None:
                yield "fails"
                continue
            words, _ = keywords(here, each, self.mode, _file(self.mode))
            said = predicted(Attempt(NAME, NAME, each, self.mode, _file(self.mode), PLAIN, words), version, here)
            assert said.is_known, self
            yield ("TLS" if said.is_encrypted else "plaintext") if said.connects else "fails"

    def expected(self, version: tuple[int, ...]) -> str:
        """libpq takes the first that it can log in to."""
        return next((each for each in self.of_each(version) if each != "fails"), "fails")

    def hosts_read(self) -> int:
        """How many hosts the model finds in these words."""
        return 1 + len(connection(Words(self.text(stand_in()), Driver.PSYCOPG)).others)


def _file(mode: str) -> File:
    return File.RIGHT if mode.startswith("verify") else File.NONE


def pairs() -> list[Pair]:
    """All of them."""
    return [Pair(mode, servers) for mode, servers in product(_MODES, product(_SERVERS, _SERVERS))]


def run(here: World) -> dict[Pair, str]:
    """What psycopg does with each. AssertionError where it is not here."""
    found = client(NAME, here)
    assert found
    tried = pairs()
    attempts = [Attempt(NAME, NAME, Kind.GOOD, each.mode, File.NONE, PLAIN, each.text(here)) for each in tried]
    said = found.run(here, PLAIN, attempts)
    told = ["fails" if each.tls is None else "TLS" if each.tls else "plaintext" for each in said]
    return dict(zip(tried, told, strict=True))


def read() -> dict[Pair, str]:
    """What is kept."""
    lines = [json.loads(line) for line in RECORD.read_text().splitlines()]
    return {
        Pair(line["mode"], (_kind(line["servers"][0]), _kind(line["servers"][1]))): line["happened"]
        for line in lines
    }


def _kind(name: str | None) -> Kind | None:
    return Kind(name) if name else None


def main() -> None:
    """Runs them and keeps what happened."""
    with world() as here:
        happened = run(here)
    RECORD.parent.mkdir(exist_ok=True)
    lines = ({"mode": each.mode, "servers": each.servers, "happened": what} for each, what in happened.items())
    RECORD.write_text("".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines))


if __name__ == "__main__":
    main()
