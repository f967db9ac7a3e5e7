"""No word of a file is dropped: what is renamed, nested or stands elsewhere is told by its name, or refused by it.

And the texts that people paste: variables, lines of files, files of Windows, templates.
"""
# ruff: noqa: E501 - a text that is pasted is one line

import base64
from itertools import pairwise

import pytest
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.encoding import decoded
from tlscheck.formats.reading import Located, located, read_all
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
SECRET = "Tq7SecretMarker"  # noqa: S105 - stands for a password


def found(text: str, name: str = "", driver: Driver | None = None, **variables: str) -> tuple[Located, ...]:
    return located(Configuration(Words(text, driver, variables=variables), name))


@pytest.mark.parametrize(
    ("word", "name", "text"),
    [
        ("DATABASE_SSL", "compose.yml", "services: {a: {environment: {DATABASE_URL: 'jdbc:postgresql://h.x/d', DATABASE_SSL: 'true'}}}"),
        ("DATABASE_SSL_CA", ".env", "DATABASE_URL=jdbc:postgresql://h.x/d\nDATABASE_SSL_CA=/rds.pem"),
        ("hots", "database.yml", "production: {adapter: postgresql, hots: h.x, sslmode: require}"),
        ("ssl", "database.yml", "production: {adapter: postgresql, host: h.x, ssl: {sslmode: verify-full}}"),
        ("extra", "profiles.yml", "x: {outputs: {p: {type: postgres, host: h.x, extra: {sslmode: verify-full}}}}"),
        ("jsonData.sslMode", "d.yml", "datasources: [{type: postgres, url: 'h.x:1', jsonData: {sslMode: require}}]"),
        ("jsonData.sslmode", "d.yml", "datasources: [{type: postgres, url: 'h.x:1', sslmode: require, jsonData: {}}]"),
        ("sslmode", "d.json", '{"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "database.hostname": "h.x", "sslmode": "verify-full"}'),
        ("ssl_mode.mod", "d.json", '{"host": "h.x", "database": "d", "ssl_mode": {"mode": "require", "mod": "verify-full"}}'),
        ("sslMode", "a.yml", "spring: {datasource: {url: 'jdbc:postgresql://h.x/d', hikari: {data-source-properties: {sslMode: verify-full}}}}"),
        ("hikari.data-source-propertis", "a.yml", "spring: {datasource: {url: 'jdbc:postgresql://h.x/d', hikari: {data-source-propertis: {sslmode: verify-full}}}}"),
        ("data-source-propertis", "a.yml", "spring: {datasource: {url: 'jdbc:postgresql://h.x/d', data-source-propertis: {sslmode: verify-full}}}"),
        ("hibernate.connection.sslmode", "a.yml", "spring: {jpa: {properties: {hibernate.connection.url: 'jdbc:postgresql://h.x/d', hibernate.connection.sslmode: verify-full}}}"),
        ("additional-jdbc-properties.sslmode", "a.properties", "quarkus.datasource.jdbc.url=jdbc:postgresql://h.x/d\nquarkus.datasource.jdbc.additional-jdbc-properties.sslmode=verify-full"),
        ("SPRING_DATASOURCE_SSLMODE", ".env", "SPRING_DATASOURCE_URL=jdbc:postgresql://h.x/d\nSPRING_DATASOURCE_SSLMODE=verify-full"),
        ("ConnectionParameters.a", "servers.json", '{"Servers": {"1": {"Host": "h.x", "ConnectionParameters": {"a": {"sslmode": "verify-full"}}}}}'),
        ("SslMode", "servers.json", '{"Servers": {"1": {"Host": "h.x", "SslMode": "verify-full"}}}'),
        ("UseSSHTunnel", "servers.json", '{"Servers": {"1": {"Host": "h.x", "UseSSHTunnel": 1}}}'),
        ("sslmode", "d.json", '{"connections": {"1": {"provider": "postgresql", "configuration": {"host": "h.x", "sslmode": "verify-full"}}}}'),
        ("x", "d.json", '{"connections": {"1": {"provider": "postgresql", "configuration": {"host": "h.x", "handlers": {"postgre_ssl": {"enabled": true, "properties": {"x": {"sslMode": "verify-full"}}}}}}}}'),
        ("ssh_tunnel", "d.json", '{"connections": {"1": {"provider": "postgresql", "configuration": {"host": "h.x", "handlers": {"ssh_tunnel": {"enabled": true}}}}}}'),
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS", ".env", "AIRFLOW__CORE__SQL_ALCHEMY_CONN=postgresql+psycopg2://u@h.x/d\nAIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS=x.y"),
        ("sslmode", "c.json", '{"a": {"conn_type": "postgres", "host": "h.x", "sslmode": "verify-full"}}'),
        ("ssl_configuration", "databases.yaml", "- configuration: {connection_info: {database_url: 'postgres://h.x/d', ssl_configuration: {sslmode: verify-full}}}"),
        ("sslmode", "databases.yaml", "- configuration: {connection_info: {database_url: {connection_parameters: {host: h.x, sslmode: verify-full}}}}"),
        ("SSL_Mode", "odbc.ini", "[a]\nDriver=PostgreSQL\nServername=h.x\nSSL_Mode=verify-full"),
        ("tls", "pgbouncer.ini", "[databases]\na=host=h.x\n[pgbouncer]\n[tls]\nserver_tls_sslmode=verify-full"),
        ("tls", "pgdog.toml", "[tls]\ntls_verify='verify_full'\n[[databases]]\nhost='h.x'"),
        ("tsl", "odyssey.conf", 'storage "x" {\n type "remote"\n host "h.x"\n tsl "verify_full"\n}'),
        ("MB_DB_HSOT", ".env", "MB_DB_TYPE=postgres\nMB_DB_HSOT=h.x"),
        ("GF_DATABASE_SSLMODE", ".env", "GF_DATABASE_TYPE=postgres\nGF_DATABASE_HOST=h.x\nGF_DATABASE_SSLMODE=verify-full"),
        ("KC_DB_URL_PROPERTIES", ".env", "KC_DB=postgres\nKC_DB_URL=jdbc:postgresql://h.x/d\nKC_DB_URL_PROPERTIES=?sslmode=verify-full"),
        ("dataSource.sslmodus", "h.properties", "dataSourceClassName=org.postgresql.ds.PGSimpleDataSource\ndataSource.serverName=h.x\ndataSource.sslmodus=verify-full"),
        ("ssl", "x.yml", "ssl: true\nhosts: ['jdbc:postgresql://q.x/d']"),
        ("tls.ca", "x.toml", "url = 'jdbc:postgresql://q.x/d'\n[tls]\nca = '/rds.pem'\n[server.tls]\ncert = '/own.pem'"),
    ],
)  # fmt: skip
def test_a_word_that_stands_where_nobody_reads_it_is_told_by_its_name(word: str, name: str, text: str) -> None:
    (one,) = found(text, name)
    assert one.connection is not None
    assert word in {*one.connection.unknown, *one.connection.ignored}


