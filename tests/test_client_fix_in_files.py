"""A fix of a connection in a file says where its line goes; a person who writes it there has what it promises."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.recognition import connection
from tlscheck.drivers.words import Words
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import located
from tlscheck.survival.answer import Found, answer
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.trust_store import Format, TrustStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FILES = Path(__file__).parent / "fixtures" / "client_files"
SECRET = "Tq7SecretMarker"  # noqa: S105 - what stands in every file for its passwords
FRANKFURT = tuple(root for root in roots() if root.region == "eu-central-1")
URL = "?sslmode=verify-full&sslrootcert=rds-ca.pem"
YAML = "sslmode: verify-full and below it sslrootcert: rds-ca.pem"
OLD = "sslmode=verify-full&sslrootcert=/certs/rds.pem"

type Change = tuple[str, str]

ROWS: dict[str, tuple[str, str, tuple[Change, ...]]] = {
    # the file: the line, where it goes, and what a person changes who does that
    "dotenv/usual.env": (
        URL,
        (
            "the URL that stands at HASURA_GRAPHQL_DATABASE_URL (line 3 of usual.env), in place of what that"
            " says of sslmode, sslrootcert;"
        ),
        ((OLD, URL[1:]),),
    ),
    "compose/usual.yml": (
        URL,
        (
            "the URL that stands at services.graphql.environment.HASURA_GRAPHQL_METADATA_DATABASE_URL (line 10 of"
            " usual.yml), in place of what that says of sslmode;"
        ),
        (("sslmode=require", URL[1:]),),
    ),
    "spring/usual.yml": (
        URL,
        (
            "the URL that stands at spring.datasource.url (line 7 of usual.yml), in place of what that says of"
            " sslmode, sslrootcert; where a ? is in the URL already, write & for this one. What is said of these"
            " beside the URL is taken out."
        ),
        (
            (":5432/orders", f":5432/orders{URL}"),
            ("        sslmode: verify-full\n", ""),
            ("        sslrootcert: /certs/rds.pem\n", "        ApplicationName: shop\n"),
        ),
    ),
    "hikari/usual.properties": (
        URL,
        "the URL that stands at jdbcUrl (line 1 of usual.properties)",
        (
            (":5432/orders", f":5432/orders{URL}"),
            ("dataSource.sslmode=verify-full\n", ""),
            ("dataSource.sslrootcert=/certs/rds.pem", ""),
        ),
    ),
    "r2dbc/usual.yml": (
        "?sslMode=verify-full&sslRootCert=rds-ca.pem",
        "the URL that stands at spring.r2dbc.url (line 3 of usual.yml)",
        (),
    ),
    "debezium/usual.json": (
        '"database.sslmode": "verify-full", "database.sslrootcert": "rds-ca.pem"',
        (
            "It belongs beside config.database.hostname (line 5 of usual.json), in place of database.sslmode and"
            " database.sslrootcert there."
        ),
        (("/kafka/certs/rds.pem", "rds-ca.pem"),),
    ),
    "dbt/usual.yml": (
        YAML,
        (
            "It belongs beside orders.outputs.prod.host (line 6 of usual.yml), in place of sslmode and sslrootcert"
            " there."
        ),
        (("/certs/rds.pem", "rds-ca.pem"),),
    ),
    "rails/usual.yml": (
        YAML,
        "It belongs beside production.host (line 8 of usual.yml), in place of sslmode and sslrootcert there.",
        (("config/rds.pem", "rds-ca.pem"),),
    ),
    "grafana/usual.yaml": (
        "sslmode: verify-full and below it sslRootCertFile: rds-ca.pem",
        "It belongs in datasources.0.jsonData of usual.yaml, in place of sslmode and sslRootCertFile there.",
        (("/etc/grafana/rds.pem", "rds-ca.pem"),),
    ),
    "keycloak/usual.env": (
        URL,
        (
            "At KC_DB_URL_HOST (line 2 of usual.env): KC_DB_URL_PROPERTIES is where this is written, in place of"
            " what that says of the same; it begins with the ?."
        ),
        ((OLD, URL[1:]),),
    ),
    "metabase/usual.env": (URL, "write MB_DB_CONNECTION_URI with jdbc:postgresql://", ()),
    "pg_service/usual.conf": (
        "sslmode=verify-full and below it sslrootcert=rds-ca.pem",
        "It belongs in orders of usual.conf. What its section says of the same is taken out.",
        (("/certs/rds.pem", "rds-ca.pem"),),
    ),
    "pgbouncer/usual.ini": (
        "server_tls_sslmode=verify-full and below it server_tls_ca_file=rds-ca.pem",
        "It belongs in pgbouncer of usual.ini, in place of what says the same there.",
        (("/etc/pgbouncer/rds.pem", "rds-ca.pem"),),
    ),
    "terraform/usual.tf": (
        'sslmode = "verify-full" and below it sslrootcert = "rds-ca.pem"',
        "It belongs in provider.postgresql of usual.tf, in place of sslmode and sslrootcert there.",
        (("/etc/ssl/rds.pem", "rds-ca.pem"),),
    ),
    "laravel/usual.php": (
        "'sslmode' => 'verify-full', 'sslrootcert' => 'rds-ca.pem'",
        "It belongs in connections.pgsql of usual.php, in place of sslmode and sslrootcert there.",
        (),
    ),
    "appsettings/usual.json": (
        "SSL Mode=VerifyFull;Root Certificate=rds-ca.pem",
        "It belongs to ConnectionStrings.Orders (line 5 of usual.json), in place of what says the same there.",
        (("/certs/rds.pem", "rds-ca.pem"),),
    ),
    "odbc_ini/usual.ini": (
        "SSLmode=verify-full;pqopt={sslrootcert=rds-ca.pem}",
        "At orders.Servername (line 6 of usual.ini): In odbc.ini each pair before a ; is a line of its own",
        (),
    ),
}


def find(place: Sought, _: Family) -> tuple[Found, str]:
    if place.where is Where.FILE and place.path == "rds-ca.pem":
        return TrustStore(Format.PEM, FRANKFURT), place.path
    return Roots.MISSING, place.path


def ask(text: str, name: str, driver: Driver | None = None) -> list[Answer]:
    found = located(Configuration(Words(text, driver), name, name))
    question = Question(About.BOTH, None, "", "", "")
    return [answer(each.connection, question, roots(), find, NOW) for each in found if each.connection]


@pytest.mark.parametrize("path", ROWS)
def test_a_fix_names_the_place_in_its_file_and_is_what_it_promises(path: str) -> None:
    line, where, changes = ROWS[path]
    text = (FILES / path).read_text()
    told = ask(text, Path(path).name)[0]
    assert told.fix.line == line
    assert where in told.fix.where
    assert SECRET not in told.fix.where + told.fix.line
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    if changes:
        again = ask(text, Path(path).name)[0]
        both = again.assessment.outlook(Scenario.BOTH)
        assert (both.verdict, both.prediction.verifies) == (Survival.SURVIVES, Verifies.CHAIN_AND_NAME)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PGHOST={}\nPGSSLMODE=require\n", "PGSSLMODE=verify-full and below it PGSSLROOTCERT=rds-ca.pem"),
        (
            "DB_HOST={}\nDB_PORT=5432\nDB_SSLMODE=require\nDB_SSLROOTCERT=x.pem\n",
            "DB_SSLMODE=verify-full and below it DB_SSLROOTCERT=rds-ca.pem",
        ),
        # a program that has no such names may have others: none is made up
        ("DB_HOST={}\nDB_PORT=5432\nDB_SSLMODE=require\n", "sslmode=verify-full sslrootcert=rds-ca.pem"),
    ],
)
def test_variables_are_fixed_under_their_own_names(text: str, line: str) -> None:
    host = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
    assert ask(text.format(host), ".env", Driver.LIBPQ)[0].fix.line == line


def test_words_by_themselves_have_no_place_in_a_file() -> None:
    host = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
    told = ask(f"postgresql://{host}/orders?sslmode=require", "", Driver.LIBPQ)[0]
    assert told.fix.where.startswith("Write it at the end of the URL, in place of what that says of sslmode;")


def test_of_dbeaver_the_factory_is_taken_out_that_its_page_names() -> None:
    text = (FILES / "dbeaver" / "usual.json").read_text()
    named = text.replace('"sslMode"', '"sslFactory": "org.postgresql.ssl.NonValidatingFactory", "sslMode"')
    assert named != text
    told = ask(named, "data-sources.json")[0]
    assert told.fix.line == "connection > SSL: CA certificate rds-ca.pem, SSL mode verify-full"
    assert told.fix.where.startswith("Take out sslfactory. It belongs to server 1 (line 4 of data-sources.json)")


HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            Words(f"postgresql://{HOST}/d?sslmode=require", Driver.PRISMA, version=(6,)),
            "?sslmode=require&sslaccept=strict and, on Linux, SSL_CERT_FILE=rds-ca.pem in its environment",
        ),
        (
            Words(f"r2dbc:postgresql://{HOST}/d?sslMode=require"),
            "?sslMode=verify-full&sslRootCert=rds-ca.pem",
        ),
        (
            Words("", framework="drizzle", options={"dbCredentials": {"host": HOST, "ssl": "require"}}),
            '{ ..., ssl: { ca: fs.readFileSync("rds-ca.pem", "utf8") } }',
        ),
        (
            Words("", framework="drizzle", options={"dbCredentials": {"url": f"postgres://{HOST}/d"}}),
            URL,
        ),
    ],
)
def test_the_lines_of_drivers_whose_sources_were_read(words: Words, line: str) -> None:
    told = answer(connection(words), Question(About.BOTH, None, "", "", ""), roots(), find, NOW)
    assert told.fix.line == line
