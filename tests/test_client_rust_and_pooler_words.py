"""Words of Rust's and Elixir's drivers and of three poolers."""

from collections.abc import Mapping

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.table import rules_for
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
type Options = Mapping[str, object]
TLS: Options = {"connector": "native-tls", "ca": "/r.pem"}


def read(name: str, text: str = "", options: Options | None = None, version: tuple[int, ...] = ()) -> Connection:
    driver, framework = named(name)
    return connection(Words(text, driver, framework, version, options or {}))


@pytest.mark.parametrize(
    ("name", "text", "options", "mode", "root"),
    [
        ("tokio-postgres", f"host={HOST} sslmode=require", TLS, "require, native-tls", "/r.pem"),
        ("tokio-postgres", f"host={HOST}", {"connector": "NoTls"}, "prefer, NoTls", ""),
        ("rust-postgres", f"host={HOST} sslmode=disable", {}, "disable", ""),
        ("sqlx", f"postgres://{HOST}/d?ssl-mode=verify-ca&ssl-ca=/r.pem", {}, "verify-ca", "/r.pem"),
        ("ecto", f"ecto://u:p@{HOST}/d", {"ssl": {"cacertfile": "/r.pem"}}, "verify: :verify_peer", "/r.pem"),
        ("ecto", f"ecto://u:p@{HOST}/d?ssl=true", {"ssl": False}, "ssl: true", ""),
        ("postgrex", "", {"hostname": HOST, "ssl": {"verify": ":verify_none"}}, "verify: :verify_none", ""),
        ("pgbouncer", f"host={HOST}", {"server_tls_sslmode": "Require"}, "require", ""),
        ("pgdog", "", {"host": HOST, "tls_verify": "verify_full"}, "verify_full", ""),
        ("pgdog", "", {"host": HOST, "lock_timeout": 1, "pool_size_primary": 2}, "", ""),
        ("odyssey", "", {"host": HOST, "tls": "require", "tls_ca_file": "/r.pem"}, "require", "/r.pem"),
    ],
)
def test_what_decides_is_read(name: str, text: str, options: Options, mode: str, root: str) -> None:
    found = read(name, text, options)
    assert (found.host, found.mode, found.root, found.unknown) == (HOST, mode, root, ())


@pytest.mark.parametrize("indication", ["disable", ":disable"])
def test_erlangs_word_for_no_name_is_no_name_that_is_looked_for(indication: str) -> None:
    tls = {"verify": ":verify_peer", "cacertfile": "/r.pem"}
    found = read("postgrex", "", {"hostname": HOST, "ssl": {**tls, "server_name_indication": indication}})
    assert (found.mode, found.expected_name) == ("verify: :verify_peer, server_name_indication: :disable", "")
    named = read("postgrex", "", {"hostname": HOST, "ssl": {**tls, "server_name_indication": "'db.example'"}})
    assert (named.mode, named.expected_name) == ("verify: :verify_peer", "db.example")


