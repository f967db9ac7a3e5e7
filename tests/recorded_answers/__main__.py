"""Answers every question of the records anew. What changed is read in the diff, each sentence of it."""

from tests.recorded_answers.answers import whole
from tests.recorded_answers.questions import of_line
from tests.recorded_answers.readings import reading
from tests.recorded_answers.records import FOLDER, answered


def main() -> None:
    """Writes the records."""
    for path in sorted(FOLDER.glob("words/*.txt")):
        path.write_text(answered(path.read_text(), lambda line: reading(of_line(line))))
    for path in sorted(FOLDER.glob("answers/*.txt")):
        path.write_text(answered(path.read_text(), lambda line: whole(of_line(line))))


if __name__ == "__main__":
    main()
