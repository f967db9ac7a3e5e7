"""Words at the borders of readers: control characters, several hosts by address, quotes."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.hosts import one_by_one

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


def read(name: str, text: str, **options: object) -> Connection:
    driver, framework = named(name)
    return connection(Words(text, driver, framework, options=options))


@pytest.mark.parametrize("letter", ["\x01", "\t", "\x1f", "\x7f"])
@pytest.mark.parametrize("name", ["pgx", "lib/pq"])
def test_a_url_of_go_with_a_control_character_is_refused(name: str, letter: str) -> None:
    with pytest.raises(BadRequest, match="a control character is in it"):
        read(name, f"postgres://app@{HOST}/or{letter}ders?sslmode=require")


def test_each_host_is_asked_for_at_its_own_address() -> None:
    found = read("libpq", "host=one.example.com,two.example.com hostaddr=192.0.2.1,192.0.2.2 port=5432,5433")
    assert [(each.host, each.address, each.port) for each in one_by_one(found)] == [
        ("one.example.com", "192.0.2.1", 5432),
        ("two.example.com", "192.0.2.2", 5433),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "host=one.example.com,two.example.com hostaddr=192.0.2.1",
        "host=one.example.com,two.example.com port=1,2,3",
        "hostaddr=192.0.2.1,192.0.2.2 port=1,2,3",
    ],
)
def test_hosts_addresses_and_ports_must_be_as_many(text: str) -> None:
    with pytest.raises(BadRequest):
        read("libpq", text)


def test_two_words_that_are_not_known_are_both_told() -> None:
    found = read("libpq", f"host={HOST} sslmode=allow channel_binding=require require_auth=scram-sha-256")
    assert len(found.unknown) == 1 + len(
        read("libpq", f"host={HOST} sslmode=allow require_auth=scram-sha-256").unknown
    )


@pytest.mark.parametrize("host", ["'db.example.com'", "db.example.com"])
def test_quotes_of_pgbouncer_are_taken_off(host: str) -> None:
    assert read("pgbouncer", f"host={host} port=5432 dbname=orders").host == "db.example.com"
