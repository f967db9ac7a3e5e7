"""The figures of the mutants."""

import importlib
import pkgutil
import time
from collections import Counter
from collections.abc import Iterator

from tests.client_words import forms
from tests.client_words.forms import Form
from tests.client_words.judging import Reading, Said, is_confidently_wrong, reading
from tests.client_words.mutants import Mutant, mutants
from tests.client_words.parsers import judges

SHOWN = 40
"""Lines of each kind of fault."""


def every_form() -> Iterator[Form]:
    """Of every driver and framework."""
    for module in sorted(each.name for each in pkgutil.iter_modules(forms.__path__)):
        yield from importlib.import_module(f"{forms.__name__}.{module}").FORMS


def measure() -> None:
    """Prints what is wrong, and the figures."""
    every = [mutant for form in every_form() for mutant in mutants(form)]
    read = [reading(mutant.form, mutant.now) for mutant in every]
    accepted = _accepted(every)
    wrong = [
        mutant
        for mutant, each, is_accepted in zip(every, read, accepted, strict=True)
        if is_confidently_wrong(mutant, each, is_accepted=is_accepted)
    ]
    asked = [
        (mutant, each, is_accepted)
        for mutant, each, is_accepted in zip(every, read, accepted, strict=True)
        if is_accepted is not None
    ]
    differing = [mutant for mutant, each, is_accepted in asked if not agrees(each, is_accepted=is_accepted)]
    print(f"said: {dict(Counter(each.said.value for each in read))}")
    _show("confidently wrong", wrong)
    _show("otherwise than the driver's parser", differing)
    print(f"figure client_words.mutants {len(every)} inputs")
    print(f"figure client_words.confident_wrong {len(wrong)} inputs")
    print(f"figure client_words.parsed {len(asked)} inputs")
    print(f"figure client_words.parsers_agree {100 * (1 - len(differing) / max(1, len(asked))):g} percent")


def agrees(read: Reading, *, is_accepted: bool) -> bool:
    """Whether a refusal of the driver is a refusal here, and the other way round."""
    return (read.said is Said.REFUSED) is not is_accepted


def _accepted(every: list[Mutant]) -> list[bool | None]:
    """What the drivers' own parsers say of each; None where none is here for it."""
    told: list[bool | None] = [None] * len(every)
    for name, ask in judges().items():
        began = time.monotonic()
        of_it = [number for number, mutant in enumerate(every) if mutant.form.parser == name]
        answers = ask([(every[number].form.text, every[number].form.options) for number in of_it])
        for number, answer in zip(of_it, answers, strict=True):
            told[number] = answer.is_accepted
        print(f"  parser {name}: {len(of_it)} inputs, {time.monotonic() - began:.1f} s", flush=True)
    return told


def _show(what: str, found: list[Mutant]) -> None:
    for mutant in found[:SHOWN]:
        print(f"  {what}: {mutant}")
    if len(found) > SHOWN:
        print(f"  {what}: {len(found) - SHOWN} more")
