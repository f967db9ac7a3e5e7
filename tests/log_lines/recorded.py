"""Logs that real servers wrote, line by line, each beside what it says: a file of JSON lines for each.

The first line names the version, the form and the prefix; each other one holds a text as the server wrote it (a
line and those that go on with it), and what is to be read from it by what its client did: null for nothing,
`unread` for what is said in another language.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.log_lines.attempts import Says

FOLDER = Path(__file__).parent / "recorded"

PREFIXES: Mapping[str, tuple[str, Collection[int]]] = {
    "rds": ("%t:%r:%u@%d:[%p]:", range(10, 19)),
    "rds-16": ("%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a", (16, 17, 18)),
    "padded": ("%n %-9c<%5p>100%% %10r|%-12u|%20d|%i|%l ", (10, 14, 18)),
    "csv": ("%m [%p] ", (10, 12, 14, 16, 18)),
}
"""RDS's own of both generations (RDS User Guide), one that nobody chose for us, and csvlog's; each with the
versions whose logs are kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text, what it says, and by what attempt."""

    text: str
    says: Says | None
    attempt: str = ""
    is_hostile: bool = False
    """Whether it may as well be said that it is not understood."""


@dataclass(frozen=True, slots=True)
class Record:
    """A server's log."""

    major: int
    form: str
    prefix: str
    lines: tuple[Line, ...]


def write(record: Record) -> None:
    """Keep it."""
    FOLDER.mkdir(exist_ok=True)
    head = {"major": record.major, "form": record.form, "prefix": record.prefix}
    rows = [head, *(asdict(each) for each in record.lines)]
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (FOLDER / f"{record.major}-{record.form}.jsonl").write_text(text)


def records() -> Iterator[Record]:
    """All that were kept, in order."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        head, *rows = (json.loads(line) for line in path.read_text().split("\n") if line)
        yield Record(**head, lines=tuple(Line(**row) for row in rows))
