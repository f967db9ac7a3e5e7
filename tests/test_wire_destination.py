"""Where a probe connects to: endpoints of RDS, whoever asks."""

import pytest
from tlscheck.wire.destination import destination, elsewhere

ENDPOINT = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
CUSTOM = "readers.cluster-custom-c9x2example.eu-central-1.rds.amazonaws.com"


@pytest.mark.parametrize("host", [ENDPOINT, CUSTOM, f"{ENDPOINT.upper()}.", "localhost"])
def test_a_name_of_rds_is_where_it_leads_and_nobody_is_asked(host: str) -> None:
    def asked(_: str) -> tuple[str, ...]:
        raise AssertionError

    assert destination(host, asked) == host


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((ENDPOINT,), ENDPOINT),
        (("db.example.com", f"{ENDPOINT}.", "ec2-198-51-100-7.compute-1.amazonaws.com"), f"{ENDPOINT}."),
        ((CUSTOM, ENDPOINT), CUSTOM),
        (("db.example.com",), None),
        (("orders.c9x2example.eu-central-1.rds.amazonaws.com.evil.com",), None),
        ((), None),
    ],
)
def test_a_name_of_somebodys_is_where_its_endpoint_is(names: tuple[str, ...], expected: str | None) -> None:
    assert destination("db.example.com", lambda host: {"db.example.com": names}[host]) == expected


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "127.0.0.1", "ip-10-0-0-7.ec2.internal", "cache.abc.cache.amazonaws.com"]
)
def test_any_other_host_of_a_network_is_nowhere(host: str) -> None:
    assert destination(host, lambda _: (host,)) is None
    assert elsewhere(host) == (
        f"{host} is no endpoint of RDS, and leads to none by its CNAME: it was not connected to."
    )
