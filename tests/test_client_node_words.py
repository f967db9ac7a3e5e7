"""What node-postgres, postgres.js and what stands before them make of their words: as they were seen to do it."""

import pytest
from tlscheck.drivers import node, pgjdbc
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.placing import place

H = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
SECRET = "gEhEiMnIs"  # noqa: S105 - what must never be seen again


def read(name: str, text: str = "", **given: object) -> Connection:
    driver, framework = named(name)
    found = connection(Words(text, driver, framework, **given))  # type: ignore[arg-type]
    assert SECRET not in repr(found)
    return found


def url(query: str = "", host: str = H) -> str:
    return f"postgres://app:{SECRET}@{host}/orders{query}"


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (url(), {}, (H, "no ssl", "")),
        (url("?ssl=true"), {}, (H, "ssl=true", "")),
        (url("?ssl=1"), {}, (H, "ssl=true", "")),
        (url("?ssl=0"), {}, (H, "ssl=0", "")),
        (url("?ssl="), {}, (H, "ssl=0", "")),
        (url("?ssl=no-verify"), {}, (H, "ssl=no-verify", "")),
        (url("?ssl=false"), {}, (H, "ssl= of another kind", "")),
        (url("?ssl=require"), {}, (H, "ssl= of another kind", "")),
        (url("?ssl=0&sslrootcert=/r.pem"), {}, (H, "ssl=true", "/r.pem")),
        (url("?sslmode=allow"), {}, (H, "sslmode=verify-full", "")),
        (url("?sslmode=require&sslmode=disable"), {}, (H, "sslmode=disable", "")),
        (url("?uselibpqcompat=true&sslmode=require"), {}, (H, "uselibpqcompat sslmode=require", "")),
        (url("?uselibpqcompat=1&sslmode=require"), {}, (H, "sslmode=require", "")),
        (
            url("?uselibpqcompat=true&sslmode=verify-ca"),
            {},
            (H, "uselibpqcompat sslmode=verify-ca, no sslrootcert", ""),
        ),
        (
            url("?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=/r.pem"),
            {},
            (H, "uselibpqcompat sslmode=verify-ca", "/r.pem"),
        ),
        (url("?host=other&port=6"), {}, ("other", "no ssl", "")),
        (f"mysql://app@{H}/orders", {}, (H, "no ssl", "")),
        ("postgres:///orders", {"host": H}, ("localhost", "no ssl", "")),
        (f"postgres://app:{SECRET}@/orders?host=/var/run", {}, ("/", "no ssl", "")),
        ("", {"connectionString": url()}, (H, "no ssl", "")),
        ("", {"connectionString": url("?ssl=0"), "ssl": {"ca": PEM}}, (H, "ssl=0", "")),
        ("", {"connectionString": url("?sslmode=require"), "ssl": False}, (H, "sslmode=require", "")),
        ("", {"connectionString": url(), "host": "other", "ssl": True}, (H, "ssl", "")),
        ("", {"host": H, "ssl": "true"}, (H, "ssl", "")),
        ("", {"host": H, "ssl": None}, (H, "no ssl", "")),
        ("", {"host": H, "ssl": {"rejectUnauthorized": False}}, (H, "ssl, rejectUnauthorized: false", "")),
        ("", {"host": H, "ssl": {"rejectUnauthorized": "false"}}, (H, "ssl", "")),
        ("", {"host": H, "ssl": {"rejectUnauthorized": 0}}, (H, "ssl", "")),
        ("", {"host": H, "ssl": {"ca": {"file": "/r.pem"}}}, (H, "ssl", "/r.pem")),
        ("", {"host": H, "ssl": {"ca": "fs.readFileSync('/r.pem', 'utf8')"}}, (H, "ssl", "/r.pem")),
        ("", {"host": H, "ssl": {"ca": ["fs.readFileSync('/r.pem')"]}}, (H, "ssl", "/r.pem")),
        ("", {"host": H, "ssl": {"ca": "fs.readFileSync(path.join(dir, 'r.pem'))"}}, (H, "ssl", "(in the code)")),
        ("", {"host": H, "ssl": {"ca": PEM}}, (H, "ssl", "(in the code)")),
        ("", {"host": H, "ssl": {"ca": "/r.pem"}}, (H, "ssl, ca without a certificate", "")),
        ("", {"host": H, "ssl": {"ca": []}}, (H, "ssl, ca without a certificate", "")),
        ("", {"host": H, "ssl": {"ca": ""}}, (H, "ssl", "")),
        (
            "",
            {"host": H, "ssl": {"ca": {"file": "/r.pem"}, "checkServerIdentity": "() => undefined"}},
            (H, "ssl, checkServerIdentity", "/r.pem"),
        ),
    ],
)
def test_node_postgres_is_read_as_it_was_seen_to_read(
    text: str, options: dict[str, object], expected: tuple[str, str, str]
) -> None:
    found = read("node", text, options=options)
    assert (found.host, found.mode, found.root) == expected
    assert found.unknown == ()


