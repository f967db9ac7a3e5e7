"""Every valid form with one word renamed, misspelt, nested, doubled, re-cased or re-encoded."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.client_words.forms import Form

_PAIR = re.compile(
    r"(?<![\w$])(?P<name>[A-Za-z][A-Za-z0-9_.-]*(?: [A-Z][A-Za-z]*)*)(?P<equals>\s*=\s*)(?P<value>[^\s;&,'\"}]+)"
)


class Change(StrEnum):
    """What was done to a word."""

    RENAMED = "renamed"
    MISSPELT = "misspelt"
    NESTED = "nested"
    DOUBLED = "doubled"
    RECASED = "re-cased"
    RE_ENCODED = "re-encoded"
    OTHER_VALUE = "value misspelt"


NO_WORD = frozenset({Change.RENAMED, Change.MISSPELT, Change.NESTED})
"""After these the word is another one, which is none."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A form after one change."""

    form: Form
    change: Change
    word: str
    """The name that was changed."""

    now: str
    """What it is called now."""

    def __str__(self) -> str:
        form = self.form
        return f"{form.driver}: {self.word} {self.change}, now {self.now}: {form.text} {json.dumps(form.options)}"


def mutants(form: Form) -> Iterator[Mutant]:
    """All of one form. Which letter is changed depends on the word alone."""
    yield from _of_text(form)
    for path in _paths(form.options):
        yield from _of_option(form, path)


def _misspelt(name: str) -> str:
    """Two neighbours change places, as fingers do; a letter is doubled where that changes nothing."""
    at = len(name) // 2
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at else name
    return swapped if swapped != name else name + name[-1]


def _recased(name: str) -> str:
    return name.lower() if name != name.lower() else name.upper()


def _of_text(form: Form) -> Iterator[Mutant]:
    for found in _PAIR.finditer(form.text):
        name, value = found["name"], found["value"]

        def with_name(new: str, change: Change, found: re.Match[str] = found) -> Mutant:
            text = form.text[: found.start("name")] + new + form.text[found.end("name") :]
            return Mutant(replace(form, text=text), change, found["name"], new)

        yield with_name(f"{name}x", Change.RENAMED)
        yield with_name(f"x{name}", Change.RENAMED)
        yield with_name(_misspelt(name), Change.MISSPELT)
        if _recased(name) != name:
            yield with_name(_recased(name), Change.RECASED)
        if "://" in form.text:
            yield with_name(f"%{ord(name[0]):02x}{name[1:]}", Change.RE_ENCODED)
        yield with_name(
            chr(ord(name[0]) + 0xFEE0) + name[1:], Change.RE_ENCODED
        )  # full-width, as some keyboards have it
        between = (
            "&" if "?" in form.text[: found.start()] and "://" in form.text else ";" if ";" in form.text else " "
        )
        twice = (
            form.text[: found.end()]
            + between
            + name
            + found["equals"]
            + _misspelt(value)
            + form.text[found.end() :]
        )
        yield Mutant(replace(form, text=twice), Change.DOUBLED, name, name)
        if re.fullmatch(r"[A-Za-z-]{4,}", value):
            changed = form.text[: found.start("value")] + _misspelt(value) + form.text[found.end("value") :]
            yield Mutant(replace(form, text=changed), Change.OTHER_VALUE, name, name)


def _paths(options: Mapping[str, object], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in options.items():
        yield (*before, name)
        if isinstance(value, Mapping):
            yield from _paths(value, (*before, name))


def _of_option(form: Form, path: tuple[str, ...]) -> Iterator[Mutant]:
    name = path[-1]

    def with_entry(new: Mapping[str, object], change: Change, now: str) -> Mutant:
        return Mutant(replace(form, options=_changed(form.options, path, new)), change, name, now)

    value = _at(form.options, path)
    for new, change in (
        (f"{name}x", Change.RENAMED),
        (f"x{name}", Change.RENAMED),
        (_misspelt(name), Change.MISSPELT),
        (chr(ord(name[0]) + 0xFEE0) + name[1:], Change.RE_ENCODED),
    ):
        yield with_entry({new: value}, change, new)
    if _recased(name) != name:
        yield with_entry({_recased(name): value}, Change.RECASED, _recased(name))
        yield with_entry({name: value, _recased(name): value}, Change.DOUBLED, _recased(name))
    yield with_entry({"inner": {name: value}}, Change.NESTED, "inner")
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z-]{4,}", value):
        yield with_entry({name: _misspelt(value)}, Change.OTHER_VALUE, name)


def _at(options: Mapping[str, object], path: tuple[str, ...]) -> object:
    value: object = options
    for name in path:
        assert isinstance(value, Mapping)
        value = value[name]
    return value


def _changed(options: Mapping[str, object], path: tuple[str, ...], new: Mapping[str, object]) -> dict[str, object]:
    """The options with one entry replaced, in its place."""
    changed: dict[str, object] = {}
    for name, value in options.items():
        if name != path[0]:
            changed[name] = value
        elif len(path) == 1:
            changed |= new
        else:
            assert isinstance(value, Mapping)
            changed[name] = _changed(value, path[1:], new)
    return changed
