"""Files of data as teams keep them: each connection is found where it stands, and read as its driver reads it.

tests/fixtures/client_files/ holds three files of each format: as it is usual, with several connections, and with a
word that the format or its driver does not know.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import Located, located
from tlscheck.formats.shapes import SHAPES
from tlscheck.formats.table import FORMATS

FILES = Path(__file__).parent / "fixtures" / "client_files"
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
REPORTS = "reports.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "Tq7SecretMarker"  # noqa: S105 - what stands in every file for its passwords


@dataclass(frozen=True)
class Read:
    """What is expected of a connection."""

    driver: str
    host: str
    port: int
    mode: str
    root: str = ""
    unknown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


EXPECTED: dict[str, tuple[tuple[str, int, Read | str], ...]] = {
    "airbyte/several.json": (
        ("0.host", 3, Read("pgjdbc", HOST, 5432, "prefer")),
        ("1.host", 11, Read("pgjdbc", REPORTS, 5433, "verify-ca", unknown=("ssl_mode.ca_certificate",))),
    ),
    "airbyte/unknown_word.json": (
        ("host", 2, Read("pgjdbc", HOST, 5432, "require", unknown=("ssl_mode.trust",))),
    ),
    "airbyte/usual.json": (("connectionConfiguration.host", 4, Read("pgjdbc", HOST, 5432, "require")),),
    "airflow/several.json": (
        ("orders.host", 4, Read("psycopg2", HOST, 5432, "require")),
        ("reports.host", 14, Read("psycopg2", REPORTS, 5433, "verify-ca", root="/certs/rds.pem")),
    ),
    "airflow/unknown_word.env": (("AIRFLOW_CONN_ORDERS", 1, "sslca"),),
    "airflow/usual.cfg": (
        ("database.sql_alchemy_conn", 7, Read("psycopg2", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "appsettings/several.json": (
        ("ConnectionStrings.Orders", 3, Read("Npgsql", HOST, 5433, "Require")),
        ("ConnectionStrings.Reports", 5, "--driver npgsql"),
    ),
    "appsettings/unknown_word.json": (("ConnectionStrings.Orders", 3, "TrustStore"),),
    "appsettings/usual.json": (
        ("ConnectionStrings.Orders", 5, Read("Npgsql", HOST, 5432, "VerifyFull", root="/certs/rds.pem")),
    ),
    "compose/several.yml": (
        ("services.metabase.environment.MB_DB_HOST", 3, Read("pgjdbc", HOST, 5432, "")),
        (
            "services.grafana.environment.GF_DATABASE_HOST",
            19,
            Read("lib/pq", REPORTS, 5432, "verify-full", root="/etc/grafana/rds.pem"),
        ),
        ("services.worker.command.1", 26, "driver: missing"),
        ("services.worker.environment.DATABASE_URL", 28, "its value comes from elsewhere"),
    ),
    "compose/unknown_word.yml": (("services.postgrest.environment.PGRST_DB_URI", 5, "ssl_ca"),),
    "compose/usual.yml": (
        (
            "services.graphql.environment.HASURA_GRAPHQL_METADATA_DATABASE_URL",
            10,
            Read("libpq", HOST, 5432, "require"),
        ),
    ),
    "dbeaver/several.json": (
        ("server 1", 3, Read("DBeaver", HOST, 5432, "require")),
        ("server 3", 8, Read("DBeaver", REPORTS, 5433, "ssl=true")),
    ),
    "dbeaver/unknown_word.json": (
        ("server 1", 3, Read("DBeaver", HOST, 5432, "require", unknown=("ssl.method",), ignored=("sslca",))),
    ),
    "dbeaver/usual.json": (("server 1", 4, Read("DBeaver", HOST, 5432, "verify-full", root="/certs/rds.pem")),),
    "dbt/several.yml": (
        (
            "shop.outputs.dev.host",
            6,
            Read("psycopg2", HOST, 5432, "", unknown=("the mode, which DBT_SSLMODE says",)),
        ),
        ("shop.outputs.prod.host", 15, Read("psycopg2", REPORTS, 5433, "")),
    ),
    "dbt/unknown_word.yml": (
        ("shop.outputs.prod.host", 5, Read("psycopg2", HOST, 5432, "require", ignored=("sslca",))),
    ),
    "dbt/usual.yml": (
        ("orders.outputs.prod.host", 6, Read("psycopg2", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "debezium/several.yaml": (
        ("document 1.spec.config.database.hostname", 9, Read("pgjdbc", HOST, 5432, "require")),
        (
            "document 2.spec.config.database.hostname",
            20,
            Read("pgjdbc", REPORTS, 5433, "verify-ca", root="/opt/kafka/rds.pem"),
        ),
    ),
    "debezium/unknown_word.json": (
        ("database.hostname", 3, Read("pgjdbc", HOST, 5432, "require", ignored=("sslca",))),
    ),
    "debezium/usual.json": (
        ("config.database.hostname", 5, Read("pgjdbc", HOST, 5432, "verify-full", root="/kafka/certs/rds.pem")),
    ),
    "dotenv/several.env": (
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", 14, Read("psycopg2", HOST, 5432, "require")),
        ("MB_DB_CONNECTION_URI", 13, Read("pgjdbc", REPORTS, 5432, "verify-full")),
        ("DB_HOST", 3, "driver: missing"),
        ("PGHOST", 10, "driver: missing"),
    ),
    "dotenv/unknown_word.env": (("PG_HOST", 1, "driver: missing"),),
    "dotenv/usual.env": (
        ("HASURA_GRAPHQL_DATABASE_URL", 3, Read("libpq", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "grafana/several.yaml": (
        ("datasources.1.url", 8, Read("lib/pq", HOST, 5433, "require")),
        (
            "datasources.2.url",
            13,
            Read("lib/pq", REPORTS, 5432, "verify-ca", unknown=("secureJsonData.tlsCACert",)),
        ),
        ("datasources.3.url", 21, Read("lib/pq", REPORTS, 5432, "", unknown=("jsonData.sslmode",))),
    ),
    "grafana/unknown_word.ini": (
        (
            "database.host",
            6,
            Read("lib/pq", HOST, 5432, "verify-full", root="/etc/grafana/rds.pem", unknown=("ca_bundle",)),
        ),
    ),
    "grafana/usual.yaml": (
        ("datasources.0.url", 6, Read("lib/pq", HOST, 5432, "verify-full", root="/etc/grafana/rds.pem")),
    ),
    "hasura/several.yaml": (
        ("0.configuration.connection_info.database_url", 5, "its value comes from elsewhere"),
        (
            "1.configuration.connection_info.database_url.connection_parameters",
            12,
            Read("libpq", REPORTS, 5433, ""),
        ),
    ),
    "hasura/unknown_word.yaml": (("0.configuration.connection_info.database_url", 4, "sslca"),),
    "hasura/usual.yaml": (
        (
            "0.configuration.connection_info.database_url",
            5,
            Read("libpq", HOST, 5432, "verify-full", root="/certs/rds.pem"),
        ),
    ),
    "helm/several.yaml": (
        ("externalDatabase.host", 2, "driver: missing"),
        ("keycloak.extraEnv.KC_DB_URL", 10, Read("pgjdbc", REPORTS, 5432, "ssl=true")),
        ("env.DATABASE_HOST", 15, "driver: missing"),
    ),
    "helm/unknown_word.yaml": (("database.hostname", 2, "driver: missing"),),
    "helm/usual.yaml": (
        ("externalDatabase.url", 6, Read("pgjdbc", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "hikari/several.properties": (
        ("document 1.dataSource.serverName", 2, Read("pgjdbc", HOST, 5433, "verify-ca", root="/certs/rds.pem")),
        ("document 2.jdbcUrl", 11, Read("pgjdbc", REPORTS, 5432, "require", ignored=("cachePrepStmts",))),
    ),
    "hikari/unknown_word.properties": (
        ("dataSource.serverName", 2, Read("pgjdbc", HOST, 5432, "", unknown=("dataSource.sslModus",))),
    ),
    "hikari/usual.properties": (("jdbcUrl", 1, Read("pgjdbc", HOST, 5432, "verify-full", root="/certs/rds.pem")),),
    "keycloak/several.yml": (
        ("services.one.environment.KC_DB_URL", 5, Read("pgjdbc", HOST, 5433, "ssl=true")),
        ("services.two.environment.KC_DB_URL_HOST", 10, Read("pgjdbc", REPORTS, 5432, "")),
    ),
    "keycloak/unknown_word.env": (
        ("KC_DB_URL_HOST", 2, Read("pgjdbc", HOST, 5432, "", unknown=("KC_DB_TLS_MODE",))),
    ),
    "keycloak/usual.env": (
        ("KC_DB_URL_HOST", 2, Read("pgjdbc", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "kubernetes/several.yaml": (
        ("items.0.data.jdbc-uri", 9, Read("pgjdbc", REPORTS, 5432, "require")),
        ("items.0.stringData.PGRST_DB_URI", 11, Read("libpq", HOST, 5432, "disable")),
        (
            "items.1.data.application.yml.spring.datasource.url",
            21,
            Read("pgjdbc", HOST, 5432, "verify-full", root="/certs/rds.pem"),
        ),
        ("items.2.spec.template.spec.containers.0.env.PGRST_DB_URI", 40, Read("libpq", HOST, 5432, "disable")),
        ("items.2.spec.template.spec.containers.0.env.DATABASE_URL", 43, "its value comes from elsewhere"),
    ),
    "kubernetes/unknown_word.yaml": (
        (
            "stringData.SPRING_DATASOURCE_URL",
            6,
            Read("pgjdbc", HOST, 5432, "require", unknown=("SPRING_DATASOURCE_TRUST",)),
        ),
    ),
    "kubernetes/usual.yaml": (
        (
            "document 2.spec.template.spec.containers.0.env.HASURA_GRAPHQL_DATABASE_URL",
            31,
            Read("libpq", HOST, 5432, "verify-full", root="/certs/rds.pem"),
        ),
    ),
    "metabase/several.yml": (
        (
            "services.main.environment.MB_DB_CONNECTION_URI",
            5,
            Read("pgjdbc", HOST, 5432, "verify-full", root="/app/certs/rds.pem"),
        ),
        ("services.staging.environment.MB_DB_CONNECTION_URI", 10, Read("pgjdbc", REPORTS, 5433, "ssl=true")),
    ),
    "metabase/unknown_word.env": (
        ("MB_DB_HOST", 2, Read("pgjdbc", HOST, 5432, "", unknown=("MB_DB_SSL_ROOT_CERT",))),
    ),
    "metabase/usual.env": (("MB_DB_HOST", 2, Read("pgjdbc", HOST, 5432, "")),),
    "odbc_ini/several.ini": (
        ("orders.Servername", 3, Read("psqlODBC", HOST, 5432, "require")),
        ("reports.Servername", 12, Read("psqlODBC", REPORTS, 5433, "disable")),
    ),
    "odbc_ini/unknown_word.ini": (("orders.Servername", 3, "sslca"),),
    "odbc_ini/usual.ini": (
        ("orders.Servername", 6, Read("psqlODBC", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
    "odyssey/several.conf": (
        ("storage.orders", 1, Read("Odyssey", HOST, 5432, "require")),
        ("storage.reports", 6, Read("Odyssey", REPORTS, 5433, "")),
    ),
    "odyssey/unknown_word.conf": (
        ("storage.orders", 1, Read("Odyssey", HOST, 5432, "verify_ca", unknown=("tls_bundle",))),
    ),
    "odyssey/usual.conf": (
        ("storage.orders", 6, Read("Odyssey", HOST, 5432, "verify_full", root="/etc/odyssey/rds.pem")),
    ),
    "orm_json/several.json": (
        (
            "production",
            2,
            Read("node-postgres", HOST, 5433, "ssl, rejectUnauthorized: false", ignored=("ssl.require",)),
        ),
        ("typeorm", 10, Read("node-postgres", REPORTS, 5432, "ssl")),
        ("knex", 11, Read("node-postgres", REPORTS, 5432, "ssl, ca without a certificate")),
    ),
    "orm_json/unknown_word.json": (
        ("production", 2, Read("node-postgres", HOST, 5432, "no ssl", ignored=("dialectOptions.sslmode",))),
    ),
    "orm_json/usual.json": (("development", 2, Read("node-postgres", HOST, 5432, "no ssl")),),
    "pg_service/several.conf": (
        ("orders", 1, Read("libpq", HOST, 5432, "require")),
        ("reports", 5, Read("libpq", REPORTS, 5433, "disable")),
    ),
    "pg_service/unknown_word.conf": (("orders", 1, "no option of libpq"),),
    "pg_service/usual.conf": (("orders", 2, Read("libpq", HOST, 5432, "verify-full", root="/certs/rds.pem")),),
    "pgadmin/several.json": (
        ("server 1", 3, Read("pgAdmin", HOST, 5432, "require")),
        ("server 2", 4, Read("pgAdmin", REPORTS, 5433, "verify-ca", root="/certs/rds.pem")),
        ("server 3", 5, "names a service"),
    ),
    "pgadmin/unknown_word.json": (("server 1", 3, "sslca"),),
    "pgadmin/usual.json": (("server 1", 3, Read("pgAdmin", HOST, 5432, "verify-full", root="/certs/rds.pem")),),
    "pgbouncer/several.ini": (
        ("databases.orders", 3, Read("PgBouncer", HOST, 5432, "require")),
        ("databases.reports", 4, Read("PgBouncer", REPORTS, 5433, "require")),
        ("databases.*", 5, Read("PgBouncer", HOST, 5432, "require")),
    ),
    "pgbouncer/unknown_word.ini": (("databases.orders", 2, "server_tls_cafile"),),
    "pgbouncer/usual.ini": (
        ("databases.orders", 2, Read("PgBouncer", HOST, 5432, "verify-full", root="/etc/pgbouncer/rds.pem")),
    ),
    "pgdog/several.toml": (
        ("databases.0.host", 6, Read("PgDog", HOST, 5432, "prefer")),
        ("databases.1.host", 12, Read("PgDog", REPORTS, 5432, "prefer")),
    ),
    "pgdog/unknown_word.toml": (
        ("databases.0.host", 7, Read("PgDog", HOST, 5432, "verify_ca", unknown=("tls_bundle",))),
    ),
    "pgdog/usual.toml": (
        ("databases.0.host", 9, Read("PgDog", HOST, 5432, "verify_full", root="/etc/pgdog/rds.pem")),
    ),
    "r2dbc/several.properties": (
        ("spring.r2dbc.url", 1, Read("R2DBC", HOST, 5433, "require")),
        ("app.reports.url", 4, Read("R2DBC", REPORTS, 5432, "disable")),
    ),
    "r2dbc/unknown_word.yml": (
        ("spring.r2dbc.url", 3, Read("R2DBC", HOST, 5432, "require", unknown=("ssl-bundle",))),
    ),
    "r2dbc/usual.yml": (("spring.r2dbc.url", 3, Read("R2DBC", HOST, 5432, "verify-full", root="/certs/rds.pem")),),
    "rails/several.yml": (
        ("production.primary.host", 8, Read("libpq", HOST, 5432, "require")),
        ("production.reports.url", 13, Read("libpq", REPORTS, 5433, "verify-ca")),
        ("production.cache.url", 17, "its url comes from elsewhere"),
    ),
    "rails/unknown_word.yml": (
        ("production.host", 3, Read("libpq", HOST, 5432, "require", ignored=("sslca", "sslrootcret"))),
    ),
    "rails/usual.yml": (("production.host", 8, Read("libpq", HOST, 5432, "verify-full", root="config/rds.pem")),),
    "spring/several.properties": (
        (
            "document 1.spring.datasource.url",
            2,
            Read("pgjdbc", HOST, 5432, "", unknown=("sslmode, which ${DB_MODE} says",)),
        ),
        ("document 1.app.datasource.reports.jdbc-url", 5, Read("pgjdbc", REPORTS, 5432, "ssl=true")),
        ("document 2.spring.datasource.url", 9, Read("pgjdbc", "localhost", 5432, "")),
    ),
    "spring/unknown_word.yml": (
        (
            "spring.datasource.url",
            3,
            Read("pgjdbc", HOST, 5432, "require", unknown=("ssl-bundle",), ignored=("sslRootCert",)),
        ),
    ),
    "spring/usual.yml": (
        ("spring.datasource.url", 7, Read("pgjdbc", HOST, 5432, "verify-full", root="/certs/rds.pem")),
    ),
}
"""Of each file: path, line, and the connection; or a part of why it is refused: the word, where there is one."""


def found(name: str, driver: Driver | None = None) -> tuple[Located, ...]:
    path = FILES / name
    return located(Configuration(Words(path.read_text(), driver), path.name))


def told(each: Located) -> Read | str:
    one = each.connection
    if one is None:
        return each.refused
    return Read(str(one.driver), one.host, one.port, one.mode, one.root, one.unknown, one.ignored)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_connection_of_a_file_is_found_where_it_stands_and_read_as_its_driver_reads_it(name: str) -> None:
    rows = [(each.spot.path, each.spot.line, told(each)) for each in found(name)]
    assert [(path, line) for path, line, _ in rows] == [(path, line) for path, line, _ in EXPECTED[name]]
    for (_, _, is_), (_, _, expected) in zip(rows, EXPECTED[name], strict=True):
        if isinstance(expected, Read):
            assert is_ == expected
        else:
            assert isinstance(is_, str)
            assert expected in is_


def test_every_file_is_expected_something_of_and_every_format_has_its_three() -> None:
    ours = {name.partition("/")[0] for name in EXPECTED}
    there = [path for path in FILES.glob("*/*") if path.parent.name in ours]
    assert {path.relative_to(FILES).as_posix() for path in there} == EXPECTED.keys()
    formats: dict[str, set[str]] = {}
    for path in there:
        formats.setdefault(path.parent.name, set()).add(path.stem)
    assert {name for name, files in formats.items() if files != {"usual", "several", "unknown_word"}} == set()


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("driver", [None, Driver.PSYCOPG2, Driver.NODE, Driver.PGJDBC, Driver.NPGSQL])
def test_no_password_of_a_file_is_ever_told(name: str, driver: Driver | None) -> None:
    for each in found(name, driver):
        assert SECRET not in repr(each)
        assert SECRET not in json.dumps(asdict(each), default=str)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_windows_says_the_same(name: str) -> None:
    path = FILES / name
    windows = path.read_text().replace("\n", "\r\n")
    assert located(Configuration(Words(windows), path.name)) == found(name)


def test_every_format_that_is_known_stands_where_a_clients_owner_looks_for_it() -> None:
    page = (Path(__file__).parent.parent / "docs" / "clients.md").read_text()
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| "))
    names = {each.name for each in SHAPES} | {each.name for each in FORMATS if each.name not in CODE}
    assert {name for name in names if name not in rows and name not in page} == set()


CODE = {"PHP", "Perl", "Ruby", "Elixir", "Go", "Rust", "C#", "Prisma's schema", "HCL", "JavaScript", "Python"}
"""Formats of code, which a test of their own looks for."""