def test_certificates_in_the_options_are_kept_for_whoever_judges_them() -> None:
    assert read("node", options={"host": H, "ssl": {"ca": PEM}}).inline_roots == PEM
    escaped = PEM.replace("\n", "\\n")
    assert read("node", options={"host": H, "ssl": {"ca": escaped}}).inline_roots == PEM
    assert PEM not in repr(read("node", options={"host": H, "ssl": {"ca": PEM}}))


def test_a_text_that_is_no_url_is_a_path_to_node_and_not_answered() -> None:
    assert read("node", f"DATABASE_URL={H}").unknown == (
        "a text that is no URL, which node-postgres takes for a path behind a host named base",
    )


def test_a_servername_counts_where_the_host_is_an_address_alone() -> None:
    ssl = {"ca": PEM, "servername": H}
    assert read("node", options={"host": "10.0.0.1", "ssl": ssl}).expected_name == H
    by_name = read("node", options={"host": "db.example", "ssl": ssl})
    assert (by_name.expected_name, by_name.ignored) == ("", ("ssl.servername",))
    assert read("postgres.js", options={"host": "db.example", "ssl": ssl}).expected_name == H


@pytest.mark.parametrize(
    ("text", "options", "variables", "expected"),
    [
        ("", {"host": H, "ssl": True}, {"NODE_EXTRA_CA_CERTS": "/e.pem"}, ("ssl, NODE_EXTRA_CA_CERTS", "/e.pem")),
        (
            url("?sslmode=require"),
            {},
            {"NODE_EXTRA_CA_CERTS": "/e.pem"},
            ("sslmode=require, NODE_EXTRA_CA_CERTS", "/e.pem"),
        ),
        (
            "",
            {"host": H, "ssl": True},
            {"NODE_OPTIONS": "--no-warnings --use-openssl-ca", "SSL_CERT_FILE": "/s.pem"},
            ("ssl, --use-openssl-ca", "/s.pem"),
        ),
        ("", {"host": H, "ssl": True}, {"SSL_CERT_FILE": "/s.pem"}, ("ssl", "")),
        ("", {"host": H, "ssl": {"ca": {"file": "/r.pem"}}}, {"NODE_EXTRA_CA_CERTS": "/e.pem"}, ("ssl", "/r.pem")),
        (
            url("?sslmode=verify-full"),
            {},
            {"NODE_TLS_REJECT_UNAUTHORIZED": "0"},
            ("ssl=no-verify", ""),
        ),
        ("", {"host": H, "ssl": {"rejectUnauthorized": True}}, {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}, ("ssl", "")),
        ("", {"host": H}, {"PGSSLMODE": "no-verify"}, ("ssl, rejectUnauthorized: false", "")),
        ("", {"host": H}, {"PGSSLMODE": "allow"}, ("no ssl", "")),
        ("", {}, {"PGHOST": H, "PGSSLMODE": "require"}, ("ssl", "")),
    ],
)
def test_nodes_variables_count_as_node_takes_them(
    text: str, options: dict[str, object], variables: dict[str, str], expected: tuple[str, str]
) -> None:
    found = read("node", text, options=options, variables=variables)
    assert (found.mode, found.root) == expected


