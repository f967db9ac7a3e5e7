"""What the tools do with their own words before a driver gets them: read in their sources, word by word."""
# ruff: noqa: E501 - a text that is pasted is one line

import json

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import located, read_all

KEPT = "org.postgresql.ds.PGSimpleDataSource"


def one(text: str, name: str = "", driver: Driver | None = None) -> Connection:
    (only,) = read_all(Configuration(Words(text, driver), name))
    return only


def dbeaver(page: dict[str, str], properties: dict[str, str]) -> Connection:
    settings = {
        "host": "h.x",
        "port": "5432",
        "properties": properties,
        "handlers": {"postgre_ssl": {"enabled": True, "properties": page}},
    }
    return one(json.dumps({"connections": {"a": {"provider": "postgresql", "configuration": settings}}}))


@pytest.mark.parametrize(
    ("page", "properties", "mode", "root", "strange"),
    [
        # Switched on without a mode it is ssl=true, which verifies.
        ({}, {}, "ssl=true", "", ((), ())),
        ({"sslProxyServer": "false", "sslMode": ""}, {}, "ssl=true", "", ((), ())),
        ({"sslProxyServer": "true", "sslMode": "verify-full"}, {}, "", "", (("sslProxyServer",), ())),
        ({"sslMode": "require"}, {"sslmode": "verify-full"}, "verify-full", "", ((), ())),
        ({"sslMode": "verify-ca", "rootCert": "/r.pem"}, {}, "verify-ca", "/r.pem", ((), ())),
        ({"sslMode": "verify-ca", "ssl.ca.cert": "/r.pem"}, {}, "verify-ca", "", ((), ("ssl.ca.cert",))),
        (
            {"sslMode": "verify-ca", "ssl.method": "CERTIFICATES", "ssl.ca.cert": "/r.pem", "rootCert": "/old.pem"},
            {},
            "verify-ca",
            "/r.pem",
            ((), ("rootCert",)),
        ),
        ({"ssl.proxy.server": "true"}, {}, "ssl=true", "", (("ssl.proxy.server",), ())),
    ],
)  # fmt: skip
def test_dbeaver_hands_on_what_its_page_of_ssl_says(
    page: dict[str, str], properties: dict[str, str], mode: str, root: str, strange: tuple[tuple[str, ...], ...]
) -> None:
    found = dbeaver(page, properties)
    assert (found.mode, found.root, (found.unknown, found.ignored)) == (mode, root, strange)


@pytest.mark.parametrize(
    ("name", "text", "mode", "unknown"),
    [
        # HikariCP refuses a name for which it finds no setter, in exactly that spelling.
        ("h.properties", f"dataSourceClassName={KEPT}\ndataSource.serverName=h.x\ndataSource.sslmode=verify-full\nmaximumPoolSize=3\nloginTimeout=3", "verify-full", ()),
        ("h.properties", f"dataSourceClassName={KEPT}\ndataSource.serverName=h.x\ndataSource.sslFactory=x", "", ("dataSource.sslFactory",)),
        ("h.properties", f"dataSourceClassName={KEPT}\ndataSource.serverName=h.x\nurl=jdbc:postgresql://g.x/d", "", ("url",)),
        ("h.properties", f"dataSourceClassName={KEPT}\ndataSource.serverName=h.x\nmaximum-pool-size=3", "", ("maximum-pool-size",)),
        ("h.properties", f"dataSourceClassName={KEPT}\ndataSource.serverName=h.x\nvalidationQuery=x", "", ("validationQuery",)),
        (".env", "KC_DB=postgres\nKC_DB_URL_HOST=h.x\nKC_DB_DRIVER=software.amazon.jdbc.Driver", "", ("KC_DB_DRIVER",)),
        (".env", "KC_DB=postgres\nKC_DB_URL_HOST=h.x\nKC_DB_DRIVER=org.postgresql.Driver\nKC_DB_LOG_SLOW_QUERIES_THRESHOLD=9\nKC_DB_POOL_MAX_SIZE=9", "", ()),
        (".env", "KC_DB=postgres\nKC_DB_URL_HOST=h.x\nKC_DB_POOL_TLS=1", "", ("KC_DB_POOL_TLS",)),
        ("a.json", '{"host": "h.x", "database": "d", "jdbc_url_params": "sslmode=disable", "ssl_mode": {"mode": "verify-full"}}', "disable", ("jdbc_url_params.sslmode",)),
        ("a.json", '{"host": "h.x", "database": "d", "jdbc_url_params": "sslrootcert=/r.pem&socketTimeout=3", "ssl_mode": {"mode": "verify-ca"}}', "verify-ca", ()),
        ("c.json", '{"a": {"conn_type": "postgres", "host": "h.x", "extra": {"sslmode": "require", "azure_conn_id": "z", "cursor": "dictcursor"}}}', "require", ("azure_conn_id",)),
        ("s.json", '{"Servers": {"1": {"Host": "h.x", "SSLMode": "verify-full", "ConnectionParameters": {"connect_timeout": 3}}}}', "verify-full", ("SSLMode",)),
        ("p.yml", "x: {outputs: {p: {type: postgres, host: h.x, sslmode: ''}}}", "", ()),
        (".env", "GF_DATABASE_SSL_MODE=require\nGF_DATABASE_URL=postgres://u:p@h.x:1/d?sslmode=verify-full", "verify-full", ()),
        (".env", "GF_DATABASE_SSL_MODE=require\nGF_DATABASE_URL=postgres://u:p@h.x:1/d", "require", ()),
        (".env", "MB_DB_TYPE=postgres\nMB_DB_HOST=h.x\nMB_DB_AWS_IAM=true\nMB_DB_AUDIT_READ_USER=u", "", ("MB_DB_AWS_IAM",)),
        ("", "%prod.quarkus.datasource.jdbc.url=jdbc:postgresql://h.x/d?sslmode=require", "require", ()),
        ("s.json", '{"Servers": {"1": {"Host": "h.x", "SSLMode": "require", "ConnectionParameters": {"sslmode": "require"}}}}', "require", ()),
    ],
)  # fmt: skip
def test_what_a_tool_takes_of_its_words(name: str, text: str, mode: str, unknown: tuple[str, ...]) -> None:
    found = one(text, name)
    assert (found.host, found.mode, found.unknown) == ("h.x", mode, unknown)


