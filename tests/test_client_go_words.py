"""Words of Go's drivers: what decides, what goes to the server, and what is refused."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.assessment import About, Scenario, assess
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Seen, Sought, Where

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


def read(name: str, text: str, version: tuple[int, ...] = (), **variables: str) -> Connection:
    driver, framework = named(name)
    return connection(Words(text, driver, framework, version, variables=variables))


@pytest.mark.parametrize(
    ("name", "text", "unknown"),
    [
        ("pgx", f"host={HOST} sslmode=require sslca=x.pem", ("sslca",)),
        ("pgx", f"postgres://{HOST}/d?schema=public", ("schema",)),
        ("pgx", f"postgres://{HOST}/d?SSLMODE=require", ("SSLMODE",)),
        ("pgx", f"host={HOST} hostaddr=10.0.0.1", ("hostaddr",)),
        ("pgx", f"postgres://{HOST}/d?search_path=app&app.user=1&pool_max_conns=5", ()),
        ("pgx", f"host={HOST} sslcert=a.crt sslkey=a.key", ("sslcert",)),
        ("pgx", f"postgres://{HOST}/d?x-migrations-table=m", ("x-migrations-table",)),
        ("lib/pq", f"host={HOST} ssl=true", ("ssl",)),
        ("lib/pq", f"postgres://{HOST}/d?uselibpqcompat=true", ("uselibpqcompat",)),
        ("lib/pq", f"host={HOST} sslmode=verify-full statement_timeout=5", ()),
        ("lib/pq", f"host={HOST} sslmode=pqgo-mine", ("sslmode, whose tls.Config the program registers itself",)),
    ],
)
def test_a_word_that_goes_to_the_server_is_told_by_its_name(
    name: str, text: str, unknown: tuple[str, ...]
) -> None:
    assert read(name, text).unknown == unknown


@pytest.mark.parametrize(
    ("name", "version", "word"),
    [
        ("pgx", (5, 7, 4), "sslnegotiation=postgres"),
        ("pgx", (4, 15), "sslpassword=x"),
        ("pgx", (5, 9), "require_auth=md5"),
        ("pgx", (5,), "prefer_simple_protocol=true"),
        ("lib/pq", (1, 10, 7), "target_session_attrs=any"),
        ("lib/pq", (1, 11), "min_protocol_version=3.0"),
    ],
)
def test_a_word_that_only_other_versions_know_goes_to_the_server(
    name: str, version: tuple[int, ...], word: str
) -> None:
    assert read(name, f"host={HOST} {word}", version).unknown == (word.partition("=")[0],)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("pgx", f"host={HOST} sslmode=verify_full", "its mode is none of"),
        ("pgx", f"host={HOST} sslcert=a.crt", "one of sslcert and sslkey"),
        ("pgx", f"host={HOST} target_session_attrs=master", "target_session_attrs is none of"),
        ("pgx", f"host={HOST} sslmode", "no keyword=value"),
        ("pgx", f"postgres://u:pa%zz@{HOST}/d", "not followed by two hexadecimal digits"),
        ("pgx", f"host={HOST} service=shop", "no service file was given"),
        ("lib/pq", f"postgres://u:pa?ss@{HOST}/d", "an @ stands after"),
        ("lib/pq", "postgres://app:48151?x@db/d", "an @ stands after"),
        ("lib/pq", f"host={HOST} password='it", "a quote is not closed"),
        ("lib/pq", "host=a,b port=1,2,3", "another number of ports"),
        ("gocloud", f"awspostgres://u@{HOST}/d?sslmode=require", "sslmode not allowed"),
        ("golang-migrate", f"mysql://u@{HOST}/d", "it begins with none of postgres://"),
    ],
)
def test_what_the_driver_refuses_is_refused(name: str, text: str, why: str) -> None:
    with pytest.raises(BadRequest, match=why) as told:
        read(name, text)
    assert "48151" not in str(told.value)


def test_a_part_of_a_query_that_go_drops_is_named() -> None:
    found = read("lib/pq", f"postgres://u@{HOST}/d?sslmode=verify-full;sslrootcert=x.pem")
    assert (found.mode, found.root, found.ignored) == ("", "", ("sslmode",))


def test_of_a_name_that_a_url_says_twice_the_first_counts_and_of_a_string_the_last() -> None:
    assert read("pgx", f"postgres://{HOST}/d?sslmode=require&sslmode=disable").mode == "require"
    assert read("pgx", f"host={HOST} sslmode=require sslmode=disable").mode == "disable"


def test_several_hosts_are_all_told() -> None:
    found = read("pgx", f"postgres://u@{HOST}:5432,b.example.com:5433/d")
    assert [(each.host, each.port) for each in found.others] == [("b.example.com", 5433)]
    with pytest.raises(BadRequest, match="several hosts"):
        read("lib/pq", f"host={HOST},b.example.com", (1, 10, 7))


def test_variables_that_end_lib_pq_are_refused_by_their_name() -> None:
    with pytest.raises(BadRequest, match="PGSERVICE"):
        read("lib/pq", f"host={HOST}", (1, 10, 7), PGSERVICE="shop")
    assert read("lib/pq", "sslmode=verify-full", PGHOST=HOST).host == HOST


def test_migrate_chooses_the_driver_by_the_scheme_and_drops_its_own_words() -> None:
    found = read("golang-migrate", f"pgx5://u@{HOST}/d?sslmode=require&x-migrations-table=m&x-foo=1")
    assert (found.driver, found.version, found.mode) == ("pgx", (5,), "require")
    assert (found.unknown, found.ignored) == ((), ("x-foo",))


def outcome(found: Connection, *, trusted: bool, is_named: bool) -> tuple[bool | None, str | None]:
    """Of the client today: whether it connects and what it verifies, where its only roots are so."""

    def look(_: Sought) -> Seen:
        return Seen(Roots.FOUND, trusted)

    today = assess(found, look, look, (is_named, ""), About.BOTH).outlook(Scenario.TODAY).prediction
    return today.connects, today.verifies.value if today.verifies else None


@pytest.mark.parametrize(
    ("name", "version", "text", "is_named", "expected"),
    [
        ("lib/pq", (1, 10, 7), "sslmode=require sslrootcert=r.pem", False, (False, "nothing")),
        ("lib/pq", (1, 10, 7), "sslmode=require sslrootcert=r.pem sslsni=0", False, (True, "chain")),
        ("lib/pq", (1, 11), "sslmode=require sslrootcert=r.pem", False, (True, "chain")),
        ("lib/pq", (1, 10, 7), "sslmode=verify-ca sslrootcert=r.pem", False, (False, "nothing")),
        ("lib/pq", (1, 12), "sslmode=verify-ca sslrootcert=r.pem", False, (True, "chain")),
        ("lib/pq", (1, 11), "sslmode=prefer", True, (False, "nothing")),
        ("lib/pq", (1, 12), "sslmode=require sslrootcert=system", True, (False, "nothing")),
        ("lib/pq", (1, 12), "sslrootcert=system", True, (True, "chain and name")),
        ("lib/pq", (1, 12), "sslmode=require sslnegotiation=direct", True, (False, "nothing")),
        ("pgx", (5, 7), "sslmode=disable sslrootcert=system", True, (True, "chain and name")),
        ("pgx", (4, 15), "sslmode=disable sslrootcert=r.pem", True, (True, "nothing")),
        ("pgx", (5, 7, 5), "sslmode=prefer sslnegotiation=direct sslrootcert=r.pem", False, (True, "chain")),
    ],
)
def test_what_a_version_does_with_its_words(
    name: str, version: tuple[int, ...], text: str, is_named: bool, expected: tuple[bool, str]
) -> None:
    assert outcome(read(name, f"host={HOST} {text}", version), trusted=True, is_named=is_named) == expected


def test_lib_pq_before_1_11_asks_for_no_name_of_an_address() -> None:
    found = read("lib/pq", "host=10.0.0.1 sslmode=require sslrootcert=r.pem", (1, 10, 7))
    assert outcome(found, trusted=True, is_named=False) == (True, "chain")


@pytest.mark.parametrize(
    ("name", "version", "places"),
    [
        ("pgx", (4, 15), [Where.ACCOUNT, Where.SYSTEM]),
        ("pgx", (5, 10), [Where.ACCOUNT, Where.SYSTEM]),
        ("pgx", (5, 11), [Where.HOME, Where.SYSTEM]),
        ("lib/pq", (1, 10, 7), [Where.SYSTEM]),
        ("lib/pq", (1, 12), [Where.HOME, Where.SYSTEM]),
    ],
)
def test_where_roots_are_sought_that_no_word_names(
    name: str, version: tuple[int, ...], places: list[Where]
) -> None:
    looked: list[Where] = []

    def look(place: Sought) -> Seen:
        looked.append(place.where)
        return Seen(Roots.NONE if place.where is not Where.SYSTEM else Roots.FOUND, False)

    assess(read(name, f"host={HOST} sslmode=verify-ca", version), look, look, (True, ""), About.BOTH)
    assert list(dict.fromkeys(looked)) == places