@pytest.mark.parametrize(
    ("name", "text", "options", "unknown", "ignored"),
    [
        ("node", url("?slmode=require&schema=public"), {}, (), ("slmode", "schema")),
        ("node", url("?sslmode=reqiure"), {}, (), ("sslmode",)),
        ("postgres.js", url("?sslmode=reqiure"), {}, (), ("sslmode",)),
        ("postgres.js", url("?ssl=no-verify"), {}, (), ("ssl",)),
        ("sequelize", "", {"dialect": "postgres", "host": H, "pool": {"mx": 1}}, (), ("pool.mx",)),
        ("node", url("?sslmode=no-verify&sslcert=/nope.pem"), {}, ("sslcert",), ()),
        ("node", "", {"host": H, "sslmode": "require"}, (), ("sslmode",)),
        ("node", "", {"host": H, "useLibpqCompat": True}, (), ("useLibpqCompat",)),
        ("node", "", {"host": H, "stream": "tunnel"}, ("stream",), ()),
        ("node", "", {"host": H, "ssl": {"require": True}}, (), ("ssl.require",)),
        ("node", "", {"host": H, "ssl": {"rejectUnauthorised": False}}, (), ("ssl.rejectUnauthorised",)),
        ("node", "", {"host": H, "ssl": {"ciphers": "x"}}, ("ssl.ciphers",), ()),
        ("node", "", {"host": H, "ssl": {"secureContext": "made"}}, ("ssl.secureContext",), ()),
        ("node", "", {"host": H, "ssl": {"minVersion": "TLSv1.3"}}, ("ssl.minVersion",), ()),
        ("node", "", {"host": H, "ssl": {"minVersion": "TLSv1.2"}}, (), ()),
        ("node", "", {"host": H, "ssl": {"checkServerIdentity": "look"}}, ("ssl.checkServerIdentity",), ()),
        ("node", "", {"host": H, "a b": 1}, (), ("a word of it",)),
        ("postgres.js", url("?foo=1&search_path=a"), {"bar": 1}, ("foo",), ("bar",)),
        ("postgres.js", url(), {"socket": "made"}, ("socket",), ()),
        (
            "sequelize",
            url("?sslmode=require"),
            {"dialectOptions": {"foo": 1}, "loging": 1},
            (),
            ("loging", "dialectOptions.foo"),
        ),
        ("sequelize", "", {"dialect": "postgres", "host": H, "native": True}, ("native",), ()),
        ("sequelize", "", {"dialect": "postgres", "host": H, "ssl": True}, (), ("ssl",)),
        ("typeorm", "", {"type": "postgres", "host": H, "extra": {"x": 1}, "y": 1}, (), ("extra.x", "y")),
        ("typeorm", "", {"type": "postgres", "replication": {"master": {}}}, ("replication",), ()),
        ("knex", "", {"client": "pg", "connection": {"host": H, "x": 1}, "pol": 1}, (), ("connection.x", "pol")),
        ("knex", "", {"client": "pgnative", "connection": url()}, ("client: pgnative is libpq's",), ()),
        ("drizzle", "", {"dbCredentials": {"url": url(), "ssl": True}}, (), ("ssl",)),
    ],
)
def test_a_word_that_decides_nothing_or_is_not_known_is_named(
    name: str, text: str, options: dict[str, object], unknown: tuple[str, ...], ignored: tuple[str, ...]
) -> None:
    found = read(name, text, options=options)
    assert (found.unknown, found.ignored) == (unknown, ignored)


