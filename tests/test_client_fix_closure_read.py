"""The same promise for the drivers whose source was read: their printed lines are done, and asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.answer import Find, Found, answer
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.trust_store import Format, TrustStore

from tests.client_words.following import followed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
URL = f"postgres://app:secret@{HOST}:5432/orders"
FRANKFURT = tuple(root for root in roots() if root.region == "eu-central-1")
FOREIGN = tuple(root for root in roots() if root.region == "us-east-1")
STRICTNESS = [None, *Verifies]


def find_with(built: bool) -> Find:
    held: dict[str, Found] = {
        "right.pem": TrustStore(Format.PEM, FRANKFURT),
        "wrong.pem": TrustStore(Format.PEM, FOREIGN),
    }
    if built:
        held["rds-ca.pem"] = TrustStore(Format.PEM, (*FRANKFURT, *FOREIGN))

    def find(place: Sought, family: Family) -> tuple[Found, str]:
        assert family
        if place.where is Where.FILE:
            return held.get(place.path, Roots.MISSING), place.path
        if place.where in {Where.HOME, Where.ACCOUNT}:
            return Roots.NONE, "home"
        return TrustStore(Format.PEM, FOREIGN), "system"

    return find


def ask(words: Words, *, built: bool = False) -> Answer:
    return answer(connection(words), Question(About.BOTH, None, "", "", ""), roots(), find_with(built), NOW)


def verified(told: Answer, scenario: Scenario) -> int:
    outlook = told.assessment.outlook(scenario)
    return STRICTNESS.index(outlook.prediction.verifies if outlook.prediction.connects else None)


POOLED = {"host": HOST, "port": 5432, "name": "orders"}
NPGSQL = f"Host={HOST};Username=app;Password=secret;Database=orders"
CASES: tuple[tuple[str, str, Mapping[str, object], tuple[int, ...]], ...] = (
    ("npgsql", NPGSQL, {}, (8,)),
    ("npgsql", NPGSQL, {}, (6,)),
    ("npgsql", f"{NPGSQL};SSL Mode=Disable", {}, (10,)),
    ("npgsql", f"{NPGSQL};SSL Mode=VerifyFull;Root Certificate=wrong.pem", {}, (9,)),
    ("npgsql", f"{NPGSQL};sslmode=VerifyCA;RootCertificate=wrong.pem", {}, (7,)),
    ("npgsql", f"{NPGSQL};SSL Mode=VerifyFull", {}, (8,)),
    ("sqlx", f"{URL}?sslmode=disable", {}, ()),
    ("sqlx", f"{URL}?sslmode=verify-full&sslrootcert=wrong.pem", {}, ()),
    ("sqlx", f"{URL}?ssl-mode=verify-ca&ssl-root-cert=wrong.pem", {}, ()),
    ("sqlx", f"{URL}?sslmode=verify-full&ssl-ca=missing.pem", {}, ()),
    ("ecto", URL.replace("postgres:", "ecto:"), {}, (0, 22)),
    ("ecto", URL.replace("postgres:", "ecto:"), {"ssl": {"cacertfile": "wrong.pem"}}, (0, 22)),
    ("ecto", URL.replace("postgres:", "ecto:") + "?ssl=false", {}, (0, 20)),
    ("ecto", URL.replace("postgres:", "ecto:") + "?ssl=true", {}, (0, 22)),
    (
        "postgrex",
        "",
        {"hostname": HOST, "ssl": True, "ssl_opts": {"verify": "verify_peer", "cacertfile": "wrong.pem"}},
        (0, 19),
    ),
    ("postgrex", "", {"hostname": HOST}, (0, 17)),
    ("pgdog", "", {**POOLED, "tls_verify": "disabled"}, ()),
    ("pgdog", "", {**POOLED, "tls_verify": "verify_full", "tls_server_ca_certificate": "wrong.pem"}, ()),
    ("pgdog", "", {**POOLED, "tls_verify": "verify_ca"}, ()),
    ("odyssey", "", {"type": "remote", "host": HOST, "port": 5432}, ()),
    ("odyssey", "", {"host": HOST, "tls": "require", "tls_ca_file": "wrong.pem"}, ()),
    ("odyssey", "", {"host": HOST, "tls": "verify_full"}, ()),
)


@pytest.mark.parametrize(("driver", "text", "options", "version"), CASES)
def test_what_is_printed_mends(
    driver: str, text: str, options: Mapping[str, object], version: tuple[int, ...]
) -> None:
    of, framework = named(driver)
    words = Words(text, of, framework, version, options)
    before = ask(words)
    fix = before.fix
    assert fix.line, fix
    changed = followed(words, fix, HOST)
    after = ask(changed, built=True)
    shown = f"{fix}\n{changed}\n{after.assessment}"
    if of is not Driver.SQLX:  # whose native-tls reads the first certificate alone, which its note says
        assert after.assessment.verdict is Survival.SURVIVES, shown
    assert connection(changed).root == "rds-ca.pem", shown
    for scenario in (Scenario.TODAY, Scenario.BOTH):
        assert verified(after, scenario) >= verified(before, scenario), shown


@pytest.mark.parametrize(
    ("driver", "options", "line"),
    [
        ("odyssey", {"host": HOST, "tls": "require"}, 'tls "verify_full" tls_ca_file "rds-ca.pem"'),
        (
            "pgdog",
            POOLED,
            'tls_verify="verify_full" and below it tls_server_ca_certificate="rds-ca.pem"',
        ),
        (
            "pgbouncer",
            {"host": HOST, "server_tls_sslmode": "verify-ca"},
            "server_tls_sslmode=verify-full and below it server_tls_ca_file=rds-ca.pem",
        ),
    ],
)
def test_a_poolers_line_is_as_its_file_takes_it(driver: str, options: Mapping[str, object], line: str) -> None:
    assert ask(Words("", named(driver)[0], options=options)).fix.line == line
