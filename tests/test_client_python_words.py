"""Python's drivers and what stands before them take the words that they know, and refuse the others by name."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
DSN = f"postgresql://u:p@{HOST}/d"


def _places(found: Connection) -> list[tuple[str, int]]:
    return [(found.host, found.port), *((each.host, each.port) for each in found.others)]


def read(text: str = "", name: str | None = None, **given: object) -> Connection:
    driver, framework = named(name)
    return connection(Words(text, driver, framework, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "options", "why"),
    [
        ("asyncpg", "", {"host": HOST, "sslmode": "verify-full"}, 'unexpected keyword argument "sslmode"'),
        ("asyncpg", "", {"host": HOST, "sslrootcert": "r"}, 'unexpected keyword argument "sslrootcert"'),
        ("asyncpg", "", {"host": HOST, "dbname": "d"}, 'unexpected keyword argument "dbname"'),
        ("asyncpg", DSN, {"ssl": "true"}, "its mode is none of"),
        ("asyncpg", DSN, {"ssl": ""}, "its mode is none of"),
        ("asyncpg", f"{DSN}?sslmode", {}, "no name=value"),
        ("asyncpg", f"{DSN}?sslmode=on", {}, "its mode is none of"),
        ("asyncpg", f"{DSN}?sslnegotiation=direct", {}, "direct TLS requires"),
        ("asyncpg", DSN, {"direct_tls": True}, "direct TLS requires"),
        ("asyncpg", f"{DSN}?ssl_min_protocol_version=SSLv3", {}, "`ssl_min_protocol_version`"),
        ("asyncpg", f"{DSN}?target_session_attrs=writer", {}, "`target_session_attrs`"),
        ("asyncpg", "postgres://hunter2?x@db/d", {}, "no name=value"),
        ("asyncpg", "postgres://hunter2?x=1@db/d", {}, "an @ stands after"),
        ("asyncpg", "postgres://hunter2#x@db/d", {}, "an @ stands after"),
        ("asyncpg", "postgresql://a,b/d", {"port": [1, 2, 3]}, "could not match 3 port numbers to 2 hosts"),
        ("asyncpg", "", {"host": HOST, "ssl": {"cafiel": "/r"}}, 'no "cafiel"'),
        ("asyncpg", "", {"host": HOST, "ssl": {"verify_mode": "CERT_SOME"}}, "verify_mode"),
        ("asyncpg", "", {"host": HOST, "ssl": "ssl.SSLContext()"}, "neither ssl.create_default_context"),
        ("asyncpg", "", {"host": HOST, "ssl": "ssl.create_default_context(ca='/r')"}, 'no argument "ca"'),
        ("pg8000", "", {"host": HOST, "ssl": True}, 'unexpected keyword argument "ssl"'),
        ("pg8000", "", {"host": HOST, "sslmode": "require"}, 'unexpected keyword argument "sslmode"'),
        ("pg8000", "", {"host": HOST, "ssl_context": "True"}, "neither ssl.create_default_context"),
        ("sqlalchemy", f"postgresql+psycopg2://u:p@{HOST}/shop?ssl=true", {}, 'invalid connection option "ssl"'),
        ("sqlalchemy", f"postgres://u:p@{HOST}/shop", {}, "since 1.4 it knows no postgres://"),
        ("sqlalchemy", f"postgresql+asyncpg://{HOST}/d?ssl=true", {}, "its mode is none of"),
        (
            "sqlalchemy",
            f"postgresql+asyncpg://{HOST}/d?prepared_statement_cache_size=100&prepared_statement_cache_size=0",
            {},
            "prepared_statement_cache_size stands twice in its query",
        ),
        (
            "sqlalchemy",
            f"postgresql+asyncpg://{HOST}/d?prepared_statement_cache_size=none",
            {},
            "prepared_statement_cache_size is no number",
        ),
        ("sqlalchemy", f"postgresql+asyncpg://{HOST}/d?sslrootcert=r", {}, '"sslrootcert"'),
        (
            "sqlalchemy",
            f"postgresql+asyncpg://{HOST}/d",
            {"connect_args": {"sslmode": "require"}},
            "ssl=verify-full",
        ),
        ("sqlalchemy", f"postgresql+pg8000://{HOST}/d?ssl_context=True", {}, "ssl_context of its query"),
        ("sqlalchemy", DSN, {"connect_args": {}, "sslmode": "require"}, 'Invalid argument(s) "sslmode"'),
        ("sqlalchemy", DSN, {"connect_args": [1]}, "connect_args is no object"),
        ("sqlalchemy", f"{DSN}?sslmode=require&sslmode=disable", {}, "invalid sslmode value"),
        ("sqlalchemy", "postgresql+asyncpg:///d?host=a,b", {}, "All hosts and ports"),
        ("sqlalchemy", "postgresql:///d?host=a,b&port=1,2,3", {}, "number of hosts and ports"),
        ("sqlalchemy", f"postgresql://u/x:p@{HOST}/d", {}, "an @ stands where none may be"),
        ("django", "", {"ENGINE": "django.db.backends.mysql", "HOST": HOST}, '"django.db.backends.mysql"'),
        ("django", "", {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"ssl": True}}, '"ssl"'),
        ("django", "", {"ENGINE": "django.db.backends.postgresql", "OPTIONS": "x"}, "OPTIONS is no object"),
    ],
)
def test_what_python_refuses_is_refused_by_its_name(
    name: str, text: str, options: dict[str, object], why: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        read(text, name, options=options)
    assert why in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "options", "expected"),
    [
        ("asyncpg", DSN, {"ssl": None}, (Driver.ASYNCPG, "", "")),
        ("asyncpg", f"{DSN}?sslmode=verify_ca&sslrootcert=r.pem", {}, (Driver.ASYNCPG, "verify-ca", "r.pem")),
        (
            "asyncpg",
            f"{DSN}?sslmode=verify-ca&sslrootcert=r.pem",
            {"ssl": "require"},
            (Driver.ASYNCPG, "require", "r.pem"),
        ),
        ("asyncpg", f"{DSN}?sslmode=require&sslmode=disable", {}, (Driver.ASYNCPG, "disable", "")),
        ("asyncpg", "", {"dsn": DSN, "min_size": 1, "ssl": "require"}, (Driver.ASYNCPG, "require", "")),
        (
            "asyncpg",
            DSN,
            {"ssl": "ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=r'/r.pem')"},
            (Driver.ASYNCPG, "SSLContext", "/r.pem"),
        ),
        ("asyncpg", DSN, {"ssl": {"cadata": "-----BEGIN"}}, (Driver.ASYNCPG, "SSLContext", "(in the code)")),
        ("pg8000", "", {"host": HOST, "user": "u", "application_name": "shop"}, (Driver.PG8000, "", "")),
        (
            "sqlalchemy",
            f"postgresql+psycopg2://u:p@{HOST}/shop",
            {"connect_args": {"sslmode": "verify-full", "sslrootcert": "G.pem"}, "pool_size": 5},
            (Driver.PSYCOPG2, "verify-full", "G.pem"),
        ),
        (
            "sqlalchemy",
            f"postgresql+psycopg2://u:p@{HOST}/shop",
            {"sslmode": "allow"},
            (Driver.PSYCOPG2, "allow", ""),
        ),
        (
            "sqlalchemy",
            f"postgresql+psycopg_async://u:p/w@{HOST}/d?sslmode=require",
            {},
            (Driver.PSYCOPG, "require", ""),
        ),
        ("sqlalchemy", f"postgresql:///d?host={HOST}:5432", {}, (Driver.PSYCOPG2, "", "")),
        (
            "sqlalchemy",
            f"postgresql+asyncpg://{HOST}/d?prepared_statement_cache_size=0",
            {"connect_args": {"ssl": "require", "server_settings": {"search_path": "x"}}},
            (Driver.ASYNCPG, "require", ""),
        ),
        (
            "psycopg2",
            "",
            {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": HOST,
                "NAME": "shop",
                "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "other.pem", "pool": True},
            },
            (Driver.PSYCOPG, "verify-full", "other.pem"),
        ),
    ],
)
def test_what_python_takes_is_read_as_python_does(
    name: str, text: str, options: dict[str, object], expected: tuple[Driver, str, str]
) -> None:
    found = read(text, name, options=options)
    assert ((found.driver, found.mode, found.root), found.unknown) == (expected, ())
    assert found.host == HOST


@pytest.mark.parametrize(
    ("name", "text", "options", "what"),
    [
        ("asyncpg", f"{DSN}?schema=public", {}, "schema"),
        ("asyncpg", f"{DSN}?connect_timeout=3", {}, "connect_timeout"),
        ("asyncpg", DSN, {"server_settings": {"sslmode": "require"}}, "sslmode"),
        ("asyncpg", f"{DSN}?sslcert=/nope", {}, "sslcert"),
        ("asyncpg", f"{DSN}?sslmode=require&sslcrl=/crl", {}, "sslcrl"),
        ("asyncpg", f"{DSN}?ssl_max_protocol_version=TLSv1_1", {}, "ssl_max_protocol_version"),
        ("asyncpg", f"{DSN}?service=orders", {}, "service"),
        ("asyncpg", DSN, {"ssl": 1}, "ssl"),
        ("sqlalchemy", "postgresql+asyncpg://h/d?ssl=require&ssl=disable", {}, "ssl"),
        ("asyncpg", DSN, {"ssl": "ssl.create_default_context(cafile=certifi.where())"}, "the file of roots"),
        ("asyncpg", DSN, {"ssl": {"capath": "/etc/certs"}}, "capath"),
        ("pg8000", "", {"host": HOST, "sock": "s"}, "sock"),
        ("sqlalchemy", DSN, {"creator": "make"}, "creator"),
        (
            "sqlalchemy",
            "postgresql+asyncpg://h/d",
            {"connect_args": {"async_creator_fn": "f"}},
            "async_creator_fn",
        ),
    ],
)
def test_what_only_the_server_or_the_program_knows_is_named(
    name: str, text: str, options: dict[str, object], what: str
) -> None:
    assert read(text, name, options=options).unknown[0].startswith(what)


def test_what_asyncpg_passes_over_is_named_as_ignored() -> None:
    both = read(f"{DSN}?sslmode=verify-full&sslrootcert=r.pem", "asyncpg", options={"ssl": True})
    assert (both.mode, both.root, both.ignored) == ("ssl=True", "", ("sslmode", "sslrootcert"))
    assert read(f"{DSN}?sslmode=prefer&sslrootcert=r.pem", "asyncpg").ignored == ("sslrootcert",)
    variables = {"PGHOST": HOST, "PGSSLMODE": "require", "PGSERVICE": "orders", "PGHOSTADDR": "10.0.0.1"}
    found = read("", "asyncpg", variables=variables)
    assert (found.host, found.mode, sorted(found.ignored)) == (HOST, "require", ["PGHOSTADDR", "PGSERVICE"])


def test_asyncpg_asks_dsn_then_service_then_environment_and_its_argument_before_all() -> None:
    service = f"[orders]\nHOST={HOST}\nport=7\nsslmode=verify-ca\nfoo=bar\n"
    variables = {"PGHOST": "from-environment", "PGPORT": "9", "PGSSLMODE": "allow"}
    found = read("postgresql:///d?service=orders", "asyncpg", service_file=service, variables=variables)
    assert (found.host, found.port, found.mode, found.ignored) == (HOST, 7, "verify-ca", ("foo",))
    nowhere = read("postgresql:///d?service=other", "asyncpg", service_file=service, variables=variables)
    assert (nowhere.host, nowhere.port, nowhere.mode) == ("from-environment", 9, "allow")
    assert read(f"{DSN}?host=other", "asyncpg", options={"host": "mine", "port": 3}).host == "mine"


def test_several_hosts_are_all_kept() -> None:
    found = read("postgresql://u:p@a:1,b,[::1]:3/d", "asyncpg", variables={"PGPORT": "9"})
    assert _places(found) == [("a", 1), ("b", 9), ("::1", 3)]
    given = read("", "asyncpg", options={"host": ["a", "/run"], "port": [1, 2]})
    assert [(each.host, each.port) for each in given.others] == [("/", 2)]
    for text in ("postgresql:///d?host=a:1&host=b:2", "postgresql:///d?host=a,b&port=1,2"):
        for driver in ("psycopg2", "asyncpg"):
            found = read(text.replace("postgresql", f"postgresql+{driver}"))
            assert _places(found) == [("a", 1), ("b", 2)]


def test_words_that_django_does_not_know_are_named_as_ignored() -> None:
    entry = {"ENGINE": "django.db.backends.postgresql", "HOST": HOST, "options": {"sslmode": "require"}}
    found = read("", "django", options=entry)
    assert (found.framework, found.mode, found.ignored) == ("django", "", ("options",))
