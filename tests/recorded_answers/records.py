"""Records: files of questions, each with the answer under it, four spaces further in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"


def questions(text: str) -> list[str]:
    """The lines that are asked; # begins a remark, which is kept."""
    return [line for line in text.splitlines() if line and not line.startswith(("#", " "))]


def answered(text: str, answer: Callable[[str], Iterable[str]]) -> str:
    """The same record with the answers of today."""
    return "".join(f"{line}\n" for line in _lines(text, answer))


def _lines(text: str, answer: Callable[[str], Iterable[str]]) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith(" "):
            continue
        yield line
        if line and not line.startswith("#"):
            yield from (f"    {each}" for each in answer(line))


def differences(text: str, answer: Callable[[str], Iterable[str]]) -> Mapping[str, tuple[list[str], list[str]]]:
    """By question what is recorded and what is said today, where the two differ."""
    now = _by_question(answered(text, answer))
    return {line: (said, now[line]) for line, said in _by_question(text).items() if said != now[line]}


def _by_question(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("    "):
            found[next(reversed(found))].append(line[4:])
        elif line and not line.startswith("#"):
            found[line] = []
    return found
