"""The mix of rows, as data: a client, its mode, what its store holds and where, and where the server goes to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tlscheck.trust.trust_store import Authority

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.attempts import SPOKEN
from tests.client_matrix.world import Kind, World
from tests.rehearsing.stores import Place, Placed, Store

FILE = Path(__file__).parent / "rows.txt"
DEFAULT = "(default)"


@dataclass(frozen=True, slots=True)
class Row:
    """One of them."""

    client: str
    """As tests.client_matrix.clients names it."""

    mode: str
    """As that client's words in tests.client_matrix.spoken name it; "" for its default."""

    placed: Placed
    target: Authority

    def attempt(self, world: World) -> Attempt:
        """The client's own words for it. LookupError where the mode has no place for such a store."""
        return attempt(self.client, self.mode, self.placed, world)

    def __str__(self) -> str:
        placed = f"{self.placed.store} | {self.placed.place}"
        return f"{self.client} | {self.mode or DEFAULT} | {placed} | {self.target}"


def read(lines: str) -> Iterator[Row]:
    """The rows of such a file. ValueError for a line that is none."""
    for line in lines.splitlines():
        if line and not line.startswith("#"):
            client, mode, store, place, target = line.split(" | ")
            yield Row(
                client, "" if mode == DEFAULT else mode, Placed(Store(store), Place(place)), Authority(target)
            )


def rows() -> tuple[Row, ...]:
    """All that are rehearsed."""
    return tuple(read(FILE.read_text()))


def attempt(client: str, mode: str, placed: Placed, world: World) -> Attempt:
    """A client in a mode, in its own words: in a world whose servers are one and whose right root is the store."""
    spoken = SPOKEN[client]
    text, options = spoken.speak(world, Kind.GOOD, mode, placed.file)
    return Attempt(client, spoken.driver, Kind.GOOD, mode, placed.file, placed.surroundings, text, options)
