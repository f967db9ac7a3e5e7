"""What tlscheck says of a form after a change, and whether that is a confident answer past a word."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.table import rules_for
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

from tests.client_words.forms import Form
from tests.client_words.mutants import NO_WORD, Change, Mutant

_OF_TLS = re.compile(r"ssl|tls|mode|cert|verify|root|ca\b", re.IGNORECASE)


class Said(StrEnum):
    """How sure tlscheck is."""

    REFUSED = "refused"
    UNKNOWN = "unknown, by its name"
    IGNORED = "named as ignored"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of some words."""

    said: Said
    connection: Connection | None = None
    why: str = ""


def reading(form: Form, word: str = "") -> Reading:
    """How tlscheck reads a form, of which `word` may be none."""
    driver, framework = named(form.driver)
    try:
        found = connection(Words(form.text, driver, framework, options=form.options))
    except BadRequest as what:
        return Reading(Said.REFUSED, why=str(what))
    if form.parser == "node" and (why := _never(found)):
        return Reading(Said.REFUSED, found, why)
    if _names(found.unknown, word):
        return Reading(Said.UNKNOWN, found)
    if _names(found.ignored, word):
        return Reading(Said.IGNORED, found)
    return Reading(Said.ANSWERED, found)


def _never(found: Connection) -> str:
    """Why it never connects with these words, "" where it does: pg's parser says so before any server is asked."""
    rules = rules_for(found.driver.family, found.mode, found.root, found.version)
    return rules[0].refuses if len(rules) == 1 else ""


def _names(told: tuple[str, ...], word: str) -> bool:
    """Whether a word is told of: by its name, or as one whose name is not repeated."""
    return any("a word of it" in each or (word and word.casefold() in each.casefold()) for each in told)


def is_confidently_wrong(mutant: Mutant, read: Reading, *, is_accepted: bool | None) -> bool:
    """Whether this answer goes past a word; `is_accepted`: whether the driver's parser takes it; None: unasked."""
    if read.said is not Said.ANSWERED:
        return False
    if mutant.change in NO_WORD:
        return True
    if is_accepted is not None:
        return not is_accepted
    return mutant.change is Change.OTHER_VALUE and bool(_OF_TLS.search(mutant.word))
