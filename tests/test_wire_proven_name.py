"""Which name a server must prove: its own, or for a token the endpoint that somebody's name leads to."""

import pytest
from tlscheck.wire.proven_name import proven_name
from tlscheck.wire.target import Login, Target

ENDPOINT = "orders-prod.c9x2example.eu-central-1.rds.amazonaws.com"


def target(host: str, login: Login) -> Target:
    return Target("arn:1", host, 5432, "eu-central-1", login, "tlscheck")


@pytest.mark.parametrize("login", [Login.SECRET, Login.NONE])
def test_a_password_goes_to_the_name_that_was_given_and_nobody_is_asked(login: Login) -> None:
    def asked(_: str) -> tuple[str, ...]:
        raise AssertionError

    assert proven_name(target("db.example.com", login), asked) == "db.example.com"
    assert proven_name(target(ENDPOINT, Login.IAM), asked) == ENDPOINT


def test_a_token_goes_to_the_endpoint_that_a_name_leads_to() -> None:
    given = target("db.example.com", Login.IAM)
    assert proven_name(given, lambda host: {"db.example.com": (f"{ENDPOINT}.",)}[host]) == ENDPOINT


def test_a_name_that_leads_to_no_endpoint_must_prove_itself() -> None:
    assert proven_name(target("db.example.com", Login.IAM), lambda _: ()) == "db.example.com"
