"""What is said of a client, today, after a rotation and under enforcement: by tables, and for anything unknown."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.drivers.behaviour import Grounds, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.server_name import is_named
from tlscheck.drivers.table import MODELS, RULES, rules_for
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.assessment import About, Assessment, Scenario, Survival, assess
from tlscheck.survival.fixes import Purpose, fix
from tlscheck.survival.prediction import Case, Cause, Roots, Situation, predict
from tlscheck.survival.roots import Seen, Sought, Where
from tlscheck.trust.target_roots import is_trusted, target
from tlscheck.trust.trust_store import Authority, Entry, Format, TrustStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
GOES, LOST, NOT_KNOWN = Survival.SURVIVES, Survival.DOES_NOT, Survival.UNKNOWN
HOLDS, LACKS, ABSENT = Seen(Roots.FOUND, True), Seen(Roots.FOUND, False), Seen(Roots.NONE, False)
UNSEEN = Seen(Roots.UNKNOWN, None, "what is in it is not known")


def assessed(connection: Connection, now: Seen, then: Seen, about: About = About.BOTH) -> Assessment:
    return assess(connection, lambda _: now, lambda _: then, is_named(connection), about)


@pytest.mark.parametrize(
    ("driver", "mode", "root", "now", "then", "expected"),
    [
        # today, after the rotation, under enforcement, both
        (Driver.LIBPQ, "verify-full", "r", HOLDS, HOLDS, (GOES, GOES, GOES, GOES)),
        (Driver.LIBPQ, "verify-full", "r", HOLDS, LACKS, (GOES, LOST, GOES, LOST)),
        # silently in plaintext: it does not survive the rotation, though it goes on
        (Driver.LIBPQ, "prefer", "r", HOLDS, LACKS, (GOES, LOST, GOES, LOST)),
        (Driver.LIBPQ, "prefer", "", ABSENT, ABSENT, (GOES, GOES, GOES, GOES)),
        (Driver.LIBPQ, "require", "", ABSENT, ABSENT, (GOES, GOES, GOES, GOES)),
        (Driver.LIBPQ, "disable", "", ABSENT, ABSENT, (GOES, GOES, LOST, LOST)),
        # only when it is forced to TLS does its stale root matter
        (Driver.LIBPQ, "allow", "r", HOLDS, LACKS, (GOES, GOES, GOES, LOST)),
        (Driver.LIBPQ, "verify-ca", "", ABSENT, ABSENT, (LOST, LOST, LOST, LOST)),
        (Driver.LIBPQ, "verify-ca", "", UNSEEN, UNSEEN, (NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)),
        # in libpq 16 and later it is the public roots, before it is a file
        (Driver.LIBPQ, "require", "system", ABSENT, ABSENT, (NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)),
        (Driver.ASYNCPG, "prefer", "", LACKS, LACKS, (GOES, GOES, GOES, GOES)),
        (Driver.PGJDBC, "require", "r", LACKS, LACKS, (GOES, GOES, GOES, GOES)),
        (Driver.NODE, "sslmode=require", "r", HOLDS, LACKS, (GOES, LOST, GOES, LOST)),
        (Driver.NODE, "no ssl", "", ABSENT, ABSENT, (GOES, GOES, LOST, LOST)),
        (Driver.PG8000, "", "", ABSENT, ABSENT, (GOES, GOES, GOES, GOES)),
        (Driver.NODE, "ssl= of another kind", "", ABSENT, ABSENT, (LOST, LOST, LOST, LOST)),
        (Driver.NODE, "ssl, of no kind at all", "", ABSENT, ABSENT, (NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)),
    ],
)
def test_a_client_survives_or_not(  # noqa: PLR0917 - a row of the table
    driver: Driver, mode: str, root: str, now: Seen, then: Seen, expected: tuple[Survival, ...]
) -> None:
    said = assessed(Connection(driver, HOST, mode=mode, root=root), now, then)
    assert tuple(each.verdict for each in said.outlooks) == expected
    assert all(each.why.endswith(".") for each in said.outlooks)


def test_the_version_decides_where_behaviour_changed() -> None:
    connection = Connection(Driver.PSYCOPG, HOST, mode="require", root="system")
    assert assessed(replace(connection, version=(15,)), ABSENT, ABSENT).verdict is GOES
    refused = assessed(replace(connection, version=(17, 2)), HOLDS, HOLDS)
    assert refused.verdict is LOST
    assert "weak sslmode" in refused.outlook(Scenario.TODAY).why
    unknown = assessed(connection, ABSENT, ABSENT).outlook(Scenario.ROTATED)
    assert "version decides (before 16; or 16 or later)" in unknown.why


def test_the_question_decides_what_counts() -> None:
    connection = Connection(Driver.LIBPQ, HOST, mode="disable")
    assert assessed(connection, ABSENT, ABSENT, About.ROTATION).verdict is GOES
    assert assessed(connection, ABSENT, ABSENT, About.ENFORCEMENT).verdict is LOST


@pytest.mark.parametrize(
    ("host", "endpoint", "expected"),
    [
        (HOST, "", True),
        (HOST.upper() + ".", "", True),
        ("db.example.com", "", None),
        ("db.example.com", HOST, False),
        (HOST, HOST, True),
        ("10.1.2.3", "", False),
        ("[2001:db8::1]", "", False),
        ("", "", None),
    ],
)
def test_the_certificate_carries_the_endpoints_name_alone(host: str, endpoint: str, expected: bool | None) -> None:
    assert is_named(Connection(Driver.LIBPQ, host), endpoint)[0] is expected


def store(*entries: Entry, kind: Format = Format.PEM) -> TrustStore:
    return TrustStore(kind, entries)


FRANKFURT = {root.family: root for root in roots() if root.region == "eu-central-1"}
RSA2048, RSA4096 = FRANKFURT[Authority.RSA2048_G1], FRANKFURT[Authority.RSA4096_G1]


@pytest.mark.parametrize(
    ("held", "authority", "expected"),
    [
        ([RSA2048], Authority.RSA2048_G1, True),
        ([RSA2048], Authority.RSA4096_G1, False),
        ([RSA2048], None, None),
        (FRANKFURT.values(), None, True),
        ([], None, False),
        ([root for root in roots() if root.region == "us-east-1"], Authority.RSA2048_G1, False),
    ],
)
def test_a_store_holds_a_ca_or_lacks_it_or_it_depends_on_the_ca(
    held: list[Entry], authority: Authority | None, expected: bool | None
) -> None:
    goal = target(roots(), "eu-central-1", authority, is_proxy=False)
    assert is_trusted(store(*held), goal, MODELS[Family.LIBPQ].readers, NOW)[0] is expected


def test_an_intermediate_alone_depends_on_the_python() -> None:
    goal = target(roots(), "eu-central-1", Authority.RSA2048_G1, is_proxy=False)
    not_a_root = store(replace(RSA2048, self_issued=False))
    assert is_trusted(not_a_root, goal, MODELS[Family.LIBPQ].readers, NOW)[0] is False
    assert is_trusted(not_a_root, goal, MODELS[Family.PGX].readers, NOW)[0] is True
    answer, why = is_trusted(not_a_root, goal, MODELS[Family.ASYNCPG].readers, NOW)
    assert answer is None
    assert "3.13" in why


def test_what_tlscheck_has_no_roots_of_is_not_known() -> None:
    for region in (None, "xx-nowhere-1"):
        goal = target(roots(), region, None, is_proxy=False)
        assert is_trusted(store(RSA2048), goal, MODELS[Family.LIBPQ].readers, NOW)[0] is None
    proxy = target(roots(), None, None, is_proxy=True)
    assert is_trusted(store(*roots()), proxy, MODELS[Family.LIBPQ].readers, NOW)[0] is True
    assert is_trusted(store(RSA2048), proxy, MODELS[Family.LIBPQ].readers, NOW)[0] is False


DEFAULTS = {
    Driver.NODE: "no ssl",
    Driver.POSTGRES_JS: "no ssl",
    Driver.PRISMA: "sslmode=prefer",
    Driver.R2DBC: "disable",
    Driver.ODBC: "disable",
}


@pytest.mark.parametrize("driver", Driver)
def test_every_driver_has_a_fix_in_its_own_words_and_a_default(driver: Driver) -> None:
    connection = Connection(driver, HOST)
    mode = DEFAULTS.get(driver, "")
    said = assessed(replace(connection, mode=mode), ABSENT, ABSENT)
    assert said.rules
    written = fix(said, Purpose(("eu-central-1",)))
    assert "rds-ca" in written.line
    assert written.trust_store == "tlscheck trust-store build --region eu-central-1"


def test_a_stale_store_is_merged_and_a_good_client_needs_nothing() -> None:
    connection = Connection(Driver.LIBPQ, HOST, mode="verify-full", root="/etc/our roots.pem")
    frankfurt = Purpose(("eu-central-1",))
    stale = fix(assessed(connection, HOLDS, LACKS), frankfurt)
    assert stale.is_needed
    assert stale.trust_store == "tlscheck trust-store build --region eu-central-1 --merge '/etc/our roots.pem'"
    assert stale.line == "sslmode=verify-full sslrootcert=rds-ca.pem"
    good = fix(assessed(connection, HOLDS, HOLDS), frankfurt)
    assert (good.is_needed, good.line, good.trust_store) == (False, "", "")
    weak = fix(assessed(replace(connection, mode="verify-ca"), HOLDS, HOLDS), frankfurt)
    assert (weak.is_needed, weak.line) == (False, "sslmode=verify-full sslrootcert='/etc/our roots.pem'")


_FACT = st.sampled_from([True, False, None])
_SITUATIONS = st.builds(Situation, _FACT, _FACT, _FACT, _FACT, _FACT)


@given(rule=st.sampled_from(RULES), found=st.sampled_from(Roots), situation=_SITUATIONS)
def test_what_is_said_with_gaps_holds_however_they_are_filled(
    rule: object, found: Roots, situation: Situation
) -> None:
    assert isinstance(rule, type(RULES[0]))
    said = predict([Case(rule, found, situation)])
    names = ("offers_tls", "enforces_tls", "is_trusted", "is_named", "is_in_date")
    unknown = [name for name in names if getattr(situation, name) is None]
    for values in product([True, False], repeat=len(unknown)):
        exactly = predict([Case(rule, found, replace(situation, **dict(zip(unknown, values, strict=True))))])
        assert said.connects in {None, exactly.connects}
        assert said.is_encrypted in {None, exactly.is_encrypted}
        assert said.verifies in {None, exactly.verifies}
        assert set(said.causes) <= set(exactly.causes) <= {*said.causes, *said.perhaps}


@given(rule=st.sampled_from(RULES), found=st.sampled_from(Roots), situation=_SITUATIONS)
def test_nothing_impossible_is_predicted(rule: object, found: Roots, situation: Situation) -> None:
    assert isinstance(rule, type(RULES[0]))
    said = predict([Case(rule, found, situation)])
    if said.connects is False:
        assert said.is_encrypted is False
        assert said.causes or said.perhaps
    if said.connects and situation.enforces_tls:
        assert said.is_encrypted is not False
    if said.connects and said.verifies is Verifies.CHAIN_AND_NAME:
        assert situation.is_trusted is not False
        assert Cause.UNTRUSTED not in said.causes or said.is_encrypted is None


def test_a_rule_is_the_only_one_for_its_mode_and_version() -> None:
    # What SQLx was built with decides too, and on which Erlang/OTP Postgrex runs.
    for rule in (each for each in RULES if each.family not in {Family.SQLX, Family.POSTGREX}):
        for mode in rule.modes:
            name, _, root = mode.partition(" sslrootcert=")
            for version in (
                (1, 10, 7),
                (1, 11),
                (4, 15),
                (5, 7),
                (6,),
                (7,),
                (8, 23),
                (9,),
                (15,),
                (17,),
                (42, 7, 4),
            ):
                assert len(rules_for(rule.family, name, root, version)) <= 1, (rule.family, mode, version)


def test_only_what_could_not_be_run_is_read() -> None:
    assert {rule.family for rule in RULES if rule.basis is Grounds.READ} == {
        Family.NODE,  # TLS at once with what lies around it: the same code, read
        Family.NPGSQL,
        Family.PGX,
        Family.LIB_PQ,
        Family.TOKIO_POSTGRES,
        Family.SQLX,
        Family.POSTGREX,
        Family.PGBOUNCER,
        Family.PGDOG,
        Family.ODYSSEY,
        Family.PRISMA,
        Family.R2DBC,
    }
    assert {rule.family for rule in RULES} == set(MODELS)


def test_where_it_looks_is_told() -> None:
    said = assessed(Connection(Driver.PGJDBC, HOST, mode="verify-full DefaultJavaSSLFactory"), HOLDS, HOLDS)
    assert said.looked == (Sought(Where.JVM),)
    assert assessed(Connection(Driver.LIBPQ, HOST), HOLDS, HOLDS).looked == (
        Sought(Where.ACCOUNT),
        Sought(Where.HOME),
    )