@pytest.mark.parametrize(
    ("name", "text", "options", "expected"),
    [
        ("node", f"postgres://app:{SECRET}?x@{H}/d", {}, "an @ stands after"),
        ("node", f"postgres://app:48151?{SECRET}@{H}/d", {}, "an @ stands after"),
        ("node", f"postgres://app:{SECRET}@a:b:1/d", {}, "what stands for the port"),
        ("node", f"postgres://app@{H}/{SECRET}%", {}, "begins no %XX"),
        ("node", f"postgres://app:{SECRET}%ff@{H}/d", {}, "no UTF-8"),
        ("node", url("?sslnegotiation=direct&sslmode=disable"), {}, "requires ssl"),
        ("node", "", {"host": H, "sslnegotiation": SECRET}, "neither postgres nor direct"),
        ("node", "", {"host": H, "ssl": {"minVersion": "1.2"}}, "minVersion is none of"),
        ("node", "", {"host": H, "ssl": "require"}, "ends in a TypeError"),
        ("node", "", {"host": H, "ssl": 1}, "ends in a TypeError"),
        ("knex", "", {"client": "pg", "connection": url(), "pool": {"mx": 1}}, "its pool takes no mx"),
        ("node", "", {"host": H, "ssl": {"ca": 5}}, "ca is no text"),
        ("node", "", {"host": H, "ssl": {"cert": f"/{SECRET}"}}, "cert is no PEM"),
        ("node", "", {"host": H, "ssl": {"checkServerIdentity": False}}, "is no function"),
        ("postgres.js", url("?sslrootcert=system"), {}, "no parameter sslrootcert"),
        ("postgres.js", url("?schema=public"), {}, "no parameter schema"),
        ("postgres.js", H, {}, "does not begin with"),
        ("sequelize", "", {"host": H}, "its dialect is not postgres"),
        ("typeorm", "", {"type": "mysql", "host": H}, "its type is none of"),
        ("knex", "", {"client": "mysql2", "connection": url()}, "its client is none of"),
        ("prisma", f"prisma://accelerate.example/?api_key={SECRET}", {}, "Accelerate"),
        ("prisma", url("?connection_limit=many"), {}, "connection_limit is no number"),
    ],
)
def test_what_the_driver_refuses_is_refused_by_the_words_name(
    name: str, text: str, options: dict[str, object], expected: str
) -> None:
    with pytest.raises(BadRequest, match=expected) as refused:
        read(name, text, options=options)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "options", "expected"),
    [
        (
            "node",
            "",
            {"dialect": "postgres", "host": H, "dialectOptions": {"ssl": {"rejectUnauthorized": False}}},
            ("ssl, rejectUnauthorized: false", ""),
        ),
        (
            "node",
            "",
            {"client": "pg", "connection": {"host": H, "ssl": {"ca": {"file": "/r.pem"}}}},
            ("ssl", "/r.pem"),
        ),
        ("node", "", {"type": "postgres", "host": H, "ssl": True}, ("ssl", "")),
        (
            "sequelize",
            url("?sslmode=require"),
            {"dialectOptions": {"ssl": {"ca": {"file": "/r.pem"}}}},
            ("sslmode=require", ""),
        ),
        ("sequelize", url(), {"dialectOptions": {"ssl": {"ca": {"file": "/r.pem"}}}}, ("ssl", "/r.pem")),
        ("sequelize", url("?sslnegotiation=direct"), {}, ("ssl=true", "")),
        (
            "typeorm",
            "",
            {"type": "postgres", "url": url(), "ssl": True, "extra": {"ssl": {"rejectUnauthorized": False}}},
            ("ssl, rejectUnauthorized: false", ""),
        ),
        ("typeorm", "", {"type": "postgres", "url": url("?ssl=true"), "ssl": False}, ("ssl=true", "")),
        ("knex", url("?ssl=true"), {}, ("ssl=true", "")),
        ("knex", "", {"client": "pg", "connection": {"connectionString": url(), "ssl": True}}, ("ssl", "")),
        ("drizzle", url("?ssl=true"), {}, ("ssl=true", "")),
        ("drizzle", "", {"connection": {"connectionString": url(), "ssl": True}}, ("ssl", "")),
        ("drizzle", "", {"dbCredentials": {"host": H, "ssl": "require"}}, ("ssl, rejectUnauthorized: false", "")),
        ("drizzle", "", {"dbCredentials": {"host": H}}, ("ssl", "")),
        ("postgres.js", url("?sslmode=verify-full"), {}, ("ssl", "")),
        ("postgres.js", url("?ssl=disable"), {}, ("no ssl", "")),
        ("postgres.js", url("?ssl=allow"), {}, ("allow", "")),
        ("postgres.js", url("?sslmode=verify-full"), {"ssl": "prefer"}, ("prefer", "")),
        ("postgres.js", url("?sslmode=require"), {"ssl": None}, ("no ssl", "")),
        ("postgres.js", url(), {"ssl": {"ca": {"file": "/r.pem"}}}, ("ssl", "/r.pem")),
    ],
)
def test_what_stands_before_pg_hands_it_on_as_it_was_seen_to(
    name: str, text: str, options: dict[str, object], expected: tuple[str, str]
) -> None:
    found = read(name, text, options=options)
    assert (found.host, found.mode, found.root) == (H, *expected)
    assert found.unknown == ()


