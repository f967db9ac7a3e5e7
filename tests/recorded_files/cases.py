"""Documents and what is found in them, as they are recorded.

    === file database.yml driver=libpq: why it is here
    (the document)
    === is
    (what is found in it)

The first word says who reads it: `file` the whole format, `tree` and `code` the syntax alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tlscheck.drivers import table
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import located
from tlscheck.inventory.bad_request import BadRequest

from tests.recorded_files.shown import of_code, of_connections, of_tree

FOLDER = Path(__file__).parent
CASES = FOLDER / "cases"
FIXTURES = FOLDER / "fixtures"
FILES = FOLDER.parent / "fixtures" / "client_files"
_HEAD = re.compile(r"=== (?P<reader>file|tree|code) (?P<name>\S+?)(?: driver=(?P<driver>\S+?))?: (?P<title>.*)\n")
_IS = "=== is\n"


@dataclass(frozen=True)
class Case:
    """A document, and what was found in it."""

    head: str
    title: str
    reader: str
    name: str
    driver: str
    text: str
    found: str

    def now(self) -> str:
        """What is found in it by the code as it is."""
        try:
            return "".join(f"{line}\n" for line in self._lines())
        except BadRequest as refused:
            return f"refused: {refused}\n"

    def _lines(self) -> Iterator[str]:
        if self.reader == "tree":
            return of_tree(self.name, self.text)
        if self.reader == "code":
            return of_code(self.name, self.text)
        given = Words(self.text, table.driver(self.driver) if self.driver else None)
        return of_connections(located(Configuration(given, "" if self.name == "pasted" else self.name)))


def cases(text: str) -> Iterator[Case]:
    """Those of a file."""
    heads = [*_HEAD.finditer(text)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        document, _, found = text[head.end() : end].partition(_IS)
        yield Case(head[0], head["title"], head["reader"], head["name"], head["driver"] or "", document, found)


def again(text: str) -> str:
    """A file with what is found now."""
    return "".join(f"{case.head}{case.text}{_IS}{case.now()}" for case in cases(text))


def formats() -> list[str]:
    """The folders of files of clients."""
    return sorted(path.name for path in FILES.iterdir())


def of_fixtures(name: str) -> str:
    """What is found in the files of a format."""
    told = ""
    for path in sorted((FILES / name).iterdir()):
        case = Case("", "", "file", path.name, "", path.read_text(), "")
        told += f"=== {path.name}\n{case.now()}"
    return told
