"""Which name an IAM token is signed for."""

import pytest
from tlscheck.wire.token_name import is_refused, takes_tokens, token_name

INSTANCE = "orders.c9x2example.us-east-1.rds.amazonaws.com"
CUSTOM = "readers.cluster-custom-c9x2example.us-east-1.rds.amazonaws.com"
CLUSTER = "orders.cluster-c9x2example.eu-west-1.rds.amazonaws.com"
EUROPE = "orders.c9x2example.eusc-de-east-1.rds.amazonaws.eu"
PUBLIC = "ec2-198-51-100-7.compute-1.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "aliases", "expected"),
    [
        (INSTANCE, (), INSTANCE),
        (INSTANCE, (PUBLIC,), INSTANCE),
        (CLUSTER, (), CLUSTER),
        ("db.c9x2example.cn-north-1.rds.amazonaws.com.cn", (), "db.c9x2example.cn-north-1.rds.amazonaws.com.cn"),
        ("orders.example.com", ("orders.example.com", INSTANCE.upper() + ".", PUBLIC), INSTANCE),
        (CUSTOM, (CUSTOM, INSTANCE), INSTANCE),
        (CUSTOM, (), None),
        (EUROPE, (), EUROPE),
        ("orders.example.com", (EUROPE,), EUROPE),
        ("orders.example.com", (PUBLIC,), None),
        ("10.0.0.7", (), None),
        ("orders.rds.amazonaws.com.example.org", (), None),
    ],
)  # fmt: skip
def test_a_token_is_signed_for_the_endpoint_that_the_name_leads_to(
    host: str, aliases: tuple[str, ...], expected: str | None
) -> None:
    assert token_name(host, aliases) == expected


def test_a_custom_endpoint_takes_no_token() -> None:
    assert (is_refused(CUSTOM), takes_tokens(CUSTOM)) == (True, False)
    assert (is_refused(INSTANCE), takes_tokens(INSTANCE)) == (False, True)
