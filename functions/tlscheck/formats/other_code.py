"""Files of the other languages, each found by its file's ending or by what only it has."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from tlscheck.formats import ecto, laravel, prisma, string_calls, terraform
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.form import Form
from tlscheck.formats.literals import languages
from tlscheck.formats.literals.code import source
from tlscheck.formats.literals.language import Language
from tlscheck.formats.literals.source import Code
from tlscheck.formats.spoken import Saying, Spoken, found, may_connect


def _form(language: Language, ending: str, content: str, *finders: Callable[[Code], Iterator[Saying]]) -> Form:
    """`content`: what only this language has, for a text without a name."""

    def recognises(configuration: Configuration) -> bool:
        if configuration.name:
            return re.fullmatch(rf".*\.({ending})", configuration.name.casefold()) is not None
        return re.search(content, configuration.text, re.MULTILINE) is not None

    def find(configuration: Configuration) -> Iterator[Spoken]:
        if not may_connect(configuration.text):
            return
        read = source(configuration.text, language)
        sayings = [each for finder in finders for each in finder(read)]
        for each in sorted(sayings, key=lambda saying: saying.line):
            yield found(each, configuration.given)

    return Form(language.name, recognises, find)


def _strings(language: Language) -> Callable[[Code], Iterator[Saying]]:
    return partial(string_calls.calls, language=language)


FORMATS = (
    _form(
        languages.PHP,
        r"php|phtml|inc",
        r"^\s*<\?php|\bnew \\?PDO\s*\(|\bpg_p?connect\s*\(|['\"]pgsql['\"]\s*=>\s*\[",
        laravel.connections,
        _strings(languages.PHP),
    ),
    _form(languages.PERL, r"pl|pm|t|cgi|psgi", r"\bDBI\s*->\s*connect", _strings(languages.PERL)),
    _form(
        languages.RUBY,
        r"rb|ru|rake",
        r"\b(PG(::Connection)?|Sequel)\.(connect|new|open)\b",
        _strings(languages.RUBY),
    ),
    _form(
        languages.ELIXIR,
        r"exs?",
        r"^\s*config :\w+,\s*[A-Z]\w*(\.\w+)*,|\bPostgrex\.start_link",
        ecto.repositories,
    ),
    _form(
        languages.GO,
        r"go",
        r"^package \w+$|\bsqlx?\.(Open|Connect)\s*\(|\bpgx(pool)?\.(Connect|New|ParseConfig)\s*\("
        r"|\bpostgres\.Open\s*\(",
        _strings(languages.GO),
    ),
    _form(
        languages.RUST,
        r"rs",
        r"\b(PgPool|PgPoolOptions|tokio_postgres|PgConnection|PgConnectOptions)::",
        _strings(languages.RUST),
    ),
    _form(
        languages.CSHARP,
        r"cs|csx|fs",
        r"\.UseNpgsql\s*\(|\bnew Npgsql\w+\s*\(|\bNpgsqlDataSource\.Create\s*\(",
        _strings(languages.CSHARP),
    ),
    _form(languages.PRISMA, r"prisma", r"^\s*datasource \w+ \{", prisma.datasources),
    _form(languages.HCL, r"tf|tofu|hcl", r'^\s*provider "postgresql" \{', terraform.providers),
)
