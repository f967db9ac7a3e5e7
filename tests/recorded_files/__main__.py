"""Writes what is found anew: `python -m tests.recorded_files`."""

from tests.recorded_files.cases import CASES, FIXTURES, again, formats, of_fixtures

if __name__ == "__main__":
    for name in formats():
        (FIXTURES / f"{name}.txt").write_text(of_fixtures(name))
    for path in sorted(CASES.glob("*.txt")):
        path.write_text(again(path.read_text()))
