"""Files of code as teams keep them: each connection is found where it stands, and read as its driver reads it.

tests/fixtures/client_files/ holds three files of each kind: as it is usual, with several connections, and with a
word that the framework or its driver does not know. They are in the shapes that people publish, and never run.
"""

import json
import string
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.literals import languages, python
from tlscheck.formats.literals.code import source
from tlscheck.formats.reading import Located, located, located_in_all
from tlscheck.inventory.bad_request import BadRequest

from tests.properties import tries

FILES = Path(__file__).parent / "fixtures" / "client_files"
ORDERS = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
REPORTS = "reports.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "gEhEiMnIs"  # noqa: S105 - what stands in every file for its passwords


@dataclass(frozen=True)
class Read:
    """What is expected of a connection."""

    driver: str
    """And the framework before it, as `psycopg by django`."""

    host: str
    mode: str
    root: str = ""
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


EXPECTED: dict[str, tuple[tuple[str, int, Read | str], ...]] = {
    "csharp/several.cs": (
        ("NpgsqlConnection", 7, Read("Npgsql", ORDERS, "Require, Trust Server Certificate")),
        ("NpgsqlDataSource.Create", 8, Read("Npgsql", REPORTS, "Disable")),
        ("NpgsqlConnection", 9, Read("Npgsql", "", "", unknown=("its URL or string, which Default says",))),
    ),
    "csharp/unknown_word.cs": (("NpgsqlConnection", 1, "Sslmoed is no word of Npgsql"),),
    "csharp/usual.cs": (("options.UseNpgsql", 5, Read("Npgsql", ORDERS, "VerifyFull", root="/etc/rds.pem")),),
    "dbi/several.pl": (
        ("DBI.connect", 3, Read("DBD::Pg", ORDERS, "require")),
        ("DBI.connect_cached", 5, Read("DBD::Pg", REPORTS, "disable")),
    ),
    "dbi/unknown_word.pl": (("DBI.connect", 2, 'invalid connection option "ssl_mode"'),),
    "dbi/usual.pl": (("DBI.connect", 7, Read("DBD::Pg", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),),
    "django/several.py": (
        ("DATABASES.default", 6, Read("psycopg by django", ORDERS, "require")),
        ("DATABASES.reports", 10, Read("psycopg by django", REPORTS, "require")),
        (
            "DATABASES.archive",
            12,
            Read("psycopg by django", REPORTS, "", unknown=("sslmode, which ARCHIVE_SSLMODE says",)),
        ),
        (
            "DATABASES.legacy",
            17,
            Read("libpq by django", "", "", unknown=("its URL or string, which LEGACY_URL says",)),
        ),
    ),
    "django/unknown_word.py": (("DATABASES.default", 2, 'invalid connection option "ssl_mode"'),),
    "django/usual.py": (
        (
            "DATABASES.default",
            13,
            Read("psycopg by django", ORDERS, "verify-full", root="/etc/ssl/rds/global-bundle.pem"),
        ),
    ),
    "ecto/several.exs": (
        (
            "config.shop.Shop.Repo",
            12,
            Read("Postgrex", "", "", unknown=("its URL or string, which DATABASE_URL says",)),
        ),
        ("config.shop.Shop.ReportsRepo", 18, Read("Postgrex", REPORTS, "verify: :verify_none")),
    ),
    "ecto/unknown_word.exs": (
        (
            "config.shop.Shop.Repo",
            3,
            Read(
                "Postgrex",
                ORDERS,
                "verify: :verify_peer",
                unknown=("cacertfile, which CAStore.file_path says",),
                ignored=("sslmode",),
            ),
        ),
    ),
    "ecto/usual.exs": (
        ("config.shop.Shop.Repo", 3, Read("Postgrex", ORDERS, "verify: :verify_peer", root="/etc/ssl/rds.pem")),
    ),
    "go/several.go": (
        ("sql.Open", 18, Read("lib/pq", ORDERS, "require")),
        ("postgres.Open", 20, Read("pgx", REPORTS, "disable")),
        ("postgres.New", 21, Read("pgx", REPORTS, "verify-ca")),
        ("sql.Open", 22, Read("pgx", "", "", unknown=("its URL or string, which DATABASE_URL says",))),
    ),
    "go/unknown_word.go": (
        ("sql.Open", 4, Read("lib/pq", ORDERS, "", unknown=("ssl_mode",))),
        ("sql.Open", 6, Read("lib/pq", "", "", unknown=("the mode, which DB_SSLMODE says",))),
    ),
    "go/usual.go": (("pgxpool.New", 10, Read("pgx", ORDERS, "verify-full", root="/etc/rds.pem")),),
    "laravel/several.php": (
        ("connections.pgsql", 6, Read("libpq", ORDERS, "prefer")),
        ("connections.reports", 13, Read("libpq", REPORTS, "", unknown=("sslmode, which REPORTS_SSLMODE says",))),
        ("connections.spread", 18, "several hosts, of which Laravel takes one by chance"),
    ),
    "laravel/unknown_word.php": (
        (
            "connections.pgsql",
            5,
            Read(
                "libpq",
                ORDERS,
                "",
                ignored=(
                    "ssl_mode",
                    "sslca",
                ),
            ),
        ),
    ),
    "laravel/usual.php": (
        ("connections.pgsql", 30, Read("libpq", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),
    ),
    "pg/several.ts": (
        ("Pool", 15, Read("node-postgres", ORDERS, "ssl", root="rds.pem")),
        ("Pool", 16, Read("node-postgres", ORDERS, "no ssl", unknown=("ssl, which NODE_ENV says",))),
        ("Client", 17, Read("node-postgres", REPORTS, "sslmode=no-verify")),
        ("Pool", 18, Read("node-postgres", "", "", unknown=("its URL or string, which DATABASE_URL says",))),
        ("Pool", 22, "give that, with --environment"),
        ("Pool", 23, Read("node-postgres", REPORTS, "ssl")),
    ),
    "pg/unknown_word.mjs": (
        ("pg.Pool", 5, Read("node-postgres", ORDERS, "no ssl", ignored=("sslmode",))),
        (
            "pg.Pool",
            6,
            Read("node-postgres", ORDERS, "no ssl", unknown=("what is added to its options by options",)),
        ),
    ),
    "pg/usual.js": (("Pool", 4, Read("node-postgres", ORDERS, "ssl", root="/etc/ssl/rds.pem")),),
    "php/several.php": (
        ("PDO", 6, Read("PDO", ORDERS, "require")),
        ("pg_connect", 11, Read("libpq", REPORTS, "verify-ca", root="/etc/rds.pem")),
    ),
    "php/unknown_word.php": (
        ("PDO", 2, 'invalid connection option "ssl_mode"'),
        ("pg_connect", 3, Read("libpq", "", "", unknown=("the mode, which DB_SSLMODE says",))),
    ),
    "php/usual.php": (("PDO", 2, Read("PDO", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),),
    "python_drivers/several.py": (
        ("psycopg2.connect", 14, Read("psycopg2", ORDERS, "require")),
        ("psycopg.connect", 15, Read("psycopg", ORDERS, "verify-ca", root="/etc/rds.pem")),
        ("asyncpg.create_pool", 22, "invalid connection option"),
        ("pg8000.native.Connection", 27, Read("pg8000", ORDERS, "ssl_context=True")),
        ("create_async_engine", 28, Read("asyncpg by sqlalchemy", ORDERS, "require")),
        (
            "create_engine",
            32,
            Read("libpq by sqlalchemy", "", "", unknown=("its URL or string, which DATABASE_URL says",)),
        ),
        ("SQLALCHEMY_DATABASE_URI", 33, Read("psycopg2 by sqlalchemy", REPORTS, "verify-ca")),
    ),
    "python_drivers/unknown_word.py": (
        ("psycopg2.connect", 5, 'invalid connection option "ssl_mode"'),
        (
            "psycopg2.connect",
            6,
            Read("psycopg2", ORDERS, "require", unknown=("what is added to its options by tls",)),
        ),
        ("psycopg2.connect", 7, Read("psycopg2", ORDERS, "", unknown=("sslmode, which tls says",))),
    ),
    "python_drivers/usual.py": (
        ("create_engine", 7, Read("psycopg2 by sqlalchemy", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),
    ),
    "ruby/several.rb": (
        ("PG.connect", 5, Read("libpq", ORDERS, "require")),
        ("PG.Connection.new", 6, Read("libpq", REPORTS, "disable")),
        ("PG.connect", 7, Read("libpq", REPORTS, "", unknown=("sslmode, which DB_SSLMODE says",))),
        ("Sequel.connect", 8, "Sequel is not modelled"),
    ),
    "ruby/unknown_word.rb": (("PG.connect", 2, "invalid connection option"),),
    "ruby/usual.rb": (("PG.connect", 3, Read("libpq", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),),
    "rust/several.rs": (
        ("PgPool.connect", 7, Read("SQLx", "", "", unknown=("its URL or string, which DATABASE_URL says",))),
        ("tokio_postgres.connect", 9, Read("tokio-postgres", ORDERS, "prefer, NoTls")),
        ("PgConnection.establish", 10, Read("libpq", REPORTS, "require")),
        ("PgConnectOptions.new", 11, "SQLx's PgConnectOptions is not modelled"),
    ),
    "rust/unknown_word.rs": (("PgPool.connect", 2, Read("SQLx", ORDERS, "", ignored=("slmode",))),),
    "rust/usual.rs": (("PgPoolOptions.connect", 5, Read("SQLx", ORDERS, "verify-full", root="/etc/rds.pem")),),
    "terraform/several.tf": (
        ("provider.postgresql", 5, Read("lib/pq", "", "require")),
        (
            "provider.postgresql.reports",
            11,
            Read("lib/pq by gocloud", REPORTS, "verify-full", root="(in the code)"),
        ),
        (
            "provider.postgresql.computed",
            19,
            Read("lib/pq", REPORTS, "", unknown=("sslmode, which var.use_tls says",)),
        ),
    ),
    "terraform/unknown_word.tf": (("provider.postgresql", 1, "does not have: ssl_ca"),),
    "terraform/usual.tf": (
        ("provider.postgresql", 10, Read("lib/pq", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),
    ),
}
KINDS = sorted({name.partition("/")[0] for name in EXPECTED})


def found(name: str, text: str | None = None) -> tuple[Located, ...]:
    path = FILES / name
    return located(Configuration(Words(path.read_text() if text is None else text), path.name, name))


def told(each: Located) -> Read | str:
    connection = each.connection
    if connection is None:
        return each.refused
    driver = f"{connection.driver} by {connection.framework}" if connection.framework else str(connection.driver)
    return Read(driver, connection.host, connection.mode, connection.root, connection.unknown, connection.ignored)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_connection_of_a_file_is_read_where_it_stands(name: str) -> None:
    got, expected = found(name), EXPECTED[name]
    assert [(each.spot.file, each.spot.path, each.spot.line) for each in got] == [
        (name, path, line) for path, line, _ in expected
    ]
    for each, (_, _, what) in zip(got, expected, strict=True):
        if isinstance(what, Read):
            assert told(each) == what
        else:
            assert what in each.refused


def test_each_kind_is_proven_by_three_files() -> None:
    for kind in KINDS:
        stems = [Path(name).name.partition(".")[0] for name in EXPECTED if name.startswith(f"{kind}/")]
        assert sorted(stems) == ["several", "unknown_word", "usual"], kind
        assert {path.name for path in (FILES / kind).iterdir()} == {
            Path(name).name for name in EXPECTED if name.startswith(f"{kind}/")
        }


@pytest.mark.parametrize("name", EXPECTED)
def test_no_secret_of_a_file_is_ever_repeated(name: str) -> None:
    assert SECRET in (FILES / name).read_text()
    got = found(name)
    assert SECRET not in repr(got)
    assert SECRET not in json.dumps([asdict(each) for each in got], default=repr)
    path = FILES / name
    code = python.source(path.read_text()) if name.endswith(".py") else None
    assert SECRET not in repr(code)


@pytest.mark.parametrize("name", [name for name in EXPECTED if "/usual" in name])
def test_what_is_pasted_without_a_name_is_known_by_its_content(name: str) -> None:
    text = (FILES / name).read_text()
    assert [told(each) for each in located(Configuration(Words(text)))] == [told(each) for each in found(name)]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_cut_off_is_answered_or_refused(name: str) -> None:
    text = (FILES / name).read_text()
    for end in range(0, len(text), 7):
        try:
            got = found(name, text[:end])
        except BadRequest as what:
            assert SECRET not in str(what)
            continue
        assert SECRET not in repr(got)


LANGUAGES = (
    *(languages.JAVASCRIPT, languages.PHP, languages.PERL, languages.RUBY, languages.ELIXIR, languages.GO),
    *(languages.RUST, languages.CSHARP, languages.HCL, languages.PRISMA),
)
_PIECES = st.sampled_from(
    [
        *(
            "new Pool(",
            "({",
            "})",
            "=>",
            "...",
            "`${",
            "}`",
            '"',
            "'",
            "/*",
            "//",
            "#",
            "<<<",
            "\\",
            "?",
            ":",
            "||",
        ),
        *(
            "config :a, A.Repo,",
            "ssl: ",
            "provider ",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "=",
            "as ",
            "!",
            "-",
            "&",
            "\n",
        ),
        *(
            "process.env.X",
            "ENV[",
            "env('X', 'd')",
            SECRET,
            "const a = ",
            "return ",
            "module.exports = ",
            ",",
            ";",
        ),
    ]
)


@settings(max_examples=tries(300))
@given(text=st.text(max_size=200) | st.lists(_PIECES, max_size=40).map("".join), number=st.integers(0, 9))
@example(text="a as b as c as d as " * 30, number=0)
@example(text="/[" * 50, number=0)
@example(text="!-&*" * 50, number=5)
def test_any_text_is_code_of_some_kind_or_refused(text: str, number: int) -> None:
    try:
        code = source(text, LANGUAGES[number])
    except BadRequest as what:
        assert "nested deeper" in str(what)
        return
    assert all(0 < call.line <= text.count("\n") + 1 for call in code.calls)


@settings(max_examples=tries(200))
@given(
    text=st.text(string.printable, max_size=100) | st.binary(max_size=60).map(lambda some: some.decode("latin-1"))
)
def test_any_text_is_python_or_refused(text: str) -> None:
    try:
        python.source(text)
    except BadRequest as what:
        assert "Python's own parser does not take it" in str(what) or "nested deeper" in str(what)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.js", "const database = " + "[" * 5000),
        ("deep.ts", "database(" * 5000),
        ("deep.js", "const database = a ? " * 5000),
        ("deep.exs", "config :database, A.Repo, ssl: " + "[a: " * 5000),
        ("deep.tf", 'provider "postgresql" ' + "{ a " * 5000),
        ("deep.php", "<?php return ['pgsql' => " + "array(" * 5000),
        ("deep.py", "DATABASES = " + "[" * 5000),
        ("deep.py", "DATABASES = " + "-" * 50000 + "1"),
        ("deep.py", "DATABASES = " + "+".join(["x"] * 20000)),
    ],
)
def test_what_is_nested_too_deep_is_refused_with_its_line(name: str, text: str) -> None:
    with pytest.raises(
        BadRequest, match=r"nested deeper than 60|Python's own parser does not take it|no connection"
    ):
        located(Configuration(Words(text), name, name))


@pytest.mark.parametrize(
    "name", ["a.js", "a.php", "a.pl", "a.rb", "a.exs", "a.go", "a.rs", "a.cs", "a.prisma", "a.tf"]
)
@pytest.mark.parametrize(
    "piece", ["pg ", "'", '"', "`${", "/*", "a.", "x = ", "a(", ")", "//\n", "?", "<a", "a: "]
)
def test_large_files_are_read_in_time_that_grows_with_them(name: str, piece: str) -> None:
    """A quadratic reader would need hours for this."""
    text = "pg " + piece * (300_000 // len(piece))
    with pytest.raises(BadRequest):
        located(Configuration(Words(text), name, name))


def test_names_that_name_one_another_end() -> None:
    """Each is twice what the next one is: written out they would be more than there is memory."""
    lines = [f"const a{number} = {{ x: a{number + 1}, y: a{number + 1} }};" for number in range(60)]
    text = "\n".join(["import { Pool } from 'pg';", *lines, "const a60 = a0;", "new Pool(a0);"])
    (only,) = located(Configuration(Words(text), "a.js", "a.js"))
    assert only.connection
    assert only.spot.line == 63


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "new Pool({ host: 'a.example', ...base, ssl: true })",
            ("a.example", "what is added to its options by base"),
        ),
        ("const b = { ssl: true }; new Pool({ host: 'a.example', ssl: false, ...b })", ("a.example", "ssl")),
        ("const b = { ssl: true }; new Pool({ host: 'a.example', ...b, ssl: false })", ("a.example", "no ssl")),
        (
            "const ssl = !production; new Pool({ host: 'a.example', ssl })",
            ("a.example", "ssl, which expression says"),
        ),
        (
            "new Pool({ host: 'a.example', ssl: { rejectUnauthorized: !dev } })",
            ("a.example", "rejectUnauthorized, which"),
        ),
        ("new Pool({ host: process.env.H, ssl: true })", ("", "ssl")),
        (
            "/* new Pool({ssl: false}) */ new Pool({ host: 'a.example', ssl: true }) // new Pool()",
            ("a.example", "ssl"),
        ),
        ("const r = /['\"]/g; new Pool({ host: 'a.example', ssl: true })", ("a.example", "ssl")),
        ("new Pool({ 'host': \"a.example\", ['ssl']: true, })", ("a.example", "ssl")),
    ],
)
def test_what_is_computed_is_named_and_what_comes_later_wins(text: str, expected: tuple[str, str]) -> None:
    (only,) = located(Configuration(Words(text), "a.js", "a.js"))
    assert only.connection
    assert only.connection.host in {expected[0], "localhost"}
    assert expected[1] in "; ".join((*only.connection.unknown, only.connection.mode))


def test_a_computed_value_of_what_decides_nothing_is_no_hindrance() -> None:
    text = "new Pool({ host: 'a.example', user: process.env.U, password: pw(), max: limits.max, ssl: true })"
    (only,) = located(Configuration(Words(text), "a.ts", "a.ts"))
    assert only.connection
    assert only.connection.unknown == ()


def test_files_without_connections_are_told_beside_those_with_one() -> None:
    good = Configuration(Words("new Pool({ host: 'a.example' })"), "a.js", "src/a.js")
    none = Configuration(Words("export const x = 1;"), "b.js", "src/b.js")
    first, second = located_in_all([good, none])
    assert first.connection
    assert (second.spot.file, second.connection) == ("src/b.js", None)
    assert "it holds no connection to PostgreSQL" in second.refused
