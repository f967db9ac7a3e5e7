"""What makes two sessions two clients, and what makes them one client of a reason."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.ledger.client import Client, Who
from tlscheck.ledger.sightings import learn, sightings
from tlscheck.reporting.result import DatabaseResult, result_of
from tlscheck.verdict.judgement import judge

from tests.examples import (
    LEDGER,
    NOW,
    ORDERS,
    client,
    database,
    evidence,
    look,
    observation,
    plaintext_client,
    sessions,
)

WHO = Who(ORDERS, "orders", "app", "orders-api", "10.0.1.5")


@pytest.mark.parametrize(
    "changes", [{"database": LEDGER}, {"name": "x"}, {"user": "x"}, {"application": "x"}, {"address": "x"}]
)
def test_each_of_its_five_texts_belongs_to_a_clients_key(changes: dict[str, str]) -> None:
    other = replace(WHO, **changes)
    assert other != WHO
    assert other.digest() != WHO.digest()


def test_a_key_is_the_sha256_of_the_five_texts_as_a_json_list() -> None:
    # The table holds keys of this form: another one would make every client a new one.
    texts = [ORDERS, "orders", "app", "orders-api", "10.0.1.5"]
    assert WHO.digest() == sha256(json.dumps(texts).encode()).hexdigest()
    assert len(WHO.digest()) == 64


def test_one_application_at_two_addresses_is_remembered_twice() -> None:
    found = sightings(ORDERS, look(sessions(address="10.0.1.5"), sessions(address="10.0.1.6")))
    known, news = learn((), found, NOW)
    assert {each.who.address for each in known} == {each.who.address for each in news} == {"10.0.1.5", "10.0.1.6"}


def row(*known: Client) -> DatabaseResult:
    judgement = judge(evidence(database(), clients=known), (), Sweep("s", NOW, Depth.FULL), timedelta(days=90))
    return result_of(judgement)


def at(address: str, **changes: object) -> Client:
    who = replace(WHO, application="billing-cron", address=address)
    return plaintext_client(who=replace(who, **changes))  # type: ignore[arg-type] # texts, where it is called


def told(*known: Client) -> str:
    (reason,) = (each.reason for each in row(*known).findings if each.check == "plaintext-clients")
    return reason


@pytest.mark.parametrize(
    "addresses",
    [
        ("10.0.1.7", "10.0.1.5", "10.0.1.6"),
        ("10.0.1.5", "10.0.1.6", "10.0.1.7"),
        ("10.0.1.6", "10.0.1.7", "10.0.1.5"),
    ],
)
def test_of_several_addresses_the_smallest_is_named_in_whatever_order_they_came(
    addresses: tuple[str, ...],
) -> None:
    assert told(*map(at, addresses)) == (
        '1 client connects without TLS: "billing-cron" as "app" in "orders" from 10.0.1.5 and others.'
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([at("10.0.1.5")], '"billing-cron" as "app" in "orders" from 10.0.1.5.'),
        ([at("")], '"billing-cron" as "app" in "orders".'),
        (
            [at("10.0.1.5", application=" ")],
            'a client without an application name as "app" in "orders" from 10.0.1.5.',
        ),
    ],
)
def test_a_client_is_named_by_what_it_says_of_itself(known: list[Client], expected: str) -> None:
    assert told(*known) == f"1 client connects without TLS: {expected}"


def test_clients_are_told_in_the_order_of_application_user_and_database() -> None:
    known = [
        at("10.0.1.5", application="b"),
        at("10.0.1.5", application="a", user="y"),
        at("10.0.1.5", application="a", user="x", name="n"),
        at("10.0.1.5", application="a", user="x", name="m"),
    ]
    assert told(*known) == (
        '4 clients connect without TLS: "a" as "x" in "m" from 10.0.1.5; "a" as "x" in "n" from 10.0.1.5; '
        '"a" as "y" in "orders" from 10.0.1.5; "b" as "app" in "orders" from 10.0.1.5.'
    )


@pytest.mark.parametrize(("count", "tail"), [(5, ""), (6, "; and 1 more"), (9, "; and 4 more")])
def test_five_clients_are_named_and_the_others_counted(count: int, tail: str) -> None:
    known = [at("", application=f"job-{number}") for number in range(count)]
    named = "; ".join(f'"job-{number}" as "app" in "orders"' for number in range(5))
    assert told(*known) == f"{count} clients connect without TLS: {named}{tail}."


def test_a_row_counts_clients_by_application_user_and_database_and_not_by_address() -> None:
    with_tls = [client("a"), client("b")]
    found = row(*with_tls, at("10.0.1.5"), at("10.0.1.6"), at("10.0.1.5", user="other"))
    assert (found.tls_clients, found.plaintext_clients) == (2, 2)


def test_what_a_look_brings_counts_in_its_own_sweep() -> None:
    seen = observation(look=look(sessions("x", tls=False, address="10.0.1.8"), sessions("y")))
    judgement = judge(evidence(database(), seen), (), Sweep("s", NOW, Depth.SAMPLE), timedelta(days=90))
    assert {each.who.application for each in judgement.news} == {"x", "y"}
    assert (result_of(judgement).tls_clients, result_of(judgement).plaintext_clients) == (1, 1)
    assert result_of(judgement).verdict.value == "FIX_CLIENTS"