def test_postgres_js_takes_its_own_variables() -> None:
    assert read("postgres.js", url(), variables={"PGSSL": "require"}).mode == "require"
    assert read("postgres.js", url(), variables={"PGSSL": "disable"}).mode == "ssl"
    assert read("postgres.js", url(), variables={"PGSSLMODE": "require"}).mode == "no ssl"


def test_every_host_of_postgres_js_is_read() -> None:
    found = read("postgres.js", f"postgres://app:{SECRET}@a,b:6,c/orders?ssl=require")
    assert (found.host, found.port) == ("a", 5432)
    assert [(each.host, each.port) for each in found.others] == [("b", 6), ("c", 5432)]


@pytest.mark.parametrize(
    ("query", "mode", "root"),
    [
        ("", "sslmode=prefer", ""),
        ("?sslmode=require", "sslmode=require", ""),
        ("?sslmode=verify-full", "sslmode=prefer", ""),
        ("?sslmode=require&sslaccept=strict&sslcert=rds.pem", "sslmode=require sslaccept=strict", "rds.pem"),
        ("?sslaccept=sctrict", "sslmode=prefer sslaccept=strict", ""),
        ("?sslmode=disable&schema=public&pgbouncer=true", "sslmode=disable", ""),
    ],
)
def test_prismas_own_engine_reads_its_own_words(query: str, mode: str, root: str) -> None:
    found = read("prisma", url(query), version=(6, 2))
    assert (found.driver, found.host, found.mode, found.root) == (Driver.PRISMA, H, mode, root)
    known = "verify-full" not in query and "sctrict" not in query
    assert (found.unknown, found.ignored != ()) == ((), not known)


def test_prisma_7_is_pg_and_a_prisma_without_a_version_is_asked_for_it() -> None:
    new = read("prisma", url("?sslmode=require&schema=public"), version=(7,))
    assert (new.driver, new.framework, new.mode, new.ignored) == (
        Driver.NODE,
        "prisma",
        "sslmode=require",
        ("schema",),
    )
    (unknown,) = read("prisma", url()).unknown
    assert unknown.startswith("version: ")


@pytest.mark.parametrize(
    ("name", "text", "options", "said"),
    [
        ("node", "", {"host": H}, ""),
        ("node", "", {"host": H, "ssl": True}, "Write ssl in place of the one that is there."),
        (
            "node",
            "",
            {"host": H, "ssl": True, "sslnegotiation": "direct"},
            "Take out sslnegotiation. Write ssl in",
        ),
        ("node", url("?ssl=0"), {}, "Write it at the end of the URL, in place of what that says of ssl;"),
        (
            "node",
            url("?sslmode=require&ssl=0"),
            {},
            "Write it at the end of the URL, in place of what that says of sslmode, ssl;",
        ),
        ("pgjdbc", f"jdbc:postgresql://{H}/d", {}, "Write it at the end of the URL; where a ? is in"),
        ("sequelize", "", {"dialect": "postgres", "host": H}, ""),
        (
            "pgjdbc",
            f"jdbc:postgresql://{H}/d?ssl=true",
            {},
            "Write it at the end of the URL, in place of what that",
        ),
    ],
)
def test_a_fix_names_no_word_to_take_out_that_is_not_there(
    name: str, text: str, options: dict[str, object], said: str
) -> None:
    found = read(name, text, options=options)
    line = pgjdbc.line(found, "/r.pem") if name == "pgjdbc" else node.line(found, "/r.pem")
    where = place(line, found)
    assert where.startswith(said)
    assert ("Take out" in where) is ("sslnegotiation" in options)
    assert "sslcert" not in where
    assert "sslfactory" not in where
    assert ("Write ssl" in where) is ("ssl" in options)


def test_what_a_connection_string_says_of_tls_is_mended_there() -> None:
    found = read("node", options={"connectionString": url("?ssl=require")})
    assert node.line(found, "/r.pem") == "?sslmode=verify-full&sslrootcert=/r.pem"
