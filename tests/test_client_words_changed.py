"""A word that is changed into none is refused, or told of by its name: never passed over in silence."""

import pytest

from tests.client_words.forms import Form
from tests.client_words.judging import Said, reading
from tests.client_words.measuring import agrees, every_form
from tests.client_words.mutants import NO_WORD, mutants
from tests.client_words.parsers import judge

FORMS = list(every_form())
EVERYWHERE = ("libpq", "asyncpg", "pg8000", "sqlalchemy", "pgjdbc", "node", "postgres.js")
"""The drivers' own parsers that PyPI and npm bring."""


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.driver} {form.text}"[:60])
def test_no_word_is_passed_over(form: Form) -> None:
    assert reading(form).said is Said.ANSWERED
    changed = [mutant for mutant in mutants(form) if mutant.change in NO_WORD]
    assert len(changed) >= 3 or "=" not in form.text
    assert [str(mutant) for mutant in changed if reading(mutant.form, mutant.now).said is Said.ANSWERED] == []


@pytest.mark.parametrize("name", EVERYWHERE)
def test_what_the_drivers_own_parser_refuses_is_refused(name: str) -> None:
    ask = judge(name)
    assert ask, f"{name} is not here: run `make node-client`"
    changed = [mutant for form in FORMS if form.parser == name for mutant in mutants(form)]
    answers = ask([(mutant.form.text, mutant.form.options) for mutant in changed])
    assert [
        f"{mutant}: {answer.why}"
        for mutant, answer in zip(changed, answers, strict=True)
        if not agrees(reading(mutant.form, mutant.now), is_accepted=answer.is_accepted)
    ] == []
    assert len(answers) > 50
