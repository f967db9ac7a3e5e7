"""A word that is changed into none is refused, or told of by its name: never passed over in silence."""

from importlib import import_module

import pytest

from tests.client_words.forms import Form
from tests.client_words.judging import Said, reading
from tests.client_words.mutants import NO_WORD, mutants

OF_LIBPQ_AND_PYTHON = [
    form
    for name in ("libpq", "psycopg", "odbc", "pdo", "dbi", "asyncpg", "pg8000", "sqlalchemy", "django")
    for form in import_module(f"tests.client_words.forms.{name}").FORMS
]


@pytest.mark.parametrize("form", OF_LIBPQ_AND_PYTHON, ids=lambda form: f"{form.driver} {form.text}"[:60])
def test_no_word_is_passed_over(form: Form) -> None:
    assert reading(form).said is Said.ANSWERED
    changed = [mutant for mutant in mutants(form) if mutant.change in NO_WORD]
    assert len(changed) >= 3 or "=" not in form.text
    assert [str(mutant) for mutant in changed if reading(mutant.form, mutant.now).said is Said.ANSWERED] == []
