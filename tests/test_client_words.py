"""The words of every kind of client become one noun, without their passwords."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.table import driver
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import read_all
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "gEhEiMnIs"  # noqa: S105 - what must never be seen again


def read(text: str = "", name: str = "", **given: object) -> Connection:
    chosen = driver(name) if name else None
    (found,) = read_all(Configuration(Words(text, chosen, "sqlalchemy" if name == "sqlalchemy" else "", **given)))  # type: ignore[arg-type]
    assert SECRET not in repr(found)
    return found


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (f"host={HOST} password={SECRET}", "", (Driver.LIBPQ, HOST, 5432, "", "")),
        (f"host={HOST} port = 6432 sslmode=require", "", (Driver.LIBPQ, HOST, 6432, "require", "")),
        (
            rf"password='{SECRET} o\'clock \\' host='{HOST}' sslrootcert='/a b/r.pem' sslmode=verify-ca",
            "psql",
            (Driver.LIBPQ, HOST, 5432, "verify-ca", "/a b/r.pem"),
        ),
        (f"host={HOST},other port=1,2", "", (Driver.LIBPQ, HOST, 1, "", "")),
        (f"host={HOST} requiressl=1", "psycopg2", (Driver.PSYCOPG2, HOST, 5432, "require", "")),
        (f"postgresql://u:{SECRET}@{HOST}:6432/db", "psycopg", (Driver.PSYCOPG, HOST, 6432, "", "")),
        (
            f"postgres://u:{SECRET}%40%2F@{HOST}/db?sslmode=verify-full&sslrootcert=%2Fa%20b",
            "libpq",
            (Driver.LIBPQ, HOST, 5432, "verify-full", "/a b"),
        ),
        (f"postgresql://{HOST},b:5/db?sslmode=prefer", "pgx", (Driver.PGX, HOST, 5, "prefer", "")),
        (
            "postgresql://[2001:db8::1]:6000/",
            "lib/pq",
            (Driver.LIB_PQ, "2001:db8::1", 6000, ", without a name", ""),
        ),
        (
            f"jdbc:postgresql://{HOST}:6432/db?user=u&password={SECRET}&sslmode=verify-full&sslrootcert=/r.pem",
            "",
            (Driver.PGJDBC, HOST, 6432, "verify-full", "/r.pem"),
        ),
        (f"jdbc:postgresql://{HOST},b/db?ssl=true", "", (Driver.PGJDBC, HOST, 5432, "ssl=true", "")),
        ("jdbc:postgresql:db", "", (Driver.PGJDBC, "localhost", 5432, "", "")),
        (
            f"jdbc:postgresql://{HOST}/?sslfactory=org.postgresql.ssl.NonValidatingFactory&ssl",
            "",
            (Driver.PGJDBC, HOST, 5432, "ssl=true NonValidatingFactory", ""),
        ),
        (
            f"postgresql+psycopg2://u:{SECRET}%40x@{HOST}/db?sslmode=require",
            "",
            (Driver.PSYCOPG2, HOST, 5432, "require", ""),
        ),
        (f"postgresql://u:{SECRET}@{HOST}/db", "sqlalchemy", (Driver.PSYCOPG2, HOST, 5432, "", "")),
        (
            f"postgresql+asyncpg://u:{SECRET}@{HOST}/db?ssl=verify-full",
            "",
            (Driver.ASYNCPG, HOST, 5432, "verify-full", ""),
        ),
        (f"postgresql+pg8000://u:{SECRET}@{HOST}/db", "", (Driver.PG8000, HOST, 5432, "", "")),
        (
            f"postgresql://u:{SECRET}@{HOST}?sslmode=verify_ca",
            "asyncpg",
            (Driver.ASYNCPG, HOST, 5432, "verify-ca", ""),
        ),
        (f"postgresql://u:{SECRET}@{HOST}/db", "node", (Driver.NODE, HOST, 5432, "no ssl", "")),
        (f"postgresql://u:{SECRET}@{HOST}/db?ssl=true", "node", (Driver.NODE, HOST, 5432, "ssl=true", "")),
        (
            f"postgresql://u:{SECRET}@{HOST}/db?sslmode=require&uselibpqcompat=true&sslrootcert=r.pem",
            "node-postgres",
            (Driver.NODE, HOST, 5432, "uselibpqcompat sslmode=require", "r.pem"),
        ),
        (
            f"Host={HOST};Port=6432;Password='{SECRET};x';SSL Mode=verifyfull;Root Certificate=/r.pem",
            "",
            (Driver.NPGSQL, HOST, 6432, "VerifyFull", "/r.pem"),
        ),
        (
            f"Server={HOST};Pwd={SECRET};SslMode=Require;TrustServerCertificate=true",
            "npgsql",
            (Driver.NPGSQL, HOST, 5432, "Require, Trust Server Certificate", ""),
        ),
        (
            f"Driver={{PG}};Server={HOST};Pwd={{{SECRET}}}}};x}};SSLmode=verify-ca;pqopt={{sslrootcert=/r}}",
            "",
            (Driver.ODBC, HOST, 5432, "verify-ca", "/r"),
        ),
        (f"Driver=x;Server={HOST};Pwd={SECRET}", "", (Driver.ODBC, HOST, 5432, "disable", "")),
    ],
)
def test_each_driver_is_read_in_its_own_words(
    text: str, name: str, expected: tuple[Driver, str, int, str, str]
) -> None:
    found = read(text, name)
    assert (found.driver, found.host, found.port, found.mode, found.root) == expected


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("pg8000", {"host": HOST}, ("", "")),
        ("pg8000", {"host": HOST, "ssl_context": True, "password": SECRET}, ("ssl_context=True", "")),
        ("pg8000", {"host": HOST, "ssl_context": False}, ("ssl_context=False", "")),
        (
            "pg8000",
            {"host": HOST, "ssl_context": "ssl.create_default_context(cafile='/r.pem')"},
            ("SSLContext", "/r.pem"),
        ),
        (
            "pg8000",
            {"host": HOST, "ssl_context": {"cafile": "/r.pem", "check_hostname": False}},
            ("SSLContext, check_hostname=False", "/r.pem"),
        ),
        ("asyncpg", {"host": HOST, "ssl": {"verify_mode": "CERT_NONE"}}, ("SSLContext, CERT_NONE", "")),
        ("asyncpg", {"host": HOST, "ssl": True}, ("ssl=True", "")),
        ("asyncpg", {"host": HOST, "ssl": "require"}, ("require", "")),
        ("psycopg", {"host": HOST, "sslmode": "require", "password": SECRET}, ("require", "")),
        ("node", {"host": HOST, "ssl": True}, ("ssl", "")),
        ("node", {"host": HOST, "ssl": {"rejectUnauthorized": False}}, ("ssl, rejectUnauthorized: false", "")),
        ("node", {"host": HOST, "ssl": {"ca": "fs.readFileSync('/r.pem')"}}, ("ssl", "/r.pem")),
        ("node", {"host": HOST, "ssl": {"ca": "-----BEGIN CERTIFICATE-----"}}, ("ssl", "(in the code)")),
    ],
)
def test_arguments_beside_or_instead_of_a_string_count(
    name: str, options: dict[str, object], expected: tuple[str, str]
) -> None:
    found = read("", name, options=options)
    assert (found.host, found.mode, found.root) == (HOST, *expected)


def test_jvm_properties_count_only_for_the_factory_that_reads_them() -> None:
    url = f"jdbc:postgresql://{HOST}/db?sslmode=verify-full"
    properties: dict[str, object] = {"javax.net.ssl.trustStore": "/store.p12"}
    assert read(url, options=properties).root == ""
    assert "is not read" in read(url, options=properties).notes[0]
    java = {"sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory"}
    found = read(url, options=properties | java)
    assert (found.mode, found.root, found.notes) == ("verify-full DefaultJavaSSLFactory", "/store.p12", ())


def test_libpq_asks_string_then_service_then_environment() -> None:
    variables = {"PGHOST": "from-environment", "PGSSLMODE": "allow", "PGPASSWORD": SECRET, "PGPORT": "1"}
    service = f"# comment\n[orders]\nhost={HOST}\nport=2\npassword={SECRET}\n[other]\nhost=x\n"
    found = read("service=orders port=3", variables=variables, service_file=service)
    assert (found.host, found.port, found.mode) == (HOST, 3, "allow")
    assert read(variables=variables).host == "from-environment"
    assert read(variables=variables | {"PGSERVICE": "orders"}, service_file=service).port == 2


def test_every_server_of_pgadmin_is_read() -> None:
    servers = {
        "1": {"Host": HOST, "Port": 5432, "SSLMode": "prefer", "Password": SECRET},
        "2": {
            "Host": "b",
            "Port": 6432,
            "ConnectionParameters": {"sslmode": "verify-ca", "sslrootcert": "/r.pem"},
        },
    }
    found = read_all(Configuration(Words(json.dumps({"Servers": servers}))))
    assert [(each.host, each.port, each.mode, each.root, each.label) for each in found] == [
        (HOST, 5432, "prefer", "", "server 1"),
        ("b", 6432, "verify-ca", "/r.pem", "server 2"),
    ]
    assert {each.driver for each in found} == {Driver.PGADMIN}
    assert SECRET not in repr(found)


def test_every_postgresql_connection_of_dbeaver_is_read() -> None:
    ssl = {"postgre_ssl": {"enabled": True, "properties": {"sslMode": "verify-full", "rootCert": "/r.pem"}}}
    sources = {
        "a": {"provider": "postgresql", "configuration": {"host": HOST, "port": "6432", "handlers": ssl}},
        "b": {"provider": "mysql", "configuration": {"host": "m"}},
        "c": {"provider": "postgresql", "configuration": {"url": "jdbc:postgresql://c:1/db", "handlers": {}}},
    }
    found = read_all(Configuration(Words(json.dumps({"connections": sources}))))
    assert [(each.driver, each.host, each.port, each.mode, each.root) for each in found] == [
        (Driver.DBEAVER, HOST, 6432, "verify-full", "/r.pem"),
        (Driver.DBEAVER, "c", 1, "", ""),
    ]


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        (f"postgresql://u:{SECRET}@h/db", "", "driver: missing"),
        ("", "", "connection: missing"),
        (f"host=h password={SECRET} {SECRET}", "", "no keyword=value"),
        (f"host=h password='{SECRET}", "", "quote is not closed"),
        ("host=h sslmode=on", "", "none of disable, allow"),
        ("host=h port=70000", "", "from 1 to 65535"),
        (f"postgresql://u:{SECRET}/x@h/db", "psql", "encode / of a password"),
        (f"postgresql://u:{SECRET}@x@h/db", "psql", "no host's name"),
        ("postgresql://h/db?sslmode", "psql", "no name=value"),
        ("postgresql://h%zz/db", "psql", "hexadecimal"),
        ("service=orders", "", "no service file"),
        ("postgresql+mysql://h", "", "its driver is none of"),
        (f"postgresql+psycopg2://u:{SECRET}@x@h/db", "", "no host's name|none may be"),
        ("postgresql+asyncpg://h/db?sslmode=require", "", "takes no sslmode from SQLAlchemy"),
        ("{", "", "piece of code or of a file"),
        ('{"Servers": {}}', "", "no connection"),
        ('{"a": 1}', "", "piece of code or of a file"),
        ("Host=h;SSL Mode=x", "npgsql", "none of Disable"),
        (f"Host=h;{SECRET}", "npgsql", "no name=value"),
        ("host=a\0b", "", "zero byte"),
        ("host=" + "x" * 1_000_001, "", "longer than"),
    ],
)
def test_words_that_make_no_sense_are_refused_without_repeating_them(text: str, name: str, what: str) -> None:
    with pytest.raises(BadRequest, match=what) as refused:
        read(text, name)
    assert SECRET not in str(refused.value)


_LIKELY = st.sampled_from(
    [
        *("host=", "sslmode=", "postgresql://", "jdbc:postgresql://", "u:", "@", "h", "/", "?", "&", "ssl=true"),
        *("'", "\\", "verify-full", "sslrootcert=", ";", "{", "}", '"Servers"', ":", "[", "]", "%2F", "%", ","),
        *("=", " ", "5432", "Driver=", "postgresql+asyncpg://", "service=", "1"),
        '{"Servers": {"1": {"Host": "h"}}}',
    ]
)
_TEXT = st.one_of(st.text(max_size=200), st.lists(_LIKELY, max_size=15).map("".join))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ssl", "host", "port", "ssl_context", "cafile", "ca"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(
    text=_TEXT,
    chosen=st.sampled_from([None, *Driver]),
    is_sqlalchemy=st.booleans(),
    options=st.dictionaries(st.sampled_from(["ssl", "host", "sslmode", "ssl_context", "port"]), _JSON, max_size=3),
    variables=st.dictionaries(
        st.sampled_from(["PGHOST", "PGSSLMODE", "PGPORT", "PGSERVICE"]), st.text(max_size=9)
    ),
    service_file=_TEXT,
)
def test_no_words_do_anything_but_be_read_or_refused(  # noqa: PLR0917 - each is a kind of words
    text: str,
    chosen: Driver | None,
    is_sqlalchemy: bool,
    options: dict[str, object],
    variables: dict[str, str],
    service_file: str,
) -> None:
    words = Words(text, chosen, "sqlalchemy" if is_sqlalchemy else "", (), options, variables, service_file)
    try:
        found = read_all(Configuration(words))
    except BadRequest:
        return
    assert all(1 <= each.port <= 65535 for each in found)


@given(
    rubbish=st.text(alphabet="!#$&*+,-.:;<=>?@^_|~/[](){}%'\" ", max_size=8),
    template=st.sampled_from(
        [
            "postgresql://u:{}@h.example:5432/db?sslmode=require",
            "postgresql+psycopg2://u:{}@h.example:5432/db",
            "jdbc:postgresql://h.example/db?user=u&password={}&ssl=true",
            "host=h.example password={} sslmode=require",
            "host=h.example password='{}' sslmode=require",
            "Host=h.example;Password={};SSL Mode=Require",
            "Driver=x;Server=h.example;Pwd={{{}}};SSLmode=require",
            "Driver=x;Server=h.example;Pwd={};SSLmode=require",
            "pgsql:host=h.example;password={};sslmode=require",
            "dbi:Pg:dbname=d;host=h.example;password={};sslmode=require",
            "postgresql+asyncpg://u:{}@h.example/db?ssl=require",
            "postgres://{}@h.example/db?sslmode=require",
            '{{"Servers": {{"1": {{"Host": "h", "Password": "{}"}}}}}}',
        ]
    ),
    chosen=st.sampled_from([None, *Driver]),
)
def test_no_password_is_kept_or_repeated_however_badly_it_is_quoted(
    rubbish: str, template: str, chosen: Driver | None
) -> None:
    text = template.format(f"{SECRET}{rubbish}{SECRET}")
    try:
        told = repr(read_all(Configuration(Words(text, chosen))))
    except BadRequest as refused:
        told = str(refused)
    assert SECRET not in told


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("host=h sslmode=require sslnegotiation=direct", "psql"),
        ("postgresql://h/db?sslmode=require&sslnegotiation=direct", "asyncpg"),
        ("postgresql://h/db?sslmode=require&sslnegotiation=direct", "node"),
        ("jdbc:postgresql://h/db?sslmode=require&sslNegotiation=direct", ""),
    ],
)
def test_tls_without_asking_first_is_a_mode_of_its_own(text: str, name: str) -> None:
    assert read(text, name).mode.endswith("require sslnegotiation=direct")


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("Rails", "libpq"),
        ("diesel", "libpq"),
        ("Laravel", "PDO"),
        ("php", "PDO"),
        ("Spring", "pgjdbc"),
        ("debezium", "pgjdbc"),
        ("efcore", "Npgsql"),
        ("dbt", "psycopg2"),
        ("kysely", "node-postgres"),
        ("gorm", "pgx"),
        ("Ecto", "Postgrex"),
        ("sea-orm", "SQLx"),
    ],
)
def test_a_driver_is_known_by_the_name_of_what_people_build_on_it(name: str, means: str) -> None:
    assert driver(name) == means
