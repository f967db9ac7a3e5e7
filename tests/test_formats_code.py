"""Files of code as teams keep them: each connection is found where it stands, and read as its driver reads it.

tests/fixtures/client_files/ holds three files of each kind: as it is usual, with several connections, and with a
word that the framework or its driver does not know. They are in the shapes that people publish, and never run.
"""

import json
import string
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.literals import python
from tlscheck.formats.reading import Located, located, located_in_all
from tlscheck.inventory.bad_request import BadRequest

from tests.properties import tries

FILES = Path(__file__).parent / "fixtures" / "client_files"
ORDERS = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
REPORTS = "reports.c9x2example.eu-central-1.rds.amazonaws.com"
PRISMA = "version: Prisma until 6 has an engine of its own, from 7 on it connects through pg; say which one it is"
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
    "drizzle/several.ts": (
        ("drizzle", 3, Read("node-postgres", ORDERS, "no ssl")),
        ("drizzle.connection", 4, Read("node-postgres", REPORTS, "ssl")),
        ("drizzle", 5, Read("node-postgres", "", "", unknown=("its URL or string, which DATABASE_URL says",))),
    ),
    "drizzle/unknown_word.config.ts": (
        ("dbCredentials", 6, Read("node-postgres by drizzle", ORDERS, "ssl", unknown=("ssl, which DB_SSL says",))),
    ),
    "drizzle/usual.config.ts": (
        ("dbCredentials", 7, Read("node-postgres by drizzle", ORDERS, "sslmode=verify-full")),
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
        ("sql.Open", 6, Read("lib/pq", ORDERS, "", unknown=("the mode, which DB_SSLMODE says",))),
    ),
    "go/usual.go": (("pgxpool.New", 10, Read("pgx", ORDERS, "verify-full", root="/etc/rds.pem")),),
    "knex/several.ts": (
        ("staging.connection", 5, Read("node-postgres by knex", REPORTS, "sslmode=require")),
        ("production.connection", 8, Read("node-postgres by knex", ORDERS, "ssl", root="rds.pem")),
    ),
    "knex/unknown_word.js": (
        ("connection", 3, Read("node-postgres by knex", ORDERS, "ssl", ignored=("connection.sslmode",))),
    ),
    "knex/usual.js": (
        ("require.connection", 3, Read("node-postgres by knex", ORDERS, "ssl, rejectUnauthorized: false")),
    ),
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
        ("pg_connect", 3, Read("libpq", REPORTS, "", unknown=("the mode, which DB_SSLMODE says",))),
    ),
    "php/usual.php": (("PDO", 2, Read("PDO", ORDERS, "verify-full", root="/etc/ssl/rds.pem")),),
    "postgres_js/several.ts": (
        ("postgres", 4, Read("postgres.js", "", "", unknown=("its URL or string, which DATABASE_URL says",))),
        ("postgres", 6, Read("postgres.js", REPORTS, "ssl, rejectUnauthorized: false")),
    ),
    "postgres_js/unknown_word.ts": (("postgres", 3, "knows no parameter sslrootcert"),),
    "postgres_js/usual.ts": (("postgres", 3, Read("postgres.js", ORDERS, "require")),),
    "prisma/several.prisma": (
        ("db.url", 3, "its client connects by an adapter"),
        (
            "db.directUrl",
            4,
            Read("Prisma", REPORTS, "sslmode=require sslaccept=strict", root="/etc/rds.pem", unknown=(PRISMA,)),
        ),
    ),
    "prisma/unknown_word.prisma": (
        ("db.url", 3, Read("Prisma", ORDERS, "sslmode=prefer", unknown=(PRISMA,), ignored=("slmode",))),
    ),
    "prisma/usual.prisma": (("db.url", 9, Read("Prisma", ORDERS, "sslmode=require", unknown=(PRISMA,))),),
    "python_drivers/several.py": (
        ("psycopg2.connect", 14, Read("psycopg2", ORDERS, "require")),
        ("psycopg.connect", 15, Read("psycopg", ORDERS, "verify-ca", root="/etc/rds.pem")),
        (
            "asyncpg.create_pool",
            22,
            Read("asyncpg", ORDERS, "SSLContext, check_hostname=False", root="/etc/rds.pem"),
        ),
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
    "sequelize/several.js": (
        ("development", 4, Read("node-postgres by sequelize", REPORTS, "no ssl")),
        (
            "staging",
            6,
            Read("node-postgres by sequelize", "", "", unknown=("its URL or string, which DATABASE_URL says",)),
        ),
        ("production", 7, Read("node-postgres by sequelize", ORDERS, "ssl", root="/etc/ssl/rds.pem")),
    ),
    "sequelize/unknown_word.js": (
        (
            "Sequelize",
            1,
            Read(
                "node-postgres by sequelize",
                ORDERS,
                "no ssl",
                unknown=("ssl, which DB_SSL says",),
                ignored=("dialectOptions.sslmode",),
            ),
        ),
    ),
    "sequelize/usual.js": (
        (
            "Sequelize",
            3,
            Read("node-postgres by sequelize", ORDERS, "ssl, rejectUnauthorized: false", ignored=("ssl.require",)),
        ),
    ),
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
    "typeorm/several.ts": (
        ("TypeOrmModule.forRoot", 7, Read("node-postgres by typeorm", ORDERS, "sslmode=require")),
        ("TypeOrmModule.forRootAsync", 8, Read("node-postgres by typeorm", REPORTS, "ssl")),
        ("TypeOrmModule.forRoot", 20, "TypeORM's replication is not modelled"),
    ),
    "typeorm/unknown_word.ts": (
        ("DataSource", 1, Read("node-postgres by typeorm", ORDERS, "no ssl", ignored=("sslmode",))),
    ),
    "typeorm/usual.ts": (
        ("DataSource", 4, Read("node-postgres by typeorm", ORDERS, "ssl, rejectUnauthorized: false")),
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


def answered[T](what: Callable[[], T]) -> T | str:
    """What it gives, or why it is refused."""
    try:
        return what()
    except BadRequest as refused:
        return str(refused)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_cut_off_is_answered_or_refused(name: str) -> None:
    text = (FILES / name).read_text()
    for end in range(0, len(text), 31):
        assert SECRET not in repr(answered(partial(found, name, text[:end])))


ENDINGS = ("js", "php", "pl", "rb", "exs", "go", "rs", "cs", "tf", "prisma")
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
    name = f"a.{ENDINGS[number]}"
    got = answered(lambda: located(Configuration(Words(f"pg {text}"), name, name)))
    assert SECRET not in repr(got)
    if isinstance(got, str):
        assert "nested deeper" in got or "it holds no connection" in got
    else:
        assert all(0 < each.spot.line <= text.count("\n") + 1 for each in got)


@settings(max_examples=tries(200))
@given(
    text=st.text(string.printable, max_size=100) | st.binary(max_size=60).map(lambda some: some.decode("latin-1"))
)
def test_any_text_is_python_or_refused(text: str) -> None:
    code = answered(partial(python.source, text))
    assert not isinstance(code, str) or "Python's own parser does not take it" in code


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
@pytest.mark.parametrize("piece", ["'", "`${", "a.", "x = ", "a ? ", "<a", "a: "])
def test_large_files_are_read_in_time_that_grows_with_them(name: str, piece: str) -> None:
    """A reader that goes back to the beginning for each piece would not end."""
    text = "pg " + piece * (20_000 // len(piece))
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


@pytest.mark.parametrize(
    ("name", "text", "unknown"),
    [
        (
            "a.js",
            "const c = { host: 'a.example' }; if (p) { c.ssl = { rejectUnauthorized: true }; } new Pool(c);",
            "what is added to its options by c.ssl",
        ),
        (
            "a.js",
            "const c = { host: 'a.example' }; c['ssl'] = true; new Pool(c);",
            "what is added to its options by c.ssl",
        ),
        (
            "a.js",
            "{ const ssl = true; f({ ssl }) } { const ssl = false; new Pool({ host: 'a.example', ssl }) }",
            "ssl, which ssl says",
        ),
        (
            "a.ts",
            "let u = 'postgres://u@a.example/d'; u += '?sslmode=require'; new Pool({ connectionString: u });",
            "its URL or string, which u says",
        ),
        (
            "a.py",
            "m = 'require'\nif x:\n    m = 'disable'\npsycopg2.connect(host='a.example', sslmode=m)",
            "sslmode, which m says",
        ),
        (
            "a.py",
            (
                "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'a.example'}}\n"
                "if not DEBUG:\n    DATABASES['default']['OPTIONS'] = {'sslmode': 'require'}\n"
            ),
            "OPTIONS, which condition says",
        ),
        (
            "a.py",
            "u = 'postgresql://a.example/d'\nu += '?sslmode=require'\ncreate_engine(u)",
            "its URL or string, which u says",
        ),
    ],
)
def test_a_name_with_several_values_and_what_is_set_later_are_not_known(
    name: str, text: str, unknown: str
) -> None:
    (only,) = located(Configuration(Words(text), name, name))
    assert only.connection
    assert unknown in only.connection.unknown


def test_each_of_several_databases_of_one_name_is_answered() -> None:
    entry = "DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'HOST': '{}.example'}}}}"
    text = f"if PRODUCTION:\n    {entry.format('a')}\nelse:\n    {entry.format('b')}\n"
    got = located(Configuration(Words(text), "settings.py", "settings.py"))
    assert [(each.spot.line, each.connection.host) for each in got if each.connection] == [
        (2, "a.example"),
        (4, "b.example"),
    ]


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