@pytest.mark.parametrize(
    ("name", "text", "path", "mode"),
    [
        ("databases.yaml", "- configuration: {connection_info: {database_url: {from_env: A}}, read_replicas: [{database_url: 'postgres://h.x/d?sslmode=disable'}]}", "0.configuration.read_replicas.0.database_url", "disable"),
        (".env", "AIRFLOW__CELERY__RESULT_BACKEND=db+postgresql://u:p@h.x/d?sslmode=require", "AIRFLOW__CELERY__RESULT_BACKEND", "require"),
        ("airflow.cfg", "[celery]\nresult_backend = db+postgresql://u:p@h.x/d?sslmode=require\n", "celery.result_backend", "require"),
        ("a.properties", "spring.datasource.url=jdbc:postgresql://h.x/d\nspring.datasource.hikari.data-source-properties.sslmode=verify-ca\nspring.datasource.hikari.dataSourceProperties.sslrootcert=/r.pem", "spring.datasource.url", "verify-ca"),
        ("settings.py", "DATABASES = {'default': env.db('DATABASE_URL', default='postgres://u:p@h.x/d')}\nDATABASES['default']['OPTIONS'] = {'sslmode': 'require'}\n", "DATABASES.default", "require"),
        ("prod.exs", "config :app, App.Reports, hostname: \"h.x\", ssl: [verify: :verify_none]\n", "config.app.App.Reports", "verify: :verify_none"),
    ],
)  # fmt: skip
def test_what_stands_beside_or_is_said_later_is_not_dropped(name: str, text: str, path: str, mode: str) -> None:
    read = [each for each in located(Configuration(Words(text), name, name)) if each.connection]
    assert [
        (each.spot.path, each.connection and (each.connection.host, each.connection.mode)) for each in read
    ] == [(path, ("h.x", mode))]


@pytest.mark.parametrize("word", ["region", "role_arn", "enable_log_db_messages"])
def test_what_airflow_hands_on_its_driver_refuses(word: str) -> None:
    text = json.dumps({"a": {"conn_type": "postgres", "host": "h.x", "extra": {word: "x"}}})
    (only,) = located(Configuration(Words(text), "c.json"))
    assert f'invalid connection option "{word}"' in only.refused


def test_the_binding_of_a_service_in_kubernetes_is_none_of_typeorms() -> None:
    text = "kind: Secret\nstringData: {type: postgresql, provider: postgresql, host: h.x, port: '5432', database: d}\n"
    (only,) = located(Configuration(Words(text), "db.yml"))
    assert only.refused.startswith("driver: missing")
    assert one(text, "db.yml", Driver.PGX).host == "h.x"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "module.exports = { type: 'postgres', url: process.env.DATABASE_URL, ssl: true, entities: [] }"),
        ("config.json", '{"production": {"use_env_variable": "DATABASE_URL", "dialect": "postgres"}}'),
    ],
)
def test_of_a_url_that_is_not_said_no_host_is_told(name: str, text: str) -> None:
    found = one(text, name)
    assert found.unknown
    assert found.host == ""


def test_a_function_that_is_made_is_no_connection() -> None:
    text = (
        "const postgres = require('postgres')\nfunction postgres(x) { return x }\npostgres('postgres://h.x/d')\n"
    )
    (only,) = located(Configuration(Words(text), "a.js", "a.js"))
    assert (only.spot.line, only.connection and only.connection.host) == (3, "h.x")