def test_springs_url_says_itself_who_reads_it_whatever_framework_was_named() -> None:
    text = f"spring: {{datasource: {{url: 'jdbc:postgresql://{HOST}/orders?sslmode=verify-full'}}}}"
    (one,) = located(Configuration(Words(text, None, framework="sqlalchemy"), "application.yml"))
    assert one.connection is not None
    assert (one.connection.driver, one.connection.framework) == (Driver.PGJDBC, "")
    assert one.connection.mode == "verify-full"


@pytest.mark.parametrize(
    ("text", "driver", "path", "mode", "root"),
    [
        (f"DATABASE_URL=postgresql://app:{SECRET}@{HOST}/orders?sslmode=verify-full&sslrootcert=other.pem", Driver.PSYCOPG2, "DATABASE_URL", "verify-full", "other.pem"),
        (f"export DATABASE_URL='postgresql://app:{SECRET}@{HOST}/orders?sslmode=verify-ca'  # of the shop", Driver.PSYCOPG2, "DATABASE_URL", "verify-ca", ""),
        (f"DB_HOST={HOST}\nDB_DATABASE=orders\nDB_SSLMODE=verify-full\nDB_SSLROOTCERT=/rds.pem", Driver.PSYCOPG2, "DB_HOST", "verify-full", "/rds.pem"),
        (f"PGHOST={HOST}\nPGSSLMODE=verify-full\nPGSSLROOTCERT=/rds.pem", Driver.PSYCOPG2, "PGHOST", "verify-full", "/rds.pem"),
        (f"DATABASE_URL=postgres://a@{HOST}/d\nPGSSLMODE=verify-full", Driver.PSYCOPG2, "DATABASE_URL", "verify-full", ""),
        (f"MB_DB_CONNECTION_URI=jdbc:postgresql://{HOST}/metabase?sslmode=verify-full", None, "MB_DB_CONNECTION_URI", "verify-full", ""),
        (f"spring.datasource.url: jdbc:postgresql://{HOST}/orders?sslmode=require", None, "spring.datasource.url", "require", ""),
        (f"url: jdbc:postgresql://{HOST}/orders?ssl=true", None, "url", "ssl=true", ""),
        (f"ConnectionStrings__Orders=Host={HOST};SSL Mode=Require;Password={SECRET}", None, "ConnectionStrings__Orders", "Require", ""),
        (f"AIRFLOW_CONN_ORDERS='{{\"conn_type\": \"postgres\", \"host\": \"{HOST}\", \"extra\": {{\"sslmode\": \"verify-ca\"}}}}'", None, "AIRFLOW_CONN_ORDERS.host", "verify-ca", ""),
        (f"A_MODE=verify-full\nHASURA_GRAPHQL_DATABASE_URL=postgres://h:$PW@{HOST}/d?sslmode=$A_MODE", None, "HASURA_GRAPHQL_DATABASE_URL", "verify-full", ""),
        (f"HASURA_GRAPHQL_DATABASE_URL=postgres://h@{HOST}/d?sslmode=${{A_MODE:-verify-ca}}", None, "HASURA_GRAPHQL_DATABASE_URL", "verify-ca", ""),
        (f"HASURA_GRAPHQL_DATABASE_URL=postgres://h@{HOST}/d?sslmode=${{PGMODE:-verify-ca}}", Driver.NODE, "HASURA_GRAPHQL_DATABASE_URL", "require", ""),
    ],
)  # fmt: skip
def test_what_people_paste_is_read(text: str, driver: Driver | None, path: str, mode: str, root: str) -> None:
    (one,) = found(text, "", driver, PGMODE="require")
    assert one.connection is not None
    assert (one.spot.path, one.connection.host, one.connection.mode, one.connection.root) == (
        path,
        HOST,
        mode,
        root,
    )
    assert SECRET not in repr(one)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"DATABASE_URL=postgresql://app@{HOST}/orders?sslmode=require", "driver: missing"),
        (f"DB_HOST={HOST}\nDB_DATABASE=orders\nDB_SSLMODE=verify-full", "driver: missing"),
        (f"PGHOST={HOST}", "driver: missing"),
        ("DATABASE_URL=${DATABASE_URL}", "its value comes from elsewhere"),
        ("DATABASE_URL=$(cat /run/secret)", "its value comes from elsewhere"),
        (f"env: {{DATABASE_URL: !vault {SECRET}}}", "!vault"),
        ("env: {DATABASE_URL: '${{ secrets.DATABASE_URL }}'}", "secrets.DATABASE_URL"),
        (f"KONG_PG_HOST={HOST}\nKONG_PG_PASSWORD={SECRET}", "Kong"),
        (f"DB_POSTGRESDB_HOST={HOST}\nDB_POSTGRESDB_PASSWORD={SECRET}", "n8n"),
        ("spring: {datasource: {jndi-name: java:comp/env/jdbc/orders, username: a}}", "jndi-name"),
        ("spring: {datasource: {url: '${JDBC_DATABASE_URL}', username: a}}", "its url comes from elsewhere"),
        (f"quarkus.datasource.reactive.url=vertx-reactive:postgresql://{HOST}:5432/d", "Vert.x"),
        (f"a: {{b: 'postgres://u@{HOST}/d'}}", "--driver NAME"),
    ],
)
def test_what_is_said_elsewhere_or_is_not_in_the_model_is_refused_by_its_name(text: str, why: str) -> None:
    (one,) = found(text)
    assert one.connection is None
    assert why in one.refused
    assert SECRET not in one.refused