@pytest.mark.parametrize(
    ("name", "text", "options", "why"),
    [
        ("tokio-postgres", f"host={HOST} foo=bar", {}, "unknown option foo"),
        (
            "tokio-postgres",
            f"host={HOST} sslmode=verify-full",
            TLS,
            "its mode is none of disable, prefer, require",
        ),
        ("tokio-postgres", f"host={HOST} channel_binding=yes", TLS, "its channel_binding is none of"),
        ("sqlx", f"postgres://u@/d?hostaddr={HOST}", {}, "its hostaddr is no address"),
        (
            "sqlx",
            f"postgres://{HOST}/d?statement-cache-capacity=many",
            {},
            "its statement-cache-capacity is no whole",
        ),
        ("ecto", f"ecto://u:p@{HOST}/d?pool_size=ten", {}, "its pool_size is no whole number"),
        ("sqlx", f"host={HOST} sslmode=require", {}, "does not begin with postgres://"),
        ("sqlx", f"postgres://{HOST}/d?sslmode=verify_full", {}, "its mode is none of"),
        ("ecto", f"ecto://u:p@{HOST}", {}, "no database's name"),
        ("pgbouncer", f"host={HOST} foo=bar", {}, "unrecognized connection parameter foo"),
        (
            "pgbouncer",
            f"host={HOST}",
            {"server_tls_sslmod": "require"},
            "unknown parameter pgbouncer/server_tls_sslmod",
        ),
        ("pgdog", "", {"host": HOST, "tls_verify": "require"}, "its mode is none of"),
        ("odyssey", "", {"host": HOST, "tls": "verify-full"}, "its mode is none of"),
    ],
)
def test_what_is_refused_is_refused_by_its_name(name: str, text: str, options: Options, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(name, text, options)


@pytest.mark.parametrize(
    ("name", "text", "options", "told"),
    [
        ("tokio-postgres", f"host={HOST} sslmode=require", {}, "the TLS connector that its program makes"),
        ("tokio-postgres", f"host={HOST}", {**TLS, "roots": "x"}, "roots"),
        ("sqlx", f"postgres://{HOST}/d?sslmode=verify-full", {}, "webpki-roots"),
        ("ecto", f"ecto://u:p@{HOST}/d", {"ssl": {"cacertfil": "/r.pem"}}, "ssl.cacertfil"),
        ("postgrex", "", {"ssl": True, "ssl_opts": {"cacertfile": "/r.pem"}}, "ssl_opts.verify"),
        ("postgrex", "", {"hostname": HOST, "ssl": None}, "ssl"),
        ("pgbouncer", f"host={HOST}", {"server_tls_cert_file": "/a"}, "server_tls_cert_file"),
        ("pgdog", "", {"host": HOST, "tls_verifi": "x"}, "tls_verifi"),
        ("odyssey", "", {"host": HOST, "tls": "allow"}, "tls"),
        ("odyssey", "", {"host": HOST, "balance_strategy": "x"}, "balance_strategy"),
        ("odyssey", "", {"host": HOST, "inner": {"tls": "require"}}, "inner"),
    ],
)
def test_what_is_not_known_is_named(name: str, text: str, options: Options, told: str) -> None:
    assert told in " ".join(read(name, text, options).unknown)


def test_what_sqlx_and_ecto_pass_over_is_named() -> None:
    assert read("sqlx", f"postgres://{HOST}/d?schema=public&options[search_path]=a").ignored == ("schema",)
    assert read("ecto", f"ecto://u:p@{HOST}/d?sslmode=require").ignored == ("sslmode",)


@pytest.mark.parametrize(
    ("family", "mode", "version", "encrypts", "verifies"),
    [
        (Family.SQLX, "allow", (), "never TLS", "nothing"),
        (Family.PGBOUNCER, "", (1, 18), "never TLS", "nothing"),
        (Family.PGBOUNCER, "", (1, 20), "TLS, and plaintext only when the server offers none", "nothing"),
        (Family.PGBOUNCER, "verify-ca", (1, 18), "TLS or nothing", "chain"),
        (Family.ODYSSEY, "verify_full", (), "TLS or nothing", "chain"),
        (Family.ODYSSEY, "prefer", (), "TLS, and plaintext only when the server offers none", "chain"),
        (Family.PGDOG, "", (), "TLS, and plaintext only when the server offers none", "nothing"),
        (Family.POSTGREX, "ssl: true", (0, 21, 1), "TLS or nothing", "chain and name"),
        (Family.TOKIO_POSTGRES, "require, openssl", (), "TLS or nothing", "chain and name"),
    ],
)
def test_what_a_mode_does(
    family: Family, mode: str, version: tuple[int, ...], encrypts: str, verifies: str
) -> None:
    (rule,) = rules_for(family, mode, "", version)
    assert (rule.transport.value, rule.verifies.value) == (encrypts, verifies)


def test_ssl_true_of_postgrex_before_0_21_hangs_on_erlang() -> None:
    rules = rules_for(Family.POSTGREX, "ssl: true", "", (0, 20))
    assert {bool(rule.refuses) for rule in rules} == {True, False}


def test_postgrex_0_21_0_fails_with_ssl_true() -> None:
    (rule,) = rules_for(Family.POSTGREX, "ssl: true", "", (0, 21, 0))
    assert rule.refuses == "Postgrex 0.21.0 fails with ssl: true (a MatchError), which 0.21.1 mended"
    assert {bool(each.refuses) for each in rules_for(Family.POSTGREX, "ssl: true", "", (0, 21))} == {True, False}


def test_an_address_in_an_ecto_url() -> None:
    found = read("ecto", "ecto://u:p@[2001:db8::1]:6543/d")
    assert (found.host, found.port) == ("2001:db8::1", 6543)


@pytest.mark.parametrize(
    ("said", "mode"),
    [("verify-full", "verify_full"), ("VerifyCA", "verify_ca"), ("DISABLED", "disabled"), ("require", "")],
)
def test_pgdog_reads_its_variable_less_strictly_than_its_file(said: str, mode: str) -> None:
    given = Words("", named("pgdog")[0], options={"host": HOST}, variables={"PGDOG_TLS_VERIFY": said})
    assert connection(given).mode == mode


def test_sqlx_takes_a_whole_text_of_pem_for_the_roots_themselves() -> None:
    roots = "-----BEGIN TRUSTED CERTIFICATE-----%0AAAAA%0A-----END TRUSTED CERTIFICATE-----%0A"
    assert read("sqlx", f"postgres://{HOST}/d?sslmode=verify-ca&sslrootcert={roots}").inline_roots
    cut = roots.removesuffix("-----%0A")
    with pytest.raises(BadRequest, match="the file of roots is no path"):
        read("sqlx", f"postgres://{HOST}/d?sslmode=verify-ca&sslrootcert={cut}")


def test_npgsql_may_be_told_by_a_variable_to_want_gss() -> None:
    text, variables = f"Host={HOST};SSL Mode=VerifyFull", {"PGGSSENCMODE": "require"}
    assert connection(Words(text, named("npgsql")[0], variables=variables)).unknown == ("GSS Encryption Mode",)
    said = connection(Words(f"{text};GSS Encryption Mode=Disable", named("npgsql")[0], variables=variables))
    assert said.unknown == ()
