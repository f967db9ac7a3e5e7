"""The whole answer, as the command prints it: each line of it once, with the situations in which it is printed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tlscheck.drivers.connection import Connection
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About
from tlscheck.survival.client_document import Question
from tlscheck.survival.telling import lines

from tests.recorded_answers.machines import STORES, machine
from tests.recorded_answers.questions import ENDPOINT, Asked, shortened

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is asked, and by which name the client reaches its server; "" for the one in its words."""

    question: Question
    host: str = ""
    is_brief: bool = True
    """Whether a few machines will do."""


SITUATIONS = {
    "0": Situation(Question(About.BOTH, None, "", "", ""), is_brief=False),
    "1": Situation(Question(About.ROTATION, None, "rds-ca-rsa4096-g1", "rds-ca-rsa2048-g1", "")),
    "2": Situation(Question(About.BOTH, None, "rds-ca-ecc384-g1", "", "")),
    "3": Situation(Question(About.ENFORCEMENT, "xx-nowhere-1", "", "", ""), "db.example.com"),
    "4": Situation(Question(About.BOTH, None, "", "", ""), "db.example.com"),
    "5": Situation(Question(About.BOTH, None, "rds-ca-rsa2048-g1", "", ENDPOINT), "10.0.0.7"),
    "6": Situation(Question(About.BOTH, None, "", "", ENDPOINT), "localhost"),
}
_FEW = ("all roots", "RSA 2048's root alone", "no file")
_LETTERS = dict(zip(STORES, "abcdefghi", strict=True))

LEGEND = (
    "# Each line of the answers once, and behind @ where it is printed: a machine's letter, and the numbers of",
    "# what is asked of it; all: everywhere.",
    *(f"# {letter}: {what}" for what, letter in _LETTERS.items()),
    "# 0: all  1: rotation from RSA 2048 to RSA 4096  2: rotation to P-384, enforcement",
    "# 3: enforcement, in a Region without roots, by another name  4: all, by another name",
    "# 5: all, to RSA 2048, at an address, with the endpoint said  6: all, at localhost, with the endpoint said",
)


def whole(asked: Asked) -> Iterator[str]:
    """The lines of a record."""
    found = asked.read()
    printed: dict[str, list[str]] = {}
    count = 0
    for number, situation in SITUATIONS.items():
        for what in _FEW if situation.is_brief else STORES:
            count += 1
            for line in dict.fromkeys(_lines(found, situation, what)):
                printed.setdefault(line, []).append(_LETTERS[what] + number)
    for line, where in printed.items():
        yield f"{line}  @ {_joined(where) if len(where) < count else 'all'}"


def _lines(found: Connection, situation: Situation, what: str) -> Iterator[str]:
    connection = replace(found, host=situation.host) if situation.host else found
    told = answer(connection, situation.question, roots(), machine(what), NOW)
    for line, verdict in lines(told, situation.question):
        yield shortened(line.strip() + (f" [{verdict}]" if verdict else ""))


def _joined(where: list[str]) -> str:
    """a0 a1 b0 as a01 b0."""
    numbers: dict[str, str] = {}
    for each in where:
        numbers[each[0]] = numbers.get(each[0], "") + each[1]
    return " ".join(letter + numbers[letter] for letter in sorted(numbers))