def test_a_default_that_is_taken_is_told_by_the_name_that_it_stands_for() -> None:
    text = f"production:\n  adapter: postgresql\n  host: <%= ENV.fetch('DB_HOST', '{HOST}') %>\n  pool: <%= ENV.fetch('POOL') {{ 5 }} %>\n"
    (one,) = read_all(Configuration(Words(text), "database.yml"))
    assert one.host == HOST
    assert one.notes == ("Of DB_HOST the default is taken: another value makes another answer.",)
    (said,) = read_all(Configuration(Words(text, variables={"DB_HOST": "other.example.com"}), "database.yml"))
    assert (said.host, said.notes) == ("other.example.com", ())


def test_a_variable_that_nobody_said_makes_the_answer_unknown_by_its_name() -> None:
    text = f"MB_DB_CONNECTION_URI=jdbc:postgresql://{HOST}/d?sslmode=${{TLS_MODE}}"
    (one,) = read_all(Configuration(Words(text)))
    assert len(one.unknown) == 1
    assert "${TLS_MODE}" in one.unknown[0]


def test_keys_that_are_no_words_are_not_repeated() -> None:
    text = f"'pass: {SECRET}!':\n  url: jdbc:postgresql://{HOST}/d\n  'ssl {SECRET}$': 1\n"
    (one,) = found(text, "x.yml")
    assert one.connection is not None
    assert one.connection.unknown == ("a word of it",)
    assert one.spot.path == "?.url"
    assert SECRET not in repr(one)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_of_powershell_is_read_or_refused(encoding: str) -> None:
    text = f"MB_DB_CONNECTION_URI=jdbc:postgresql://{HOST}/metabase?sslmode=require\r\n"
    content = text.encode(encoding)
    if encoding == "utf-16-le":  # without a mark
        with pytest.raises(BadRequest, match="a zero byte is in it"):
            decoded(content)
        return
    (one,) = found(decoded(content), ".env")
    assert one.connection is not None
    assert (one.connection.host, one.connection.mode) == (HOST, "require")


def test_a_file_that_its_name_says_and_that_is_broken_is_refused_with_its_line() -> None:
    with pytest.raises(BadRequest, match="line 3") as refused:
        found(f"a:\n  host: x\n b: [{SECRET}\n", "values.yaml")
    assert SECRET not in str(refused.value)


def test_aliases_that_make_a_file_too_large_are_refused() -> None:
    names = "abcdefghi"
    lines = [f"{names[0]}: &a [jdbc, host]"] + [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise(names)
    ]
    with pytest.raises(BadRequest, match="deeper or larger than settings are"):
        found("\n".join(lines), "values.yaml")


def test_a_secret_of_kubernetes_within_a_value_is_no_reason_to_repeat_it() -> None:
    url = base64.b64encode(f"postgres://u:{SECRET}@{HOST}/d?nonsense={SECRET}".encode()).decode()
    text = f"apiVersion: v1\nkind: Secret\ndata:\n  url: {url}\n  other: {base64.b64encode(bytes([255, 254])).decode()}\n"
    (one,) = found(text, "", Driver.PSYCOPG2)
    assert one.connection is None
    assert "nonsense" in one.refused
    assert SECRET not in one.refused
    assert (one.spot.path, one.spot.line) == ("data.url", 4)
