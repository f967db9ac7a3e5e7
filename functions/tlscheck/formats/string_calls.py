"""Programs that hand one string, or a few words, to their driver: Go, Rust, Ruby, PHP, Perl, C#.

Source: Go, database/sql, and lib/pq's, pgx's and gorm's documentation; SQLx, tokio-postgres and diesel, theirs;
ruby-pg, PG.connect; PHP's manual, PDO_PGSQL DSN and pg_connect; DBD::Pg; Npgsql, NpgsqlDataSource and UseNpgsql.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tlscheck.drivers.placeholder import marked
from tlscheck.formats.literals.language import Language
from tlscheck.formats.literals.languages import CSHARP, GO, PERL, PHP, RUBY, RUST
from tlscheck.formats.literals.source import Call, Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying


@dataclass(frozen=True, slots=True)
class StringCall:
    """One function that connects."""

    language: Language
    name: str
    """A regular expression for the whole name, as Call.name."""

    speaker: str = ""
    at: int = 0
    """Which of its arguments is the string, from 0."""

    first: str = ""
    """A regular expression that its first argument must match, where that says the driver."""

    begins: str = ""
    """A regular expression for how the string begins, where that says the database."""

    is_of_many: bool = False
    """Whether it is for many databases alike: a string that is computed then says nothing of this one."""

    instead: str = ""
    """What to give in its place, of one that is not modelled."""


_GO = "{} is not modelled; give its URL or words as pgx's or lib/pq's, with --driver"
CALLS = (
    StringCall(
        GO, r"(sql|sqlx|otelsql|sqltrace|db)\.(Open|Connect|MustConnect|MustOpen)", "lib/pq", 1, "postgres"
    ),
    StringCall(
        GO, r"(sql|sqlx|otelsql|sqltrace|db)\.(Open|Connect|MustConnect|MustOpen)", "pgx", 1, r"pgx(/v\d)?"
    ),
    StringCall(
        GO,
        r"(sql|sqlx)\.Open",
        first=r"(cloudsql|nr)\w*postgres\w*|awspostgres",
        instead=_GO.format("this driver of database/sql"),
    ),
    StringCall(GO, r"pgx\.Connect|pgxpool\.(New|Connect)", "pgx", 1),
    StringCall(GO, r"(pgx|pgxpool|pgconn)\.ParseConfig", "pgx"),
    StringCall(GO, r"postgres\.(Open|New)", "pgx"),
    StringCall(GO, r"pq\.(NewConnector|NewListener|Open)", "lib/pq"),
    StringCall(GO, r"migrate\.New", "lib/pq", 1, begins="postgres", is_of_many=True),
    StringCall(GO, r"migrate\.NewWithSourceInstance", "lib/pq", 2, begins="postgres", is_of_many=True),
    StringCall(GO, r"pgdriver\.(WithDSN|NewConnector)", instead=_GO.format("bun's pgdriver")),
    StringCall(GO, r"pg\.(Connect|ParseURL)", instead=_GO.format("go-pg")),
    StringCall(RUST, r"(sqlx\.)?(postgres\.)?(PgPool|PgPoolOptions)(\.\w+)*\.(connect|connect_lazy)", "sqlx"),
    StringCall(RUST, r"sqlx\.PgConnection\.connect|(\w+\.)*PgConnectOptions\.from_str", "sqlx"),
    StringCall(RUST, r"(sqlx\.)?(Pool|AnyPool)\.connect", "sqlx", begins="postgres"),
    StringCall(
        RUST,
        r"(\w+\.)*PgConnectOptions\.new",
        instead="SQLx's PgConnectOptions is not modelled; give the same as a URL, with --driver sqlx",
    ),
    StringCall(RUST, r"tokio_postgres\.connect|(postgres\.)?Client\.connect", "tokio-postgres"),
    StringCall(RUST, r"(\w+\.)*(PgConnection\.establish|ConnectionManager\.new)", "libpq", begins="postgres|host"),
    StringCall(RUBY, r"PG(\.Connection)?\.(connect|new|open)", "libpq"),
    StringCall(
        RUBY,
        r"Sequel\.(connect|postgres)",
        begins="postgres",
        instead="Sequel is not modelled; give the words that libpq gets of it, as host=... sslmode=...",
    ),
    StringCall(PHP, r"new \\?PDO", "pdo", begins=r"pgsql:|uri:"),
    StringCall(PHP, r"\\?pg_p?connect", "libpq"),
    StringCall(PERL, r"DBI\.connect(_cached)?", "dbi", begins=r"(?i)dbi:Pg"),
    StringCall(CSHARP, r"(\w+\.)*UseNpgsql|new NpgsqlConnection|new NpgsqlDataSourceBuilder", "npgsql"),
    StringCall(CSHARP, r"NpgsqlDataSource\.Create|(\w+\.)*AddNpgsqlDataSource|(\w+\.)*AddNpgSql", "npgsql"),
)


def calls(source: Code, language: Language) -> Iterator[Saying]:
    """Each connection that a file makes."""
    for call in source.calls:
        for known in CALLS:
            if known.language is language and re.fullmatch(known.name, call.name):
                yield from _saying(call, known)


def _saying(call: Call, known: StringCall) -> Iterator[Saying]:
    first = call.positional[0].content if call.positional else None
    if known.first and not (isinstance(first, str) and re.fullmatch(known.first, first)):
        return
    said = [each for each in call.positional[known.at :] if not _is_nothing(each)]
    text = next((each for each in said[:1] if isinstance(each.content, str)), None)
    options = dict(call.named) or next(
        (dict(each.content) for each in said if isinstance(each.content, Mapping)), {}
    )
    if "DSN" in options:  # gorm's postgres.Config, behind the name of its type
        text, options = options["DSN"], {}
    start = str(text.content) if text else ""
    is_computed = start.startswith("\ue000") and not known.is_of_many
    if known.begins and text and not is_computed and not re.match(known.begins, start):
        return
    if text is None and not options and not known.instead:
        return
    # What follows the string is user, password and settings of the program.
    spoken = {} if text is not None else options
    if known.speaker == "tokio-postgres" and "NoTls" in marked(str(call.positional[-1].content)):
        spoken = {"connector": Node("NoTls", call.line)}
    parts = call.name.replace("new ", "").strip("\\").split(".")
    path = (".".join(parts if len(parts) < 4 else (parts[0], parts[-1])),)
    yield Saying(path, call.line, text, spoken, speaker=known.speaker, instead=known.instead)


def _is_nothing(node: Node) -> bool:
    return node.content is None
