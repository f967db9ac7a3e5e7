"""What stands before libpq hands words on in its own way: psqlODBC, PHP's PDO, Perl's DBI. Each row was run."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
ODBC = f"DRIVER={{PostgreSQL Unicode}};Server={HOST};UID=u;PWD=x;"


def read(text: str = "", driver: str | None = None, **given: object) -> Connection:
    return connection(Words(text, named(driver)[0], **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "driver", "mode"),
    [
        (
            f"pgsql:host={HOST};port=5432;dbname=shop;sslmode=verify-full;sslrootcert=r.pem",
            Driver.PDO,
            "verify-full",
        ),
        (f"pgsql: host={HOST}; sslmode=require;", Driver.PDO, "require"),
        (f"pgsql:host={HOST} sslmode=require", Driver.PDO, "require"),
        (f"dbi:Pg:dbname=o;host={HOST};sslmode=verify-full", Driver.DBI, "verify-full"),
        (f"DBI:Pg(RaiseError=>1):db=o;host={HOST};sslmode=require", Driver.DBI, "require"),
        (f"dbi:Pg:database=o;host={HOST}", Driver.DBI, ""),
        (f'dbi:Pg:dbname="o";host={HOST}', Driver.DBI, ""),
        (f"dbi:Pg:dbname='a;b';host={HOST}", Driver.DBI, ""),
        (f"{ODBC}SSLmode=require", Driver.ODBC, "require"),
        (f"{ODBC}CA=require", Driver.ODBC, "require"),
        (f"{ODBC}sslMODE=vf", Driver.ODBC, "verify-full"),
        (f"{ODBC}SSLmode=vc", Driver.ODBC, "verify-ca"),
        (ODBC, Driver.ODBC, "disable"),
        # By its first letter, in lower case, and as it stands.
        (f"{ODBC}SSLmode=Require", Driver.ODBC, "disable"),
        (f"{ODBC}SSLmode= require", Driver.ODBC, "disable"),
        (f"{ODBC}SSLmode={{require}}", Driver.ODBC, "disable"),
        (f"{ODBC}SSLmode=prefered", Driver.ODBC, "prefer"),
        (f"{ODBC}SSLmode=require;pqopt={{sslmode=require sslrootcert=/r}}", Driver.ODBC, "require"),
    ],
)
def test_it_reaches_libpq_as_its_library_hands_it_on(text: str, driver: Driver, mode: str) -> None:
    found = read(text)
    assert (found.driver, found.host, found.mode, found.unknown) == (driver, HOST, mode, ())


@pytest.mark.parametrize(
    ("text", "driver", "why"),
    [
        (f"pgsql:host={HOST};charset=utf8", None, '"charset"'),
        (f"pgsql:host={HOST};unix_socket=/x", None, '"unix_socket"'),
        (f"pgsql:host={HOST};sslmode=on", None, "invalid sslmode value"),
        ("pgsql:uri:x", None, "no keyword=value"),
        (f"pgsql:postgresql://{HOST}/d", None, "takes no URL"),
        (f"pgsql://{HOST}/d", None, "Doctrine"),
        (f"dbi:Pg:DBNAME=o;host={HOST}", None, '"DBNAME"'),
        (f"dbi:pg:dbname=o;host={HOST}", None, "its driver is not Pg"),
        (f"dbi:Pg:dbname=o;host={HOST};foo=bar", None, '"foo"'),
        (f"{ODBC}SSLmode=verify-xx", None, "invalid sslmode value"),
        (f"{ODBC}pqopt={{sslmode=require}}", None, "conflicts with other ordinary option SSLmode"),
        (f"{ODBC}SSLmode=require;pqopt={{sslmode=verify-ca}}", None, "conflicts"),
        (f"{ODBC}pqopt={{foo=bar}}", None, '"foo"'),
        (f"{ODBC}pqopt=sslrootcert=/x+y", None, "no keyword=value"),
        (f"{ODBC}Server={{{HOST}}}", None, "no host's name"),
        (f"{ODBC}pqopt={{sslmode=require", None, "brace"),
    ],
)
def test_what_it_refuses_is_refused(text: str, driver: str | None, why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(text, driver)
    assert why in str(refused.value)


def test_psqlodbc_passes_over_what_it_does_not_know_and_its_owner_is_told() -> None:
    assert read(f"{ODBC}SSLmod=verify-full").ignored == ("SSLmod",)
    assert read(f"{ODBC} SSLmode=verify-full").ignored == ("SSLmode",)
    assert read(f"{ODBC}BoolsAsChar=1;B9=1;A6=set;CX=1c;DX=d;MaxVarcharSize=9").ignored == ()
    assert read(f"Driver=x;Server={HOST};Pwd=hun;ter=2").ignored == ("a word of it",)
    assert "first letter" in read(f"{ODBC}SSLmode=REQUIRE").notes[0]


def test_of_a_data_source_the_name_alone_says_nothing() -> None:
    for text in ("DSN=orders;UID=app;PWD=x", "FileDSN=/o.dsn;SSLmode=verify-full"):
        found = read(text, "odbc")
        assert found.unknown[0].lower().startswith(("dsn", "filedsn"))
    assert read("DSN=orders;UID=app;PWD=x").driver is Driver.ODBC


def test_keywords_of_a_data_source_are_taken_as_options() -> None:
    options = {
        "Servername": HOST,
        "Port": "6432",
        "SSLmode": "verify-ca",
        "Pqopt": "sslrootcert=/r.pem",
        "Foo": "1",
    }
    found = read("", "odbc", options=options)
    assert (found.host, found.port, found.mode, found.root) == (HOST, 6432, "verify-ca", "/r.pem")
    assert found.ignored == ("Foo",)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("DATABASE_URL=postgresql://app:x@h/orders?sslmode=verify-full", ".env"),
        ("export DATABASE_URL='postgres://u:p@h/d'", ".env"),
        ("MB_DB_CONNECTION_URI=jdbc:postgresql://h/metabase?sslmode=verify-full", ".env"),
        ("spring.datasource.url=jdbc:postgresql://h/d", ".env"),
        ("url: postgres://u:p@h/d", ".env"),
        ("export PGSSLMODE=require", "shell"),
        ("'postgresql://u:p@h/d'", "quotes stand around it"),
        ('"host=h"', "quotes stand around it"),
        ('"url": "postgres://u:p@h/d",', "begins with a quote"),
        ("cockroachdb://h/d", "another driver or service"),
        ("Postgres://u:p@h/d", "not in lower case"),
        ("mysql://u:p@h/d", "URL of another kind"),
        ("{", "--file"),
    ],
)
def test_what_is_nearly_a_connection_is_refused_with_what_to_give(text: str, hint: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(text)
    assert hint in str(refused.value)
    assert "u:p" not in str(refused.value)


def test_a_byte_order_mark_before_it_is_no_part_of_it() -> None:
    assert read(f"\ufeffhost={HOST} sslmode=require").host == HOST
