"""The kinds of records, by where they lie, and what answers their questions."""

from collections.abc import Callable, Iterable, Mapping

from tests.recorded_answers.answers import whole
from tests.recorded_answers.documents import documented, handshaken
from tests.recorded_answers.questions import of_line
from tests.recorded_answers.readings import reading
from tests.recorded_answers.sweeps import swept
from tests.recorded_answers.tables import carried, rows, whose

KINDS: Mapping[str, Callable[[str], Iterable[str]]] = {
    "words/*.txt": lambda line: reading(of_line(line)),
    "sweeps/*.txt": swept,
    "answers/*.txt": lambda line: whole(of_line(line)),
    "rows.txt": rows,
    "names.txt": whose,
    "carried.txt": carried,
    "documents.txt": documented,
    "handshakes.txt": handshaken,
}
