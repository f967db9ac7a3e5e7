"""Answers every question of the records anew. What changed is read in the diff, each sentence of it."""

from tests.recorded_answers.kinds import KINDS
from tests.recorded_answers.records import FOLDER, answered


def main() -> None:
    """Writes the records."""
    for pattern, answer in KINDS.items():
        for path in sorted(FOLDER.glob(pattern)):
            path.write_text(answered(path.read_text(), answer))


if __name__ == "__main__":
    main()
