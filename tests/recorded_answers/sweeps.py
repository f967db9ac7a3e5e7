"""Many words, one after the other, each with several values and at several versions of its driver."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tlscheck.inventory.bad_request import BadRequest

from tests.recorded_answers.questions import ENDPOINT, SHORT, Asked, shortened
from tests.recorded_answers.readings import fields_of, refused

WORD = "WORD"
"""What stands for the word that is asked about."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is asked of each word."""

    name: str
    words: str
    """With commas between."""

    values: tuple[object, ...]
    text: str = ""
    """With {} where the word and its value stand; without, they stand among the options."""

    equals: str = "="
    under: str = ""
    """The option that holds them, where that is not the topmost."""

    options: Mapping[str, object] = field(default_factory=dict)
    versions: tuple[str, ...] = ("",)

    def asked(self, word: str, value: object, version: str) -> Asked:
        """One of its questions."""
        if "{}" in self.text:
            text = self.text.replace("{}", f"{word}{self.equals}{value}")
            return Asked(self.name, text, version, self.options)
        inner = self.options.get(self.under, {}) if self.under else self.options
        assert isinstance(inner, Mapping)
        changed = {**inner, word: value}
        return Asked(
            self.name, self.text, version, {**self.options, self.under: changed} if self.under else changed
        )


def swept(line: str) -> Iterator[str]:
    """The lines of a record: words that are treated alike, and under them what becomes of each."""
    read = json.loads(line.replace(SHORT, ENDPOINT))
    sweep = Sweep(**read)
    alike: dict[tuple[str, ...], list[str]] = {}
    for word in sweep.words.split(","):
        alike.setdefault(tuple(_outcomes(sweep, word)), []).append(word)
    for outcomes, words in alike.items():
        yield f"{', '.join(words)}:"
        yield from (f"    {each}" for each in outcomes)


def _outcomes(sweep: Sweep, word: str) -> Iterator[str]:
    at: dict[str, list[str]] = {}
    for version in sweep.versions:
        for value in sweep.values:
            place = f"{version} {json.dumps(value)}".strip()
            at.setdefault(_outcome(sweep.asked(word, value, version), word), []).append(place)
    for outcome, places in at.items():
        yield outcome if len(at) == 1 else f"{outcome}  @ {', '.join(places)}"


def _outcome(asked: Asked, word: str) -> str:
    try:
        found = asked.read()
    except BadRequest as what:
        return _nameless(refused(what), word)
    said = [each for each in fields_of(found) if not each.startswith(("driver ", "host ", "is_url ", "version "))]
    said += [f"{name}: {each}" for name in ("unknown", "ignored", "notes") for each in getattr(found, name)]
    return shortened(_nameless("; ".join(said), word)) or "decides nothing"


def _nameless(text: str, word: str) -> str:
    return re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", WORD, text)
