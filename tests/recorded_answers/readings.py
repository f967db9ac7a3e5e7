"""What becomes of a client's words: the connection that is read, what happens to it, and what to write."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from hashlib import sha256

from tlscheck.drivers.connection import Connection, Host
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About, Survival
from tlscheck.survival.client_document import Question

from tests.recorded_answers.machines import machine
from tests.recorded_answers.questions import Asked, shortened

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_BY_THEMSELVES = ("unknown", "ignored", "notes")
"""Fields that have a line of their own."""

_VERDICTS = {Survival.SURVIVES: "goes", Survival.DOES_NOT: "FAILS", Survival.UNKNOWN: "unknown"}


def reading(asked: Asked) -> Iterator[str]:
    """The lines of a record that answer these words."""
    try:
        found = asked.read()
    except BadRequest as what:
        yield refused(what)
        return
    yield shortened("; ".join(fields_of(found)))
    for name in _BY_THEMSELVES:
        for each in getattr(found, name):
            yield shortened(f"{name}: {each}")
    if not found.unknown:
        yield from map(shortened, _outcome(found))


def refused(what: BadRequest) -> str:
    """A refusal as a record has it."""
    return shortened(f"refused: {what}".replace("(nothing of it is repeated here)", "(...)"))


def fields_of(found: Connection) -> Iterator[str]:
    """The fields that are not as by default."""
    for field in fields(Connection):
        value = getattr(found, field.name)
        usual = field.default if field.default_factory is MISSING else field.default_factory()
        if field.name == "inline_roots" and value:
            yield f"roots {sha256(value.encode()).hexdigest()[:8]}"
        elif field.name not in _BY_THEMSELVES and value not in (usual, ""):
            yield f"{field.name} {_in_words(value)}"


def _in_words(value: object) -> str:
    match value:
        case frozenset():
            return ", ".join(sorted(value)) or "nothing"
        case tuple():
            return ", ".join(_in_words(each) for each in value)
        case Host():
            return f"{value.host}:{value.port} {value.address}".strip()
        case _:
            return str(value)


def _outcome(found: Connection) -> Iterator[str]:
    """Verdicts today, after the rotation, under enforcement and both, and what to write; once where both agree."""
    said = {what: _told(found, what) for what in ("all roots", "no file")}
    if len(set(said.values())) == 1:
        yield said["all roots"]
    else:
        yield from (f"{what}: {told}" for what, told in said.items())


def _told(found: Connection, what: str) -> str:
    try:
        told = answer(found, Question(About.BOTH, None, "", "", ""), roots(), machine(what), NOW)
    except BadRequest as why:
        return refused(why)
    verdicts = " ".join(_VERDICTS[each.verdict] for each in told.assessment.outlooks)
    return f"{verdicts} | {told.fix.line}" if told.fix.line else verdicts
