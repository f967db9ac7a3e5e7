"""The mix of rows, as data: a client, its mode, what its store holds and where, and which CA the server goes to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tlscheck.trust.trust_store import Authority

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
